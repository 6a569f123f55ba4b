"""How long a warm worker's round takes from the weights in memory to its first step.

A step begins with the reading of its prompts by the reference, where that is another model; what
this takes is told beside, `reference of the first step`.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

from prefdesk.config import DeviceConfig, RoundConfig, SamplingConfig
from prefdesk.errors import Cancelled
from prefdesk.events import JobSpec
from prefdesk.project import Project
from prefdesk.project.simulated import rate_all
from tests.bench import starter
from tests.bench.report import Report

PROMPTS, BAR, TURNS = 8, 2.0, 3
CONFIG = RoundConfig(batch_prompts=PROMPTS, learning_rate=1e-5, override="a benchmark")


def measure_start(report: Report) -> None:
    """The first round of a project, and one that starts from an adapter; medians."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "start.prefdesk"
        with Project.create(path, title="Start") as project:
            project.checkpoints.use_model(starter.folder())
            project.prompts.add_starter()
            _note(report, "first round", _rounds(project))
            _run(project, project.rounds.create(CONFIG).job)
            _note(report, "round from an adapter", _rounds(project))


def _note(report: Report, what: str, found: list[dict[str, float]]) -> None:
    row = {phase: starter.middle([one[phase] for one in found]) for phase in found[0]}
    report.runs.append({"run": f"start, {what}", "prompts": PROMPTS, "k": 4, **row})
    own = row["weights to first step, CPU s"]
    report.at_most(f"start, {what}: weights to first step", own, BAR, "CPU s")


def _rounds(project: Project) -> list[dict[str, float]]:
    """Rounds from the latest checkpoint, over answers it drew and a simulated panel judged.

    They are cancelled where their first step would begin.
    """
    parent = project.checkpoints.latest()
    config = SamplingConfig(max_new_tokens=48, batch_prompts=PROMPTS)
    _run(
        project,
        project.completions.sampling_job(
            config, split="train", checkpoint_id=parent.id, limit=PROMPTS
        ),
    )
    answers = list(project.completions.each(split="train", checkpoint_id=parent.id))
    rate_all(project, answers)
    return [_one(project, parent.id) for _ in range(TURNS)]


def _one(project: Project, parent_id: int) -> dict[str, float]:
    from prefdesk.project.work import round as job
    from prefdesk.training import passes, start

    marks: dict[str, tuple[float, float]] = {}
    load, gradients, meet = job.load, passes.Passes.gradients, start.meet
    began = _now()

    def loaded(*args: Any, **named: Any) -> Any:
        policy = load(*args, **named)
        marks.setdefault("loaded", _now())
        return policy

    def met(*args: Any, **named: Any) -> Any:
        marks.setdefault("step", _now())
        return meet(*args, **named)

    def stepped(*_: Any, **__: Any) -> Any:
        marks["ready"] = _now()
        marks.setdefault("step", marks["ready"])
        raise Cancelled

    job.load, start.meet = loaded, met
    passes.Passes.gradients = stepped  # type: ignore[method-assign]
    try:
        _run(project, project.rounds.create(CONFIG, checkpoint_id=parent_id).job)
    finally:
        job.load, start.meet = load, meet
        passes.Passes.gradients = gradients  # type: ignore[method-assign]
    cpu, clock = (b - a for a, b in zip(marks["loaded"], marks["step"]))
    return {
        "to the weights, CPU s": marks["loaded"][0] - began[0],
        "weights to first step, CPU s": cpu,
        "weights to first step, s by the clock": clock,
        "reference of the first step, CPU s": marks["ready"][0] - marks["step"][0],
    }


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _run(project: Project, spec: JobSpec) -> None:
    for _ in project.run_job(spec, device=DeviceConfig(device="cpu", threads=1)):
        pass

"""`prefdesk demo`: the whole loop without a screen, with raters that are simulated and say so.

Each stage is checked after it ran: a stage that did not really happen ends the demonstration
with exit status 1. The project file stays, to be opened in the window.
"""

import argparse
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefdesk import evaluation
from prefdesk.cli.models import model_folder
from prefdesk.cli.monitor import Monitor
from prefdesk.cli.output import document, figure, say, show
from prefdesk.cli.rating import print_agreement
from prefdesk.cli.tables import table
from prefdesk.config import DeviceConfig, RoundConfig, SamplingConfig
from prefdesk.errors import PrefdeskError
from prefdesk.models import folder as folders
from prefdesk.project import SUFFIX, AgreementReport, Project, Range, full_name
from prefdesk.project.simulated import PANEL, hidden_quality, rate_all
from prefdesk.records import Checkpoint, Split


@dataclass(frozen=True, slots=True)
class Size:
    """How much the demonstration does."""

    train_prompts: int = 36
    evaluation_prompts: int = 20
    per_prompt: int = 4
    max_new_tokens: int = 48


QUICK = Size(train_prompts=12, evaluation_prompts=8, per_prompt=4, max_new_tokens=24)
# Larger steps than the default: one round of six has to show something.
ROUND = RoundConfig(learning_rate=6e-4, batch_prompts=6, kl_coef=0.02)
WIDTH = 72


@dataclass
class Report:
    """What happened, stage by stage."""

    stages: list[tuple[str, str, float]] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time one stage by the processor's clock; its result is what is put into the list."""
        said: list[str] = []
        say(f"· {name}")
        began = time.process_time()
        yield said
        self.stages.append((name, "; ".join(said), time.process_time() - began))


def demo(options: argparse.Namespace) -> None:
    """Run the loop and print what came out."""
    path = _free(full_name(options.project))
    size = QUICK if options.quick else Size()
    folder = model_folder(options.model)
    folders.inspect(folder)
    report, wall = Report(), time.monotonic()
    with Project.create(path, title="Demonstration") as project:
        _loop(project, folder, size, report, tables=not options.json)
    report.body["project"] = str(path)
    report.body["wall_s"] = round(time.monotonic() - wall, 1)
    report.body["cpu_s"] = round(sum(s for _, _, s in report.stages), 1)
    if options.json:
        report.body["stages"] = [
            {"stage": n, "result": r, "cpu_s": round(s, 1)} for n, r, s in report.stages
        ]
        document(report.body)
        return
    show()
    table(("stage", "CPU s", "what happened"), list(_lines(report)))
    show(
        f"\nAll raters here are simulated. {report.body['cpu_s']:.0f} CPU s, "
        f"{report.body['wall_s']:.0f} s by the clock.\nOpen it: prefdesk {path}"
    )


def _lines(report: Report) -> Iterator[tuple[str, float | None, str]]:
    """The stages as rows of a table, long results broken over several."""
    for name, result, seconds in report.stages:
        first, *rest = textwrap.wrap(result, WIDTH) or [""]
        yield name, round(seconds, 1), first
        yield from (("", None, line) for line in rest)


def _free(path: Path) -> Path:
    """The first name that is not taken: demo.prefdesk, demo-2.prefdesk, …"""
    stem, n = path.stem, 1
    while path.exists():
        n += 1
        path = path.with_name(f"{stem}-{n}{SUFFIX}")
    return path


def _loop(project: Project, folder: Path, size: Size, report: Report, *, tables: bool) -> None:
    monitor = Monitor(project, DeviceConfig(threads=1), keep=False)
    with report.stage("prompts") as said:
        project.checkpoints.use_model(folder)
        added = project.prompts.add_starter().added
        _must(added >= 60, "The starter prompts are not there.")
        said.append(f"{added} starter prompts, {folder.name}")
    base = project.checkpoints.latest()
    with report.stage("sample") as said:
        n = _sample(project, monitor, base, "train", size)
        said.append(f"{n} different answers to {size.train_prompts} prompts")
    with report.stage("rate") as said:
        answers = list(project.completions.each(split="train"))
        said.append(f"{rate_all(project, answers)} ratings by {len(PANEL)} simulated raters")
    with report.stage("agree") as said:
        found = project.agreement(fresh=True)
        said.append(_agreement(project, found, report))
    if tables:
        print_agreement(found)
    with report.stage("train") as said:
        said.append(_train(project, monitor, base, report))
    trained = project.checkpoints.latest()
    with report.stage("answer") as said:
        said.append(_answer(project, monitor, (base, trained), size))
    with report.stage("better?") as said:
        said.append(_better(project, (base, trained), report))


def _sample(
    project: Project, monitor: Monitor, checkpoint: Checkpoint, split: Split, size: Size
) -> int:
    limit = size.train_prompts if split == "train" else size.evaluation_prompts
    config = SamplingConfig(
        per_prompt=size.per_prompt, max_new_tokens=size.max_new_tokens, batch_prompts=6
    )
    spec = project.completions.sampling_job(
        config, split=split, checkpoint_id=checkpoint.id, limit=limit
    )
    monitor.run(spec)
    n = project.completions.count(split, checkpoint.id)
    _must(n >= limit, "The model did not answer.")
    return n


def _agreement(project: Project, found: AgreementReport, report: Report) -> str:
    flagged = {r.name for r in found.raters if r.flags}
    bad = {one.name for one in PANEL if one.manner != "honest"}
    _must(bad <= flagged, f"Not found among the raters: {', '.join(sorted(bad - flagged))}.")
    _must(flagged <= bad, f"Honest but flagged: {', '.join(sorted(flagged - bad))}.")
    for rater in found.raters:
        if rater.flags:
            project.exclusions.exclude_rater(
                rater.rater_id,
                rater.flags[0].sentence,
                statistic=rater.flags[0].rule,
                author="demonstration",
            )
    after = project.agreement()
    report.body["alpha_before"] = found.alpha
    report.body["alpha_after"] = after.alpha
    report.body["flagged"] = sorted(flagged)
    return (
        f"alpha {figure(found.alpha)}; left out {len(flagged)}: the random and the inverted one; "
        f"then alpha {figure(after.alpha)}, {after.verdict.word}"
    )


def _train(project: Project, monitor: Monitor, base: Checkpoint, report: Report) -> str:
    prepared = project.rounds.create(ROUND, checkpoint_id=base.id)
    monitor.run(prepared.job)
    trained = project.checkpoints.latest()
    _must(trained.id != base.id, "The round left no checkpoint.")
    metrics = project.rounds.metrics(prepared.record.id)
    steps = max((m.step for m in metrics), default=0)
    gradient = sum(m.value for m in metrics if m.name == "grad_norm")
    kl = [m.value for m in metrics if m.name == "final/kl"]
    _must(steps > 0 and gradient > 0, "The round took no step.")
    report.body["steps"] = steps
    report.body["kl"] = kl[-1]
    return (
        f"RLOO, {steps} steps, KL {kl[-1]:.3f} per token; checkpoint {trained.name!r}, "
        f"{trained.size_bytes / 1e6:.1f} MB, in the file"
    )


def _answer(
    project: Project, monitor: Monitor, checkpoints: tuple[Checkpoint, Checkpoint], size: Size
) -> str:
    n = sum(_sample(project, monitor, c, "evaluation", size) for c in checkpoints)
    answers = list(project.completions.each(split="evaluation"))
    rated = rate_all(project, answers, seed=2)
    return f"{n} answers to prompts never trained on, {rated} blind ratings"


def _better(project: Project, checkpoints: tuple[Checkpoint, Checkpoint], report: Report) -> str:
    before, after = (_hidden(project, c) for c in checkpoints)
    shared = sorted(set(before) & set(after))
    paired = evaluation.paired([before[i] for i in shared], [after[i] for i in shared], seed=0)
    human = {s.checkpoint_id: s.human for s in project.evaluation.report().scores}
    _must(all(human[c.id].value is not None for c in checkpoints), "Nothing was judged.")
    found = {
        "hidden_before": _mean(before),
        "hidden_after": _mean(after),
        "hidden_difference": Range(
            paired.difference.value, paired.difference.low, paired.difference.high
        ),
        "panel_before": human[checkpoints[0].id],
        "panel_after": human[checkpoints[1].id],
    }
    report.body.update(found)
    project.agreement()  # the window opens on figures that know of the evaluation's ratings too
    return (
        f"hidden preference {figure(found['hidden_before'])} before, "
        f"{figure(found['hidden_after'])} after, difference "
        f"{figure(found['hidden_difference'])}; panel's score {figure(found['panel_before'])} "
        f"before, {figure(found['panel_after'])} after"
    )


def _hidden(project: Project, checkpoint: Checkpoint) -> dict[int, float]:
    """Mean hidden preference per evaluation prompt, a text drawn twice counting twice."""
    sums: dict[int, list[float]] = {}
    for c in project.completions.each(split="evaluation", checkpoint_id=checkpoint.id):
        quality = hidden_quality(c.text, finished=c.finished)
        sums.setdefault(c.prompt_id, []).extend([quality] * c.multiplicity)
    return {i: sum(v) / len(v) for i, v in sums.items()}


def _mean(values: dict[int, float]) -> Range:
    found = evaluation.mean_interval(list(values.values()), seed=0)
    return Range(found.value, found.low, found.high)


def _must(happened: bool, otherwise: str) -> None:
    if not happened:
        raise PrefdeskError(f"The demonstration failed. {otherwise}")

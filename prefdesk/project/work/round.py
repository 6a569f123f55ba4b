"""The job that trains: frozen rewards and stored draws in, weights out."""

import hashlib
import json
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk import store
from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.events import (
    CheckpointReady,
    JobEnded,
    JobEvent,
    JobStarted,
    Note,
    StateDropped,
    StepDone,
)
from prefdesk.models import Policy, finite, weights
from prefdesk.project.checkpoints import header_of
from prefdesk.project.work import keeping
from prefdesk.project.work.behaviour import read_again
from prefdesk.project.work.context import Context, Pace
from prefdesk.project.work.gallery import Gallery
from prefdesk.project.work.keeping import Keeper
from prefdesk.project.work.policy import load, make_trainable
from prefdesk.project.work.rollouts import rollouts
from prefdesk.project.work.texts import texts
from prefdesk.records import Checkpoint, Round
from prefdesk.training import (
    Baseline,
    Draft,
    Rollout,
    RoundEnd,
    RoundState,
    StepReport,
    Team,
    differences,
    logprobs,
    run_round,
    spread,
)

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def round(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Train one round; its checkpoint leaves as a file in the spool folder.

    With `resume` among the settings it goes on from the state that was kept, or starts over where
    there is none. `device` overrides the device of the context; `gallery` says to how many prompts
    answers are shown as it goes. With `shard`
    the frozen model is spread over the processes that train together.
    """
    context = _on(settings.get("device", ""), context)
    record = project.rounds.get(int(settings["round_id"]))
    config = RoundConfig.from_json(record.config)
    parent = project.checkpoints.get(record.parent_checkpoint_id)
    rewards = {r.completion_id: r for r in project.rounds.rewards(record.id)}
    yield JobStarted("round", 0, "steps", context.device.device)
    for sentence in config.cautions():
        yield Note(sentence, "warning")
    is_spread = bool(settings.get("shard"))
    # What is spread over several cards may not fit on one, so it comes from main memory.
    place = replace(context.device, device="cpu") if is_spread else context.device
    policy = load(project.checkpoints, parent, Path(context.spool), place)
    drawn, owners, learnt = list[Rollout](), list[int](), list[Draft]()
    last = project.core.query(lambda c: store.rounds.last_draw(c, record.id))
    yield from rollouts(
        project, policy, config, parent.id, rewards, drawn, context, last=last, owners=owners
    )
    yield from texts(project, policy, config, parent.id, learnt, context)
    if is_spread:
        _require_alone(parent, drawn)
    state = _state(project, record.id, context) if settings.get("resume") else None
    if not state:
        yield from read_again(project, policy, config, drawn, owners, context)
    reference = None if state else _reference(project, parent, drawn, context)
    make_trainable(policy, parent, config)
    if is_spread:
        spread(policy.model, context.device.device)
    inexact = _inexact(state, policy)
    if state:
        yield Note(f"Going on after step {state.taken}.")
    if inexact:
        yield Note(inexact, "warning")
    run = run_round(
        policy,
        drawn,
        config,
        control=context.control,
        baseline=Baseline(*header_of(parent).get("baseline", (0.0, 0.0))),
        reference=reference,
        reference_is_start=parent.kind == "base",
        resume=state,
        texts=learnt,
    )
    leads = Team().rank == 0  # of several processes, only the first one writes
    keeper = Keeper(Path(context.spool), record.id, config.keep_state_s if leads else 0.0)
    looked_at = int(settings.get("gallery", 0)) if Team().size == 1 else 0
    gallery = Gallery(project, policy, record.id, drawn, looked_at, context.stopped)
    end = yield from _told(run, record, keeper, gallery, state.taken if state else 0)
    if not end.steps:
        context.check()
        raise TrainingError("The round was stopped before its first step; nothing was changed.")
    if not leads:
        return
    if not end.may_go_on:
        yield StateDropped(record.id)
    yield _checkpoint(policy, record.id, config, end, context)
    if end.stopped:
        yield JobEnded("stopped", f"{end.stopped} Kept after {end.steps} steps. {inexact}".strip())
    else:
        said = f"Round {record.number} is done: {end.steps} steps."
        yield JobEnded("done", f"{said} {inexact}".strip())


def _on(device: str, context: Context) -> Context:
    values = {s.name: getattr(context.device, s.name) for s in context.device.describe()}
    changed = DeviceConfig.from_mapping(values | {"device": device})
    return replace(context, device=changed) if device else context


def _require_alone(parent: Checkpoint, drawn: list[Rollout]) -> None:
    """Refuse what would need a second model beside one that is spread over several cards."""
    if parent.kind == "full" or not all(one.from_start for one in drawn):
        raise TrainingError(
            "A round of a model that is spread over several cards cannot read another model.",
            "Start from the first model or an adapter, and leave answers of older ones out.",
        )


def _state(project: "Project", round_id: int, context: Context) -> RoundState | None:
    path = Path(context.spool) / f"round-{round_id}-kept.safetensors"
    try:
        return keeping.read(path) if project.checkpoints.write_state(round_id, path) else None
    finally:
        path.unlink(missing_ok=True)


def _inexact(state: RoundState | None, policy: Policy) -> str:
    """A sentence where a round goes on elsewhere than it began, or an empty one."""
    found = differences(state, policy) if state else []
    if not found:
        return ""
    return (
        f"It goes on where some things are different: {', '.join(found)}. Its last digits will "
        "not be those of a round that was never interrupted."
    )


def _told(
    run: Generator[StepReport, None, RoundEnd],
    record: Round,
    keeper: Keeper,
    gallery: Gallery,
    taken: int,
) -> Generator[JobEvent, None, RoundEnd]:
    """Turn the reports of a round into events; how it ended."""
    pace: Pace | None = None
    while True:
        try:
            report = next(run)
        except StopIteration as stop:
            end: RoundEnd = stop.value
            return end
        pace = pace or Pace(report.total, f"Round {record.number}", taken)
        if report.note:
            yield Note(report.note, "warning")
        if report.metrics:
            yield StepDone(record.id, report.step, report.total, report.metrics)
            yield from pace.step(0 if report.stopped else 1)
        yield from keeper.after(report)
        yield from gallery.after(report)


def _reference(
    project: "Project", parent: Checkpoint, drawn: list[Rollout], context: Context
) -> list[list[float]] | None:
    """Log-probs under the model the project started from, where switching the adapter off does
    not lead back to it."""
    if parent.kind != "full":
        return None
    base = project.checkpoints.base()
    assert base is not None
    return logprobs(load(project.checkpoints, base, context.spool, context.device), drawn)


def _checkpoint(
    policy: Policy, round_id: int, config: RoundConfig, end: RoundEnd, context: Context
) -> CheckpointReady:
    path = Path(context.spool) / f"round-{round_id}.safetensors"
    header = weights.save(policy, path)
    finite.require(path)
    header["config"] = json.loads(config.to_json())
    header["baseline"] = list(end.baseline)
    header["steps"] = end.steps
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return CheckpointReady(
        round_id, config.method, str(path), digest.hexdigest(), json.dumps(header)
    )

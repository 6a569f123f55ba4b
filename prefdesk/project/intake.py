"""Take in what a job makes: the owner's side of every event.

Only the owner of the project writes. One `Intake` follows one job from its first event to its
last; it keeps the job's row, stores draws and metrics, and brings weights in piece by piece.
"""

import contextlib
import json
import time
from pathlib import Path

from prefdesk import store
from prefdesk.errors import DiskFull, ProjectError
from prefdesk.events import (
    CheckpointReady,
    DrawsMade,
    FindingsMade,
    JobEnded,
    JobEvent,
    JobSpec,
    JobStarted,
    Progress,
    PromptsEncoded,
    ReportReady,
    StateDropped,
    StateSaved,
    StepDone,
)
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.core import Core
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.trying import REPORT as TRIED
from prefdesk.records import JobStatus, Round

BEAT_S = 1.0
PASSING = frozenset({"tokens"})
"""Jobs that leave nothing behind, not even a line in the list of jobs."""
WANTED_KINDS = {"sample": "completions", "round": "rounds", "preprocess": "prompts"}


class Intake:
    """Writes one job's events into the project."""

    def __init__(self, core: Core, checkpoints: Checkpoints, spec: JobSpec) -> None:
        self._core = core
        self._checkpoints = checkpoints
        self._spec = spec
        self._beat = 0.0
        self._checkpoint: int | None = None
        self._round = spec.settings.get("round_id")
        settings = json.dumps(dict(spec.settings), sort_keys=True)
        self._job = 0
        if spec.kind not in PASSING:
            self._job = core.mutate(lambda c: store.jobs.start(c, spec.kind, settings), "jobs")

    def take(self, event: JobEvent) -> None:
        """Store what the event carries; returns when it is on disk."""
        if self._spec.kind not in PASSING:
            self._take(event)

    def _take(self, event: JobEvent) -> None:
        match event:
            case JobStarted():
                self._begin(event)
            case Progress():
                self._progress(event)
            case PromptsEncoded():
                self._core.mutate(
                    lambda c: store.completions.put_encoded(c, event.fingerprint, event.rows)
                )
            case FindingsMade():
                self._core.mutate(lambda c: store.prompt_findings.add(c, self._job, event.findings))
            case DrawsMade():
                self._take_draws(event)
            case StepDone():
                self._core.mutate(
                    lambda c: store.rounds.add_metrics(
                        c, event.round_id, event.step, event.metrics
                    ),
                    "metrics",
                )
            case StateSaved():
                self._take_state(event)
            case StateDropped():
                self._core.mutate(lambda c: store.resuming.drop(c, event.round_id), "rounds")
            case CheckpointReady():
                self._take_weights(event)
            case ReportReady():
                self._report(event)
            case JobEnded():
                self._end(event)

    def _begin(self, event: JobStarted) -> None:
        def write(c: store.Connection) -> None:
            store.jobs.beat(c, self._job, 0, event.total)
            if event.kind == "preprocess":
                store.prompt_findings.sweep(c)

        self._core.mutate(write, "jobs")

    def _progress(self, event: Progress) -> None:
        now = time.monotonic()
        if now - self._beat >= BEAT_S:
            self._beat = now
            self._core.submit(lambda c: store.jobs.beat(c, self._job, event.done, event.total))

    def _take_draws(self, event: DrawsMade) -> None:
        settings = self._spec.settings
        of, split = int(settings["checkpoint_id"]), settings["split"]
        key = SamplingKey.of_job(settings).to_json()

        def write(c: store.Connection) -> None:
            # The sampling appears with its first draws: a job that draws nothing leaves nothing.
            sampling_id = store.completions.create_sampling(c, of, split, key)
            store.completions.add_draws(c, sampling_id, event.draws)

        self._core.mutate(write, "completions", "queue")

    def _take_state(self, event: StateSaved) -> None:
        path = Path(event.path)
        try:
            # Without room for it the round itself goes on, and the state before stays.
            with contextlib.suppress(DiskFull):
                store.checkpoints.keep_resume_state(
                    self._core.store, event.round_id, path, step=event.step, total=event.total
                )
        finally:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _take_weights(self, event: CheckpointReady) -> None:
        round_ = self._core.query(lambda c: store.rounds.get(c, event.round_id))
        path = Path(event.path)
        try:
            self._checkpoint = self._checkpoints.take_in(
                path,
                kind=event.kind,
                name=_name(round_, event.header),
                parent_id=round_.parent_checkpoint_id,
                round_id=round_.id,
                header=event.header,
            )
        finally:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        self._core.announce_kinds("checkpoints")

    def _report(self, event: ReportReady) -> None:
        if not event.final:
            return
        if event.name == TRIED:
            return  # somebody looks at it now; what is worth keeping is kept by hand
        key = f"report/{event.name}"
        if event.name == "perplexity":
            key += f"/{event.document['checkpoint_id']}"
        text = json.dumps(dict(event.document))

        def write(c: store.Connection) -> None:
            store.meta.put(c, key, text)
            if event.name == "preprocess":
                store.prompt_findings.complete(c, self._job)

        self._core.mutate(write, "reports")

    def _end(self, event: JobEnded) -> None:
        status: JobStatus = event.status
        if self._round is not None and self._checkpoint is None and status in ("done", "stopped"):
            raise ProjectError("The round ended without a checkpoint.")

        def write(c: store.Connection) -> None:
            store.jobs.end(c, self._job, status, event.message, event.detail)
            if self._spec.kind == "preprocess" and status != "done":
                store.prompt_findings.sweep(c)
            if self._round is not None:
                store.rounds.finish(
                    c, int(self._round), status, event.message, checkpoint_id=self._checkpoint
                )

        self._core.mutate(write, "jobs", WANTED_KINDS.get(self._spec.kind, "reports"))


def _name(round_: Round, header: str) -> str:
    """A round that was stopped, kept and gone on with has two checkpoints to tell apart."""
    name = f"Round {round_.number}"
    steps = json.loads(header).get("steps")
    return name if round_.checkpoint_id is None else f"{name}, {steps} steps"

"""Takes a round from the pressed button to its last word. No widgets: it says what happens."""

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

from prefdesk.config import RoundConfig
from prefdesk.errors import PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec
from prefdesk.ui.desk import Desk
from prefdesk.ui.train.rounds import RoundRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from prefdesk.project import PreparedRound, Project
    from prefdesk.records import Metric

ENDED = ("done", "stopped", "cancelled", "failed")
ON_STAGE = ("waiting", "running", "review", *ENDED)

LOOKED_AT = 2
"""Prompts to which answers are shown as a round goes."""


class Shown(NamedTuple):
    """A round as it is stored."""

    row: RoundRow
    metrics: "list[Metric]"
    gallery: "dict[str, Any] | None" = None


class Conductor(QObject):
    """The state of the place.

    *Attributes*
    - `state`: setup, creating (rewards are frozen), waiting (for another job), running, done,
      stopped, cancelled, failed, or review (of an earlier round).
    - `last`: recipe and checkpoint of the last start, to start again.

    *Signals*
    - `changed()`: the state is another.
    - `expected(int)`: the round with this id comes on stage.
    - `opened(Shown)`: what is stored of it.
    - `told(JobEvent)`: news of the running round.
    - `refused(PrefdeskError)`: it cannot start.
    """

    changed = Signal()
    expected = Signal(int)
    opened = Signal(object)
    told = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state = "setup"
        self.last: tuple[RoundConfig, int | None] | None = None
        self._at_start: Callable[[], None] | None = None
        desk.jobs.started.connect(self._on_job_started)
        # Queued, so that this and the window's own answer to the same news are two short turns.
        later = Qt.ConnectionType.QueuedConnection
        desk.jobs.event_arrived.connect(self._on_job_event, later)

    def adopt(self) -> None:
        """A place is made on its first showing; a round may be running already."""
        running = self._desk.jobs.running
        if running is not None:
            self._on_job_started(running)

    def begin(self, config: RoundConfig, checkpoint_id: int | None) -> None:
        """Freeze the rewards and start a round."""
        self.last = config, checkpoint_id
        self._go("creating")
        make = partial(_make, config=config, checkpoint_id=checkpoint_id)
        self._desk.mutate(make, self._on_created, self._on_refused)

    def resume(self, round_id: int, device: str) -> None:
        """Go on with an interrupted round, on `device` if it is named."""
        self._go("creating")
        make = partial(_resumed, round_id=round_id, device=device)
        self._desk.mutate(make, self._on_created, self._on_refused)

    def again(self) -> None:
        """Start the last round again, with a new number."""
        if self.last is not None:
            self.begin(*self.last)

    def stop(self) -> None:
        """End after the present step and keep the checkpoint so far."""
        self._tell_round(self._desk.jobs.stop)

    def pause(self) -> None:
        """Let the running round wait."""
        self._tell_round(self._desk.jobs.pause)

    def go_on(self) -> None:
        """Let a paused round go on."""
        self._tell_round(self._desk.jobs.go_on)

    def cancel(self) -> None:
        """End now."""
        self._tell_round(self._desk.jobs.cancel)

    def back(self) -> None:
        """Back to the recipe, unless a round is under way."""
        if self.state in (*ENDED, "review"):
            self._go("setup")

    def review(self, row: RoundRow) -> None:
        """Show an earlier round, unless one is under way."""
        if self.state in (*ENDED, "review", "setup"):
            self.last = None
            self.expected.emit(row.round.id)
            self._go("review")
            self._desk.query(partial(_stored, row=row), self._on_stored, key="shown")

    def forget(self) -> None:
        """The project was closed."""
        self.last = self._at_start = None
        self._go("setup")

    def _go(self, state: str) -> None:
        self.state = state
        self.changed.emit()

    def _tell_round(self, how: "Callable[[], None]") -> None:
        running = self._desk.jobs.running
        if running is not None and running.kind == "round":
            how()
        else:
            self._at_start = how  # the worker has not taken the round up yet

    def _on_created(self, made: "tuple[PreparedRound, Shown]") -> None:
        prepared, shown = made
        self._at_start = None
        self.expected.emit(0)  # one that goes on comes on stage anew
        waits = self._desk.jobs.running is not None
        self.expected.emit(prepared.record.id)
        self.opened.emit(shown)
        self._go("waiting" if waits else "running")
        settings = {**prepared.job.settings, "gallery": LOOKED_AT}
        if self._desk.run_job(prepared.job.kind, **settings) is None:
            self._go("setup")

    def _on_refused(self, error: PrefdeskError) -> None:
        self._go("setup")
        self.refused.emit(error)

    @Slot(object)
    def _on_job_started(self, spec: JobSpec) -> None:
        if spec.kind != "round":
            return
        round_id = int(spec.settings["round_id"])
        self.expected.emit(round_id)
        self._go("running")
        self._desk.query(partial(_running, round_id=round_id), self._on_stored, key="shown")
        at_start, self._at_start = self._at_start, None
        if at_start is not None:
            at_start()

    @Slot(object, object)
    def _on_job_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind == "round":
            self.told.emit(event)
            if isinstance(event, JobEnded):
                self._go(event.status)

    def _on_stored(self, shown: Shown) -> None:
        self.opened.emit(shown)


def _make(
    project: "Project", config: RoundConfig, checkpoint_id: int | None
) -> "tuple[PreparedRound, Shown]":
    prepared = project.rounds.create(config, checkpoint_id=checkpoint_id)
    return prepared, _running(project, prepared.record.id)


def _resumed(project: "Project", round_id: int, device: str) -> "tuple[PreparedRound, Shown]":
    prepared = project.rounds.resume(round_id, device=device)
    return prepared, _running(project, round_id)


def _stored(project: "Project", row: RoundRow) -> Shown:
    return Shown(row, project.rounds.metrics(row.round.id), _gallery(project, row.round.id))


def _running(project: "Project", round_id: int) -> Shown:
    one = project.rounds.get(round_id)
    parent = project.checkpoints.get(one.parent_checkpoint_id).name
    row, gallery = RoundRow(one, parent, "", 0), _gallery(project, round_id)
    return Shown(row, project.rounds.metrics(round_id), gallery)


def _gallery(project: "Project", round_id: int) -> "dict[str, Any] | None":
    return project.report(f"gallery/{round_id}")

"""Keeps the report on agreement at hand: the stored one at once, a fresh one from a job."""

import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from prefdesk.events import JobEnded, JobEvent, JobSpec, Progress, ReportReady
from prefdesk.ui.desk import Desk

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, FirstFigures, Project

REST_S = 2.0
"""Least time between two reports while ratings keep coming in."""


class Known(NamedTuple):
    """The stored report, whether it is current, and what there is to work out."""

    report: "AgreementReport | None"
    current: bool
    key: str
    n_events: int
    writable: bool
    first: "FirstFigures | None"


class Figures(QObject):
    """What a place knows about agreement.

    *Attributes*
    - `report`: the last `AgreementReport`, or None. `current`: nothing changed since it was made.
    - `early`: the report that is being made, without what stands out, or None. `first`: figures
      that need no report, while there is none.

    *Signals*
    - `arrived()`: `report` and `current` were read anew.
    - `working_changed(bool)`: a fresh report is being worked out.
    - `progressed(int, int)`: how much of it is done, of how much.
    - `early_arrived()`: `early` was told.
    - `failed(str)`: it could not be.
    """

    arrived = Signal()
    working_changed = Signal(bool)
    progressed = Signal(int, int)
    early_arrived = Signal()
    failed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.report: AgreementReport | None = None
        self.early: AgreementReport | None = None
        self.first: FirstFigures | None = None
        self.current, self.n_events = False, 0
        self._renew, self._key, self._failed_key, self._begun = False, "", "", 0.0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._on_rested)
        desk.jobs.queued.connect(self._on_job_queued)
        desk.jobs.event_arrived.connect(self._on_job_event)
        desk.jobs.ended.connect(self._on_job_ended)

    @property
    def working(self) -> bool:
        """True while a fresh report is being worked out."""
        return self._desk.jobs.is_busy("agreement")

    def look(self, *, renew: bool = True) -> None:
        """Read the stored report; with `renew`, have a fresh one made where it is out of date."""
        self._renew = renew
        self._desk.query(_read, self._on_read, key="agreement")

    def work_out(self) -> None:
        """Have a fresh report made now."""
        if not self.working:
            self._begun, self._failed_key = time.monotonic(), ""
            self._desk.run_job("agreement")

    def stop(self) -> None:
        """End the work on a fresh report; it is not begun again by itself."""
        self._desk.jobs.cancel_figures()

    def forget(self) -> None:
        """The project was closed."""
        self._later.stop()
        self.report, self.current, self.n_events = None, False, 0
        self.early = self.first = None
        self._key = self._failed_key = ""

    @Slot(object)
    def _on_read(self, known: Known) -> None:
        self.report, self.current = known.report, known.current
        self._key, self.n_events, self.first = known.key, known.n_events, known.first
        self.arrived.emit()
        stale = not known.current and bool(known.n_events) and known.key != self._failed_key
        if stale and self._renew and known.writable and not self.working:
            rest = REST_S - (time.monotonic() - self._begun)
            self._later.start(max(0, round(rest * 1000)))

    @Slot()
    def _on_rested(self) -> None:
        if self._desk.project is not None and not self.current:
            self.work_out()

    @Slot(object)
    def _on_job_queued(self, spec: JobSpec) -> None:
        if spec.kind == "agreement":
            self.working_changed.emit(True)

    @Slot(object, object)
    def _on_job_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind != "agreement":
            return
        if isinstance(event, Progress):
            self.progressed.emit(event.done, event.total)
        elif isinstance(event, ReportReady) and not event.final:
            from prefdesk.project import AgreementReport

            self.early = AgreementReport.from_document(event.document)
            self.early_arrived.emit()

    @Slot(object, object)
    def _on_job_ended(self, spec: JobSpec, ended: JobEnded) -> None:
        if spec.kind != "agreement":
            return
        self.early = None
        self.working_changed.emit(False)
        if ended.status in ("cancelled", "stopped"):
            self._failed_key = self._key  # who stopped it does not want it at once again
        if ended.status == "failed":
            self._failed_key = self._key  # the same ratings would only fail again
            self.failed.emit(ended.message)
        self.look(renew=self._renew)


def _read(project: "Project") -> Known:
    report, key = project.judgement.stored(), project.judgement.key()
    return Known(
        report,
        report is not None and report.key == key,
        key,
        project.ratings.count_events(),
        project.mode == "w",
        None if report is not None else project.judgement.first(),
    )

"""Keeps the report on agreement at hand: the stored one at once, a fresh one from a job."""

import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from prefdesk.events import JobEnded, JobSpec
from prefdesk.ui.desk import Desk

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, Project

REST_S = 2.0
"""Least time between two reports while ratings keep coming in."""


class Known(NamedTuple):
    """The stored report, whether it is current, and what there is to work out."""

    report: "AgreementReport | None"
    current: bool
    key: str
    n_events: int
    writable: bool


class Figures(QObject):
    """What a place knows about agreement.

    *Attributes*
    - `report`: the last `AgreementReport`, or None. `current`: nothing changed since it was made.

    *Signals*
    - `arrived()`: `report` and `current` were read anew.
    - `working_changed(bool)`: a fresh report is being worked out.
    - `failed(str)`: it could not be.
    """

    arrived = Signal()
    working_changed = Signal(bool)
    failed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.report: AgreementReport | None = None
        self.current, self.n_events = False, 0
        self._renew, self._key, self._failed_key, self._begun = False, "", "", 0.0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._on_rested)
        desk.jobs.queued.connect(self._on_job_queued)
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

    def forget(self) -> None:
        """The project was closed."""
        self._later.stop()
        self.report, self.current, self.n_events = None, False, 0
        self._key = self._failed_key = ""

    @Slot(object)
    def _on_read(self, known: Known) -> None:
        self.report, self.current = known.report, known.current
        self._key, self.n_events = known.key, known.n_events
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
    def _on_job_ended(self, spec: JobSpec, ended: JobEnded) -> None:
        if spec.kind != "agreement":
            return
        self.working_changed.emit(False)
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
    )

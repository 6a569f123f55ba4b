"""What is done while nothing else happens, a little at a time: a backup if one is due, unused space
of the project file given back, the index of the search brought up to date, and a full collection
of garbage, which would be felt as a jerk at any other moment."""

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from prefdesk.errors import DamagedProject, PrefdeskError
from prefdesk.records import Changes
from prefdesk.ui import background
from prefdesk.ui.desk import Desk

QUIET_MS = 15_000
"""Nothing happened for this long."""
BETWEEN_MS = 1_000
BUDGET_S = 0.2


class Housekeeper(QObject):
    """Waits for a quiet moment after each change, then works in small steps until all is done."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._paused = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._on_quiet)
        self.between = QTimer(self)
        self.between.setSingleShot(True)
        self.between.timeout.connect(self._on_between)
        self._next = self._give_back
        desk.project_opened.connect(self._wait)
        desk.project_closed.connect(self.timer.stop)
        desk.project_closed.connect(self.between.stop)
        desk.changed.connect(self._on_changed)

    def pause(self, on: bool) -> None:
        """Stay out of the way while somebody rates."""
        self._paused = on

    def is_quiet(self) -> bool:
        """True if nobody rates and nothing runs or waits to be written."""
        project, jobs = self._desk.project, self._desk.jobs
        writable = project is not None and project.mode == "w" and not project.pending
        return writable and not self._paused and jobs.running is None and background.is_idle()

    @Slot()
    def _wait(self) -> None:
        self.between.stop()
        self.timer.start(QUIET_MS)

    @Slot(object)
    def _on_changed(self, _changes: Changes) -> None:
        self._wait()

    @Slot()
    def _on_quiet(self) -> None:
        if self.is_quiet():
            gc.collect()
            self._desk.query(lambda p: p.file.backup_if_due())
            self._give_back()
        elif self._desk.is_writable:
            self._wait()

    def _later(self, step: Callable[[], None]) -> None:
        self._next = step
        self.between.start(BETWEEN_MS)

    @Slot()
    def _on_between(self) -> None:
        if self.is_quiet():
            self._next()
        else:
            self.between.start(BETWEEN_MS)

    def _give_back(self) -> None:
        self._desk.mutate(lambda p: p.file.give_back(BUDGET_S), self._on_given, self._on_failed)

    def _on_given(self, more: bool) -> None:
        self._later(self._give_back if more else self._index)

    def _index(self) -> None:
        self._desk.query(lambda p: p.search.step(BUDGET_S), self._on_indexed, self._on_failed)

    def _on_indexed(self, more: bool) -> None:
        if more:
            self._later(self._index)

    def _on_failed(self, error: PrefdeskError) -> None:
        # Nobody asked for this, so nothing was lost; the next quiet moment tries again.
        if isinstance(error, DamagedProject):
            self._desk.error_raised.emit(error)

"""Asks twice a second if the open file is still the one under its name, and tells of changes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from prefdesk.errors import PrefdeskError
from prefdesk.ui.desk import Desk

if TYPE_CHECKING:
    from prefdesk.project import Whereabouts

EVERY_MS = 500
"""An answer is that of the question before, so a change is seen within a second and a bit."""


class FileWatch(QObject):
    """Looks while a project is open; looking never waits for the disk.

    *Signals*
    - `changed(Whereabouts, PrefdeskError | None)`: the file is in another state than before, or
      the disk failed (the error).
    """

    changed = Signal(object, object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._known: tuple[Whereabouts, PrefdeskError | None] | None = None
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY_MS)
        self.timer.timeout.connect(self.look)
        desk.project_opened.connect(self.begin)
        desk.project_closed.connect(self.timer.stop)

    @Slot()
    def begin(self) -> None:
        """Another file is open."""
        self._known = None
        self.timer.start()

    @Slot()
    def look(self) -> None:
        """Ask, and tell if the answer is another than before."""
        project = self._desk.project
        if project is None:
            return
        found = project.file.whereabouts(), project.file.failure
        if found != self._known:
            first, self._known = self._known is None, found
            if not first or not found[0].is_here or found[1] is not None:
                self.changed.emit(*found)

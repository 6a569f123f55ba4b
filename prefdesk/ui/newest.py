"""The newest act of the window itself, such as a merge: Undo takes it back before anything else.

What people do afterwards is newer; from then on Undo belongs to the place again.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from prefdesk.records import Changes
from prefdesk.ui.desk import Desk

Act = Callable[[], object]
OWN = "import"


class Newest(QObject):
    """At most one act that can be taken back, or brought back."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo: Act | None = None
        self._redo: Act | None = None
        desk.changed.connect(self._on_changed)
        desk.project_closed.connect(self.forget)

    def done(self, undo: Act) -> None:
        """Something was done, and is in the file."""
        self._undo, self._redo = undo, None

    def undone(self, redo: Act) -> None:
        """It was taken back."""
        self._undo, self._redo = None, redo

    def undo(self) -> bool:
        """Take it back; False if there is nothing of the kind."""
        return self._take("_undo")

    def redo(self) -> bool:
        """Bring it back; False if there is nothing of the kind."""
        return self._take("_redo")

    @Slot()
    def forget(self) -> None:
        """Something else is newer."""
        self._undo = self._redo = None

    def _take(self, name: str) -> bool:
        act: Act | None = getattr(self, name)
        self.forget()
        if act is not None:
            act()
        return act is not None

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        # The last change of a merge touches none of these; an import says that it asked.
        if changes.origin == OWN:
            return
        if changes.touches("ratings", "exclusions", "prompts", "completions", "raters"):
            self.forget()

"""What the window offers when a project cannot be opened: the sentence, and the ways on."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from prefdesk.errors import PrefdeskError
from prefdesk.ui.desk import Desk


class Refusals(QObject):
    """Looks at why a file was refused and opens the dialog that goes with it.

    What has no dialog of its own stays a notice with the error's sentence and hint.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.open_failed.connect(self._on_open_failed)

    @Slot(object, object)
    def _on_open_failed(self, path: Path, error: PrefdeskError) -> None:
        flow = getattr(self.parent(), "file", None)
        if flow is not None and flow.offer_ways(path, error):
            return
        self._desk.error_raised.emit(error)

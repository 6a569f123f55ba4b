"""What the window offers when a project cannot be opened: the sentence, and the ways on."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from prefdesk.errors import PrefdeskError
from prefdesk.ui.desk import Desk
from prefdesk.ui.file.care import Care
from prefdesk.ui.file.flow import FileFlow


class Refusals(QObject):
    """Looks at why a file was refused and opens the dialog that goes with it.

    What has no dialog of its own stays a notice with the error's sentence and hint.
    """

    def __init__(
        self, desk: Desk, care: Care, file: FileFlow, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._care, self._file = desk, care, file
        desk.open_failed.connect(self._on_open_failed)

    @Slot(object, object)
    def _on_open_failed(self, path: Path, error: PrefdeskError) -> None:
        from prefdesk.ui.file.damaged import is_damage  # late: it knows the engine

        if is_damage(path, error, self._desk.preferences.recent()):
            self._care.show_damage(path, error)
        elif not self._file.offer_ways(path, error):
            self._desk.error_raised.emit(error)

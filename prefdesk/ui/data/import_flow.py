"""Prompts from files, or those that come with the program, into the project of a place."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from prefdesk.ui.data.importing import ImportDialog
from prefdesk.ui.data.mapping import usable
from prefdesk.ui.data.reading import SUFFIXES
from prefdesk.ui.dialogs import AskFile

if TYPE_CHECKING:
    from prefdesk.project import ImportReport
    from prefdesk.ui.place import Place


class ImportFlow(QObject):
    """Asks for files and imports them one after the other; dialogs are children of the window."""

    def __init__(self, place: "Place") -> None:
        super().__init__(place)
        self._place, self._desk = place, place.desk
        self._waiting: list[str] = []

    def take(self, paths: Sequence[str]) -> bool:
        """Import those of dropped files that can hold prompts; False if there are none."""
        wanted = usable(paths, SUFFIXES)
        if not wanted or not self._desk.is_writable:
            return False
        self._waiting = wanted[1:]
        self.show(Path(wanted[0]))
        return True

    def ask(self) -> None:
        """Let the user choose a file of prompts."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        title = self.tr("Import prompts")
        AskFile.to_open(self._place, title, f"{self.tr('Prompts')} ({patterns})", self.show)

    def show(self, path: Path) -> None:
        """Open the import of a file."""
        self.dialog = ImportDialog(self._desk, path, self._on_imported, self._place.window())
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def add_starter(self) -> None:
        """Add the prompts that come with the program."""
        self._desk.mutate(lambda p: p.prompts.add_starter(), self._on_imported)

    def forget(self) -> None:
        """The project was closed: what still waited is not wanted there any more."""
        self._waiting.clear()

    def _on_imported(self, report: "ImportReport") -> None:
        words = self.tr("%n prompts were added.", "", report.added)
        hint = ""
        if report.duplicates:
            hint = self.tr("%n were in the project already.", "", report.duplicates)
        self._place.notice.tell(words, hint, kind="good")

    @Slot()
    def _on_closed(self) -> None:
        if self._waiting:
            self.show(Path(self._waiting.pop(0)))

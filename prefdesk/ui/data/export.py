"""Tables out of the project: prompts, completions, ratings, rewards."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QMenu, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.widgets import PlainButton, Speaking

if TYPE_CHECKING:
    from prefdesk.project.export import Table

TABLES = ("prompts", "completions", "ratings", "rewards")


class ExportButton(Speaking, PlainButton):
    """A button with a menu of tables; each asks where it goes."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__("", "export", parent=parent)
        self._desk = desk
        self.clicked.connect(self._on_pressed)
        self.say(self.setText, lambda: self.tr("Export"))

    def write(self, what: str, path: Path) -> None:
        """Write a table; the file dialog has asked before replacing a file."""
        self._desk.query(
            lambda p: (p.export.write(cast("Table", what), path, overwrite=True), path),
            self._on_written,
            self._on_error,
        )

    def _on_pressed(self) -> None:
        menu = QMenu(self)
        for what, text in zip(TABLES, self._names()):
            menu.addAction(text, partial(self._ask_where, what, text))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _ask_where(self, what: str, text: str) -> None:
        patterns = self.tr("Tables (*.csv *.jsonl)")
        AskFile.to_save(self, text, patterns, f"{what}.csv", partial(self.write, what))

    def _on_written(self, done: tuple[int, Path]) -> None:
        text = self.tr("%n rows were written to {file}.", "", done[0])
        self._desk.tell(text.format(file=done[1].name), "good")

    def _on_error(self, error: PrefdeskError) -> None:
        self._desk.error_raised.emit(error)

    def _names(self) -> tuple[str, ...]:
        return (
            self.tr("Prompts"),
            self.tr("Completions"),
            self.tr("Ratings"),
            self.tr("Rewards"),
        )

"""What is whole in a file, a line for each kind of thing, with a mark beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from prefdesk.project import SavedTable
from prefdesk.ui import icons, theme
from prefdesk.ui.file import words
from prefdesk.ui.tokens import SPACE_1, SPACE_3
from prefdesk.ui.widgets import Label, Speaking

ORDER = ("event", "prompt", "completion", "rater", "exclusion", "round", "checkpoint", "chunk")


class Findings(Speaking, QWidget):
    """The kinds of thing in a file, ratings first; kinds that were never there are left out."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[SavedTable] = []
        self.lines: list[tuple[QLabel, Label, Label]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_1)
        self._grid.setColumnStretch(2, 1)

    def show_tables(self, tables: Sequence[SavedTable]) -> None:
        """Show how much of each kind is whole."""
        found = {one.name: one for one in tables}
        self._shown = [
            found[name]
            for name in ORDER
            if name in found and (found[name].recovered or found[name].lost != 0)
        ]
        while len(self.lines) < len(self._shown):
            self._add_line()
        self._fill()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "lines"):
            self._fill()

    def restyle(self) -> None:
        """The marks follow the theme."""
        if hasattr(self, "lines"):
            self._fill()

    def _add_line(self) -> None:
        line = (QLabel(), Label(""), Label("", wrap=True))
        for column, part in enumerate(line):
            self._grid.addWidget(part, len(self.lines), column, Qt.AlignmentFlag.AlignVCenter)
        self.lines.append(line)

    def _fill(self) -> None:
        pixels = theme.scaled(16, theme.theme().zoom)
        for line, one in zip(self.lines, self._shown):
            mark, title, state = line
            icon, tint = ("check", "good") if one.lost == 0 else ("warning", "bad")
            colour = getattr(theme.current(), tint)
            mark.setPixmap(icons.pixmap(icon, colour, pixels, self.devicePixelRatioF()))
            title.setText(words.kind(one.name))
            state.setText(words.condition(one))
            state.set_role("" if one.lost == 0 else "bad")
            state.setAccessibleName(f"{title.text()}: {state.text()}")

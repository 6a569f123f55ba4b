"""A text with some of its words marked, by underline and colour; never HTML."""

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from prefdesk.ui import theme
from prefdesk.ui.evaluate.worddiff import Marked
from prefdesk.ui.widgets import PlainText, Speaking

MOST_MARKS = 400


class DiffText(Speaking, PlainText):
    """Read-only text. `tint` names the colour of its marks; `dashed` their second sign."""

    def __init__(self, tint: str, *, dashed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(rated=True, parent=parent)
        self._tint, self._dashed = tint, dashed
        self._marked: Marked | None = None

    @property
    def marked(self) -> list[str]:
        """The marked words, in order."""
        return [one.cursor.selectedText() for one in self.extraSelections()]

    def show_marked(self, found: Marked | None) -> None:
        """Show a text that was made visible already, with its marks."""
        self._marked = found
        self.setPlainText(found.text if found else "")
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.restyle()

    def restyle(self) -> None:
        """Marks follow the theme."""
        found = getattr(self, "_marked", None)
        if found is None:
            self.setExtraSelections([])
            return
        colour = QColor(getattr(theme.current(), self._tint))
        look = QTextCharFormat()
        look.setForeground(colour)
        look.setUnderlineColor(colour)
        line = QTextCharFormat.UnderlineStyle
        look.setUnderlineStyle(line.DashUnderline if self._dashed else line.SingleUnderline)
        marks = []
        for low, high in found.spans[:MOST_MARKS]:
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(low)
            cursor.setPosition(high, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor
            mark.format = look
            marks.append(mark)
        self.setExtraSelections(marks)

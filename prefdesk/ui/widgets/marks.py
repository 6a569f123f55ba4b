"""Places in a text that somebody looked for: marked by colour and a line, never as HTML."""

from collections.abc import Sequence

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from prefdesk.ui import theme

Span = tuple[int, int]


def in_units(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Positions as Qt counts them: characters beyond the basic plane take two. In order."""
    if text.isascii():
        return tuple(spans)
    found: list[int] = []
    at = wide = 0
    for position in (end for span in spans for end in span):
        wide += sum(character > "\uffff" for character in text[at:position])
        at = position
        found.append(position + wide)
    return tuple(zip(found[::2], found[1::2], strict=True))


def mark(view: QPlainTextEdit, spans: Sequence[Span]) -> None:
    """Mark places of the text that is shown, in Qt's positions, and scroll to the first."""
    look = QTextCharFormat()
    look.setBackground(QColor(theme.current().selection))
    look.setUnderlineColor(QColor(theme.current().accent))
    look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    marks = []
    for start, end in spans:
        cursor = QTextCursor(view.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        one = QTextEdit.ExtraSelection()
        one.cursor, one.format = cursor, look
        marks.append(one)
    view.setExtraSelections(marks)
    if spans:
        cursor = view.textCursor()
        cursor.setPosition(spans[0][0])
        view.setTextCursor(cursor)

"""All keys of the rating surface on one card over it."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from prefdesk.ui import theme
from prefdesk.ui.tokens import SPACE_1, SPACE_5
from prefdesk.ui.widgets import Card, Label, Speaking


def key_list(question: str) -> list[tuple[str, str]]:
    """Keys and what they do, in the present language; also for the window's list of keys."""
    say = QCoreApplication.translate
    if question == "label":
        answers = [("1   2   3", say("rate", "Bad, medium, good; the number pad works too"))]
    else:
        answers = [
            (say("rate", "left of 1"), say("rate", "Score 0, on every keyboard")),
            ("1 … 9", say("rate", "Scores 1 to 9, by position on the number row")),
            ("0", say("rate", "Score 10")),
            (say("rate", "number pad"), say("rate", "0 to 9 as printed, + for 10")),
        ]
    return [
        *answers,
        ("←   ⌫", say("rate", "Back to the answer before; press another key to change it")),
        ("→", say("rate", "Forward again")),
        ("S", say("rate", "Skip with a reason")),
        ("C", say("rate", "Comment; Esc keeps it and closes")),
        ("U   Ctrl+Z", say("rate", "Undo the last act and show its answer")),
        ("Ctrl+Shift+Z", say("rate", "Redo")),
        ("E", say("rate", "What you gave the same score before")),
        (say("rate", "Alt + answer key"), say("rate", "The same, for that score; rates nothing")),
        ("↑ ↓   Space", say("rate", "Scroll the answer")),
        ("Ctrl++   Ctrl+-", say("rate", "Larger and smaller text")),
        ("?", say("rate", "This list")),
        ("Esc", say("rate", "Close what is open, then leave")),
    ]


class KeysOverlay(Speaking, QWidget):
    """Covers the surface until a key or a click.

    *Signals*
    - `closed()`
    """

    closed = Signal()

    def __init__(self, question: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._question = question
        self._card = Card()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_5)
        self._grid.setVerticalSpacing(SPACE_1)
        self._card.body.addLayout(self._grid)
        outer = QVBoxLayout(self)
        outer.addWidget(self._card, 0, Qt.AlignmentFlag.AlignCenter)
        self.say(self._card.set_title, lambda: self.tr("Keys while rating"))
        self.say(self.setAccessibleName, lambda: self.tr("Keys while rating"))
        self._fill()
        self.hide()

    def retranslate(self) -> None:
        """The list follows the language."""
        super().retranslate()
        if hasattr(self, "_grid"):
            self._fill()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere closes."""
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text below steps back."""
        veil = QColor(theme.current().window)
        veil.setAlpha(225)
        QPainter(self).fillRect(self.rect(), veil)

    def _fill(self) -> None:
        while (taken := self._grid.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.deleteLater()
        for line, (key, words) in enumerate(key_list(self._question)):
            self._grid.addWidget(Label(key, "heading"), line, 0, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(Label(words), line, 1)

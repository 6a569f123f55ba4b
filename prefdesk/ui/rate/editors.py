"""What opens between the text and the answers: a comment, or the reason for a skip."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Button, Label, PlainButton, Speaking

REASONS = (
    "I cannot judge this",
    "The prompt is unclear",
    "The answer is unreadable",
    "I know who wrote it",
)
"""Stored in English, whatever the language of the window, so that reasons can be counted."""


def reason_words(reason: str) -> str:
    """A stored reason in the present language; one's own words stay as they are."""
    words = {
        REASONS[0]: QCoreApplication.translate("rate", "I cannot judge this"),
        REASONS[1]: QCoreApplication.translate("rate", "The prompt is unclear"),
        REASONS[2]: QCoreApplication.translate("rate", "The answer is unreadable"),
        REASONS[3]: QCoreApplication.translate("rate", "I know who wrote it"),
    }
    return words.get(reason, reason)


class Tray(Speaking, QFrame):
    """A quiet frame with a heading and a way to close it.

    *Signals*
    - `closed()`: Escape or the button.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sunken")
        self.heading = Label("", "heading")
        self.close_button = PlainButton()
        self.close_button.clicked.connect(self.closed)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(SPACE_4, SPACE_2, SPACE_2, SPACE_3)
        self.body.setSpacing(SPACE_2)
        self.head = QHBoxLayout()
        self.head.addWidget(self.heading, 1)
        self.head.addWidget(self.close_button)
        self.body.addLayout(self.head)
        self.hide()


class CommentTray(Tray):
    """A comment on the item. Whatever stands here is kept when it closes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = QPlainTextEdit()
        self.editor.setTabChangesFocus(True)
        self.editor.setFixedHeight(84)
        self.body.addWidget(self.editor)
        self.say(self.heading.setText, lambda: self.tr("Comment on this answer"))
        self.say(self.editor.setAccessibleName, lambda: self.tr("Comment on this answer"))
        self.say(self.close_button.setText, lambda: self.tr("Keep and close (Esc)"))

    def text(self) -> str:
        """What was typed."""
        return self.editor.toPlainText()

    def open(self, text: str) -> None:
        """Show the comment that is there and let it be written on."""
        self.hide()  # what is set here was not typed
        self.editor.setPlainText(text)
        self.show()
        self.editor.setFocus()
        cursor = self.editor.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.editor.setTextCursor(cursor)


class SkipTray(Tray):
    """Reasons to pass an item over, each with a key, or one's own words.

    *Signals*
    - `chosen(str)`: the reason, in English if it is one of `REASONS`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = [Button() for _ in REASONS]
        self.own = QLineEdit()
        self.own.setMaxLength(500)
        self._skip = Button()
        grid = QGridLayout()
        grid.setSpacing(SPACE_2)
        for position, (button, reason) in enumerate(zip(self.buttons, REASONS)):
            grid.addWidget(button, *divmod(position, 2))
            button.clicked.connect(lambda _=False, r=reason: self.chosen.emit(r))
            self.say(
                button.setText,
                lambda n=position + 1, r=reason: f"{n}   {reason_words(r)}",  # type: ignore[misc]
            )
        self.body.addLayout(grid)
        own = QHBoxLayout()
        own.setSpacing(SPACE_2)
        own.addWidget(self.own, 1)
        own.addWidget(self._skip)
        self.body.addLayout(own)
        self.own.returnPressed.connect(self._on_own_chosen)
        self._skip.clicked.connect(self._on_own_chosen)
        self.say(self.heading.setText, lambda: self.tr("Why skip this answer?"))
        self.say(self.close_button.setText, lambda: self.tr("Do not skip (Esc)"))
        self.say(self._skip.setText, lambda: self.tr("Skip"))
        self.say(self.own.setPlaceholderText, lambda: self.tr("Another reason, or none"))
        self.say(self.own.setAccessibleName, lambda: self.tr("Another reason, or none"))

    def open(self) -> None:
        """Ask for a reason."""
        self.own.clear()
        self.show()
        self.buttons[0].setFocus()

    def choose(self, number: int) -> bool:
        """Take the reason with this number, 1 for the first; False if there is none."""
        if not 1 <= number <= len(REASONS):
            return False
        self.chosen.emit(REASONS[number - 1])
        return True

    def _on_own_chosen(self) -> None:
        self.chosen.emit(self.own.text().strip())

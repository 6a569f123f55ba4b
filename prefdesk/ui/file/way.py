"""One way on: what it means at the left, the button that goes there at the right."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui.tokens import SPACE_1, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Button, Label, restyle


class Way(QFrame):
    """A card with a title, a sentence and a button; the recommended one has the accent."""

    def __init__(self, on_pressed: Callable[[], object], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.sentence = Label("", "heading"), Label("", "muted", wrap=True)
        self.button = Button()
        self.button.clicked.connect(lambda: on_pressed())
        self._words = QVBoxLayout()
        self._words.setSpacing(SPACE_1)
        self._words.addStretch(1)
        self._words.addWidget(self.title)
        self._words.addWidget(self.sentence)
        self._words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_4, SPACE_3, SPACE_3, SPACE_3)
        line.setSpacing(SPACE_4)
        line.addLayout(self._words, 1)
        self.buttons = QVBoxLayout()
        self.buttons.setSpacing(SPACE_1)
        self.buttons.addWidget(self.button)
        line.addLayout(self.buttons)
        line.setAlignment(self.buttons, Qt.AlignmentFlag.AlignVCenter)
        self.recommend(False)

    def recommend(self, on: bool) -> None:
        """Make this the way that Enter goes, or one among others."""
        self.setProperty("role", "next" if on else "card")
        self.button.setProperty("role", "primary" if on else "")
        self.button.setDefault(on)
        restyle(self)
        restyle(self.button)

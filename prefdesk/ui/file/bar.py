"""The line at the top that stays: what is wrong with the file, or that it is only read."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Button, Label, Speaking, restyle

Kind = Literal["info", "bad"]
Way = tuple[str, Callable[[], object]]
"""The text of a button and what it does."""

Said = tuple[str, str, list[Way]]
"""A sentence, a hint or nothing, and the ways on."""

_ICONS: dict[Kind, str] = {"info": "info", "bad": "warning"}
_TINTS: dict[Kind, str] = {"info": "accent", "bad": "bad"}


class FileBar(Speaking, QFrame):
    """Hidden until `tell`; it has no cross, because what it says stays true.

    While somebody rates it is shown only for what keeps ratings from being saved.
    """

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self._rating = self._told = False
        self._picture = QLabel()
        self.sentence, self.hint = Label("", "heading", wrap=True), Label("", "", wrap=True)
        self.buttons: list[Button] = []
        self._lay_out()
        self.hide()

    def tell(self, kind: Kind, said: Callable[[], Said]) -> None:
        """Say something until `forget`; `said` is asked again when the language changes."""
        self._kind, self._told, self._message = kind, True, said
        self.setProperty("role", f"notice-{kind}")
        restyle(self)
        self._fill(*said())
        self.restyle()
        self._show_if_told()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_message", None) is not None:
            self._fill(*self._message())

    def _fill(self, sentence: str, hint: str, ways: list[Way]) -> None:
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.setAccessibleName(f"{sentence} {hint}".strip())
        self._offer(ways)

    def forget(self) -> None:
        """Say nothing any more."""
        self._told = False
        self._show_if_told()

    def set_rating(self, on: bool) -> None:
        """Somebody rates, or not any more."""
        self._rating = on
        self._show_if_told()

    def restyle(self) -> None:
        """The icon follows the theme."""
        colour = getattr(theme.current(), _TINTS[self._kind])
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icons.pixmap(_ICONS[self._kind], colour, 20, ratio))

    def _offer(self, ways: list[Way]) -> None:
        for button in self.buttons:
            self._buttons.removeWidget(button)
            button.deleteLater()
        self.buttons = [Button(text) for text, _ in ways]
        for button, (_, act) in zip(self.buttons, ways, strict=True):
            button.clicked.connect(lambda _=False, act=act: act())
            self._buttons.addWidget(button)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """One button stands beside the words; two would leave them no room in a large type."""
        beside = len(self.buttons) < 2
        for layout in (self._line, self._words):
            layout.removeItem(self._buttons)
        self._buttons.setParent(None)
        (self._line if beside else self._words).addLayout(self._buttons)
        self._buttons.setContentsMargins(0, 0 if beside else SPACE_2, 0, 0)
        side = Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignLeft
        (self._line if beside else self._words).setAlignment(self._buttons, side)
        alone = beside and self.hint.isHidden()
        edge = Qt.AlignmentFlag.AlignVCenter if alone else Qt.AlignmentFlag.AlignTop
        self._line.setAlignment(self._picture, edge)

    def _show_if_told(self) -> None:
        self.setVisible(self._told and (self._kind == "bad" or not self._rating))

    def _lay_out(self) -> None:
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(SPACE_3, SPACE_2, SPACE_2, SPACE_2)
        self._line.setSpacing(SPACE_2)
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(self.sentence)
        self._words.addWidget(self.hint)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_2)
        self._line.addWidget(self._picture)
        self._line.addLayout(self._words, 1)

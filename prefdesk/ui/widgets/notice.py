"""A notice inside the window: what happened in one sentence, and the way out."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from prefdesk.errors import PrefdeskError
from prefdesk.ui import icons, theme
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets.buttons import PlainButton
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.text import Label, restyle

Kind = Literal["info", "good", "warn", "bad"]
_ICONS: dict[Kind, str] = {"info": "info", "good": "check", "warn": "warning", "bad": "warning"}
_TINTS: dict[Kind, str] = {"info": "accent", "good": "good", "warn": "warn", "bad": "bad"}


class Notice(Speaking, QFrame):
    """Hidden until `tell`; closed by its cross, by Escape inside it, or by `hide()`."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self._picture = QLabel()
        self.sentence, self.hint = Label("", "heading", wrap=True), Label("", "", wrap=True)
        self.action = PlainButton()
        self._on_action: Callable[[], object] | None = None
        self.action.clicked.connect(self._on_action_pressed)
        self._cross = QToolButton()
        self._cross.clicked.connect(self.shut)
        self._before: QWidget | None = None
        self.say(self._cross.setAccessibleName, lambda: self.tr("Close this notice"))
        self.say(self._cross.setToolTip, lambda: self.tr("Close this notice"))
        self._lay_out()
        self.action.hide()
        self.hide()

    def tell(
        self,
        sentence: str,
        hint: str = "",
        *,
        kind: Kind = "info",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Show a sentence, a hint below it and perhaps one action."""
        self._kind, self._on_action = kind, on_action
        before = QApplication.focusWidget()
        if before is None or not self.isAncestorOf(before):
            self._before = before
        self.setProperty("role", f"notice-{kind}")
        restyle(self)
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.setAccessibleName(f"{sentence} {hint}".strip())
        self.restyle()
        self.show()

    def tell_error(self, error: PrefdeskError) -> None:
        """Show a known error."""
        self.tell(error.message, error.hint, kind="bad")

    def restyle(self) -> None:
        """Icons follow the theme."""
        colour = getattr(theme.current(), _TINTS[self._kind])
        self._picture.setPixmap(
            icons.pixmap(_ICONS[self._kind], colour, 20, self.devicePixelRatioF())
        )
        self._cross.setIcon(icons.icon("close", "muted"))
        self._cross.setIconSize(QSize(16, 16))

    def shut(self) -> None:
        """Close it; the focus goes back to where it was when this was told."""
        had = QApplication.focusWidget()
        inside = had is not None and self.isAncestorOf(had)
        self.hide()
        if inside and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    def _on_action_pressed(self) -> None:
        wanted = self._on_action
        self.shut()
        if wanted is not None:
            wanted()

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_3, SPACE_2, SPACE_2, SPACE_2)
        line.setSpacing(SPACE_2)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.hint)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(self.action, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._cross, 0, Qt.AlignmentFlag.AlignTop)

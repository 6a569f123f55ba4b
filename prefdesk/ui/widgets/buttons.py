"""Buttons: the one filled button of a place, outlined ones, and plain ones with an icon."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.widgets.text import restyle

CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Button(QPushButton):
    """An outlined button; `icon` names a file of `resources/icons`."""

    ROLE = ""
    TINT = "text"

    def __init__(self, text: str = "", icon: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon = icon
        self.setProperty("role", self.ROLE)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._paint_icon()

    def set_icon(self, icon: str) -> None:
        """Show another icon, or none."""
        self._icon = icon
        self._paint_icon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as the space bar does."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.isAutoRepeat() and not event.modifiers() & CHORD:
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        if event.type() == QEvent.Type.StyleChange:
            self._paint_icon()
        super().changeEvent(event)

    def _paint_icon(self) -> None:
        if self._icon:
            size = theme.scaled(16, theme.theme().zoom)
            self.setIconSize(QSize(size, size))
            self.setIcon(icons.icon(self._icon, self.TINT))


class PrimaryButton(Button):
    """The filled button: the next step. At most one in a place."""

    ROLE = "primary"
    TINT = "on_accent"


class PlainButton(Button):
    """A button without a border, for everything that is not the next step."""

    ROLE = "plain"


class AnswerButton(Button):
    """A large checkable target that raters press many times."""

    ROLE = "answer"

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent=parent)
        self.setCheckable(True)
        restyle(self)

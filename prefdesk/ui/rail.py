"""The rail on the left: six places, each an icon and a word."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.tokens import RAIL_WIDTH, SPACE_1, SPACE_2
from prefdesk.ui.widgets import Speaking

PLACES: tuple[str, ...] = ("overview", "data", "rate", "raters", "train", "evaluate")


class Rail(Speaking, QFrame):
    """Six checkable buttons, one of them down.

    *Signals*
    - `place_chosen(str)`: the user asks for a place; whoever owns the rail confirms with `show`.
    """

    place_chosen = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.buttons = {name: QToolButton() for name in PLACES}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_1, SPACE_2, SPACE_1, SPACE_2)
        column.setSpacing(SPACE_1)
        for position, (name, button) in enumerate(self.buttons.items()):
            self._prepare(name, position, button)
            column.addWidget(button)
        column.addStretch(1)
        self.restyle()

    def mark(self, name: str) -> None:
        """Press the button of the place that is shown."""
        self.buttons[name].setChecked(True)

    def offer(self, names: tuple[str, ...] = PLACES) -> None:
        """Show the buttons of these places only."""
        for name, button in self.buttons.items():
            button.setVisible(name in names)

    def word(self, name: str) -> str:
        """The translated name of a place."""
        words = {
            "overview": self.tr("Overview"),
            "data": self.tr("Data"),
            "rate": self.tr("Rate"),
            "raters": self.tr("Raters"),
            "train": self.tr("Train"),
            "evaluate": self.tr("Evaluate"),
        }
        return words[name]

    def retranslate(self) -> None:
        """Words may be wider in another language."""
        super().retranslate()
        self._fit()

    def restyle(self) -> None:
        """Icons and width follow the theme."""
        if not hasattr(self, "_group"):
            return
        size = theme.scaled(20, theme.theme().zoom)
        for name, button in self.buttons.items():
            button.setIcon(icons.icon(name, "text"))
            button.setIconSize(QSize(size, size))
        self._fit()

    def _fit(self) -> None:
        font, zoom = theme.theme().font("caption"), theme.theme().zoom
        font.setPixelSize(theme.scaled(11, zoom))
        widest = max(QFontMetrics(font).horizontalAdvance(self.word(n)) for n in PLACES)
        self.setFixedWidth(max(theme.scaled(RAIL_WIDTH, zoom), widest + 16))

    def _prepare(self, name: str, position: int, button: QToolButton) -> None:
        button.setProperty("role", "rail")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._group.addButton(button)
        button.clicked.connect(lambda: self.place_chosen.emit(name))
        self.say(button.setText, lambda: self.word(name))
        self.say(button.setAccessibleName, lambda: self.word(name))
        self.say(button.setToolTip, lambda: f"{self.word(name)} (Ctrl+{position + 1})")

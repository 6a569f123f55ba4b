"""Cards: a quiet frame for one thing, a number that never stands alone, and an empty place."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets.buttons import PrimaryButton
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.text import Label, restyle


class Card(QFrame):
    """A panel with an optional heading. Add to `card.body` (a vertical layout).

    `highlighted(True)` draws the accent border of the one next step.
    """

    def __init__(self, title: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        self.body.setSpacing(SPACE_2)
        self.heading = Label(title, "heading")
        self.body.addWidget(self.heading)
        self.heading.setVisible(bool(title))

    def set_title(self, title: str) -> None:
        """Change the heading; an empty one takes no room."""
        self.heading.setText(title)
        self.heading.setVisible(bool(title))

    def highlighted(self, on: bool) -> None:
        """Draw the border of the next step, or the quiet one."""
        self.setProperty("role", "next" if on else "card")
        restyle(self)


class NumberCard(Card):
    """One number with its unit, its interval and what it is compared with."""

    def __init__(self, title: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.heading.set_role("muted")
        self._value, self._unit = Label("", "number"), Label("", "muted")
        self._interval, self._compared = Label("", "muted"), Label("", "caption", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        for part in (self._value, self._unit, self._interval):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignBaseline)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self._compared)
        self.show_number("")

    def show_number(
        self, value: str, unit: str = "", *, interval: str = "", compared: str = ""
    ) -> None:
        """Show a number; an empty value shows a dash. `interval` is like `± 0.4`."""
        self._value.setText(value or "–")
        for label, text in (
            (self._unit, unit),
            (self._interval, interval),
            (self._compared, compared),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(
            " ".join(t for t in (self.heading.text(), value, unit, interval, compared) if t)
        )


class EmptyState(Speaking, QWidget):
    """An empty place: one sentence on what it is for, and one action.

    *Attributes*
    - `button`: the filled button, hidden until `set_action`.
    """

    def __init__(
        self, sentence: str = "", icon: str = "", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._picture, self._words = QLabel(), QWidget()
        self.sentence = Label(sentence, wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.hint = Label("", "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.hint.hide()
        self.button = PrimaryButton()
        self.button.hide()
        self._lay_out()
        self.restyle()

    def set_sentence(self, sentence: str, hint: str = "") -> None:
        """Change the words."""
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def set_action(self, text: str, on_pressed: Callable[[], object] | None = None) -> None:
        """Offer the next step; without `on_pressed` only the text changes."""
        self.button.setText(text)
        self.button.setVisible(bool(text))
        if on_pressed is not None:
            self.button.clicked.connect(lambda: on_pressed())

    def restyle(self) -> None:
        """Icons follow the theme."""
        self._words.setMaximumWidth(theme.scaled(480, theme.theme().zoom))
        if self._icon_name:
            self._picture.setPixmap(
                icons.pixmap(self._icon_name, theme.current().muted, 40, self.devicePixelRatioF())
            )

    def _lay_out(self) -> None:
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(SPACE_3)
        words.addWidget(self.sentence)
        words.addWidget(self.hint)
        # An alignment on the words would wrap them at one width and measure another.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._words, 100)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_3)
        column.addStretch(2)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(middle)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)


class Line(QFrame):
    """A hairline between two parts."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "line")
        self.setFixedHeight(1)


def row(*widgets: QWidget, spacing: int = SPACE_2, stretch_last: bool = True) -> QHBoxLayout:
    """Widgets side by side, flush left."""
    line = QHBoxLayout()
    line.setContentsMargins(0, SPACE_1, 0, SPACE_1)
    line.setSpacing(spacing)
    for widget in widgets:
        line.addWidget(widget)
    if stretch_last:
        line.addStretch(1)
    return line

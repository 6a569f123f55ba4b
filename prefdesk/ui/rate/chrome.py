"""The little that is on the screen beside the text: who rates, how far, and whether it is saved."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from prefdesk.ui import theme
from prefdesk.ui.tokens import SPACE_1, SPACE_2, SPACE_4, SPACE_5
from prefdesk.ui.widgets import Label, PlainButton, Speaking, shown

PATIENCE_MS = 400
"""Answers that reach the disk sooner do not make the dot flicker."""


class SavedDot(Speaking, QWidget):
    """A full dot: all is on disk. A ring with a number: so many answers are not. A cross: lost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unsaved = self._lost = self._drawn = 0
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(PATIENCE_MS)
        self._wait.timeout.connect(self._draw)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(self._say_state, self.words)

    def words(self) -> str:
        """The state in words, for the tooltip and for screen readers."""
        if self._lost:
            return self.tr("%n ratings could not be saved", "", self._lost)
        if self._unsaved:
            return self.tr("%n ratings are not on disk yet", "", self._unsaved)
        return self.tr("All ratings are saved")

    def show_state(self, unsaved: int, lost: int) -> None:
        """How many are on their way, and how many could not be written."""
        self._unsaved, self._lost = unsaved, lost
        self._say_state(self.words())
        if not unsaved or lost:
            self._wait.stop()
            self._draw()
        elif not self._wait.isActive() and not self._drawn:
            self._wait.start()
        elif self._drawn:
            self._draw()

    def sizeHint(self) -> QSize:
        """Room for the dot and a number of three figures."""
        size = theme.theme().size("caption")
        return QSize(size * 3, size + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Three shapes and three colours, so that neither is needed alone."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, right = self.height() / 2, self.width() - 6.0
        dot = QRectF(right - 4, middle - 4, 8, 8)
        number = self._lost or self._drawn
        colour = theme.colour("bad" if self._lost else "warn" if number else "good")
        painter.setPen(QPen(colour, 2))
        if self._lost:
            painter.drawLine(dot.topLeft(), dot.bottomRight())
            painter.drawLine(dot.topRight(), dot.bottomLeft())
        elif number:
            painter.drawEllipse(dot)
        else:
            painter.setBrush(colour)
            painter.drawEllipse(dot)
        if number:
            painter.setFont(theme.theme().font("caption"))
            box = self.rect().adjusted(0, 0, -16, 0)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number)
            )

    def _draw(self) -> None:
        self._drawn = self._unsaved
        self.update()

    def _say_state(self, words: str) -> None:
        self.setToolTip(words)
        self.setAccessibleName(words)


class TopBar(Speaking, QWidget):
    """The rater's name, what is left, the dot, and the way out.

    *Signals*
    - `keys_wished()`, `leave_wished()`
    """

    keys_wished = Signal()
    leave_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rater, self._left = "", -1
        self.line = QProgressBar()
        self.line.setProperty("role", "line")
        self.line.setTextVisible(False)
        self.line.setRange(0, 1)
        self.line.setFixedHeight(2)
        self.who, self.word, self.left = (Label("", "muted") for _ in range(3))
        self.dot = SavedDot()
        self.keys, self.leave = PlainButton(), PlainButton()
        self.keys.clicked.connect(self.keys_wished)
        self.leave.clicked.connect(self.leave_wished)
        self._lay_out()
        self.say(self.line.setAccessibleName, lambda: self.tr("Progress"))
        self.say(self.keys.setText, lambda: self.tr("Keys (?)"))
        self.say(self.leave.setText, lambda: self.tr("Leave (Esc)"))

    def set_rater(self, name: str) -> None:
        """Name who rates."""
        self._rater = name
        self._say_left()

    def show_counts(self, rated: int, remaining: int) -> None:
        """How far the rater is since the start of this session."""
        self.line.setRange(0, max(1, rated + remaining))
        self.line.setValue(rated)
        self._left = remaining
        self._say_left()

    def say_word(self, words: str) -> None:
        """Show a few words in the middle, or none."""
        self.word.setText(words)

    def retranslate(self) -> None:
        """Numbers follow the language."""
        super().retranslate()
        if hasattr(self, "left"):
            self._say_left()

    def _say_left(self) -> None:
        self.who.setText(self.tr("{rater} is rating").format(rater=shown(self._rater)))
        self.left.setText("" if self._left < 0 else self.tr("%n to go", "", self._left))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_5, SPACE_2, SPACE_4, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(self.who)
        row.addStretch(1)
        row.addWidget(self.word)
        row.addStretch(1)
        row.addWidget(self.left)
        row.addWidget(self.dot)
        row.addSpacing(SPACE_4)
        row.addWidget(self.keys)
        row.addWidget(self.leave)
        column.addLayout(row)


class ToolButton(PlainButton):
    """A quiet verb; the keyboard reaches it, a click does not take the focus from the text."""

    TINT = "muted"

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        self._bare = False
        super().__init__("", icon, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_bare(self, on: bool) -> None:
        """Leave the icon out where there is no room for it."""
        if on != self._bare:
            self._bare = on
            self._paint_icon()

    def width_with_icon(self) -> int:
        """Pixels it wants with its icon, whether that shows now or not."""
        icon = self.iconSize().width() + SPACE_1 if self._bare else 0
        return self.sizeHint().width() + icon

    def _paint_icon(self) -> None:
        if self._bare:
            self.setIcon(QIcon())
        else:
            super()._paint_icon()


class Tools(Speaking, QWidget):
    """The verbs below the answers, each with its key.

    *Signals*
    - `pressed(str)`: back, forward, skip, comment, earlier, undo or redo.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, ToolButton] = {}

    def build(self) -> Iterator[None]:
        """Make the buttons, a few at a time."""
        texts = {
            "back": lambda: self.tr("Back (←)"),
            "forward": lambda: self.tr("Forward (→)"),
            "skip": lambda: self.tr("Skip (S)"),
            "comment": lambda: self.tr("Comment (C)"),
            "earlier": lambda: self.tr("Earlier ratings (E)"),
            "undo": lambda: self.tr("Undo (U)"),
            "redo": lambda: self.tr("Redo"),
        }
        icons = {"back": "back", "forward": "next", "earlier": "table"}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addStretch(1)
        for name, text in texts.items():
            button = ToolButton(icons.get(name, name))
            button.clicked.connect(lambda _=False, n=name: self.pressed.emit(n))
            self.say(button.setText, text)
            self.buttons[name] = button
            row.addWidget(button)
            if name in ("forward", "earlier"):
                row.addSpacing(SPACE_5)
                yield
        row.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words need the room more than icons."""
        super().resizeEvent(event)
        buttons = self.buttons.values()
        needed = sum(b.width_with_icon() for b in buttons) + 2 * SPACE_5
        for button in buttons:
            button.show_bare(needed > self.width())

    def enable(self, *, item: bool) -> None:
        """Offer what makes sense with an item on the screen, or without."""
        for name in ("skip", "comment", "earlier"):
            self.buttons[name].setEnabled(item)

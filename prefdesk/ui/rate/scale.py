"""The answers to press: a row of large buttons for each criterion, with the key on each."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from prefdesk.project.settings import Criterion
from prefdesk.records import DEFAULT_CRITERION
from prefdesk.ui import theme
from prefdesk.ui.tokens import SPACE_1, SPACE_2, SPACE_4
from prefdesk.ui.widgets import AnswerButton, Label, Speaking, shown, tip


@dataclass(frozen=True)
class Choice:
    """One possible answer: its value, its words, its key, and a sign for it where room is short."""

    value: float
    words: str
    key: str
    sign: str


def choices(question: str) -> tuple[Choice, ...]:
    """The answers to a question of this kind, lowest first, in the present language."""
    say = QCoreApplication.translate
    if question == "label":
        words = (say("rate", "Bad"), say("rate", "Medium"), say("rate", "Good"))
        return tuple(Choice(float(i), w, str(i + 1), str(i + 1)) for i, w in enumerate(words))
    left = say("rate", "left of 1")
    keys = (left, *map(str, range(1, 10)), "0")
    signs = ("◂1", *keys[1:])
    return tuple(Choice(float(i), str(i), keys[i], signs[i]) for i in range(len(keys)))


class AnswerKey(AnswerButton):
    """A large target: the answer, and below it the key that gives it.

    *Signals*
    - `looked_at(float)`: the mouse came over it.
    """

    looked_at = Signal(float)

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.value = choice.value
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choice(choice)

    def set_choice(self, choice: Choice) -> None:
        """Say the same in another language."""
        self._choice = choice
        self.setAccessibleName(choice.words)
        key = QCoreApplication.translate("rate", "Key: {key}").format(key=choice.key)
        self.setAccessibleDescription(key)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for two lines, and at least 40 pixels each way."""
        look = theme.theme()
        return QSize(40, max(40, look.size("body") + look.size("caption") + 30))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell what the mouse points at."""
        super().enterEvent(event)
        self.looked_at.emit(self.value)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The style's button, with our two lines on it."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        look, colours = theme.theme(), theme.current()
        chosen, centre = self.isChecked(), Qt.AlignmentFlag.AlignCenter
        ink = colours.on_accent if chosen else colours.text
        cap = look.size("caption") + 6
        key = QRect(0, self.height() - cap - 5, self.width(), cap)
        painter.setFont(look.font("body", bold=True))
        painter.setPen(QColor(ink))
        painter.drawText(QRect(0, 4, self.width(), key.top() - 4), centre, self._choice.words)
        painter.setFont(look.font("caption"))
        words, metrics = self._choice.key, painter.fontMetrics()
        if metrics.horizontalAdvance(words) + 16 > self.width():
            words = self._choice.sign
        wide = metrics.horizontalAdvance(words) + 10
        frame = QRect(0, 0, min(max(wide, cap), self.width() - 6), cap)
        frame.moveCenter(key.center())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(ink if chosen else colours.border))
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(QColor(ink if chosen else colours.muted))
        painter.drawText(frame, centre, words)


class AnswerRow(QWidget):
    """The buttons of one criterion.

    *Signals*
    - `chosen(float)`: a button was pressed with the mouse or the keyboard focus.
    - `looked_at(float)`: the mouse came over a button.
    """

    chosen = Signal(float)
    looked_at = Signal(float)

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = question
        self.buttons = [AnswerKey(c) for c in choices(question)]
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_1 + 2)
        for position, button in enumerate(self.buttons):
            wide = question == "score" and position == 0  # its key needs words
            line.addWidget(button, 14 if wide else 10)
            button.clicked.connect(lambda _=False, b=button: self._on_clicked(b))
            button.looked_at.connect(self.looked_at)

    def show_value(self, value: float | None) -> None:
        """Mark the answer given, or none."""
        for button in self.buttons:
            button.setChecked(value is not None and button.value == value)

    def set_criterion(self, name: str) -> None:
        """Say what is judged to those who hear the buttons."""
        for button in self.buttons:
            button.setAccessibleName(f"{name}: {button.accessibleName()}")

    def retranslate(self) -> None:
        """Say the answers in the present language."""
        for button, choice in zip(self.buttons, choices(self._question)):
            button.set_choice(choice)

    def _on_clicked(self, button: AnswerKey) -> None:
        self.show_value(button.value)
        self.chosen.emit(button.value)


class Questions(Speaking, QWidget):
    """All criteria of a project on one screen; the guideline shown is that of the one asked now.

    *Signals*
    - `chosen(str, float)`: a criterion and the value of the button pressed.
    - `looked_at(str, float)`: the same for the button under the mouse.
    """

    chosen = Signal(str, float)
    looked_at = Signal(str, float)

    def __init__(
        self, question: str, criteria: Sequence[Criterion], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._question = question
        self._criteria = {c.name: c for c in criteria}
        self._active = criteria[0].name
        self.rows = {name: AnswerRow(question) for name in self._criteria}
        self.names = {name: Label("") for name in self._criteria}
        self.asked, self._ends = Label("", "heading", wrap=True), Label("", "caption")
        self._lay_out()
        for name, row in self.rows.items():
            row.chosen.connect(lambda value, n=name: self.chosen.emit(n, value))
            row.looked_at.connect(lambda value, n=name: self.looked_at.emit(n, value))
        self.retranslate()

    def show_answers(self, answers: dict[str, float], active: str) -> None:
        """Mark the answers given and the criterion whose turn it is."""
        self._active = active
        for name, row in self.rows.items():
            row.show_value(answers.get(name))
            self.names[name].set_role("accent" if name == active else "")
        self._say_asked()

    def retranslate(self) -> None:
        """Answers and guidelines follow the language."""
        super().retranslate()
        if not hasattr(self, "_ends"):
            return
        for name, criterion in self._criteria.items():
            self.rows[name].retranslate()
            self.names[name].setText(shown(criterion_name(criterion)))
            self.names[name].setToolTip(tip(guideline(criterion)))
            if len(self.rows) > 1:
                self.rows[name].set_criterion(name)
        scores = self._question == "score"
        self._ends.setText(self.tr("0 is worst, 10 is best") if scores else "")
        self._say_asked()

    def _say_asked(self) -> None:
        criterion = self._criteria[self._active]
        self.asked.setText(shown(guideline(criterion)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        head = QHBoxLayout()
        head.setSpacing(SPACE_4)
        head.addWidget(self.asked, 1)
        head.addWidget(self._ends, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_4)
        grid.setVerticalSpacing(SPACE_2)
        grid.setColumnStretch(1, 1)
        for position, (name, row) in enumerate(self.rows.items()):
            self.names[name].setVisible(len(self.rows) > 1)
            grid.addWidget(self.names[name], position, 0)
            grid.addWidget(row, position, 1)
        if len(self.rows) == 1:
            grid.setHorizontalSpacing(0)
        column.addLayout(grid)


def guideline(criterion: Criterion) -> str:
    """A criterion's guideline; the one that comes with the program is translated."""
    if criterion.guideline == Criterion().guideline:
        return QCoreApplication.translate("rate", "How good is this answer to the prompt?")
    return criterion.guideline


def criterion_name(criterion: Criterion) -> str:
    """A criterion's name; the one that comes with the program is translated."""
    if criterion.name == DEFAULT_CRITERION:
        return QCoreApplication.translate("rate", "Overall")
    return criterion.name

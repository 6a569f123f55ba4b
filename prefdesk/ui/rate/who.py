"""Before the first answer: who rates, and what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from prefdesk.project.session import RatingSession
from prefdesk.project.settings import ProjectSettings
from prefdesk.records import Rater
from prefdesk.ui import theme
from prefdesk.ui.rate.scale import criterion_name, guideline
from prefdesk.ui.tokens import ROW_HEIGHT, SPACE_2, SPACE_3
from prefdesk.ui.widgets import Button, Card, Label, Line, Speaking, shown

ROWS_SHOWN = 8


@dataclass(frozen=True)
class RaterRow:
    """A rater on the start page; `session` is ready to begin, `waiting` counts its items."""

    rater: Rater
    session: RatingSession
    waiting: int


class WhoCard(Speaking, Card):
    """The raters of the project, one of whom is about to rate.

    *Signals*
    - `chosen()`: another rater, see `row()`. `add_wished(str)`: a name.
    """

    chosen = Signal()
    add_wished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._rows: list[RaterRow] = []
        self._wanted = 0
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self._counts: list[Label] = []
        self.nobody = Label("", "muted", wrap=True)
        self.name, self.add = QLineEdit(), Button("", "add")
        self.name.setMaxLength(100)
        self.problem = Label("", "problem", wrap=True)
        self.problem.hide()
        self.name.returnPressed.connect(self._on_add_pressed)
        self.name.textEdited.connect(lambda: self.problem.hide())
        self.add.clicked.connect(self._on_add_pressed)
        self._lay_out()
        self.say(self.set_title, lambda: self.tr("Who rates"))
        self.say(self.nobody.setText, lambda: self.tr("Nobody yet. Enter the name of who rates."))
        self.say(self.name.setPlaceholderText, lambda: self.tr("Name"))
        self.say(self.name.setAccessibleName, lambda: self.tr("Name of a new rater"))
        self.say(self.add.setText, lambda: self.tr("Add rater"))

    def row(self) -> RaterRow | None:
        """Who is chosen."""
        return next((r for r in self._rows if r.rater.id == self._group.checkedId()), None)

    def set_rows(self, rows: Sequence[RaterRow]) -> None:
        """Show the raters; whoever was chosen or just added stays chosen."""
        wanted = self._wanted or self._group.checkedId()
        self._rows, self._wanted = list(rows), 0
        self._clear()
        for row in rows:
            self._list.addLayout(self._line(row))
        self._order_focus()
        self.nobody.setVisible(not rows)
        ids = [r.rater.id for r in rows]
        if wanted in ids or len(ids) == 1:
            self._group.button(wanted if wanted in ids else ids[0]).setChecked(True)
        if ids and self.name.hasFocus() and not self.name.text():
            (self._group.checkedButton() or self._group.buttons()[0]).setFocus()
        self.chosen.emit()

    def allow_adding(self, on: bool) -> None:
        """Whether somebody new may join; not in the working copy of one rater's pack."""
        self.name.setVisible(on)
        self.add.setVisible(on)

    def added(self, rater: Rater) -> None:
        """The name was taken: choose it as soon as it is listed."""
        self._wanted = rater.id
        self.name.clear()

    def refused(self, sentence: str) -> None:
        """The name was not taken."""
        self.problem.setText(shown(sentence))
        self.problem.show()
        self.name.setFocus()

    def retranslate(self) -> None:
        """Counts follow the language."""
        super().retranslate()
        for label, row in zip(getattr(self, "_counts", []), getattr(self, "_rows", [])):
            label.setText(self._waiting(row))

    @Slot()
    def _on_add_pressed(self) -> None:
        if self.name.text().strip():
            self.add_wished.emit(self.name.text())

    @Slot(int, bool)
    def _on_toggled(self, _id: int, on: bool) -> None:
        if on:
            self.chosen.emit()

    def _line(self, row: RaterRow) -> QHBoxLayout:
        button = QRadioButton(shown(row.rater.name).replace("&", "&&"))
        button.setAccessibleDescription(self._waiting(row))
        self._group.addButton(button, row.rater.id)
        count = Label(self._waiting(row), "muted")
        self._counts.append(count)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(button, 1)
        line.addWidget(count)
        return line

    def _waiting(self, row: RaterRow) -> str:
        return self.tr("%n to go", "", row.waiting) if row.waiting else self.tr("all rated")

    def _order_focus(self) -> None:
        buttons = self._group.buttons()
        for before, after in pairwise(buttons):
            QWidget.setTabOrder(before, after)
        if buttons:
            QWidget.setTabOrder(buttons[-1], self.name)
        self._scroll.setVisible(bool(buttons))
        high = theme.scaled(ROW_HEIGHT, theme.theme().zoom)
        self._scroll.setFixedHeight(min(max(1, len(buttons)), ROWS_SHOWN) * high)

    def _clear(self) -> None:
        self._counts = []
        for button in self._group.buttons():
            self._group.removeButton(button)
        while (taken := self._list.takeAt(0)) is not None:
            inner = taken.layout()
            while inner is not None and (part := inner.takeAt(0)) is not None:
                widget = part.widget()
                if widget is not None:
                    widget.deleteLater()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, SPACE_2, 0)
        self._list.setSpacing(0)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self.body.addWidget(self.nobody)
        self.body.addWidget(scroll)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self.name, 1)
        line.addWidget(self.add)
        self.body.addSpacing(SPACE_2)
        self.body.addLayout(line)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)


class QuestionCard(Speaking, Card):
    """What raters are asked, in the words they will see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._settings = ProjectSettings()
        self._criteria = QVBoxLayout()
        self._criteria.setSpacing(SPACE_3)
        self._scale, self._how = Label("", "muted", wrap=True), Label("", "muted", wrap=True)
        self.waiting = Label("", "", wrap=True)
        self.body.addLayout(self._criteria)
        self.body.addWidget(self._scale)
        self.body.addSpacing(SPACE_2)
        self.body.addWidget(Line())
        self.body.addSpacing(SPACE_2)
        self.body.addWidget(self.waiting)
        self.body.addWidget(self._how)
        self.body.addStretch(1)
        self.say(self.set_title, lambda: self.tr("What is asked"))
        self.say(
            self._how.setText,
            lambda: self.tr(
                "One answer at a time, in an order of your own, without a word on which model "
                "wrote it. Each key saves and moves on; ? lists all keys, and undo always works."
            ),
        )
        self._say_scale()

    def show_settings(self, settings: ProjectSettings) -> None:
        """Show the question and every guideline."""
        self._settings = settings
        while (taken := self._criteria.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.deleteLater()
        many = len(settings.criteria) > 1
        for criterion in settings.criteria:
            if many:
                self._criteria.addWidget(Label(shown(criterion_name(criterion)), "heading"))
            self._criteria.addWidget(Label(shown(guideline(criterion)), "", wrap=True))
        self._say_scale()

    def show_waiting(self, words: str) -> None:
        """How much waits for whoever is chosen."""
        self.waiting.setText(words)
        self.waiting.setVisible(bool(words))

    def retranslate(self) -> None:
        """Guidelines follow the language."""
        super().retranslate()
        if hasattr(self, "_criteria"):
            self.show_settings(self._settings)

    def _say_scale(self) -> None:
        label = self._settings.question == "label"
        self._scale.setText(
            self.tr("The answer is one of bad, medium and good.")
            if label
            else self.tr("The answer is a score from 0 (worst) to 10 (best).")
        )

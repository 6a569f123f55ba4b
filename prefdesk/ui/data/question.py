"""What the project sets once: title, system text, the question, how many ratings, criteria."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui.data.criteria import CriteriaEditor
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_5
from prefdesk.ui.widgets import Card, Label, Speaking
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.project import ProjectSettings

SYSTEM_HEIGHT = 84
LABEL_WIDTH = 150


class QuestionView(Speaking, QWidget):
    """A form over the project's settings.

    *Signals*
    - `changed()`: something was edited; `values()` are for `project.change_settings`.
    """

    changed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ProjectSettings | None = None
        self.name, self.system = QLineEdit(), QPlainTextEdit()
        self.score, self.label = QRadioButton(), QRadioButton()
        self.target, self.criteria = QSpinBox(), CriteriaEditor()
        self.help = {name: Label("", "caption", wrap=True) for name in ("system", "target")}
        self._model_card, self._rater_card = Card(), Card()
        self._lay_out()
        self._speak()
        self._connect()

    @property
    def dirty(self) -> bool:
        """True if the form differs from what is stored."""
        return self._shown is not None and any(
            getattr(self._shown, name) != value for name, value in self.values().items()
        )

    def show_settings(self, settings: "ProjectSettings") -> None:
        """Show stored settings, unless somebody is editing."""
        if self.dirty:
            return
        self._shown = None
        self.name.setText(settings.title)
        self.system.setPlainText(settings.system)
        (self.score if settings.question == "score" else self.label).setChecked(True)
        self.target.setValue(settings.target_ratings)
        self.criteria.set_value(settings.criteria)
        self._shown = settings
        self.changed.emit()

    def forget(self) -> None:
        """The project was closed, or the edits are on disk."""
        self._shown = None

    def values(self) -> dict[str, Any]:
        """Settings as edited; criteria that cannot be read are empty and will be refused."""
        return {
            "title": self.name.text().strip(),
            "system": self.system.toPlainText(),
            "question": "score" if self.score.isChecked() else "label",
            "target_ratings": self.target.value(),
            "criteria": self.criteria.value() or (),
        }

    def _speak(self) -> None:
        self.say(self._model_card.set_title, lambda: self.tr("What the model is told"))
        self.say(self._rater_card.set_title, lambda: self.tr("What raters are asked"))
        self.say(self.name.setAccessibleName, lambda: self.tr("Title of the project"))
        self.say(self.system.setAccessibleName, lambda: self.tr("System text"))
        self.say(self.target.setAccessibleName, lambda: self.tr("Ratings wanted"))
        self.say(self.score.setText, lambda: self.tr("A score from 0 to 10"))
        self.say(self.label.setText, lambda: self.tr("A label: bad, medium or good"))
        self.say(
            self.help["system"].setText,
            lambda: self.tr(
                "Stands before every prompt. A change holds for what is sampled from now on."
            ),
        )
        self.say(
            self.help["target"].setText,
            lambda: self.tr("How many people should rate each completion; Rate asks until then."),
        )

    def _connect(self) -> None:
        self.name.textEdited.connect(self.changed)
        self.system.textChanged.connect(self.changed)
        self.score.toggled.connect(self.changed)
        self.target.valueChanged.connect(self.changed)
        self.criteria.changed.connect(self.changed)

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        group.addButton(self.score)
        group.addButton(self.label)
        self.system.setTabChangesFocus(True)
        self.system.setFixedHeight(SYSTEM_HEIGHT)
        self.target.setRange(1, 100)
        self.target.setFixedWidth(90)
        self.target.lineEdit().setTextMargins(SPACE_2, 0, 0, 0)
        for words in self.help.values():
            words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        first, second = _form(), _form()
        self._row(first, lambda: self.tr("Title of the project"), self.name)
        self._row(first, lambda: self.tr("System text"), self.system, self.help["system"])
        kinds = QWidget()
        line = QHBoxLayout(kinds)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_5)
        line.addWidget(self.score)
        line.addWidget(self.label)
        line.addStretch(1)
        self._row(second, lambda: self.tr("Scale"), kinds)
        self._row(second, lambda: self.tr("Ratings wanted"), self.target, self.help["target"])
        self._row(second, lambda: self.tr("Criteria"), self.criteria)
        self._model_card.body.addLayout(first)
        self._rater_card.body.addLayout(second)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_3, 0)
        column.setSpacing(SPACE_3)
        column.addWidget(self._model_card)
        column.addWidget(self._rater_card)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inside))

    def _row(self, form: QFormLayout, text: Any, *controls: QWidget) -> None:
        label = Label("")
        label.setMinimumWidth(LABEL_WIDTH)
        self.say(label.setText, text)
        form.addRow(label, controls[0])
        for below in controls[1:]:
            form.addRow("", below)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(SPACE_5)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form

"""Which column of a file goes where, how a prompt is made of columns, split and task."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from prefdesk.formats.fields import FIELDS
from prefdesk.records import Split
from prefdesk.ui.data.reading import FirstLook
from prefdesk.ui.tokens import SPACE_2, SPACE_4
from prefdesk.ui.widgets import Label, Speaking, one_line

TYPING_MS = 350


class MappingForm(Speaking, QWidget):
    """One choice of column for each field, a template, and what holds for every row.

    *Signals*
    - `changed`: something was chosen; typing is waited for.
    """

    changed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[str, ...] = ()
        self.choices = {name: QComboBox() for name in FIELDS}
        self.template, self.task = QLineEdit(), QLineEdit()
        self.split = QComboBox()
        self.split.addItem("", "train")
        self.split.addItem("", "evaluation")
        self.help = Label("", "caption", wrap=True)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(TYPING_MS)
        self._calm.timeout.connect(self.changed)
        self._lay_out()
        for box in (*self.choices.values(), self.split):
            box.currentIndexChanged.connect(self.changed)
        for line in (self.template, self.task):
            line.textEdited.connect(lambda _text: self._calm.start())

    def show_file(self, found: FirstLook) -> None:
        """Offer the columns of a file, those chosen that fit by their name."""
        self.columns = found.columns
        for name, box in self.choices.items():
            box.blockSignals(True)
            box.clear()
            box.addItem(self.tr("– none –"), "")
            for column in found.columns:
                box.addItem(one_line(column, 60), column)
            box.setCurrentIndex(max(0, box.findData(found.chosen.get(name, ""))))
            box.blockSignals(False)

    def mapping(self) -> dict[str, str]:
        """Field to column; an empty column means that the field is not read."""
        return {name: str(box.currentData() or "") for name, box in self.choices.items()}

    def template_text(self) -> str:
        """The template, empty if there is none."""
        return self.template.text() if self.template.text().strip() else ""

    def chosen_split(self) -> Split:
        """The split of rows that do not name one."""
        return "evaluation" if self.split.currentData() == "evaluation" else "train"

    def retranslate(self) -> None:
        """Choices follow the language too."""
        super().retranslate()
        if hasattr(self, "split"):
            self.split.setItemText(0, self.tr("Training"))
            self.split.setItemText(1, self.tr("Evaluation"))
            for box in self.choices.values():
                if box.count():
                    box.setItemText(0, self.tr("– none –"))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(SPACE_4)
        form.setVerticalSpacing(SPACE_2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for name, box in self.choices.items():
            box.setMinimumContentsLength(12)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            self._add(form, box, partial(self.field_name, name))
        self._add(form, self.template, lambda: self.tr("Template"))
        form.addRow("", self.help)
        self._add(form, self.split, lambda: self.tr("Default split"))
        self._add(form, self.task, lambda: self.tr("Default task"))
        self.say(self.template.setPlaceholderText, lambda: self.tr("Translate: {text}"))
        self.say(
            self.help.setText,
            lambda: self.tr(
                "Makes the prompt from columns: write {column} where its text belongs. "
                "Empty takes the prompt column as it is."
            ),
        )
        self.retranslate()

    def _add(self, form: QFormLayout, control: QWidget, text: Callable[[], str]) -> None:
        label = Label("")
        label.setBuddy(control)
        self.say(label.setText, text)
        self.say(control.setAccessibleName, text)
        form.addRow(label, control)

    def field_name(self, name: str) -> str:
        """What a person calls a field."""
        return {
            "prompt": self.tr("Prompt"),
            "references": self.tr("References"),
            "source": self.tr("Source text"),
            "task": self.tr("Task"),
            "split": self.tr("Split"),
            "tags": self.tr("Tags"),
        }.get(name, name)


def usable(paths: Sequence[str], suffixes: Sequence[str]) -> list[str]:
    """The files of a kind that can be read."""
    return [p for p in paths if any(p.lower().endswith(s) for s in suffixes)]

"""Let a checkpoint write completions: which one, to which prompts, how."""

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from prefdesk.config import SamplingConfig
from prefdesk.records import Split
from prefdesk.ui.data.reading import Models
from prefdesk.ui.tokens import SPACE_2, SPACE_5
from prefdesk.ui.widgets import Card, Label, SettingsForm, Speaking, one_line


class SampleWish(NamedTuple):
    """What to sample; `limit` None takes all prompts of the split."""

    config: SamplingConfig
    split: Split
    checkpoint_id: int
    limit: int | None


class SampleCard(Speaking, Card):
    """The form of a sampling.

    *Signals*
    - `changed()`: ask `wish()`, which is None while something is wrong or missing.
    """

    changed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._models: Models | None = None
        self._touched = False
        self.checkpoint, self.split, self.limit = QComboBox(), QComboBox(), QSpinBox()
        self.form = SettingsForm(SamplingConfig())
        self.words = Label("", "muted", wrap=True)
        self._fill()
        self._lay_out()
        self.say(self.set_title, lambda: self.tr("Sample completions"))
        self.checkpoint.currentIndexChanged.connect(self._on_changed)
        self.split.currentIndexChanged.connect(self._on_changed)
        self.limit.valueChanged.connect(self._on_changed)
        self.form.changed.connect(self._on_edited)

    def show_models(self, found: Models) -> None:
        """Offer the checkpoints; the last sampling's settings are the ones to go on with."""
        known = [self.checkpoint.itemData(i) for i in range(self.checkpoint.count())]
        ids = [c.id for c in reversed(found.checkpoints)]
        self._models = found
        if known != ids:
            self.checkpoint.blockSignals(True)
            self.checkpoint.clear()
            for one in reversed(found.checkpoints):
                self.checkpoint.addItem(one_line(one.name, 60), one.id)
            # A new checkpoint is what one wants to sample from next.
            self.checkpoint.setCurrentIndex(0)
            self.checkpoint.blockSignals(False)
        if not self._touched:
            self.form.set_value(found.config)
            self._touched = False
        self._on_changed()

    def forget(self) -> None:
        """The project was closed."""
        self._models, self._touched = None, False
        self.checkpoint.clear()

    def wish(self) -> SampleWish | None:
        """What the form asks for."""
        config, checkpoint = self.form.value(), self.checkpoint.currentData()
        if config is None or checkpoint is None or not self._prompts():
            return None
        limit = self.limit.value() or None
        return SampleWish(config, self._split(), int(checkpoint), limit)

    def retranslate(self) -> None:
        """Choices and the forecast follow the language."""
        super().retranslate()
        if hasattr(self, "_labels"):
            self.split.setItemText(0, self.tr("Training"))
            self.split.setItemText(1, self.tr("Evaluation"))
            self.limit.setSpecialValueText(self.tr("all"))
            self._align()
            self._say_forecast()

    def restyle(self) -> None:
        """Labels keep one edge at every text size."""
        if hasattr(self, "_labels"):
            self._align()

    def _align(self) -> None:
        """The form of the settings is another widget; both share the edge of their fields."""
        labels = [*self._labels, *(row.label for row in self.form.rows.values())]
        width = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(width)

    def _split(self) -> Split:
        return "evaluation" if self.split.currentData() == "evaluation" else "train"

    def _prompts(self) -> int:
        found = self._models
        if found is None:
            return 0
        return found.train if self._split() == "train" else found.evaluation

    def _on_edited(self) -> None:
        self._touched = True
        self._on_changed()

    def _on_changed(self) -> None:
        self._say_forecast()
        self.changed.emit()

    def _say_forecast(self) -> None:
        config, n = self.form.value(), self._prompts()
        if config is None or self._models is None:
            self.words.setText("")
            return
        if not n:
            self.words.setText(self.tr("There are no prompts in this split."))
            return
        n = min(n, self.limit.value() or n)
        text = self.tr(
            "{prompts} prompts × {each} = {total} completions. With unchanged settings, sampling "
            "goes on where it stopped; what is there already is not drawn again."
        )
        self.words.setText(
            text.format(
                prompts=f"{n:,}", each=config.per_prompt, total=f"{n * config.per_prompt:,}"
            )
        )

    def _fill(self) -> None:
        self.split.addItem("", "train")
        self.split.addItem("", "evaluation")
        self.limit.setRange(0, 10_000_000)
        self.limit.setFixedWidth(160)
        self.limit.lineEdit().setTextMargins(SPACE_2, 0, 0, 0)
        for box in (self.checkpoint, self.split):
            box.setMinimumContentsLength(16)

    def _lay_out(self) -> None:
        self._labels: list[Label] = []
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(SPACE_5)
        form.setVerticalSpacing(SPACE_2)
        for control, text in (
            (self.checkpoint, lambda: self.tr("Checkpoint")),
            (self.split, lambda: self.tr("Split")),
            (self.limit, lambda: self.tr("Number of prompts")),
        ):
            label = Label("")
            label.setBuddy(control)
            self.say(label.setText, text)
            self.say(control.setAccessibleName, text)
            self._labels.append(label)
            form.addRow(label, control)
        self.body.addLayout(form)
        self.body.addWidget(self.form)
        self.body.addWidget(self.words)
        self.retranslate()

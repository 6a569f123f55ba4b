"""The recipe: from which checkpoint, and every setting with its line of help."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from prefdesk.config import RoundConfig, preset_of, with_preset
from prefdesk.ui import theme
from prefdesk.ui.tokens import SPACE_3, SPACE_5
from prefdesk.ui.train.presets import GROUPS, PresetRow
from prefdesk.ui.widgets import Card, Label, PlainButton, SettingsForm, Speaking, one_line

if TYPE_CHECKING:
    from prefdesk.records import Checkpoint

NARROW = 430

ELSEWHERE = ("override",)
"""Asked for beside the finding that calls for it."""


class RecipePane(Speaking, Card):
    """Chooses the start and the settings of a round.

    *Signals*
    - `changed`: a setting or the checkpoint is other now.
    """

    changed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._current = 0
        self.start = QComboBox()
        self.start.setMinimumContentsLength(12)
        self.start.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.start.currentIndexChanged.connect(lambda: self.changed.emit())
        names = tuple(s.name for s in RoundConfig.describe() if s.name not in ELSEWHERE)
        self.form: SettingsForm[RoundConfig] = SettingsForm(
            RoundConfig(), only=names, groups=GROUPS
        )
        self.presets = PresetRow()
        self.presets.picked.connect(self._on_preset_picked)
        self.form.changed.connect(self._on_edited)
        self.defaults = PlainButton("", "undo")
        self.defaults.clicked.connect(lambda: self.form.set_value(RoundConfig()))
        self._label, self._explained = Label(""), Label("", "caption", wrap=True)
        self._how_far = Label("")
        self._label.setBuddy(self.start)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.start)
        column.addWidget(self._explained)
        self._first = first = QFormLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.setHorizontalSpacing(SPACE_5)
        first.setVerticalSpacing(SPACE_3)
        first.addRow(self._label, box)
        first.addRow(self._how_far, self.presets)
        self.body.setSpacing(SPACE_3)
        self.body.addLayout(first)
        self.body.addWidget(self.form)
        self.body.addWidget(self.defaults)
        self.body.addStretch(1)
        self.say(self.set_title, lambda: self.tr("Recipe"))
        self.say(self._label.setText, lambda: self.tr("Start from"))
        self.say(self._how_far.setText, lambda: self.tr("How far"))
        self.say(self.presets.setAccessibleName, lambda: self.tr("How far the round may go"))
        self.say(self.start.setAccessibleName, lambda: self.tr("Checkpoint to start from"))
        self.say(
            self._explained.setText,
            lambda: self.tr("Only rated answers of this checkpoint are used."),
        )
        self.say(self.defaults.setText, lambda: self.tr("Back to the defaults"))
        self._align()
        self._show_preset()

    def fit(self, width: int) -> None:
        """Where the labels would take too much of this width, they stand above their settings."""
        narrow, way = width < theme.scaled(NARROW, theme.theme().zoom), QFormLayout.RowWrapPolicy
        self._first.setRowWrapPolicy(way.WrapAllRows if narrow else way.DontWrapRows)
        self.form.set_stacked(narrow)

    def retranslate(self) -> None:
        """The first label stays in line with those of the form."""
        super().retranslate()
        if hasattr(self, "_explained"):
            QTimer.singleShot(0, self, self._align)  # once the form has said its own words

    def restyle(self) -> None:
        """Labels grow with the text."""
        self.retranslate()

    def _on_preset_picked(self, name: str) -> None:
        self.form.set_value(with_preset(self.form.value() or RoundConfig(), name))

    def _on_edited(self) -> None:
        self._show_preset()
        self.changed.emit()

    def _show_preset(self) -> None:
        config = self.form.value()
        self.presets.show_preset("" if config is None else preset_of(config))

    def _align(self) -> None:
        common = [r.label for r in self.form.rows.values() if not r.setting.expert]
        self._label.setMinimumWidth(max(label.sizeHint().width() for label in common))

    @property
    def checkpoint_id(self) -> int | None:
        """The chosen checkpoint."""
        chosen = self.start.currentData()
        return None if chosen is None else int(chosen)

    def value(self, override: str = "") -> RoundConfig | None:
        """The settings, or None while one of them is wrong."""
        config = self.form.value()
        if config is None or not override:
            return config
        values = {s.name: getattr(config, s.name) for s in config.describe()}
        return RoundConfig.from_mapping(values | {"override": override})

    def set_value(self, config: RoundConfig, checkpoint_id: int | None) -> None:
        """Show the settings of another round."""
        self.form.set_value(config)
        at = self.start.findData(checkpoint_id)
        if at >= 0:
            self.start.setCurrentIndex(at)

    def clear(self) -> None:
        """The project was closed."""
        self._current = 0
        self.start.clear()

    def show_checkpoints(self, checkpoints: "Sequence[Checkpoint]", current: int) -> None:
        """Offer these checkpoints, newest first; one that became current is the start."""
        chosen = self.checkpoint_id
        self.start.blockSignals(True)
        self.start.clear()
        for one in reversed(checkpoints):
            self.start.addItem(one_line(one.name, 60), one.id)
        wanted = chosen if current == self._current else current
        self._current = current
        self.start.setCurrentIndex(max(0, self.start.findData(wanted)))
        self.start.blockSignals(False)
        if self.checkpoint_id != chosen:
            self.changed.emit()

"""How far a round may go, in one choice; and the rare settings of a round by what they do."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.config import PRESETS
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Button, Group, Label, Speaking


class PresetRow(Speaking, QWidget):
    """Three buttons, of which the one that fits the present settings is pressed.

    *Signals*
    - `picked(str)`: the name of a preset.
    """

    picked = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self.buttons = {name: Button() for name in PRESETS}
        self.explained = Label("", "caption", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        for name, button in self.buttons.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _on, n=name: self._on_pressed(n))
            self._group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.explained)
        for name, button in self.buttons.items():
            self.say(button.setText, lambda n=name: self._title(n))  # type: ignore[misc]
            self.say(button.setAccessibleDescription, lambda n=name: self._help(n))  # type: ignore[misc]
        self.say(self.explained.setText, lambda: self._help(self._name))

    def show_preset(self, name: str) -> None:
        """Press the button of this preset; none for an empty name."""
        self._name = name
        for own, button in self.buttons.items():
            button.setChecked(own == name)
        self.explained.setText(self._help(name))

    def _on_pressed(self, name: str) -> None:
        self.show_preset(name)
        self.picked.emit(name)

    def _title(self, name: str) -> str:
        return {
            "safe": self.tr("Safe"),
            "balanced": self.tr("Balanced"),
            "bold": self.tr("Bold"),
        }[name]

    def _help(self, name: str) -> str:
        return {
            "safe": self.tr("Small steps near the old model, from the surest ratings only."),
            "balanced": self.tr("What suits most first rounds."),
            "bold": self.tr("Large steps, twice over: watch KL and length, and read the answers."),
            "": self.tr("Your own settings."),
        }[name]


GROUPS: tuple[Group, ...] = (
    Group(
        lambda: QCoreApplication.translate("recipe", "Which answers"),
        lambda: QCoreApplication.translate("recipe", "What is trained on, and how much it counts."),
        (
            *("reward", "take_older", "mask_truncated", "min_ess", "max_weight"),
            *("advantage_scale", "aggregation"),
        ),
    ),
    Group(
        lambda: QCoreApplication.translate("recipe", "Near the old model"),
        lambda: QCoreApplication.translate(
            "recipe", "What keeps the new model close to what it could do before."
        ),
        ("kl_placement", "kl_target", "eps_low", "eps_high", "mle_coef"),
    ),
    Group(
        lambda: QCoreApplication.translate("recipe", "Steps"),
        lambda: QCoreApplication.translate("recipe", "How the optimiser moves the weights."),
        ("lr_schedule", "warmup_ratio", "max_grad_norm", "lora_rank", "lora_alpha", "seed"),
    ),
    Group(
        lambda: QCoreApplication.translate("recipe", "Memory and safety"),
        lambda: QCoreApplication.translate(
            "recipe", "What the machine holds at once, and what is kept to go on from."
        ),
        ("micro_batch_tokens", "keep_state_s"),
    ),
)
"""The rare settings of a round by what they do; one that is not named comes last."""

"""Which checkpoints answer the evaluation prompts, and how."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from prefdesk.config import SamplingConfig
from prefdesk.records import Checkpoint
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.widgets import Label, SettingsForm, heading, one_line
from prefdesk.ui.widgets.arrange import scrolled

SETTINGS = ("per_prompt", "max_new_tokens", "temperature", "template", "seed")


class AnswerDialog(Dialog):
    """A box for each checkpoint and the settings they share.

    `on_chosen(config, checkpoint_ids)` is called once.
    """

    def __init__(
        self,
        checkpoints: Sequence[Checkpoint],
        chosen: Sequence[int],
        config: SamplingConfig,
        n_prompts: int,
        on_chosen: Callable[[SamplingConfig, list[int]], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "", width=560)
        self._n_prompts, self._on_chosen = n_prompts, on_chosen
        self.boxes = {c.id: QCheckBox(one_line(c.name, 60)) for c in checkpoints}
        for number, box in self.boxes.items():
            box.setChecked(number in chosen)
            box.toggled.connect(self._on_changed)
        self.form = SettingsForm(config, only=SETTINGS)
        self.form.changed.connect(self._on_changed)
        self.words, self._who, self._how = Label("", "muted", wrap=True), heading(), heading()
        self._lay_out()
        self.start = self.add_button("", self._on_start_pressed, primary=True)
        self._cancel = self.add_button("", self.close)
        self.say(self.set_title, lambda: self.tr("Answer the evaluation prompts"))
        self.say(self._who.setText, lambda: self.tr("Who answers"))
        self.say(self._how.setText, lambda: self.tr("How, the same for all"))
        self.say(self.start.setText, lambda: self.tr("Start"))
        self.say(self._cancel.setText, lambda: self.tr("Cancel"))
        self.say(lambda _text: self._on_changed(), lambda: "")

    def chosen(self) -> list[int]:
        """The checkpoints whose box is ticked."""
        return [number for number, box in self.boxes.items() if box.isChecked()]

    def _on_changed(self) -> None:
        config, ids = self.form.value(), self.chosen()
        self.start.setEnabled(config is not None and bool(ids))
        if config is None:
            self.words.setText("")
            return
        total = self._n_prompts * config.per_prompt * len(ids)
        text = self.tr(
            "{prompts} prompts × {each} × {checkpoints} checkpoints = {total} answers; what is "
            "there already is not drawn again."
        )
        self.words.setText(
            text.format(
                prompts=f"{self._n_prompts:,}",
                each=config.per_prompt,
                checkpoints=len(ids),
                total=f"{total:,}",
            )
        )

    def _on_start_pressed(self) -> None:
        config, ids = self.form.value(), self.chosen()
        if config is not None and ids:
            self.close()
            self._on_chosen(config, ids)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_3, 0)
        column.addWidget(self._who)
        for box in self.boxes.values():
            column.addWidget(box)
        column.addWidget(self._how)
        column.addWidget(self.form)
        column.addStretch(1)
        self.body.addWidget(scrolled(inside), 1)
        self.body.addWidget(self.words)
        self.resize(580, 600)

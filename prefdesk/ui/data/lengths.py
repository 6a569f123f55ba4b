"""How long the prompts are for the model, in a sentence, and the way to what was found."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from prefdesk.ui.data.reading import Lengths
from prefdesk.ui.widgets import Button, Card, Label, Speaking
from prefdesk.ui.widgets.text import sentences


class LengthsCard(Speaking, Card):
    """A sentence and a button.

    *Signals*
    - `look_wished()`: the tab Preprocessing is wanted.
    """

    look_wished = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._found: Lengths | None = None
        self.words, self.look = Label("", "muted", wrap=True), Button()
        self.look.clicked.connect(self.look_wished)
        line = QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.look)
        self.body.addLayout(line)
        self.say(self.set_title, lambda: self.tr("Prompts in tokens"))
        self.say(self.look.setText, lambda: self.tr("Preprocessing"))
        self.retranslate()

    def show_lengths(self, found: Lengths | None) -> None:
        """Say other lengths, or that nothing was measured yet."""
        self._found = found
        self.retranslate()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if not hasattr(self, "look"):
            return
        found = self._found
        if found is None:
            self.words.setText(
                self.tr(
                    "Nobody looked at them yet. Sampling turns them into tokens by itself; "
                    "preprocessing also finds what is repeated, too long or empty."
                )
            )
            return
        text = self.tr("{n} prompts, the longest has {longest} tokens; the limit is {limit}.")
        text = text.format(
            n=f"{found.n_prompts:,}", longest=f"{found.longest:,}", limit=f"{found.limit:,}"
        )
        if found.n_too_long:
            more = self.tr("%n prompts are longer.", "", found.n_too_long)
        else:
            more = self.tr("None is too long.")
        self.words.setText(sentences(text, more))

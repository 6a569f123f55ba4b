"""The offer to go on with a round that was cut off or stopped."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from prefdesk.ui import dates, icons, theme
from prefdesk.ui.dialogs import Question
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Button, Card, Label, PlainButton, Speaking
from prefdesk.ui.widgets.text import sentences

if TYPE_CHECKING:
    from prefdesk.project import Interrupted


class ResumeCard(Speaking, Card):
    """Says which round was interrupted and where; hidden while there is none.

    *Signals*
    - `go_on_wished(int, str)`: the round's id, and cpu or "" for the usual device.
    - `discard_wished(int)`: asked and answered.
    """

    go_on_wished = Signal(int, str)
    discard_wished = Signal(int)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._found: Interrupted | None = None
        self._picture = QLabel()
        self.sentence, self.hint = Label("", "heading", wrap=True), Label("", "", wrap=True)
        self.go_on = Button("", "next")
        self.elsewhere, self.discard = PlainButton("", "next"), PlainButton("", "close")
        self.go_on.clicked.connect(lambda: self._wish(""))
        self.elsewhere.clicked.connect(lambda: self._wish("cpu"))
        self.discard.clicked.connect(self._ask)
        self.say(self.go_on.setText, lambda: self.tr("Go on"))
        self.say(self.elsewhere.setText, lambda: self.tr("Go on with the processor"))
        self.say(
            self.elsewhere.setToolTip,
            lambda: self.tr("The last digits of its numbers will then be other ones"),
        )
        self.say(self.discard.setText, lambda: self.tr("Discard"))
        self._lay_out()
        self.show_found(None)

    def show_found(self, found: "Interrupted | None") -> None:
        """Offer this round; None for no offer."""
        self._found = found
        if found is not None:
            self.sentence.setText(self._what(found))
            self.hint.setText(self._how(found))
            self.elsewhere.setVisible(found.device_lost)
            self.setAccessibleName(sentences(self._what(found), self._how(found)))
        self.setVisible(found is not None)

    @property
    def has_offer(self) -> bool:
        """True if there is a round to go on with."""
        return self._found is not None

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "discard") and self._found is not None:
            hidden = self.isHidden()
            self.show_found(self._found)
            self.setHidden(hidden)

    def restyle(self) -> None:
        """The icon follows the theme."""
        if hasattr(self, "_picture"):
            tint = theme.current().accent
            self._picture.setPixmap(icons.pixmap("redo", tint, 20, self.devicePixelRatioF()))

    def _what(self, found: "Interrupted") -> str:
        if not found.step:
            text = self.tr("Round {number} was cut off before anything of it was kept.")
        elif found.round.status == "stopped":
            text = self.tr("Round {number} was stopped; it is kept at step {step} of {total}.")
        else:
            text = self.tr("Round {number} was interrupted; it is kept at step {step} of {total}.")
        return text.format(number=found.round.number, step=found.step, total=found.total)

    def _how(self, found: "Interrupted") -> str:
        if not found.step:
            return self.tr("It can start over with the ratings and answers it had.")
        text = self.tr(
            "Saved {when}. It goes on with the ratings and answers it had, to the result it would "
            "have had anyway. A new round gives it up."
        )
        said = text.format(when=dates.moment(found.saved_ms))
        lost = self.tr("The graphics card stopped working.")
        return sentences(lost, said) if found.device_lost else said

    def _wish(self, device: str) -> None:
        if self._found is not None:
            self.go_on_wished.emit(self._found.round.id, device)

    def _ask(self) -> None:
        found = self._found
        if found is None:
            return
        title = self.tr("Discard what was kept of round {number}?")
        Question.ask(
            self,
            title.format(number=found.round.number),
            self.tr("Its curves and its checkpoint, if it has one, stay. It cannot go on then."),
            [(self.tr("Discard"), lambda: self.discard_wished.emit(found.round.id))],
            stay=self.tr("Keep it"),
        )

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self.sentence)
        text.addWidget(self.hint)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(text, 1)
        for button in (self.go_on, self.elsewhere, self.discard):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(line)
        self.restyle()

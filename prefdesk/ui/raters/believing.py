"""How far a rater is believed: set by hand with a note, or estimated again."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QPlainTextEdit, QWidget

from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.raters.exclusions import user
from prefdesk.ui.widgets import Label

MOST = 3.0


class Belief(NamedTuple):
    """A weight for a rater; None has it estimated."""

    rater_id: int
    value: float | None
    note: str
    author: str


class BeliefDialog(Dialog):
    """Asks for the weight, why, and who says so. The note is required."""

    def __init__(
        self,
        parent: QWidget | None,
        rater_id: int,
        name: str,
        value: float,
        on_given: Callable[[Belief], object],
    ) -> None:
        super().__init__(parent, "", width=520)
        self._rater_id, self._on_given = rater_id, on_given
        explained, weight, why, who = Label("", wrap=True), Label(""), Label(""), Label("")
        self.value, self.author = QDoubleSpinBox(), QLineEdit(user())
        self.value.setRange(0, MOST)
        self.value.setSingleStep(0.1)
        self.value.setDecimals(2)
        self.value.setValue(min(MOST, value))
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(88)
        pairs = ((weight, self.value), (why, self.note), (who, self.author))
        self.body.addWidget(explained)
        for label, field in pairs:
            label.setBuddy(field)
            self.body.addWidget(label)
            self.body.addWidget(field)
        self.say(self.set_title, lambda: self.tr("How much should {name} count?").format(name=name))
        self.say(
            explained.setText,
            lambda: self.tr(
                "1 is an average rater, 0 counts nowhere. The weight holds in every reward from "
                "now on and can be taken back; rounds already trained keep theirs."
            ),
        )
        self._name(weight, self.value, lambda: self.tr("Weight, × an average rater"))
        self._name(why, self.note, lambda: self.tr("Reason"))
        self._name(who, self.author, lambda: self.tr("Decided by"))
        self.confirm = self.add_button("", self._on_confirmed, primary=True)
        self.estimate = self.add_button("", self._on_estimate)
        self.say(self.confirm.setText, lambda: self.tr("Set the weight"))
        self.say(self.estimate.setText, lambda: self.tr("Estimate it again"))
        self.say(self.add_button("", self.close).setText, lambda: self.tr("Cancel"))
        self.note.textChanged.connect(self._on_edited)
        self._on_edited()

    def _name(self, label: Label, field: QWidget, text: Callable[[], str]) -> None:
        self.say(label.setText, text)
        self.say(field.setAccessibleName, text)

    def _on_edited(self) -> None:
        given = bool(self.note.toPlainText().strip())
        self.confirm.setEnabled(given)
        self.estimate.setEnabled(given)

    def _on_confirmed(self) -> None:
        self._give(self.value.value())

    def _on_estimate(self) -> None:
        self._give(None)

    def _give(self, value: float | None) -> None:
        note, author = self.note.toPlainText().strip(), self.author.text().strip()
        self.close()
        self._on_given(Belief(self._rater_id, value, note, author))

"""Whose ratings these are: a rater of the project, or somebody new with a name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from prefdesk.records import Rater
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Speaking, one_line

NAME_WIDTH = 40


@dataclass(frozen=True)
class Chosen:
    """A rater, or the name of a new one; neither while nothing is chosen."""

    rater: Rater | None = None
    new_name: str = ""


class RaterChoice(Speaking, QWidget):
    """A list of raters that can end with somebody new, whose name is then asked for.

    *Signals*
    - `changed()`: somebody else is chosen; `renamed()`: the new name was edited.
    """

    changed = Signal()
    renamed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: Callable[[Rater], str] = lambda r: one_line(r.name, NAME_WIDTH)
        self.box, self.name = QComboBox(), QLineEdit()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.setMinimumWidth(220)
        self.name.setMaxLength(200)
        self.name.hide()
        self.box.activated.connect(self._on_chosen)
        self.name.textEdited.connect(lambda _text: self.renamed.emit())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        line.addWidget(self.box)
        line.addWidget(self.name, 1)
        line.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.say(self.name.setAccessibleName, lambda: self.tr("Name of the new rater"))
        self.say(self.name.setPlaceholderText, lambda: self.tr("Name of the new rater"))

    def offer(
        self,
        raters: Sequence[Rater],
        *,
        chosen: Rater | None = None,
        new_name: str | None = None,
        undecided: bool = False,
        words: Callable[[Rater], str] | None = None,
    ) -> None:
        """Offer raters; with `new_name`, even an empty one, also somebody new.

        `undecided` begins with nobody, so that a person must choose.
        """
        if words is not None:
            self._words = words
        self.box.clear()
        if undecided:
            self.box.addItem("", "none")
        for rater in raters:
            self.box.addItem("", rater)
        if new_name is not None:
            self.box.addItem("", "new")
            self.name.setText(new_name)
        at = [r.id for r in raters].index(chosen.id) + int(undecided) if chosen else -1
        if chosen is None and not undecided:
            at = self.box.findData("new")
        self.box.setCurrentIndex(max(0, at))
        self._say_items()
        self._show_name()

    def value(self) -> Chosen:
        """Who is chosen."""
        data = self.box.currentData()
        if isinstance(data, Rater):
            return Chosen(rater=data)
        return Chosen(new_name=self.name.text().strip()) if data == "new" else Chosen()

    def retranslate(self) -> None:
        """The items follow the language."""
        super().retranslate()
        if hasattr(self, "box"):
            self._say_items()

    def _say_items(self) -> None:
        fixed = {"none": self.tr("Choose …"), "new": self.tr("A new rater")}
        for row in range(self.box.count()):
            data = self.box.itemData(row)
            text = self._words(data) if isinstance(data, Rater) else fixed[data]
            self.box.setItemText(row, text)

    def _on_chosen(self) -> None:
        self._show_name()
        if self.name.isVisible():
            self.name.setFocus()
        self.changed.emit()

    def _show_name(self) -> None:
        self.name.setVisible(self.box.currentData() == "new")

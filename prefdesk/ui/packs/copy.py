"""The line above Rate in a working copy: whose it is, how far they are, and the way back."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from prefdesk.records import Changes
from prefdesk.ui.desk import Desk
from prefdesk.ui.packs import reading
from prefdesk.ui.packs.reading import CopyFacts
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Button, Label, Speaking, one_line


class CopyBar(Speaking, QFrame):
    """Shown while the open project is the working copy of a pack.

    *Signals*
    - `give_back_wished()`
    """

    give_back_wished = Signal()

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk = desk
        self.facts: CopyFacts | None = None
        self.words, self.count = Label("", "heading"), Label("", "muted")
        self.give_back = Button("", "export")
        self.give_back.clicked.connect(self.give_back_wished)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_4, SPACE_2, SPACE_2, SPACE_2)
        line.setSpacing(SPACE_3)
        line.addWidget(self.words)
        line.addWidget(self.count)
        line.addStretch(1)
        line.addWidget(self.give_back)
        self.say(self.give_back.setText, lambda: self.tr("Give back…"))
        desk.changed.connect(self._on_changed)
        self.hide()

    def refresh(self) -> None:
        """Ask how far the rater is."""
        if self._desk.mark is not None:
            self._desk.query(reading.copy_facts, self._on_facts, key="copy")

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "facts"):
            self._say_facts()

    def _on_facts(self, facts: CopyFacts) -> None:
        self.facts = facts
        self._say_facts()

    def _say_facts(self) -> None:
        facts = self.facts
        if facts is None:
            return
        text = self.tr("Working copy of a pack for {name}")
        self.words.setText(text.format(name=one_line(facts.rater, 40)))
        count = self.tr("{done} of {total} rated")
        self.count.setText(count.format(done=f"{facts.rated:,}", total=f"{facts.total:,}"))
        self.give_back.setEnabled(facts.rated > 0)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        # Not "queue": asking fills the rater's queue, and would answer itself for ever.
        if changes.touches("ratings"):
            self.refresh()

"""What merging a pack would do, on one page: whose it is, how sure that is, and what comes in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from prefdesk.ui import dates, icons, theme
from prefdesk.ui.packs import words
from prefdesk.ui.packs.reading import Look
from prefdesk.ui.packs.rows import PreviewTables
from prefdesk.ui.packs.who import RaterChoice
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Label, NumberCard, Speaking, one_line

if TYPE_CHECKING:
    from prefdesk.project import PackPreview
    from prefdesk.records import Rater

NAME_SHOWN = 60


class MergePreview(Speaking, QWidget):
    """Shows a `Look`, and asks who gets the ratings and whether a doubtful pack is theirs.

    *Attributes*
    - `found`: the preview that is shown, or None.

    *Signals*
    - `rater_chosen()`: somebody else is chosen, for whom the merge would do something else.
    - `answered()`: another answer to what does not change the preview.
    """

    rater_chosen = Signal()
    answered = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: PackPreview | None = None
        self._raters: tuple[Rater, ...] = ()
        self.sentence = Label("", wrap=True)
        self.who, self.who_problem = RaterChoice(), Label("", "problem", wrap=True)
        self.seal, self._seal_icon = Label("", wrap=True), QLabel()
        self.vouch = QCheckBox()
        self.cards = {name: NumberCard() for name in ("new", "conflicts", "refused", "there")}
        self.tables = PreviewTables()
        self._who_title, self._seal_title = Label(""), Label("")
        self._form = QFormLayout()
        self._lay_out()
        self._fill_form()
        self._speak()
        self.who.changed.connect(self._on_who_changed)
        self.who.renamed.connect(self._on_answered)
        self.vouch.toggled.connect(self._on_answered)

    def show_look(self, look: Look) -> None:
        """Show what a merge would do; the first time, also who could get the ratings."""
        first = self.found is None
        self.found, self._raters = look.found, look.raters
        if first:
            self._offer_raters(look)
        self.tables.show_preview(look.found)
        self._say_found()

    def as_name(self) -> str:
        """What the engine is to be told about the rater; empty where it knows."""
        if self.found is None:
            return ""
        identity, chosen = self.found.identity, self.who.value()
        if chosen.rater is not None:
            return "" if chosen.rater.uid == identity.uid else chosen.rater.name
        same = identity.found == "new" and chosen.new_name == identity.name
        return "" if same else chosen.new_name

    def is_settled(self) -> bool:
        """True once it is clear whose the ratings are."""
        if self.found is None or self._who_trouble():
            return False
        return self.vouch.isChecked() or not self.found.doubtful

    def lock(self, on: bool) -> None:
        """Take no other answers while the merge runs."""
        self.who.setEnabled(not on)
        self.vouch.setEnabled(not on)

    def retranslate(self) -> None:
        """Sentences about the pack follow the language."""
        super().retranslate()
        if hasattr(self, "_form"):
            self._say_found()

    def restyle(self) -> None:
        """The mark of the signature follows the theme."""
        if hasattr(self, "_seal_icon"):
            self._paint_seal()

    def _offer_raters(self, look: Look) -> None:
        identity = look.found.identity
        undecided = identity.target is None and identity.found == "same name"
        name = {"known": None, "same name": "", "new": identity.name}[identity.found]
        self.who.offer(look.raters, chosen=identity.target, new_name=name, undecided=undecided)

    def _on_who_changed(self) -> None:
        if self.who.value().rater is not None or self.found is None or self.found.identity.target:
            self.rater_chosen.emit()
        else:
            self._on_answered()

    def _on_answered(self) -> None:
        self._say_trouble()
        self.answered.emit()

    def _who_trouble(self) -> str:
        """Why the choice of rater will not do, or an empty string."""
        chosen, here = self.who.value(), {r.name.casefold() for r in self._raters}
        if chosen.rater is not None:
            return ""
        if self.who.box.currentData() == "none":
            return self.tr("Somebody of this name is here already. Say whose ratings these are.")
        if not chosen.new_name:
            return self.tr("Give the new rater a name.")
        if chosen.new_name.casefold() in here:
            return self.tr("There is a rater of this name already.")
        return ""

    def _say_trouble(self) -> None:
        if self.found is not None:
            trouble = self._who_trouble()
            self.who_problem.setText(trouble)
            self._form.setRowVisible(self.who_problem, bool(trouble))
            self._form.setRowVisible(self.vouch, self.found.doubtful)

    def _say_found(self) -> None:
        found = self.found
        if found is None:
            return
        name = one_line(found.identity.name, NAME_SHOWN)
        text = self.tr("%n judgements by {name}, given back on {day}.", "", found.events)
        self.sentence.setText(text.format(name=name, day=dates.day(found.made_ms)))
        self.seal.setText(words.seal(found.seal))
        self.vouch.setText(self.tr("I asked {name}: the pack is theirs").format(name=name))
        self._paint_seal()
        self._say_cards(found)
        self._say_trouble()

    def _say_cards(self, found: "PackPreview") -> None:
        figures = {
            "new": (found.new.count, self.tr("New"), self.tr("come in")),
            "conflicts": (
                len(found.conflicts),
                self.tr("In conflict"),
                self.tr("the newest counts"),
            ),
            "refused": (found.refused.count, self.tr("Refused"), self.tr("stay out")),
            "there": (found.duplicate.count, self.tr("Here already"), self.tr("nothing changes")),
        }
        for name, (n, title, compared) in figures.items():
            self.cards[name].set_title(title)
            self.cards[name].show_number(f"{n:,}", compared=compared)

    def _paint_seal(self) -> None:
        if self.found is None:
            return
        fine = self.found.seal in ("verified", "first key")
        icon, tint = ("check", "good") if fine else ("info", "muted")
        if self.found.doubtful:
            icon, tint = "warning", "warn"
        size = theme.scaled(16, theme.theme().zoom)
        colour = getattr(theme.current(), tint)
        self._seal_icon.setPixmap(icons.pixmap(icon, colour, size, self.devicePixelRatioF()))

    def _speak(self) -> None:
        self.say(self._who_title.setText, lambda: self.tr("They go to"))
        self.say(self.who.box.setAccessibleName, lambda: self.tr("They go to"))
        self.say(self._seal_title.setText, lambda: self.tr("Signature"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self.sentence)
        column.addLayout(self._form)
        cards = QHBoxLayout()
        cards.setSpacing(SPACE_3)
        for card in self.cards.values():
            cards.addWidget(card, 1)
        column.addLayout(cards)
        column.addWidget(self.tables, 1)

    def _fill_form(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self._seal_icon)
        line.addWidget(self.seal, 1)
        form = self._form
        form.setHorizontalSpacing(SPACE_4)
        form.setVerticalSpacing(SPACE_3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._who_title, self.who)
        form.addRow("", self.who_problem)
        form.addRow(self._seal_title, line)
        form.addRow("", self.vouch)
        self._who_title.setBuddy(self.who.box)

"""Ratings made under a wrong name: which ones, whose they are, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from prefdesk.records import Rater, Rating
from prefdesk.ui.dates import moment
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Button, Card, Label, PlainButton, Speaking, row, shown

PAUSE_MS = 20 * 60_000
"""A longer pause between two ratings starts another run."""
RUNS_SHOWN = 20


@dataclass(frozen=True)
class Run:
    """Ratings given one after the other: when the first was, and how many from there to now."""

    since_ms: int
    n_ratings: int


def utc_ms(rating: Rating) -> int:
    """When a rating was given, from the upper part of its hybrid clock."""
    return rating.hlc >> 16


def runs(ratings: Sequence[Rating]) -> list[Run]:
    """Runs of ratings (newest first), the latest run first, each counted up to now."""
    found: list[Run] = []
    for count, rating in enumerate(ratings, start=1):
        older = ratings[count] if count < len(ratings) else None
        if older is None or utc_ms(rating) - utc_ms(older) > PAUSE_MS:
            found.append(Run(utc_ms(rating), count))
    return found[:RUNS_SHOWN]


class MoveCard(Speaking, Card):
    """Choose from whom, to whom, and how many of the newest ratings.

    *Signals*
    - `source_chosen(object)`: a rater, whose ratings are wanted (`show_ratings`).
    - `move_wished(list[bytes], Rater, Rater)`; `closed()`
    """

    source_chosen = Signal(object)
    move_wished = Signal(object, object, object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._ratings: list[Rating] = []
        self._runs: list[Run] = []
        self.source, self.target, self.since = QComboBox(), QComboBox(), QComboBox()
        self.count = QLineEdit()
        self._range = QIntValidator(0, 0, self)
        self.count.setValidator(self._range)
        self.move_button, self.cancel = Button(), PlainButton()
        self.hint = Label("", "caption", wrap=True)
        self._lay_out()
        self._connect()

    def set_raters(self, raters: Sequence[Rater]) -> None:
        """Offer these raters; choices already made stay."""
        for box in (self.source, self.target):
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            for rater in raters:
                box.addItem(shown(rater.name), rater)
            names = [r.id for r in raters]
            kept = names.index(chosen.id) if chosen is not None and chosen.id in names else 0
            box.setCurrentIndex(kept if raters else -1)
            box.blockSignals(False)
        if self.target.currentIndex() == self.source.currentIndex() and len(raters) > 1:
            self.target.setCurrentIndex((self.source.currentIndex() + 1) % len(raters))
        self._update()

    def show_ratings(self, ratings: Sequence[Rating]) -> None:
        """The chosen rater's current ratings, newest first."""
        self._ratings, self._runs = list(ratings), runs(ratings)
        self.since.clear()
        for run in self._runs:
            self.since.addItem(self._run_words(run))
        self._range.setRange(0, len(ratings))
        self.count.setText(str(self._runs[0].n_ratings if self._runs else 0))
        self._update()

    def retranslate(self) -> None:
        """Times and counts follow the language."""
        super().retranslate()
        if hasattr(self, "_runs"):
            for position, run in enumerate(self._runs):
                self.since.setItemText(position, self._run_words(run))
            self._update()

    @Slot()
    def _on_move_pressed(self) -> None:
        uids = [r.event_uid for r in self._ratings[: self._count()]]
        self.move_button.setEnabled(False)
        self.move_wished.emit(uids, self.source.currentData(), self.target.currentData())

    @Slot(int)
    def _on_since_chosen(self, position: int) -> None:
        if 0 <= position < len(self._runs):
            self.count.setText(str(self._runs[position].n_ratings))

    @Slot()
    def _on_source_chosen(self) -> None:
        self._update()
        self.source_chosen.emit(self.source.currentData())

    @Slot()
    def _update(self) -> None:
        count = self._count()
        source, target = self.source.currentData(), self.target.currentData()
        differ = source is not None and target is not None and source.id != target.id
        self.move_button.setText(self.tr("Move %n ratings", "", count))
        self.move_button.setEnabled(bool(count) and differ)
        words = ""
        if source is not None and not self._ratings:
            words = self.tr("{rater} has no ratings.").format(rater=shown(source.name))
        elif not differ:
            words = self.tr("Choose two different raters.")
        elif count:
            first = moment(utc_ms(self._ratings[count - 1]))
            words = self.tr("From {first} on. Moving can be undone.").format(first=first)
        self.hint.setText(words)

    def _count(self) -> int:
        text = self.count.text()
        return min(int(text), len(self._ratings)) if text.isdecimal() else 0

    def _run_words(self, run: Run) -> str:
        words = self.tr("since {time}: %n ratings", "", run.n_ratings)
        return words.format(time=moment(run.since_ms))

    def _connect(self) -> None:
        self.source.currentIndexChanged.connect(self._on_source_chosen)
        self.target.currentIndexChanged.connect(self._update)
        self.since.activated.connect(self._on_since_chosen)
        self.count.textChanged.connect(self._update)
        self.move_button.clicked.connect(self._on_move_pressed)
        self.cancel.clicked.connect(self.closed)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_2)
        texts = (
            (self.source, lambda: self.tr("Rated under the name")),
            (self.target, lambda: self.tr("Really rated by")),
            (self.since, lambda: self.tr("Which ratings")),
            (self.count, lambda: self.tr("How many, newest first")),
        )
        for position, (control, text) in enumerate(texts):
            label = Label("", "caption")
            label.setBuddy(control)
            self.say(label.setText, text)
            self.say(control.setAccessibleName, text)
            line, column = divmod(position, 2)
            grid.addWidget(label, 2 * line, column)
            grid.addWidget(control, 2 * line + 1, column)
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self.body.addLayout(row(self.move_button, self.cancel, self.hint))
        self.say(self.set_title, lambda: self.tr("Move ratings to another rater"))
        self.say(self.cancel.setText, lambda: self.tr("Close"))

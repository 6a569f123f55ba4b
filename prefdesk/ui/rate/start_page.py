"""The start page of Rate: who rates, what is asked, ratings under a wrong name."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.project import Project
from prefdesk.project.settings import ProjectSettings
from prefdesk.ui.rate.move import MoveCard
from prefdesk.ui.rate.who import QuestionCard, RaterRow, WhoCard
from prefdesk.ui.tokens import SPACE_4
from prefdesk.ui.widgets import EmptyState, Speaking, shown


@dataclass(frozen=True)
class Start:
    """What the start page shows."""

    settings: ProjectSettings
    n_completions: int
    rows: tuple[RaterRow, ...]


def read_start(project: Project) -> Start:
    """Everybody who may rate, each with a session that is ready to begin."""
    rows = []
    for rater in project.raters.all():
        if not rater.simulated:
            session = project.ratings.session(rater)
            rows.append(RaterRow(rater, session, session.remaining()))
    return Start(project.settings, project.completions.count(), tuple(rows))


class StartPage(Speaking, QWidget):
    """Shows what `read_start` found; the place carries out what is pressed.

    *Attributes*
    - `who`, `question`, `move_card`, `empty`

    *Signals*
    - `changed()`: somebody else is chosen, or what is shown is another.
    - `data_wished()`: there is nothing to rate yet.
    """

    changed = Signal()
    data_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_completions, self._can_move = 0, False
        # Everything is made inside its parent: a widget that moves is styled all over again.
        self._pages = QStackedWidget(self)
        self._cards = QWidget(self._pages)
        self._pair = QWidget(self._cards)
        self.move_card = MoveCard(self._cards)
        self.who, self.question = WhoCard(self._pair), QuestionCard(self._pair)
        self.empty = EmptyState("", "rate", parent=self._pages)
        self.empty.set_action(self.tr("Go to Data"), self.data_wished.emit)
        self._lay_out()
        self.open_move(False)
        self.who.chosen.connect(self._on_chosen)
        self.move_card.closed.connect(lambda: self.open_move(False))
        self.say(self.empty.button.setText, lambda: self.tr("Go to Data"))
        self.say(
            lambda words: self.empty.set_sentence(
                words, self.tr("Data is where answers are made.")
            ),
            lambda: self.tr("There are no answers to rate yet."),
        )

    @property
    def row(self) -> RaterRow | None:
        """Who is chosen and can begin."""
        row = self.who.row()
        return row if row is not None and row.waiting and self._n_completions else None

    @property
    def has_answers(self) -> bool:
        """True if there is anything to rate in this project."""
        return self._n_completions > 0

    @property
    def can_move(self) -> bool:
        """It takes two to move ratings from one to the other."""
        return self._can_move

    def show_start(self, start: Start) -> None:
        """Show what was read."""
        self._n_completions = start.n_completions
        self._pages.setCurrentWidget(self._cards if start.n_completions else self.empty)
        self._can_move = len(start.rows) > 1
        self.question.show_settings(start.settings)
        self.who.set_rows(start.rows)
        self.move_card.set_raters([r.rater for r in start.rows])

    def open_move(self, on: bool) -> None:
        """Show the card for moving ratings in place of the others, or those."""
        self.move_card.setVisible(on)
        self._pair.setVisible(not on)

    def clear(self) -> None:
        """Forget a project."""
        self._n_completions, self._can_move = 0, False
        self.open_move(False)
        self.who.set_rows(())

    def retranslate(self) -> None:
        """Counts follow the language."""
        super().retranslate()
        if hasattr(self, "who"):
            self._say_waiting()

    @Slot()
    def _on_chosen(self) -> None:
        self._say_waiting()
        self.changed.emit()

    def _say_waiting(self) -> None:
        row = self.who.row()
        words = ""
        if row is not None and row.waiting:
            words = self.tr("{waiting} of {all} answers wait for {rater}.")
        elif row is not None:
            words = self.tr(
                "{rater} has rated everything. New answers come with the next sampling."
            )
        if row is not None:
            words = words.format(
                waiting=f"{row.waiting:,}",
                all=f"{self._n_completions:,}",
                rater=shown(row.rater.name),
            )
        self.question.show_waiting(words)

    def _lay_out(self) -> None:
        cards = QVBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(SPACE_4)
        pair = QHBoxLayout(self._pair)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(SPACE_4)
        pair.addWidget(self.who, 1)
        pair.addWidget(self.question, 1)
        cards.addWidget(self.move_card)
        cards.addWidget(self._pair)
        cards.addStretch(1)
        self._pages.addWidget(self._cards)
        self._pages.addWidget(self.empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

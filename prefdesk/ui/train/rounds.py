"""All rounds of the project, and the way back into any of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.ui import background, dates, theme
from prefdesk.ui.desk import Desk
from prefdesk.ui.last_words import told
from prefdesk.ui.tokens import ROW_HEIGHT, SPACE_2
from prefdesk.ui.train.live import recipe_text
from prefdesk.ui.widgets import (
    Button,
    Column,
    EmptyState,
    Label,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.records import Metric, Round

CHART_HEIGHT, TABLE_ROWS = 260, 4
LEAST_WORDS, WORDY = 120, (3, 6, 7)
"""Columns of words share what the others leave of the width."""


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with the names of the checkpoints it joins, and how many answers it used."""

    round: "Round"
    parent: str
    made: str
    answers: int


def read_rounds(project: "Project") -> list[RoundRow]:
    """All rounds, newest first."""
    names: dict[int, str] = {}
    rows = []
    for one in reversed(project.rounds.all()):
        ids = [i for i in (one.parent_checkpoint_id, one.checkpoint_id) if i is not None]
        names |= {i: project.checkpoints.get(i).name for i in ids if i not in names}
        made = names.get(one.checkpoint_id, "") if one.checkpoint_id is not None else ""
        answers = len(project.rounds.rewards(one.id))
        rows.append(RoundRow(one, names[one.parent_checkpoint_id], made, answers))
    return rows


def status_word(status: str) -> str:
    """How a round ended, in a word."""
    return {
        "running": QCoreApplication.translate("rounds", "running"),
        "done": QCoreApplication.translate("rounds", "done"),
        "stopped": QCoreApplication.translate("rounds", "stopped, kept"),
        "cancelled": QCoreApplication.translate("rounds", "cancelled"),
        "failed": QCoreApplication.translate("rounds", "failed"),
    }.get(status, status)


class RoundsView(Speaking, QWidget):
    """The list of rounds, and the curves of those that are chosen on one chart.

    *Signals*
    - `open_wished(RoundRow)`: show its curves.
    - `again_wished(RoundRow)`: put its recipe into the form.
    """

    open_wished = Signal(object)
    again_wished = Signal(object)

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.chart: Any = None
        self._rows: RowsModel[RoundRow] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.opened.connect(self.open_wished)
        self.table.chosen.connect(self._on_chosen)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._read())
        self.hint = Label("", "caption", wrap=True)
        self.open, self.again = Button("", "next"), Button("", "redo")
        self.open.clicked.connect(lambda: self._emit(self.open_wished))
        self.again.clicked.connect(lambda: self._emit(self.again_wished))
        self.empty = EmptyState("", "train")
        self.say(self.table.setAccessibleName, lambda: self.tr("Rounds"))
        self.say(self.open.setText, lambda: self.tr("Show the curves"))
        self.say(self.again.setText, lambda: self.tr("Use its recipe again"))
        self.say(
            self.hint.setText,
            lambda: self.tr(
                "Choose several rounds, with Shift or Ctrl, to see their curves together."
            ),
        )
        self.say(
            self.empty.set_sentence,
            lambda: self.tr("No round yet. Each one keeps its recipe, its rewards and its curves."),
        )
        self._lay_out()
        self._on_chosen(None)

    def show_rounds(self, rows: Sequence[RoundRow]) -> None:
        """Show these rounds; the chosen one stays chosen."""
        before = {r.round.id for r in self.table.selected()[:1]}
        self._rows.set_rows(rows)
        self._stack.setCurrentIndex(int(bool(rows)))
        at = [i for i, r in enumerate(rows) if r.round.id in before]
        if rows:
            self.table.selectRow([*at, 0][0])

    def restyle(self) -> None:
        """Some rows stay in sight at any text size; the rest of a low window scrolls."""
        if hasattr(self, "_stack"):
            height = theme.scaled(ROW_HEIGHT, theme.theme().zoom)
            self.table.setMinimumHeight(height * (TABLE_ROWS + 1))

    def showEvent(self, event: QShowEvent) -> None:
        """Load the chart when it is first looked at."""
        super().showEvent(event)
        if self.chart is None:
            background.query(self, _load_chart, self._on_chart_loaded, key="chart")

    def _on_chart_loaded(self, make: "Callable[[], Any]") -> None:
        if self.chart is None:
            self.chart = make()
            self.chart.setMinimumHeight(CHART_HEIGHT)
            self._inside.addWidget(self.chart, 2)
            self._read()

    def _read(self) -> None:
        """Ask for the curves of the chosen rounds."""
        numbers = {r.round.id: r.round.number for r in self.table.selected()}
        if self.chart is not None and numbers:
            self._desk.query(
                lambda p: {n: p.rounds.metrics(i) for i, n in numbers.items()},
                self._on_metrics,
                key="together",
            )

    def _on_metrics(self, found: "dict[int, list[Metric]]") -> None:
        self.chart.show_rounds(found)

    def _emit(self, signal: object) -> None:
        for row in self.table.selected()[:1]:
            signal.emit(row)  # type: ignore[attr-defined]

    def _on_chosen(self, row: RoundRow | None) -> None:
        for button in (self.open, self.again):
            button.setEnabled(row is not None)

    def _columns(self) -> list[Column[RoundRow]]:
        return [
            Column(lambda: self.tr("Round"), lambda r: r.round.number, True),
            Column(
                lambda: self.tr("Started"),
                lambda r: r.round.created_ms,
                show=lambda r: dates.moment(r.round.created_ms),
                width=120,
            ),
            Column(
                lambda: self.tr("State"),
                lambda r: status_word(r.round.status),
                tint=lambda r: "bad" if r.round.status == "failed" else "",
                tip=lambda r: told(r.round.message),
                width=124,
            ),
            Column(
                lambda: self.tr("From"),
                lambda r: r.parent,
                tip=lambda r: r.parent,
                width=LEAST_WORDS,
            ),
            Column(lambda: self.tr("Completions"), lambda r: r.answers, True),
            Column(lambda: self.tr("Made"), lambda r: r.made, width=120),
            Column(
                lambda: self.tr("Recipe"),
                lambda r: recipe_text(r.round.config),
                tip=lambda r: recipe_text(r.round.config),
                width=LEAST_WORDS,
            ),
            Column(
                lambda: self.tr("What happened"),
                lambda r: told(r.round.message),
                tip=lambda r: one_line(told(r.round.message)),
                width=LEAST_WORDS,
            ),
        ]

    def _lay_out(self) -> None:
        inside = QWidget()
        self._inside = column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        self.table.fill(WORDY, LEAST_WORDS)
        column.addWidget(self.table, 1)
        line = QHBoxLayout()
        line.addWidget(self.open)
        line.addWidget(self.again)
        line.addStretch(1)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_2)
        rows.addWidget(scrolled(inside), 1)
        rows.addWidget(self.hint)
        rows.addLayout(line)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(whole)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self.restyle()


def _load_chart() -> Callable[[], Any]:
    """The plotting library takes most of a second to import, so it comes in the background."""
    from prefdesk.ui.train.together import Together

    return Together

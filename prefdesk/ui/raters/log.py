"""The log of exclusions: what was left out, by whom, why, and whether it still is."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.records import Credibility
from prefdesk.ui import dates
from prefdesk.ui.desk import Desk
from prefdesk.ui.raters import words
from prefdesk.ui.raters.ledger import LogRow, exclusion_log
from prefdesk.ui.raters.supposed import Supposed
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import (
    Button,
    Column,
    EmptyState,
    PlainButton,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)

DECISION, REASON = 1, 3
"""The columns of sentences, which share the room that the others leave."""


class LogView(Speaking, QWidget):
    """Every exclusion there ever was, newest first.

    *Signals*
    - `restore_wished(Exclusion)`, `suppose_wished(Supposed)`
    """

    restore_wished = Signal(object)
    suppose_wished = Signal(object)

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: RowsModel[LogRow] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.fill((DECISION, REASON), 160)
        self.table.chosen.connect(self._on_chosen)
        self.restore = Button("", "undo")
        self.restore.clicked.connect(self._on_restore_pressed)
        self.suppose = PlainButton()
        self.suppose.clicked.connect(self._on_suppose_pressed)
        self.empty = EmptyState("", "raters")
        self.say(self.table.setAccessibleName, lambda: self.tr("Exclusions"))
        self.say(self.restore.setText, lambda: self.tr("Take the exclusion back"))
        self.say(self.suppose.setText, lambda: self.tr("What if it were taken back?"))
        self.say(
            self.empty.set_sentence,
            lambda: self.tr(
                "Nothing is left out. What you exclude is listed here for good, with its reason "
                "and a way back."
            ),
        )
        self._lay_out()
        self._on_chosen(None)

    def refresh(self) -> None:
        """Read the log."""
        self._desk.query(exclusion_log, self._on_log, key="log")

    def clear(self) -> None:
        """The project was closed."""
        self._on_log(())

    def _on_log(self, rows: Sequence[LogRow]) -> None:
        self._rows.set_rows(rows)
        self._stack.setCurrentIndex(int(bool(rows)))
        if rows:
            self.table.selectRow(0)

    def _on_chosen(self, row: LogRow | None) -> None:
        self._chosen = row
        in_force = row is not None and row.lifted is None
        self.restore.setEnabled(in_force)
        self.suppose.setEnabled(in_force)

    def _on_restore_pressed(self) -> None:
        # With Ctrl held a row can be the current one, which the button speaks of, unselected.
        for row in self.table.selected() or [self._chosen]:
            if row is not None and row.lifted is None:
                self.restore_wished.emit(row.exclusion)

    def _on_suppose_pressed(self) -> None:
        row = self._chosen
        if row is None:
            return
        one, what = row.exclusion, self._what(row)
        self.suppose_wished.emit(
            Supposed(what, estimate=one.rater_id)
            if isinstance(one, Credibility)
            else Supposed(what, restore=one.uid)
        )

    def _what(self, row: LogRow) -> str:
        if isinstance(row.exclusion, Credibility):
            return self._weight(row.exclusion, one_line(row.rater, 60))
        if row.exclusion.scope == "rater":
            return self.tr("all ratings of {rater}").format(rater=one_line(row.rater, 60))
        if row.rating is None:
            return self.tr("a rating of {rater} that was taken back").format(rater=row.rater)
        rating = row.rating
        return words.rating_name(rating.points, row.rater, rating.completion_id)

    def _weight(self, belief: Credibility, rater: str) -> str:
        if belief.value is None:
            return self.tr("weight of {rater} estimated again").format(rater=rater)
        text = self.tr("weight of {rater} set to {weight}")
        return text.format(rater=rater, weight=f"{belief.value:g}")

    def _state(self, row: LogRow) -> str:
        if row.lifted is None:
            return self.tr("in force")
        who, at = row.lifted.author, dates.moment(row.lifted.utc_ms)
        if who:
            return self.tr("taken back by {who}, {at}").format(who=one_line(who, 40), at=at)
        return self.tr("taken back, {at}").format(at=at)

    def _columns(self) -> list[Column[LogRow]]:
        def tint(row: LogRow) -> str:
            return "muted" if row.lifted else ""

        return [
            Column(
                lambda: self.tr("Time"),
                lambda r: r.exclusion.utc_ms,
                show=lambda r: dates.moment(r.exclusion.utc_ms),
                tint=tint,
                width=120,
            ),
            Column(lambda: self.tr("Decision"), self._what, tint=tint, width=250),
            Column(lambda: self.tr("State"), self._state, tint=tint, width=130),
            Column(
                lambda: self.tr("Reason"),
                _reason,
                tint=tint,
                tip=lambda r: one_line(_reason(r)),
                width=300,
            ),
            Column(lambda: self.tr("Figures"), _statistic, tint=tint, width=140),
            Column(
                lambda: self.tr("Decided by"), lambda r: r.exclusion.author, tint=tint, width=110
            ),
        ]

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.table, 1)
        line = QHBoxLayout()
        line.addWidget(self.restore)
        line.addWidget(self.suppose)
        line.addStretch(1)
        column.addLayout(line)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)


def _reason(row: LogRow) -> str:
    one = row.exclusion
    return one.note if isinstance(one, Credibility) else one.reason


def _statistic(row: LogRow) -> str:
    if isinstance(row.exclusion, Credibility):
        return ""
    rules = row.exclusion.statistic.split(", ")
    return words.comma().join(map(words.flag_name, rules))

"""Everything raters did, as it was written: who, when, what; newest first, page by page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QSignalBlocker
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from prefdesk.records import Event, Rater
from prefdesk.ui import dates
from prefdesk.ui.desk import Desk
from prefdesk.ui.packs import words
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Column, Label, RowsModel, Speaking, TableView, one_line, row

if TYPE_CHECKING:
    from prefdesk.project import Project

PAGE = 200


@dataclass(frozen=True)
class Page:
    """Some events, newest first, and the raters by their numbers."""

    events: tuple[Event, ...]
    raters: dict[int, Rater]


def read_page(project: "Project", rater_id: int | None, before: bytes | None) -> Page:
    """The next events before the one with the uid `before`, or the newest."""
    found = project.ratings.recent(rater_id=rater_id, before=before, limit=PAGE)
    return Page(tuple(found), {r.id: r for r in project.raters.all()})


class HistoryView(Speaking, QWidget):
    """The log of rating events, of everybody or of one rater.

    It is read only while it is seen: a project may hold millions of events.
    """

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stale = desk, True
        self._raters: dict[int, Rater] = {}
        self._rows: RowsModel[Event] = RowsModel(self._columns(), more=self._more, parent=self)
        self.table = TableView(self._rows)
        self.table.setSortingEnabled(False)
        self.who, self._who_title = QComboBox(), Label("")
        self.who.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.who.addItem("", None)
        self.who.activated.connect(self._read)
        self._who_title.setBuddy(self.who)
        self._hint = Label("", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(row(self._who_title, self.who, self._hint))
        column.addWidget(self.table, 1)
        self.say(self._who_title.setText, lambda: self.tr("Rater"))
        self.say(self.who.setAccessibleName, lambda: self.tr("Rater"))
        self.say(lambda text: self.who.setItemText(0, text), lambda: self.tr("Everybody"))
        self.say(self.table.setAccessibleName, lambda: self.tr("History of the ratings"))
        self.say(
            self._hint.setText,
            lambda: self.tr("Newest first. Nothing is ever removed; what was undone stays listed."),
        )

    def refresh(self) -> None:
        """Read the newest page, now or when it is next seen."""
        self._stale = True
        if self.isVisible():
            self._read()

    def clear(self) -> None:
        """The project was closed."""
        self._stale = True
        self._rows.set_rows(())
        while self.who.count() > 1:
            self.who.removeItem(1)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self._read()

    def _read(self) -> None:
        self._stale = False
        self._rows.hold()
        rater_id = self.who.currentData()
        self._desk.query(lambda p: read_page(p, rater_id, None), self._on_first, key="history")

    def _more(self, last: Event) -> None:
        rater_id = self.who.currentData()
        self._desk.query(lambda p: read_page(p, rater_id, last.uid), self._on_more, key="history")

    def _on_first(self, page: Page) -> None:
        self._raters = page.raters
        self._offer_raters()
        self._rows.set_rows(page.events, complete=len(page.events) < PAGE)

    def _on_more(self, page: Page) -> None:
        self._raters = page.raters
        self._rows.add_rows(page.events, complete=len(page.events) < PAGE)

    def _offer_raters(self) -> None:
        chosen = self.who.currentData()
        with QSignalBlocker(self.who):
            while self.who.count() > 1:
                self.who.removeItem(1)
            for rater in self._raters.values():
                self.who.addItem(one_line(rater.name, 60), rater.id)
            self.who.setCurrentIndex(max(0, self.who.findData(chosen)))

    def _name(self, event: Event) -> str:
        rater = self._raters.get(event.rater_id)
        return one_line(rater.name, 60) if rater else ""

    def _columns(self) -> list[Column[Event]]:
        def tint(event: Event) -> str:
            return "muted" if event.kind == "retract" else ""

        def ahead(event: Event) -> bool:
            return event.is_ahead(QDateTime.currentMSecsSinceEpoch())

        def wrong_clock(event: Event) -> str:
            return self.tr("This time is in the future: a clock was wrong.") if ahead(event) else ""

        return [
            Column(
                lambda: self.tr("When"),
                lambda e: e.utc_ms,
                show=lambda e: dates.date_and_time(e.utc_ms),
                tint=lambda e: "warn" if ahead(e) else tint(e),
                tip=wrong_clock,
                width=160,
            ),
            Column(lambda: self.tr("Who"), self._name, tint=tint, width=200),
            Column(
                lambda: self.tr("What"),
                lambda e: words.done(e.verb, e.kind),
                tint=tint,
                width=150,
            ),
            Column(
                lambda: self.tr("Judgement"),
                lambda e: e.value,
                show=lambda e: words.judgement(e.kind, e.value),
                numeric=True,
                width=100,
            ),
            Column(
                lambda: self.tr("Completion"),
                lambda e: e.completion_id,
                numeric=True,
                tint=tint,
                width=80,
            ),
            Column(lambda: self.tr("Criterion"), lambda e: e.criterion, tint=tint, width=120),
            Column(
                lambda: self.tr("Time, s"), lambda e: e.seconds, numeric=True, decimals=1, width=80
            ),
            Column(
                lambda: self.tr("Words"),
                lambda e: e.body,
                tip=lambda e: one_line(e.body),
                width=240,
            ),
        ]

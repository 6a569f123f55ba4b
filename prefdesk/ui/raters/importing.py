"""Ratings from a file: what would come in, of whom, what is refused and why; then the import."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from prefdesk.errors import BadRow, Cancelled, PrefdeskError
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.errand import ErrandStrip
from prefdesk.ui.widgets import (
    Column,
    Label,
    Notice,
    RowsModel,
    TableView,
    one_line,
)

if TYPE_CHECKING:
    from prefdesk.project import RatingsPreview, RatingsReport

PATTERNS = "*.csv *.tsv *.jsonl"
NAME_SHOWN = 60
TABLE_HEIGHT = 200
RATERS, REFUSED = range(2)
Person = tuple[str, int, bool]


class RatingsDialog(Dialog):
    """Reads a file of ratings, shows what it would bring, and brings it in as one act.

    `on_done` gets the `RatingsReport`. Nothing is written before the filled button is pressed.
    """

    def __init__(
        self,
        desk: Desk,
        path: Path,
        on_done: Callable[["RatingsReport"], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "", width=640)
        self._desk, self._path, self._on_done = desk, path, on_done
        self.found: RatingsPreview | None = None
        self._importing = False
        self.notice, self.strip = Notice(), ErrandStrip()
        self.words = Label("", "heading", wrap=True)
        self.people: RowsModel[Person] = RowsModel(self._people_columns(), parent=self)
        self.bad: RowsModel[BadRow] = RowsModel(self._bad_columns(), parent=self)
        self._lay_out()
        self.take = self.add_button("", self._on_take_pressed, primary=True)
        self.leave = self.add_button("", self.reject)
        self._speak()
        self.strip.stop_pressed.connect(self.reject)
        desk.project_closed.connect(self._on_project_closed)
        self._read()

    def retranslate(self) -> None:
        """What was found follows the language."""
        super().retranslate()
        if hasattr(self, "leave"):
            self._say()

    def reject(self) -> None:
        """Close; reading is stopped, an import that has begun ends first."""
        self.strip.ask_to_stop()
        if not self._importing:
            super().reject()

    def closeEvent(self, event: object) -> None:
        """The cross of the window does the same."""
        if self._importing:
            event.ignore()  # type: ignore[attr-defined]
        else:
            self.strip.ask_to_stop()

    def _read(self) -> None:
        errand, path = self.strip.follow(self.tr("Reading the file")), self._path
        self.take.setEnabled(False)
        self._desk.query(
            lambda p: p.ratings.preview_file(
                path, notify=errand.progress, cancelled=errand.is_stopped
            ),
            self._on_read,
            self._on_error,
            key="ratings file",
        )

    def _on_read(self, found: "RatingsPreview") -> None:
        self._rest()
        self.found = found
        self.people.set_rows(found.raters)
        self.bad.set_rows(found.bad)
        self.tabs.show()
        self.tabs.setCurrentIndex(REFUSED if found.bad else RATERS)
        self._say()
        if self.take.isEnabled():
            self.take.setFocus()

    def _on_error(self, error: PrefdeskError) -> None:
        self._importing = False
        self._rest()
        if isinstance(error, Cancelled):
            return
        self.notice.tell_error(error)
        rows = getattr(error, "rows", ())
        if rows:
            self.bad.set_rows(rows)
            self.tabs.show()
            self.tabs.setCurrentIndex(REFUSED)
        self._say()
        self.leave.setFocus()

    def _on_take_pressed(self) -> None:
        found = self.found
        if found is None:
            return
        self._importing = True
        self.take.setEnabled(False)
        self.leave.setEnabled(False)
        self.strip.begin(self.tr("Importing"))
        self.strip.stop.hide()
        self.strip.show()
        # The very rows that were shown, not the file as it may be by now.
        self._desk.mutate(
            lambda p: p.ratings.import_rows(found.rows), self._on_taken, self._on_error
        )

    def _on_taken(self, report: "RatingsReport") -> None:
        self._importing = False
        done = self._on_done
        self.close()
        done(report)

    @Slot()
    def _on_project_closed(self) -> None:
        self._importing = False
        self.close()

    def _rest(self) -> None:
        self.strip.rest()
        self.leave.setEnabled(True)

    def _say(self) -> None:
        found = self.found
        n_bad = len(self.bad.records)
        title = self.tr("Refused rows ({n})") if n_bad else self.tr("Refused rows")
        self.tabs.setTabText(REFUSED, title.format(n=f"{n_bad:,}"))
        new = len(found.rows) - found.unchanged if found else 0
        self.words.setText(self._sentence(new, n_bad))
        self.take.setText(self.tr("Import %n ratings", "", new) if new else self.tr("Import"))
        writable = self._desk.is_writable
        self.take.setEnabled(bool(new and writable and not self._importing))

    def _sentence(self, new: int, n_bad: int) -> str:
        found = self.found
        if found is None:
            return ""
        parts = [self.tr("%n ratings are new.", "", new)]
        if found.unchanged:
            parts.append(self.tr("%n are here already.", "", found.unchanged))
        if n_bad:
            parts.append(self.tr("%n rows are refused and stay out.", "", n_bad))
        return " ".join(parts)

    def _people_columns(self) -> list[Column[Person]]:
        return [
            Column(lambda: self.tr("Rater"), lambda p: one_line(p[0], NAME_SHOWN), width=260),
            Column(lambda: self.tr("Ratings"), lambda p: p[1], numeric=True, width=90),
            Column(
                lambda: self.tr("Here"),
                lambda p: p[2],
                show=lambda p: self.tr("will be added") if p[2] else self.tr("known"),
                width=150,
            ),
        ]

    def _bad_columns(self) -> list[Column[BadRow]]:
        return [
            Column(lambda: self.tr("Line"), lambda r: r.line or None, numeric=True, width=70),
            Column(
                lambda: self.tr("Reason"),
                lambda r: one_line(r.reason),
                tip=lambda r: one_line(r.reason),
                width=400,
            ),
        ]

    def _speak(self) -> None:
        name = one_line(self._path.name, NAME_SHOWN)
        self.say(self.set_title, lambda: self.tr("Import ratings from {file}").format(file=name))
        self.say(self.leave.setText, lambda: self.tr("Cancel"))
        self.say(self.people_table.setAccessibleName, lambda: self.tr("Raters"))
        self.say(self.bad_table.setAccessibleName, lambda: self.tr("Refused rows"))
        self.say(lambda text: self.tabs.setTabText(RATERS, text), lambda: self.tr("Raters"))
        self.say(self.tabs.tabBar().setAccessibleName, lambda: self.tr("What the file brings"))
        self._say()

    def _lay_out(self) -> None:
        self.people_table, self.bad_table = TableView(self.people), TableView(self.bad)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for table in (self.people_table, self.bad_table):
            table.setMinimumHeight(TABLE_HEIGHT)
            self.tabs.addTab(table, "")
        self.tabs.hide()
        for part in (self.notice, self.words, self.tabs, self.strip):
            self.body.addWidget(part)

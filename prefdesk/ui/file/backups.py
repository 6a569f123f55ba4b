"""The backups of a project: when, what is in them, where they lie, and the way back to one."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHeaderView, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.paths import backups_dir
from prefdesk.project import BackupInfo
from prefdesk.ui import dates
from prefdesk.ui.file import facts, folders, words
from prefdesk.ui.file.work_dialog import WorkDialog
from prefdesk.ui.widgets import Column, Label, RowsModel, TableView, one_line

if TYPE_CHECKING:
    from prefdesk.ui.file.backup_flow import BackupFlow

TABLE_HEIGHT = 230


class BackupsDialog(WorkDialog):
    """A list to choose from; `on_chosen` gets the backup to go back to, once that is confirmed.

    `events` is how many acts of rating the file has, to say what a backup lacks.
    """

    def __init__(
        self,
        flow: "BackupFlow",
        path: Path,
        on_chosen: Callable[[BackupInfo], object],
        parent: QWidget,
        events: int | None = None,
    ) -> None:
        super().__init__(parent, width=740)
        self._flow, self._path, self._on_chosen, self._events = flow, path, on_chosen, events
        self.rows: RowsModel[BackupInfo] = RowsModel(self._columns(), parent=self)
        self.table = TableView(self.rows)
        self.table.setMinimumHeight(TABLE_HEIGHT)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.chosen.connect(self._on_row)
        self.table.opened.connect(lambda _row: self._on_restore())
        self.words, self.where = Label("", "muted", wrap=True), Label("", "caption", wrap=True)
        for part in (self.words, self.table, self.where, self.strip):
            self.body.addWidget(part)
        self.restore = self.add_button("", self._on_restore, primary=True)
        self.now = self.add_button("", self._on_now)
        show = self.add_button("", self._on_show)
        self.say(show.setText, lambda: self.tr("Show the folder"))
        self.say(self.add_button("", self.reject).setText, lambda: self.tr("Close"))
        self.now.setVisible(flow.may_back_up(path))
        self.restore.setEnabled(False)
        self._speak()
        self.look()

    def look(self) -> None:
        """Read the list again."""
        self.work("backups", str(self._path), then=self._on_listed)

    def on_work_changed(self, working: bool) -> None:
        """No second look while one runs."""
        if hasattr(self, "now"):
            self.now.setEnabled(not working)

    def _on_listed(self, found: list[dict[str, Any]]) -> None:
        self.rows.set_rows(facts.backups_of(found))
        if found:
            self.table.selectRow(0)
            self.table.setFocus()
        self._say_where()

    def _on_row(self, row: BackupInfo | None) -> None:
        self.restore.setEnabled(row is not None)

    def _on_restore(self) -> None:
        chosen = self.table.selected()
        if chosen:
            self._flow.ask_to_restore(self, self._path, chosen[0], self._on_confirmed)

    def _on_confirmed(self, backup: BackupInfo) -> None:
        done = self._on_chosen
        self.close()
        done(backup)

    def _on_now(self) -> None:
        self.now.setEnabled(False)
        self._flow.back_up(self._on_made, self._on_not_made)

    def _on_made(self, made: BackupInfo | None) -> None:
        if made is None:
            self.notice.tell(self.tr("Backups are switched off (PREFDESK_BACKUPS)."), kind="warn")
            self.now.setEnabled(True)
            return
        self.look()

    def _on_not_made(self, error: PrefdeskError) -> None:
        self.now.setEnabled(True)
        self.tell_failure(error)

    def _on_show(self) -> None:
        folder = self._folder()
        if folder is not None:
            folders.show(folder)

    def _folder(self) -> Path | None:
        return self.rows.records[0].path.parent if self.rows.records else backups_dir()

    def _say_where(self) -> None:
        folder = self._folder()
        if folder is None:
            self.where.setText(self.tr("Backups are switched off (PREFDESK_BACKUPS)."))
        elif not self.rows.records and not self.is_at_work:
            self.where.setText(self.tr("There is no backup of this project yet."))
        else:
            text = self.tr("They lie in {folder}.")
            self.where.setText(text.format(folder=one_line(str(folder))))

    def _speak(self) -> None:
        name = words.name(self._path)
        self.say(self.set_title, lambda: self.tr("Backups of {file}").format(file=name))
        self.say(self.restore.setText, lambda: self.tr("Restore…"))
        self.say(self.now.setText, lambda: self.tr("Back up now"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Backups"))
        self.say(
            self.words.setText,
            lambda: self.tr(
                "A backup holds everything but weights. One is made after ten minutes of work and "
                "when the project is closed; the ten newest are kept, and one of each of the last "
                "14 days."
            ),
        )
        self.say(lambda _text: self._say_where(), lambda: "")

    def _columns(self) -> list[Column[BackupInfo]]:
        def lacks(one: BackupInfo) -> int | None:
            return words.missing(one, self._events)

        return [
            Column(
                lambda: self.tr("Made"),
                lambda b: b.made_ms,
                show=lambda b: dates.moment(b.made_ms),
                width=150,
            ),
            Column(lambda: self.tr("Ratings"), lambda b: b.ratings, numeric=True, width=80),
            Column(lambda: self.tr("Newer ratings here"), lacks, numeric=True, width=120),
            Column(lambda: self.tr("Raters"), lambda b: b.raters, numeric=True, width=70),
            Column(lambda: self.tr("Answers"), lambda b: b.completions, numeric=True, width=80),
            Column(
                lambda: self.tr("Size"),
                lambda b: b.size_bytes,
                show=lambda b: words.size(b.size_bytes),
                numeric=True,
                width=90,
            ),
        ]


class RestoreDialog(WorkDialog):
    """Puts a backup in a project's place, shows how far that is, and stays if it fails."""

    def __init__(self, flow: "BackupFlow", path: Path, backup: BackupInfo, parent: QWidget) -> None:
        super().__init__(parent, width=520)
        self._flow, self._path = flow, path
        self.body.addWidget(self.strip)
        name = words.name(path)
        self.say(self.set_title, lambda: self.tr("Restoring {file}").format(file=name))
        self.leave = self.add_button("", self.reject, primary=True)
        self.say(self.leave.setText, lambda: self.tr("Close"))
        self.leave.setEnabled(False)
        self.work(
            "restore",
            str(path),
            str(backup.path),
            then=self._on_restored,
            otherwise=self._on_failed_to_restore,
            must_end=True,
        )

    def _on_restored(self, found: dict[str, Any]) -> None:
        self.close()
        self._flow.tell_restored(facts.went_of(found))

    def _on_failed_to_restore(self, error: PrefdeskError) -> None:
        """The project is as it was; it is open again behind this."""
        self.tell_failure(error)
        self.leave.setEnabled(True)
        self.leave.setFocus()
        self._flow.open_again(self._path)

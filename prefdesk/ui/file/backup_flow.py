"""The ways of backups through the window: listed, made now, gone back to, and failed ones told.

The dialogs are loaded when they are needed: they know the engine, which the window starts without.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.ui import dates
from prefdesk.ui.dialogs import Question
from prefdesk.ui.file import folders, words

if TYPE_CHECKING:
    from prefdesk.project import BackupInfo
    from prefdesk.ui.file.care import Care
    from prefdesk.ui.file.facts import Went
    from prefdesk.ui.window import Window


class BackupFlow(QObject):
    """Everything the window does with backups; `care` frees the file and opens it again."""

    _failed = Signal(str)

    def __init__(self, care: "Care", window: "Window") -> None:
        super().__init__(care)
        self._care, self._window, self._desk = care, window, window.desk
        self._said: set[str] = set()
        self._failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        self._desk.project_opened.connect(self._on_project_opened)

    def show(self) -> None:
        """List the backups of the open project."""
        if self._desk.project is not None:
            self._desk.query(
                lambda p: p.ratings.count_events(), self._on_counted, key="file events"
            )

    def _on_counted(self, events: int) -> None:
        from prefdesk.ui.file.backups import BackupsDialog

        project = self._desk.project
        if project is not None:
            path = project.path
            restore = partial(self._restore, path)
            BackupsDialog(self, path, restore, self._window, events).open()

    def choose(
        self,
        parent: QWidget,
        path: Path,
        events: int | None,
        on_chosen: "Callable[[BackupInfo], object]",
    ) -> None:
        """List the backups of a file that cannot be opened."""
        from prefdesk.ui.file.backups import BackupsDialog

        BackupsDialog(self, path, on_chosen, parent, events).open()

    def ask_to_restore(
        self,
        parent: QWidget,
        path: Path,
        backup: "BackupInfo",
        on_confirmed: "Callable[[BackupInfo], object]",
    ) -> None:
        """Say what going back means, and ask."""
        title = self.tr("Go back to the backup of {time}?")
        sentence = self.tr(
            "{file} will be as it was then. The file that is there now is kept beside it, under a "
            "name with today's date. Weights of trained checkpoints are not in backups."
        )
        Question.ask(
            parent,
            title.format(time=dates.moment(backup.made_ms)),
            sentence.format(file=words.name(path)),
            [(self.tr("Restore"), partial(on_confirmed, backup))],
        )

    def _restore(self, path: Path, backup: "BackupInfo") -> None:
        from prefdesk.ui.file.backups import RestoreDialog

        def show() -> None:
            RestoreDialog(self, path, backup, self._window).open()

        self._care.free(path, show)

    def tell_restored(self, went: "Went") -> None:
        """Open what was restored, and say where the file before is."""
        self._care.open(went.path, partial(self._say_restored, went))

    def _say_restored(self, went: "Went") -> None:
        text = self.tr("The project is as it was at {time}.")
        kept = self.tr("The file that was there before is {file}.")
        self._window.news.offer(
            text.format(time=dates.moment(went.backup.made_ms)),
            kept.format(file=words.name(went.kept)) if went.kept else "",
            kind="good",
            action=self.tr("Show the folder"),
            on_action=partial(folders.show, went.path),
        )

    def open_again(self, path: Path) -> None:
        """Nothing was restored: go on in the project as it was."""
        self._care.open(path)

    def may_back_up(self, path: Path) -> bool:
        """True if this is the open project, and open for writing."""
        project = self._desk.project
        return project is not None and project.path == path and project.mode == "w"

    def back_up(
        self,
        on_made: "Callable[[BackupInfo | None], None]",
        on_error: Callable[[PrefdeskError], None],
    ) -> None:
        """Make a backup now."""
        self._desk.query(lambda p: p.file.backup(), on_made, on_error)

    @Slot()
    def _on_project_opened(self) -> None:
        project = self._desk.project
        if project is not None:
            self._said = set()
            project.file.backing.tell = self._failed.emit

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        """A backup failed, on a thread of its own: it is told once, and not while people rate."""
        if sentence not in self._said:
            self._said.add(sentence)
            self._care.when_calm(partial(self._tell_failed, sentence))

    def _tell_failed(self, sentence: str) -> None:
        again = self.tr("Backups…") if self._desk.project is not None else ""
        self._window.news.offer(sentence, kind="warn", action=again, on_action=self.show)

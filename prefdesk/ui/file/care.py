"""The care of the project's file: damage, the check, compacting, and word of them.

Backups have a flow of their own, `backup_flow`.

The dialogs are loaded when they are needed: they know the engine, which the window starts without.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from prefdesk.errors import DamagedProject, PrefdeskError
from prefdesk.ui.file import folders, words
from prefdesk.ui.file.backup_flow import BackupFlow
from prefdesk.ui.widgets import Notice

if TYPE_CHECKING:
    from prefdesk.project import Project, Salvaged, Space
    from prefdesk.ui.file.checking import CheckDialog
    from prefdesk.ui.file.damaged import DamagedDialog
    from prefdesk.ui.file.saved import SavedDialog
    from prefdesk.ui.window import Window

PATIENCE_MS = 1_000


class Care(QObject):
    """Everything the window does about the project's file; dialogs are the window's children.

    *Attributes*
    - `backup_flow`: the part of it that has to do with backups.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.backup_flow = BackupFlow(self, window)

    # Damage

    def show_damage(self, path: Path, error: PrefdeskError) -> "DamagedDialog":
        """Say what happened to a file, and offer the ways on; one dialog at a time."""
        from prefdesk.ui.file.damaged import DamagedDialog

        for there in self._window.findChildren(DamagedDialog):
            if there.isVisible():
                return there
        dialog = DamagedDialog(self, path, error, self._window)
        dialog.open()
        return dialog

    def tell_damage(self, error: DamagedProject, notice: Notice) -> None:
        """Damage was met while a project is open: a notice that leads to the ways on."""
        project = self._desk.project
        if project is None:
            notice.tell_error(error)
            return
        notice.tell(
            error.message,
            self.tr("There is a way to save what can be read, or to go back to a backup."),
            kind="bad",
            action=self.tr("What can be done…"),
            on_action=partial(self.show_damage, project.path, error),
        )

    def show_ways_after_check(self, path: Path) -> None:
        """The check found something."""
        self.show_damage(path, DamagedProject(self.tr("The check found damage.")))

    def show_saved(self, path: Path, saved: "Salvaged") -> "SavedDialog":
        """Report on what was saved of a damaged file."""
        from prefdesk.ui.file.saved import SavedDialog

        dialog = SavedDialog(self, path, saved, self._window)
        dialog.open()
        return dialog

    def free(self, path: Path, then: Callable[[], object]) -> None:
        """Close the project if it is this one, then go on."""
        project = self._desk.project
        if project is not None and project.path == path:
            self._window.leaving.leave(then)
        else:
            then()

    def open(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Open a project, then say something about it."""

        def opened(_project: "Project") -> None:
            then()

        self._window.leaving.leave(lambda: self._desk.open_project(path, opened))

    def backups(self) -> None:
        """List the backups of the open project."""
        self.backup_flow.show()

    # The check, and compacting

    def check(self) -> None:
        """Check the whole project in the background."""
        from prefdesk.ui.file.checking import CheckDialog

        project = self._desk.project
        there = [d for d in self._window.findChildren(CheckDialog) if d.is_at_work]
        if there:
            there[0].show()
        elif project is not None:
            dialog = CheckDialog(self, project.path, self._window)
            self._desk.project_closed.connect(dialog.on_project_closed)
            dialog.open()

    def tell_checked(self, dialog: "CheckDialog") -> None:
        """Say how a check ended that was put away."""
        if not dialog.isVisible():
            self.when_calm(partial(self._offer_check, dialog))

    def _offer_check(self, dialog: "CheckDialog") -> None:
        wrong = bool(dialog.problems)
        self._window.news.offer(
            dialog.verdict(),
            kind="bad" if wrong else "good",
            action=self.tr("Show them…") if wrong else "",
            on_action=dialog.open,
        )

    def compact(self) -> None:
        """Offer to give all unused space back at once."""
        from prefdesk.ui.file.compact import CompactDialog

        project = self._desk.project
        if project is not None:
            CompactDialog(self, project.path, self._window).open()

    def ask_for_space(
        self, on_space: "Callable[[Space], None]", on_error: Callable[[PrefdeskError], None]
    ) -> None:
        """What compacting would gain, and what it needs."""
        self._desk.query(lambda p: p.file.space(), on_space, on_error)

    def why_not_compact(self) -> str:
        """What stands in the way of compacting now, or an empty string."""
        project, jobs = self._desk.project, self._desk.jobs
        if project is None or project.mode != "w":
            return self.tr("The project is open read-only.")
        if jobs.running is not None or jobs.waiting:
            return self.tr("A job is running. Compact the file when it has ended.")
        if project.pending:
            return self.tr("Some ratings are not saved yet. Try again in a moment.")
        return ""

    def tell_compacted(self, before_bytes: int, after_bytes: int) -> None:
        """Say what compacting gained."""
        text = self.tr("The file had {before} and has {after} now.")
        self._window.news.offer(
            text.format(before=words.size(before_bytes), after=words.size(after_bytes)), kind="good"
        )

    # Notices

    def tell_notices(self, sentences: tuple[str, ...], path: Path) -> None:
        """What a person should know about how the file was found."""
        self._window.news.offer(
            "\n".join(sentences),
            kind="warn",
            action=self.tr("Show the file"),
            on_action=partial(folders.show, path),
        )

    def when_calm(self, say: Callable[[], object]) -> None:
        """Say something once nobody rates."""
        if self._window.is_rating:
            QTimer.singleShot(PATIENCE_MS, self, partial(self.when_calm, say))
        else:
            say()

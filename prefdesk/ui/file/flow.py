"""The ways of the open project's file through the window: copied, moved, written by nobody else."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from prefdesk.errors import NotWritable, PrefdeskError, ProjectInUse
from prefdesk.ui.dialogs import AskFile, Question
from prefdesk.ui.errand import Errand
from prefdesk.ui.file import whereabouts, words
from prefdesk.ui.file.bar import FileBar, Way
from prefdesk.ui.file.copying import CopyDialog
from prefdesk.ui.file.place_warning import PlaceWarning
from prefdesk.ui.file.watch import FileWatch
from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import Project, Whereabouts
    from prefdesk.ui.window import Window


class FileFlow(QObject):
    """Everything the window does about the file itself; dialogs are the window's children.

    *Attributes*
    - `bar`: the line at the top; the window lays it out. `is_in_trouble`: nothing can be saved.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.bar, self.watch = FileBar(), FileWatch(window.desk, self)
        self.is_in_trouble = False
        self._reason: Callable[[], str] = str
        self.warning = PlaceWarning(window)
        self.watch.changed.connect(self.show_state)
        self._desk.project_opened.connect(self._on_opened)
        self._desk.project_closed.connect(self._on_closed)

    def save_copy(self) -> None:
        """Ask where, and write a complete copy there."""
        self._ask_where(self._copy_present(self._on_saved))

    def work_in_copy(self) -> None:
        """Ask where, write a complete copy of the read-only project there, and open it."""
        self._ask_where(self._copy_present(self._window.open_path))

    def offer_ways(self, path: Path, error: PrefdeskError) -> bool:
        """Ask what to do about a project that cannot be written; False for other errors."""
        if isinstance(error, ProjectInUse):
            title = self.tr("{name} is in use")
            reason = partial(whereabouts.holder, error.holder)
            more = self.tr("Only one program at a time can write a project.")
        elif isinstance(error, NotWritable):
            title, reason = self.tr("{name} cannot be changed here"), partial(str, error.message)
            more = self.tr("It can be read, or worked on in a copy.")
        else:
            return False
        Question.ask(
            self._window,
            title.format(name=words.long_name(path)),
            f"{reason()} {more}",
            [
                (self.tr("Open read-only"), partial(self._open_to_read, path, reason)),
                (self.tr("Work in a copy…"), partial(self._ask_for_copy, path)),
            ],
        )
        return True

    @Slot(object, object)
    def show_state(self, where: "Whereabouts", failure: PrefdeskError | None) -> None:
        """Say what became of the file, or that all is well again."""
        project = self._desk.project
        if project is None:
            return
        self.is_in_trouble = not where.is_here or failure is not None
        if not self.is_in_trouble:
            self._show_well(project)
            return
        path = project.path
        self.bar.tell(
            "bad", lambda: (*whereabouts.trouble(path, where, failure), self._ways(project, where))
        )

    def _ways(self, project: "Project", where: "Whereabouts") -> list[Way]:
        if where.state == "overwritten":
            close = self._window.menus.actions["close_project"].trigger
            return [(self.tr("Close the project"), close)]
        if where.state == "silent" or project.mode == "r":
            return []
        ways: list[Way] = [(self.tr("Save a copy elsewhere…"), self.rescue)]
        if where.now is not None and where.now.parent == project.path.parent:
            ways.append((self.tr("Open it under its new name"), self.follow))
        return ways

    def rescue(self) -> None:
        """Ask where, write a copy there, and go on in it; ratings not saved yet go there too."""
        self._ask_where(self._copy_present(self.go_on_in))

    def go_on_in(self, path: Path) -> None:
        """Work in this file from here on."""
        self._desk.mutate(lambda p: p.file.go_on_in(path), self._on_gone_on)

    def follow(self) -> None:
        """Work under the name that somebody gave the file."""
        self._desk.mutate(lambda p: p.file.go_on_renamed(), self._on_gone_on)

    def _on_gone_on(self, _: object) -> None:
        project = self._desk.project
        assert project is not None
        self.is_in_trouble = False
        self.bar.forget()
        self.watch.begin()
        self._desk.move_on()
        self._desk.tell(
            self.tr("You work in {name} now.").format(name=words.long_name(project.path))
        )

    def _copy_present(self, on_done: Callable[[Path], object]) -> Callable[[Path], None]:
        project = self._desk.project

        def start(path: Path) -> None:
            if project is not None:
                self._start(
                    lambda e: project.file.save_copy(
                        path, progress=e.progress, cancelled=e.is_stopped
                    ),
                    path,
                    on_done,
                )

        return start

    def _ask_for_copy(self, path: Path) -> None:
        def start(to: Path) -> None:
            def make(errand: Errand) -> Path:
                from prefdesk.project import copy_of

                return copy_of(path, to, progress=errand.progress, cancelled=errand.is_stopped)

            self._start(make, to, self._window.open_path)

        self._ask_where(start, path)

    def _start(
        self, make: Callable[[Errand], Path], path: Path, on_done: Callable[[Path], object]
    ) -> None:
        CopyDialog(make, path, on_done, self._window).start()

    def _ask_where(self, on_chosen: Callable[[Path], object], path: Path | None = None) -> None:
        project = self._desk.project
        source = path or (project.path if project is not None else Path("project.prefdesk"))
        name = self.tr("{name} copy").format(name=source.stem) + source.suffix
        dialog = AskFile.to_save(
            self._window,
            self.tr("Where the copy goes"),
            self.tr("Projects (*.prefdesk)"),
            str(Path.home() / name),
            on_chosen,
        )
        # A file that is there is refused with a sentence, not replaced.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)

    def _open_to_read(self, path: Path, reason: Callable[[], str]) -> None:
        self._reason = reason
        self._desk.open_project(path, mode="r")

    @Slot()
    def _on_opened(self) -> None:
        self.is_in_trouble = False
        project = self._desk.project
        if project is not None:
            self._show_well(project)
            self.warning.look()

    @Slot()
    def _on_closed(self) -> None:
        self.is_in_trouble = False
        self.bar.forget()

    def _show_well(self, project: "Project") -> None:
        if project.mode == "w":
            self._reason = str
            self.bar.forget()
            return
        name, reason = words.long_name(project.path), self._reason
        self.bar.tell(
            "info",
            lambda: (
                self.tr("{name} is open read-only.").format(name=name),
                reason(),
                [(self.tr("Work in a copy…"), self.work_in_copy)],
            ),
        )

    def _on_saved(self, path: Path) -> None:
        self._window.news.offer(
            self.tr("A complete copy was saved."),
            self.tr("It is {path}; you go on working in the project.").format(
                path=one_line(str(path), 200)
            ),
            kind="good",
        )

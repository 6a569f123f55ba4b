"""What the window works on: the open project, the jobs, the preferences, and word of changes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from prefdesk.config import DeviceConfig
from prefdesk.errors import DamagedProject, PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec
from prefdesk.records import Changes
from prefdesk.ui import background
from prefdesk.ui.jobs import JobRunner
from prefdesk.ui.preferences import Preferences

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.project.pack_copy import Mark

T = TypeVar("T")


class Desk(QObject):
    """One desk for one window. Places get it in their constructor and ask it for everything.

    *Attributes*
    - `project`: the open `Project`, or None. `mark`: whose working copy of a pack it is, if any.
    - `jobs`: the `JobRunner`. `preferences`: the `Preferences`.

    *Signals* (all on the window's thread)
    - `project_opened()`, `project_closed()`
    - `project_moved()`: the open project goes on in another file.
    - `changed(Changes)`: something in the project is on disk and others now.
    - `job_event(JobEvent)`, `job_ended(JobEnded)`: what jobs say; `jobs` has the same with specs.
    - `error_raised(PrefdeskError)`: a known error nobody took; the window shows a notice.
    - `open_failed(Path, PrefdeskError)`: why a project was not opened.
    - `told(str, str)`: a sentence for the window's notice, and its kind (info, good, warn, bad).
    - `place_requested(str)`: a place wants the user to be taken to another.
    - `verb_requested(str)`: a place wants a verb of the window, by its name in the menus.
    """

    project_opened = Signal()
    project_closed = Signal()
    project_moved = Signal()
    changed = Signal(object)
    job_event = Signal(object)
    job_ended = Signal(object)
    error_raised = Signal(object)
    open_failed = Signal(object, object)
    told = Signal(str, str)
    place_requested = Signal(str)
    verb_requested = Signal(str)
    _change_arrived = Signal(object, object)

    def __init__(
        self,
        preferences: Preferences | None = None,
        jobs: JobRunner | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.mark: Mark | None = None
        self.preferences = preferences or Preferences()
        self.jobs = jobs or JobRunner(parent=self)
        self._unsubscribe: Callable[[], None] | None = None
        self._after_closing: list[Callable[[], None]] = []
        self._under_way = 0
        self._wish = 0
        self._change_arrived.connect(self._on_change_arrived, Qt.ConnectionType.QueuedConnection)
        self.jobs.event_arrived.connect(self._on_job_event)
        self.jobs.ended.connect(self._on_job_ended)
        self.preferences.changed.connect(self._on_preference_changed)

    @property
    def is_writable(self) -> bool:
        """True if a project is open, and for writing."""
        return self.project is not None and self.project.mode == "w"

    @property
    def is_busy(self) -> bool:
        """True while a project is being opened or closed."""
        return self._under_way > 0

    def query(
        self,
        fn: Callable[["Project"], T],
        on_done: Callable[[T], None] | None = None,
        on_error: background.OnError | None = None,
        *,
        key: str = "",
    ) -> None:
        """Read something in the background: `desk.query(lambda p: p.status(), self._on_status)`.

        `on_done` is called on the window's thread unless its widget or the project is gone by
        then. With a `key` only the newest question of this widget and key is answered.
        """
        self._ask(background.query, fn, on_done, on_error, key=key)

    def mutate(
        self,
        fn: Callable[["Project"], T],
        on_done: Callable[[T], None] | None = None,
        on_error: background.OnError | None = None,
    ) -> None:
        """Change something in the background, in the order of asking; then as `query`."""
        self._ask(background.mutation, fn, on_done, on_error)

    def run_job(self, kind: str, **settings: Any) -> JobSpec | None:
        """Hand in a job; None, and a notice, where that is not possible."""
        spec = JobSpec(kind, settings)
        try:
            self.jobs.start(spec)
        except PrefdeskError as error:
            self.error_raised.emit(error)
            return None
        return spec

    def tell(self, sentence: str, kind: str = "info") -> None:
        """Show a sentence in the window's notice."""
        self.told.emit(sentence, kind)

    def go(self, place: str) -> None:
        """Take the user to another place: overview, data, rate, raters, train, evaluate."""
        self.place_requested.emit(place)

    def open_project(
        self,
        path: str | Path,
        on_open: Callable[["Project"], None] | None = None,
        *,
        mode: Literal["w", "r"] = "w",
    ) -> None:
        """Close the present project and open this one; a known error leaves none open."""

        def make() -> "Project":
            from prefdesk.project import Project  # late, so that the window shows first

            return Project.open(path, mode)

        self._replace(make, on_open, lambda error: self.open_failed.emit(Path(path), error))

    def new_project(
        self,
        path: str | Path,
        on_open: Callable[["Project"], None] | None = None,
        *,
        title: str = "",
    ) -> None:
        """Close the present project, make this one and open it."""

        def make() -> "Project":
            from prefdesk.project import Project

            return Project.create(path, title=title)

        self._replace(make, on_open)

    def close_project(self, on_closed: Callable[[], None] | None = None) -> None:
        """End jobs, wait for everything to be on disk, close; nothing here blocks the window."""
        if on_closed is not None:
            self._after_closing.append(on_closed)
        self._wish += 1  # a project that is still being opened is not wanted any more
        project, self.project = self.project, None
        self.mark = None
        if project is None:
            self._go_on()
            return
        self._under_way += 1
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        # Writes still queued in the background go first: mutations keep their order.
        self.jobs.detach(lambda: self._close_file(project))

    def _close_file(self, project: "Project") -> None:
        def closed(_: object = None) -> None:
            self._under_way -= 1
            self.project_closed.emit()
            self._go_on()

        def failed(error: PrefdeskError) -> None:
            self.error_raised.emit(error)
            closed()

        background.mutation(self, project.close, closed, failed)

    def _go_on(self) -> None:
        """Do what waits for the moment at which no project is open, opening or closing."""
        while self._after_closing and not self.is_busy and self.project is None:
            self._after_closing.pop(0)()

    def adopt(self, project: "Project", mark: "Mark | None" = None) -> None:
        """Work on a project that is open already."""
        self.project, self.mark = project, mark
        self._unsubscribe = project.subscribe(
            lambda changes: self._change_arrived.emit(project, changes)
        )
        self.jobs.attach(project, self.preferences.device)
        if project.mode == "w":
            self.preferences.remember(project.path)
        self.project_opened.emit()

    def move_on(self) -> None:
        """The open project works in another file now: everybody looks at that one."""
        project = self.project
        if project is None:
            return
        self.jobs.attach(project, self.preferences.device)
        self.jobs.set_device(self.preferences.device)  # workers that rest know the old file only
        self.preferences.remember(project.path)
        self.project_moved.emit()

    def _replace(
        self,
        make: Callable[[], "Project"],
        on_open: Callable[["Project"], None] | None,
        on_error: background.OnError | None = None,
    ) -> None:
        def start() -> None:
            wish = self._wish
            self._under_way += 1

            def opened(made: "tuple[Project, Mark | None]") -> None:
                project, mark = made
                if wish != self._wish:
                    self._close_file(project)
                    return
                self._under_way -= 1
                self.adopt(project, mark)
                if on_open is not None:
                    on_open(project)

            def failed(error: PrefdeskError) -> None:
                self._under_way -= 1
                (on_error or self.error_raised.emit)(error)
                self._go_on()

            background.mutation(self, lambda: _with_mark(make()), opened, failed)

        self.close_project(start)

    def _ask(
        self,
        how: Callable[..., None],
        fn: Callable[["Project"], T],
        on_done: Callable[[T], None] | None,
        on_error: background.OnError | None,
        **options: str,
    ) -> None:
        project = self.project
        if project is None:
            return

        def done(result: T) -> None:
            if on_done is not None and self.project is project:
                on_done(result)

        def failed(error: PrefdeskError) -> None:
            if self.project is project:
                (on_error or self.error_raised.emit)(error)
                if on_error is not None and isinstance(error, DamagedProject):
                    # Whoever asked shows it in their way; the window offers what can be done.
                    self.error_raised.emit(error)

        how(_owner(on_done, self), lambda: fn(project), done, failed, **options)

    @Slot(object, object)
    def _on_change_arrived(self, project: "Project", changes: Changes) -> None:
        if project is self.project:
            self.changed.emit(changes)

    @Slot(object, object)
    def _on_job_event(self, _spec: JobSpec, event: JobEvent) -> None:
        self.job_event.emit(event)

    @Slot(object, object)
    def _on_job_ended(self, _spec: JobSpec, event: JobEnded) -> None:
        self.job_ended.emit(event)

    @Slot(str)
    def _on_preference_changed(self, name: str) -> None:
        if name in ("device", "threads", "niceness"):
            self.jobs.set_device(self.device())

    def device(self) -> DeviceConfig:
        """Where long work runs, as Preferences say."""
        return self.preferences.device


def _with_mark(project: "Project") -> "tuple[Project, Mark | None]":
    """A project just opened with its mark; closed again if that cannot be read."""
    try:
        return project, project.packs.mark
    except BaseException:
        project.close()
        raise


def _owner(callback: Callable[..., Any] | None, otherwise: QObject) -> QObject:
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else otherwise

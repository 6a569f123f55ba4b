"""The façade: one object for a project, with a manager for each noun."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from prefdesk import store
from prefdesk.config import DeviceConfig
from prefdesk.errors import PrefdeskError, ProjectError, ReadOnly
from prefdesk.events import JobEvent, JobSpec
from prefdesk.project.backing_up import EVERY_S, Backing
from prefdesk.project.checkpoints import Checkpoints, header_of
from prefdesk.project.completions import Completions
from prefdesk.project.core import Core
from prefdesk.project.evaluation import Evaluation
from prefdesk.project.export import Export
from prefdesk.project.intake import Intake
from prefdesk.project.judgement import Judgement
from prefdesk.project.naming import full_name
from prefdesk.project.packs import Packs
from prefdesk.project.prompts import Prompts
from prefdesk.project.raters import Exclusions, Raters
from prefdesk.project.ratings import Ratings
from prefdesk.project.report import AgreementReport
from prefdesk.project.rounds import Rounds
from prefdesk.project.searching import Search
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.spool import spool_folder
from prefdesk.project.status import Status, status
from prefdesk.project.work import Context, run
from prefdesk.project.work.context import Order
from prefdesk.records import Changes, JobRow, Reward, RewardPart


class Project:
    """A project file and everything one can do with it.

    Open it with `Project.open` or make it with `Project.create`; use it in a `with` block or
    call `close`, after which the document is one plain file.
    """

    def __init__(self, opened: store.Store) -> None:
        self.core = Core(opened)
        self.checkpoints = Checkpoints(self.core)
        self.prompts = Prompts(self.core)
        self.completions = Completions(self.core, self.checkpoints, self.run_job)
        self.raters = Raters(self.core)
        self.exclusions = Exclusions(self.core)
        self.ratings = Ratings(self.core)
        self.judgement = Judgement(self.core)
        self.rounds = Rounds(self.core, self.checkpoints, self.judgement, self.run_job)
        self.evaluation = Evaluation(self.core, self.checkpoints, self.judgement)
        self.packs = Packs(self.core)
        self.export = Export(self.core, self.judgement)
        self.backing = Backing(self.core)
        self.search = Search(self.core)
        self.search_index = self.search.update

    @classmethod
    def create(cls, path: str | Path, *, title: str = "") -> Self:
        """A new project file; refuses one that exists. The suffix is added if it is missing."""
        full = full_name(path)
        settings = ProjectSettings(title=title or full.stem)
        meta = {"uid": uuid.uuid4().hex, "settings": settings.to_json()}
        opened = store.create(full, meta=meta)
        try:
            made = cls(opened)
            made.change_settings()
        except BaseException:
            opened.discard()
            raise
        return made

    @classmethod
    def open(cls, path: str | Path, mode: Literal["w", "r"] = "w") -> Self:
        """Open a project; `mode="r"` changes nothing and needs no lock."""
        return cls(store.open(Path(path), mode))

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.core.store.path

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def mode(self) -> str:
        """w or r."""
        return self.core.store.mode

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know, in sentences: how the file was found, backups that failed."""
        return (*self.core.store.notices, *self.backing.notices)

    @property
    def uid(self) -> str:
        """The project's own identity, the same in every copy."""
        return self.core.query(lambda c: store.meta.get(c, "uid"))

    @property
    def pending(self) -> int:
        """Ratings handed in that are not on disk yet."""
        return self.core.store.pending

    @property
    def settings(self) -> ProjectSettings:
        """The project's settings."""
        return ProjectSettings.from_json(self.core.query(lambda c: store.meta.get(c, "settings")))

    def change_settings(self, **values: Any) -> ProjectSettings:
        """Change settings; impossible values raise `InputError` and nothing changes."""
        changed = self.settings.change(values)

        def write(c: store.Connection) -> None:
            store.meta.put(c, "settings", changed.to_json())
            # An item leaves a rater's queue when all criteria are answered.
            store.queue.set_criteria(c, [criterion.name for criterion in changed.criteria])

        self.core.mutate(write, "settings", "queue")
        return changed

    def subscribe(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `listener` after every change, on the writer's thread; returns the way to stop."""
        return self.core.subscribe(listener)

    def agreement(self, *, fresh: bool = False) -> AgreementReport:
        """Who agrees, and what stands out; from the stored report if nothing changed since."""
        return self.judgement.agreement(fresh=fresh)

    def rewards(self) -> list[Reward]:
        """What people think of each rated completion."""
        return self.judgement.rewards()

    def reward_parts(self, completion_id: int) -> list[RewardPart]:
        """The ratings behind one reward."""
        return self.judgement.parts(completion_id)

    def status(self) -> Status:
        """The numbers of the loop and the one next step."""
        return status(self.core, self.checkpoints, self.judgement)

    def jobs(self) -> list[JobRow]:
        """All jobs, newest first."""
        return self.core.query(store.jobs.all)[::-1]

    def report(self, name: str) -> dict[str, Any] | None:
        """A stored report, such as preprocess; `None` if there is none."""
        text = self.core.query(lambda c: store.meta.get(c, f"report/{name}"))
        with store.reading(f"the report {name}"):
            return json.loads(text) if text else None

    def check(self, tell: Callable[[int, int], None] | None = None) -> list[str]:
        """What is damaged, in sentences; empty if the file is whole.

        `tell` is called with how many looks are done, and how many there are; it may raise
        `Cancelled`.
        """
        found = self.core.store.check(tell)
        for read in (lambda: self.settings, lambda: [header_of(k) for k in self.checkpoints.all()]):
            try:
                read()
            except ProjectError as error:
                found += [error.message] if error.message not in found else []
        return found

    def give_back(self, budget_s: float = 0.2) -> bool:
        """Give unused space of the file back for about this long, for moments when nobody works.

        True if there is more to do at another such moment.
        """
        return self.core.store.give_back(budget_s)

    def space(self) -> store.compacting.Space:
        """What compacting would gain, and what it needs."""
        return store.compacting.space(self.core.store)

    def compact(self) -> store.Compacted:
        """Rewrite the file without its free space; the project is open again afterwards.

        Nothing else may use the project meanwhile. `DiskFull` before anything happens if the
        copy would not fit beside the file.
        """
        path = self.path
        if self.mode != "w":
            raise ReadOnly("This project is open read-only.", "Open it for writing.")
        store.compacting.require_space(self.core.store)
        self.close()
        try:
            return store.compact(path)
        finally:
            self.core.store = store.open(path)

    @property
    def place(self) -> store.Place:
        """What is known of the disk and the folder; asks the disk."""
        return self.core.store.place

    def whereabouts(self) -> store.Whereabouts:
        """If the file under the name is still the one that is open, and else what became of it.

        Returns at once: the answer is to the question of the call before, so ask twice a second.
        """
        return self.core.store.whereabouts()

    @property
    def failure(self) -> ProjectError | None:
        """Why nothing more is written: `DiskFailed`, or `FileMoved` if another program wrote it."""
        return self.core.store.failure

    def save_copy(
        self,
        to: str | Path,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Path:
        """Write a complete copy, weights included, to a new file; returns its path.

        It works while people rate, and also when the file was renamed, deleted or replaced.
        `progress` is called with bytes done and bytes in all. Raises `DiskFull` before it
        starts, `Cancelled`, and `ProjectError` where a file of the name is there.
        """
        return self.core.store.save_copy(full_name(to), progress, cancelled)

    def go_on_in(self, path: str | Path) -> None:
        """Work in another file with the same project from here on, such as a copy just saved.

        Whoever holds this object, or a rating session of it, goes on there; what could not be
        written to the file before can be handed in again. Raises what opening a project raises,
        and `ProjectError` for another project, and for a copy that lacks ratings.
        """
        opened = store.open(Path(path))
        try:
            with opened.read() as c:
                uid = store.meta.get(c, "uid")
            if uid != self.uid:
                raise ProjectError(f"{opened.path.name} is another project.")
            self._require_ratings_in(opened)
        except BaseException:
            opened.close()
            raise
        before, self.core.store = self.core.store, opened
        before.close()

    def _require_ratings_in(self, copy: store.Store) -> None:
        with copy.read() as c:
            there = store.events.count(c)
        saved = 0
        with suppress(PrefdeskError):  # a disk that is gone cannot be asked
            saved = self.core.query(store.events.count)
        if saved > there:
            # The file was put back after it was copied, and written since.
            raise ProjectError(
                f"{copy.path.name} lacks {saved - there} of the acts that {self.path.name} holds.",
                "Save another copy and go on in that.",
            )

    def go_on_renamed(self) -> Path:
        """Work under the name that the file was given while it was open; returns that name.

        Raises `ProjectError` where it has none, or what opening a project raises.
        """
        before = self.core.store
        now = before.present_name()
        if now is None:
            raise ProjectError(f"{self.path.name} cannot be found under another name.")
        before.close()
        self.core.store = store.follow(before, now)
        return now

    def backup(self, to: str | Path | None = None) -> store.backup.BackupInfo | None:
        """Save everything but the weights among the backups, or to a new file.

        None if automatic backups are off. Raises `DiskFull` or `ProjectError`.
        """
        return self.backing.now() if to is None else self.backing.to(full_name(to).absolute())

    def backup_if_due(self, every_s: float = EVERY_S) -> bool:
        """For a timer: begin a backup in the background after 10 minutes of work; True if begun.

        Returns at once. What goes wrong is added to `notices`.
        """
        return self.backing.if_due(every_s)

    def intake(self, spec: JobSpec) -> Intake:
        """The way in for one job's events."""
        return Intake(self.core, self.checkpoints, spec)

    def run_job(
        self,
        spec: JobSpec,
        *,
        device: DeviceConfig | None = None,
        control: Callable[[], Order] | None = None,
    ) -> Iterator[JobEvent]:
        """Run a job in this process; each event is stored before it is yielded."""
        intake = self.intake(spec)
        with spool_folder() as spool:
            context = Context(spool, device or DeviceConfig(), control or (lambda: "go"))
            for event in run(self, spec, context):
                intake.take(event)
                yield event

    def close(self) -> None:
        """Wait until everything is on disk, make a backup of what changed, and leave one plain
        file. A backup that fails is among the `notices`, no error."""
        try:
            self.search.close()
            self.backing.at_end()
        finally:
            self.core.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

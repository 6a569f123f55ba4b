"""The façade: one object for a project, with a manager for each noun."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from prefdesk import store
from prefdesk.config import DeviceConfig
from prefdesk.errors import ProjectError
from prefdesk.events import JobEvent, JobSpec
from prefdesk.project.checkpoints import Checkpoints, header_of
from prefdesk.project.completions import Completions
from prefdesk.project.core import Core
from prefdesk.project.evaluation import Evaluation
from prefdesk.project.export import Export
from prefdesk.project.intake import Intake
from prefdesk.project.judgement import Judgement
from prefdesk.project.naming import full_name
from prefdesk.project.packs import Packs
from prefdesk.project.preprocessing import Preprocessing
from prefdesk.project.project_file import ProjectFile
from prefdesk.project.prompts import Prompts
from prefdesk.project.raters import Credibilities, Exclusions, Raters
from prefdesk.project.ratings import Ratings
from prefdesk.project.report import AgreementReport
from prefdesk.project.rounds import Rounds
from prefdesk.project.searching import Search
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.spool import spool_folder
from prefdesk.project.status import Status, status
from prefdesk.project.teaching import NextBest
from prefdesk.project.trying import Trying
from prefdesk.project.work import Context, run
from prefdesk.project.work.context import Order, patient
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
        self.preprocessing = Preprocessing(self.core, self.run_job)
        self.raters = Raters(self.core)
        self.exclusions = Exclusions(self.core)
        self.credibility = Credibilities(self.core)
        self.ratings = Ratings(self.core)
        self.judgement = Judgement(self.core)
        self.rounds = Rounds(self.core, self.checkpoints, self.judgement, self.run_job)
        self.evaluation = Evaluation(self.core, self.checkpoints, self.judgement)
        self.trying = Trying(self.core, self.checkpoints)
        self.packs = Packs(self.core)
        self.export = Export(self.core, self.judgement)
        self.search = Search(self.core)
        self.file = ProjectFile(self.core, self.search)
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
        return (*self.core.store.notices, *self.file.backing.notices)

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

    def next_best(self, limit: int = 20) -> list[NextBest]:
        """The completions of which one more rating would teach most, with the reason."""
        return self.judgement.next_best(limit)

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
        """Run a job in this process; each event is stored before it is yielded.

        While `control` answers pause, the job waits.
        """
        intake = self.intake(spec)
        with spool_folder() as spool:
            asked = patient(control or (lambda: "go"))
            context = Context(spool, device or DeviceConfig(), asked)
            for event in run(self, spec, context):
                intake.take(event)
                yield event

    def close(self) -> None:
        """Wait until everything is on disk, make a backup of what changed, and leave one plain
        file. A backup that fails is among the `notices`, no error."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

"""The completions of a project: ask for them, look at them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prefdesk import store
from prefdesk.config import SamplingConfig
from prefdesk.errors import InputError
from prefdesk.events import JobEvent, JobSpec
from prefdesk.project import answers
from prefdesk.project.answers import AnswersReport
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.core import Core
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.watch import UNWATCHED, Watch
from prefdesk.records import Completion, Draw, Sampling, Split

NO_PROMPTS: dict[Split, str] = {
    "train": "Import prompts first.",
    "evaluation": "Import some into the evaluation split; they are never trained on.",
}


class Completions:
    """`project.completions`."""

    def __init__(self, core: Core, checkpoints: Checkpoints, runner: Any) -> None:
        self._core = core
        self._checkpoints = checkpoints
        self._run = runner

    def sampling_job(
        self,
        config: SamplingConfig | None = None,
        *,
        split: Split = "train",
        checkpoint_id: int | None = None,
        limit: int | None = None,
    ) -> JobSpec:
        """The job that draws what is still missing.

        The same checkpoint, split and settings continue an earlier sampling where it stopped; a
        larger `per_prompt` adds to it. `limit` takes only the first prompts.
        """
        if limit is not None and limit < 1:
            raise InputError(f"The number of prompts is 1 or more, not {limit}.")
        config = config or SamplingConfig()
        chosen = self._checkpoints.chosen(checkpoint_id)
        if not self._core.query(lambda c: store.prompts.count(c, split)):
            raise InputError(f"There are no {split} prompts.", NO_PROMPTS[split])
        return JobSpec(
            "sample",
            {
                "checkpoint_id": chosen.id,
                "split": split,
                "limit": limit,
                "system": self._core.query(self._system),
                "config": config.to_json(),
            },
        )

    def sample(
        self,
        per_prompt: int = 4,
        *,
        split: Split = "train",
        checkpoint_id: int | None = None,
        limit: int | None = None,
        **settings: Any,
    ) -> Iterator[JobEvent]:
        """Draw completions here and now, yielding the job's events.

        `settings` are the fields of `SamplingConfig`.
        """
        config = SamplingConfig(per_prompt=per_prompt, **settings)
        spec = self.sampling_job(config, split=split, checkpoint_id=checkpoint_id, limit=limit)
        events: Iterator[JobEvent] = self._run(spec)
        return events

    def import_file(
        self,
        path: str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        template: str = "",
        split: Split = "train",
        writer: str = "",
        skip_bad: bool = False,
        watch: Watch = UNWATCHED,
    ) -> AnswersReport:
        """Take answers written elsewhere, with their prompts: all of a file, or none.

        `mapping` and `template` as for prompts; besides, `completion` names the column of the
        answers (a text, or an object of texts by writer) and `writer` that of who wrote them,
        which is `writer` where the file does not say. Answers that are there already are counted,
        not added. Raises `InputError`, and `RowErrors` unless `skip_bad`.
        """
        return answers.take(
            self._core, Path(path), mapping=mapping or {}, template=template, split=split,
            writer=writer, skip_bad=skip_bad, watch=watch,
        )  # fmt: skip

    def get(self, completion_id: int) -> Completion:
        """One completion; `InputError` if there is none."""
        return self._core.query(lambda c: store.completions.get(c, completion_id))

    def by_ids(self, ids: Sequence[int]) -> dict[int, Completion]:
        """Completions by id; unknown ids are left out."""
        return self._core.query(lambda c: store.completions.by_ids(c, ids))

    def of_prompt(self, prompt_id: int) -> list[Completion]:
        """All answers to one prompt."""
        return self._core.query(lambda c: store.completions.of_prompt(c, prompt_id))

    def page(
        self,
        *,
        after: int = 0,
        limit: int = 200,
        split: Split | None = None,
        checkpoint_id: int | None = None,
    ) -> list[Completion]:
        """Completions with an id above `after`, in order of id."""
        return self._core.query(
            lambda c: store.completions.page(
                c, after=after, limit=limit, split=split, checkpoint_id=checkpoint_id
            )
        )

    def each(
        self, *, split: Split | None = None, checkpoint_id: int | None = None
    ) -> Iterator[Completion]:
        """All completions, read page by page."""
        after = 0
        while page := self.page(after=after, limit=1000, split=split, checkpoint_id=checkpoint_id):
            yield from page
            after = page[-1].id

    def count(self, split: Split | None = None, checkpoint_id: int | None = None) -> int:
        """How many distinct completions there are."""
        return self._core.query(
            lambda c: store.completions.count(c, split=split, checkpoint_id=checkpoint_id)
        )

    def draws(
        self,
        *,
        checkpoint_ids: Sequence[int] | None = None,
        split: Split = "train",
        completion_ids: Sequence[int] | None = None,
    ) -> list[Draw]:
        """What the sampler did, with token ids and log-probabilities."""
        return self._core.query(
            lambda c: store.completions.draws(
                c, checkpoint_ids=checkpoint_ids, split=split, completion_ids=completion_ids
            )
        )

    @staticmethod
    def _system(c: store.Connection) -> str:
        return ProjectSettings.from_json(store.meta.get(c, "settings")).system

    def samplings(self) -> list[Sampling]:
        """All requests for completions."""
        return self._core.query(store.completions.samplings)

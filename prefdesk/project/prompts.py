"""The prompts of a project: import, look, sort into splits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prefdesk import formats, store
from prefdesk.errors import BadRow, InputError, RowErrors
from prefdesk.paths import resource
from prefdesk.project.core import Core
from prefdesk.project.watch import UNWATCHED, Watch
from prefdesk.records import NewPrompt, Prompt, Split


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import took and what it refused."""

    added: int
    duplicates: int
    bad: tuple[BadRow, ...] = ()


class Prompts:
    """`project.prompts`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def preview(
        self,
        path: str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        template: str = "",
        split: Split = "train",
        task: str = "",
        watch: Watch = UNWATCHED,
    ) -> formats.ReadResult:
        """What an import of this file would take and refuse; changes nothing."""
        return formats.read_prompts(
            Path(path),
            mapping=mapping,
            template=template,
            split=split,
            task=task,
            notify=watch.reading,
            cancelled=watch.cancelled,
        )

    def import_file(
        self,
        path: str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        template: str = "",
        split: Split = "train",
        task: str = "",
        skip_bad: bool = False,
        watch: Watch = UNWATCHED,
    ) -> ImportReport:
        """Take all prompts of a file, or none.

        With a bad row, `RowErrors` names every one and nothing is taken, unless `skip_bad`
        says that the good rows are wanted anyway.
        """
        read = self.preview(
            path, mapping=mapping, template=template, split=split, task=task, watch=watch
        )
        if read.bad and not skip_bad:
            raise RowErrors(
                f"{len(read.bad)} of {len(read.bad) + len(read.rows)} rows in {Path(path).name} "
                "cannot be used; nothing was imported.",
                read.bad,
                "Mend the rows, or import without them.",
            )
        if not read.rows:
            raise InputError(f"{Path(path).name} holds no prompts.")
        report = self.add(read.rows, watch)
        return ImportReport(report.added, report.duplicates, tuple(read.bad))

    def add(self, rows: Iterable[NewPrompt], watch: Watch = UNWATCHED) -> ImportReport:
        """Add prompts in one transaction; those already there are counted, not added."""
        taken = tuple(rows)
        new, duplicates = self._core.mutate(
            lambda c: store.prompts.add(c, watch.storing(taken)), "prompts"
        )
        return ImportReport(len(new), len(duplicates))

    def add_starter(self) -> ImportReport:
        """Add the prompts that come with the program."""
        return self.import_file(resource("starter/prompts.jsonl"))

    def page(
        self,
        *,
        after: int = 0,
        limit: int = 200,
        split: Split | None = None,
        task: str | None = None,
        search: str = "",
    ) -> list[Prompt]:
        """Prompts with an id above `after`, in order of id."""
        return self._core.query(
            lambda c: store.prompts.page(
                c, after=after, limit=limit, split=split, task=task, search=search
            )
        )

    def get(self, prompt_id: int) -> Prompt:
        """One prompt; `InputError` if there is none."""
        return self._core.query(lambda c: store.prompts.get(c, prompt_id))

    def by_ids(self, ids: Sequence[int]) -> dict[int, Prompt]:
        """Prompts by id; unknown ids are left out."""
        return self._core.query(lambda c: store.prompts.by_ids(c, ids))

    def count(self, split: Split | None = None) -> int:
        """How many prompts there are."""
        return self._core.query(lambda c: store.prompts.count(c, split))

    def ids(self, split: Split | None = None) -> list[int]:
        """Ids in order."""
        return self._core.query(lambda c: store.prompts.ids(c, split))

    def tasks(self) -> list[str]:
        """The names of tasks in use."""
        return self._core.query(store.prompts.tasks)

    def set_split(self, ids: Sequence[int], split: Split) -> None:
        """Move prompts to the training or the evaluation split."""
        self._core.mutate(lambda c: store.prompts.set_split(c, ids, split), "prompts")

    def delete(self, ids: Sequence[int]) -> None:
        """Remove prompts that have no completions; `InputError` otherwise."""
        self._core.mutate(lambda c: store.prompts.delete(c, ids), "prompts")

"""What the place asks of the project and of files: plain functions for the background."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from prefdesk.config import SamplingConfig
from prefdesk.errors import PrefdeskError
from prefdesk.formats.fields import choose
from prefdesk.formats.rows import KINDS, open_rows
from prefdesk.formats.visible import visible
from prefdesk.records import Checkpoint, Completion, Prompt, Split
from prefdesk.ui.widgets.marks import Span, in_units

if TYPE_CHECKING:
    from prefdesk.formats import ReadResult
    from prefdesk.project import PreprocessReport, Project
    from prefdesk.project.watch import Watch

PAGE = 200
FIRST_ROWS = 200
BINS = 40
SUFFIXES = tuple(KINDS)
MOST_MARKS = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """Which prompts the table shows."""

    split: Split | None = None
    task: str | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of prompts; `first` starts the table anew, the next page comes after `next`.

    In a search `answers` counts, by prompt, the answers that have the words, and
    `total_answers` all of them; `indexed` is False where only prompts could be searched.
    """

    rows: list[Prompt]
    first: bool
    total: int | None = None
    next: int | None = None
    answers: Mapping[int, int] = field(default_factory=dict)
    total_answers: int | None = None
    indexed: bool = True


@dataclass(frozen=True, slots=True)
class Census:
    """How many prompts there are, and in which tasks."""

    train: int
    evaluation: int
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A prompt with everything the model wrote to it. `n_tokens` is 0 if not measured."""

    prompt: Prompt
    completions: tuple[Completion, ...]
    checkpoints: Mapping[int, str]
    n_tokens: int
    words: "Found | None" = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where the words of a search stand in what is shown of an `Opened`, in Qt's positions.

    By name of a text or id of a completion; `first` is the row of the first completion that has
    all of them.
    """

    places: Mapping[str | int, tuple[Span, ...]]
    first: int | None


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long prompts are in tokens: counts per bin, and what the limit cuts off."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    n_prompts: int
    longest: int
    limit: int
    n_too_long: int


@dataclass(frozen=True, slots=True)
class Models:
    """The model, its checkpoints, and how completions were drawn last."""

    base: Checkpoint | None
    checkpoints: tuple[Checkpoint, ...]
    config: SamplingConfig
    train: int
    evaluation: int
    completions: int
    lengths: Lengths | None


@dataclass(frozen=True, slots=True)
class FirstLook:
    """The columns of a file and what each field would take from them by itself."""

    columns: tuple[str, ...]
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read."""

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    split: Split = "train"
    task: str = ""


def page(project: "Project", wanted: Filter, after: int) -> Page:
    """The next prompts of a filter, by id; a search looks at their answers too."""
    return (_searched(project, wanted, after) if wanted.search else None) or _listed(
        project, wanted, after
    )


def _searched(project: "Project", wanted: Filter, after: int) -> Page | None:
    ask = partial(
        project.search.prompts, wanted.search, limit=PAGE, split=wanted.split, task=wanted.task
    )
    found = ask(after=after)
    while found is not None and not found.prompts and found.next is not None:
        # A walk through very many hits that the filters leave out.
        found = ask(after=found.next)
    if found is None:
        return None
    answers = {p.id: n for p, n in zip(found.prompts, found.answers, strict=True)}
    return Page(
        list(found.prompts), not after, found.total, found.next, answers, found.total_answers
    )


def _listed(project: "Project", wanted: Filter, after: int) -> Page:
    rows = project.prompts.page(
        after=after, limit=PAGE, split=wanted.split, task=wanted.task, search=wanted.search
    )
    total = None
    if wanted.task is None and not wanted.search:
        total = project.prompts.count(wanted.split)
    more = rows[-1].id if len(rows) == PAGE else None
    return Page(rows, not after, total, more, indexed=not wanted.search)


def census(project: "Project") -> Census:
    """Counts and tasks."""
    return Census(
        project.prompts.count("train"),
        project.prompts.count("evaluation"),
        tuple(project.prompts.tasks()),
    )


def opened(project: "Project", prompt_id: int, words: str = "") -> Opened:
    """A prompt with its completions, without anybody's ratings; `words` are marked in them."""
    prompt = project.prompts.get(prompt_id)
    completions = tuple(project.completions.of_prompt(prompt_id))
    return Opened(
        prompt,
        completions,
        {c.id: c.name for c in project.checkpoints.all()},
        project.preprocessing.n_tokens(prompt_id),
        _places(project, prompt, completions, words) if words else None,
    )


def _places(
    project: "Project", prompt: Prompt, completions: Sequence[Completion], words: str
) -> Found:
    texts: list[tuple[str | int, str]] = [("prompt", prompt.text), ("source", prompt.source)]
    texts += [(one.id, one.text) for one in completions]
    places = {}
    for name, text in texts:
        # What is shown differs from the text where something in it is hidden.
        seen = visible(text)
        spans = project.search.spans(seen, words)[:MOST_MARKS]
        if spans:
            places[name] = in_units(seen, spans)
    rows = (row for row, c in enumerate(completions) if project.search.matches(c.text, words))
    return Found(places, next(rows, None))


def models(project: "Project") -> Models:
    """What the second tab shows."""
    return Models(
        base=project.checkpoints.base(),
        checkpoints=tuple(project.checkpoints.models()),
        config=last_config(project, "train"),
        train=project.prompts.count("train"),
        evaluation=project.prompts.count("evaluation"),
        completions=project.completions.count(),
        lengths=lengths(project),
    )


def last_config(project: "Project", split: Split) -> SamplingConfig:
    """The settings of the newest sampling of a split, so that the next one continues it."""
    for job in project.jobs():
        settings = json.loads(job.settings) if job.kind == "sample" else {}
        if settings.get("split") == split:
            try:
                return SamplingConfig.from_json(settings["config"])
            except (PrefdeskError, KeyError, ValueError):
                break
    return SamplingConfig() if split == "train" else SamplingConfig(per_prompt=1)


def lengths(project: "Project") -> Lengths | None:
    """The histogram of the stored preprocessing; None if there was none."""
    report = project.preprocessing.report()
    return binned(report) if report is not None and report.histogram else None


def binned(report: "PreprocessReport") -> Lengths:
    """The lengths of a report in at most `BINS` bins of whole tokens."""
    values, n = (np.array(part, dtype=np.int64) for part in zip(*report.histogram))
    width = max(1, -(-(int(values.max()) + 1) // BINS))
    edges = np.arange(0, int(values.max()) + width + 1, width)
    counts, _ = np.histogram(values, bins=edges, weights=n)
    return Lengths(
        tuple(edges.tolist()),
        tuple(int(count) for count in counts),
        int(n.sum()),
        report.longest,
        report.limit,
        report.n_too_long,
    )


def first_look(path: Path) -> FirstLook:
    """The columns of a file, whether or not it holds prompts; `InputError` if unreadable."""
    with open_rows(path) as rows:
        for _row in islice(rows, FIRST_ROWS):
            pass
        columns = tuple(rows.columns)
    return FirstLook(columns, choose(columns, ()))


def read(project: "Project", wish: Wish, watch: "Watch") -> "ReadResult":
    """What an import would take and refuse."""
    return project.prompts.preview(
        wish.path,
        mapping=wish.mapping,
        template=wish.template,
        split=wish.split,
        task=wish.task,
        watch=watch,
    )

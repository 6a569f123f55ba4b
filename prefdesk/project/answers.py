"""Answers that were written elsewhere, by other models or by people, to be judged here.

Each writer stands as a checkpoint without a model: raters stay blind to it, figures tell writers
apart, and nothing is sampled from it or trained on it, because its log-probabilities are not
known.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from prefdesk import formats, store
from prefdesk.errors import BadRow, InputError, RowErrors
from prefdesk.formats.fields import find
from prefdesk.project.core import Core
from prefdesk.project.watch import UNWATCHED, Watch
from prefdesk.records import NewPrompt, Split

ANSWER = ("completion", "completions", "response", "responses", "output", "outputs", "answer")
WRITER = ("model", "system", "writer", "checkpoint")
UNNAMED = "written elsewhere"
NO_MODEL = {"path": "", "fingerprint": "", "elsewhere": True}
"""Head of a checkpoint that no model stands behind."""


@dataclass(frozen=True, slots=True)
class TakenAnswer:
    """One answer of a file: its number here, who wrote it, and its row's other columns."""

    completion_id: int
    prompt_id: int
    writer: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """What an import of answers took; `there` counts answers that the project held already."""

    prompts: int
    added: int
    there: int
    writers: tuple[str, ...]
    answers: tuple[TakenAnswer, ...]
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    prompt: NewPrompt
    writer: str
    text: str


def take(
    core: Core,
    path: Path,
    *,
    mapping: Mapping[str, str],
    template: str,
    split: Split,
    writer: str,
    skip_bad: bool,
    watch: Watch = UNWATCHED,
) -> AnswersReport:
    """Take all prompts of a file with their answers, or none.

    `mapping` names columns of fields, as for prompts, and of `completion` and `writer`. A cell
    of answers is one text, or an object of texts by writer. Errors as for an import of prompts.
    """
    ours = {f: c for f, c in mapping.items() if f in ("completion", "writer")}
    others = {f: c for f, c in mapping.items() if f not in ours}
    # A column of answers must not be taken for one of references, as its name alone would be.
    read = formats.read_prompts(
        path, mapping={"references": "", **others}, template=template, split=split,
        notify=watch.reading, cancelled=watch.cancelled,
    )  # fmt: skip
    if read.bad and not skip_bad:
        raise RowErrors(
            f"{len(read.bad)} of {len(read.bad) + len(read.rows)} rows in {path.name} cannot be "
            "used; nothing was imported.",
            read.bad,
            "Mend the rows, or import without them.",
        )
    text = _column(path.name, read.columns, ours.get("completion", ""), ANSWER)
    if text is None:
        raise InputError(
            f"{path.name} has no column of answers.",
            f"Its columns are {', '.join(read.columns[:12])}. Name one: completion=COLUMN.",
        )
    who = _column(path.name, read.columns, ours.get("writer", ""), WRITER)
    found = [a for row in read.rows for a in _answers(row, text, who, writer or UNNAMED)]
    if not found:
        raise InputError(f"{path.name} holds no answers in column {text!r}.")
    report = core.mutate(
        lambda c: _write(c, found, split, watch), "prompts", "completions", "checkpoints", "queue"
    )
    return replace(report, bad=tuple(read.bad))


def _column(name: str, columns: Sequence[str], asked: str, usual: Sequence[str]) -> str | None:
    if not asked:
        return next((c for u in usual if (c := find(u, columns)) is not None), None)
    found = find(asked, columns)
    if found is None:
        raise InputError(
            f"{name} has no column {asked!r}.", f"Its columns are {', '.join(columns[:12])}."
        )
    return found


def _answers(row: NewPrompt, text: str, who: str | None, otherwise: str) -> list[_Answer]:
    cell = row.columns.get(text, "")
    writer = " ".join(row.columns.get(who or "", "").split()) or otherwise
    rest = {k: v for k, v in row.columns.items() if k not in (text, who)}
    prompt = replace(row, columns=rest)
    texts = _by_writer(cell) or {writer: cell}
    return [_Answer(prompt, w, t) for w, t in texts.items() if t.strip()]


def _by_writer(cell: str) -> dict[str, str]:
    """The texts of an object by writer; empty where the cell is just a text."""
    if not cell.lstrip().startswith("{"):
        return {}
    with suppress(ValueError):
        held = json.loads(cell)
        if isinstance(held, dict) and all(isinstance(t, str) for t in held.values()):
            return {" ".join(w.split()) or UNNAMED: t for w, t in held.items()}
    return {}


def _write(
    c: store.Connection, found: Sequence[_Answer], split: Split, watch: Watch
) -> AnswersReport:
    new, _ = store.prompts.add(c, (a.prompt for a in found))
    samplings: dict[tuple[str, str], int] = {}
    taken, added = [], 0
    ids = store.prompts.ids_of(c, (a.prompt.content for a in found))
    for one, prompt_id in zip(watch.storing(found), ids, strict=True):
        assert prompt_id is not None
        place = (one.writer, one.prompt.split)
        if place not in samplings:
            head = json.dumps({**NO_MODEL, "writer": one.writer}, sort_keys=True)
            checkpoint = store.checkpoints.add_base(c, one.writer, head)
            samplings[place] = store.completions.create_sampling(c, checkpoint.id, place[1], "{}")
        id, is_new = store.completions.add_text(c, samplings[place], prompt_id, one.text)
        added += is_new
        taken.append(TakenAnswer(id, prompt_id, one.writer, one.prompt.columns))
    writers = tuple(dict.fromkeys(a.writer for a in found))
    return AnswersReport(len(new), added, len(found) - added, writers, tuple(taken))

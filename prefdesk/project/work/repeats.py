"""Prompts that say again what another one says: word for word, or nearly."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prefdesk.errors import Cancelled
from prefdesk.events import FindingsMade, JobEvent, Progress
from prefdesk.project.work.context import Context, Pace
from prefdesk.project.work.looking import Looks, compared
from prefdesk.records import PromptFinding, Split
from prefdesk.texts import folded, likeness

if TYPE_CHECKING:
    from prefdesk.project.project import Project

STOPPED = "The tokens that were made are kept; findings and decisions are those of before."
_PAIRS = 2000
Splits = Mapping[int, Split]


def repeats(project: "Project", looks: Looks, least: float, context: Context) -> Iterator[JobEvent]:
    """Find every prompt that repeats an earlier one, which is itself no repeat.

    So whoever leaves all repeats out still keeps one of each kind.
    """
    yield Progress(len(looks.order), len(looks.order), "Comparing prompts")
    evaluation = set(project.prompts.ids("evaluation"))
    splits: dict[int, Split] = {
        i: "evaluation" if i in evaluation else "train" for i in looks.order
    }
    replaced = {d.prompt_id for d in project.preprocessing.in_force("shorten")}
    same = _same(looks)
    yield from _told(
        looks,
        [
            _finding("duplicate", looks.order[j], looks.order[i], None, splits)
            for j, i in same.items()
            if looks.order[j] not in replaced
        ],
    )
    pairs = looks.sketches.pairs(least)
    skipped = np.fromiter(same, dtype=np.int64, count=len(same))
    pairs = pairs[~np.isin(pairs, skipped).any(axis=1)]
    yield from _near(project, looks, pairs, least, splits, replaced, context)


def require_going(context: Context) -> None:
    """Raise `Cancelled` where the job was asked to stop or to cancel."""
    if context.stopped():
        raise Cancelled(STOPPED)


def _same(looks: Looks) -> dict[int, int]:
    """Positions of texts that are there already, with the position of the first."""
    first: dict[bytes, int] = {}
    found = {}
    for position, digest in enumerate(looks.digests):
        if first.setdefault(digest, position) != position:
            found[position] = first[digest]
    return found


def _near(
    project: "Project",
    looks: Looks,
    pairs: npt.NDArray[np.int64],
    least: float,
    splits: Splits,
    replaced: set[int],
    context: Context,
) -> Iterator[JobEvent]:
    """Measure the pairs in the order of the later text; a text meets only those that stay."""
    repeated: set[int] = set()
    pace = Pace(len(pairs), "Comparing prompts")
    for part in _parts(pairs):
        require_going(context)
        texts = _texts(project, looks, {position for pair in part for position in pair})
        best: dict[int, tuple[float, int]] = {}
        for i, j in part:
            if i in repeated or i in best or i not in texts or j not in texts:
                continue
            value = likeness(texts[i], texts[j])
            if value >= least:
                best[j] = max(best.get(j, (0.0, 0)), (value, -i))
        repeated |= best.keys()
        yield from _told(
            looks,
            [
                _finding("near", looks.order[j], looks.order[-i], round(value, 4), splits)
                for j, (value, i) in best.items()
                if looks.order[j] not in replaced
            ],
        )
        yield from pace.step(len(part))


def _parts(pairs: npt.NDArray[np.int64]) -> Iterator[list[list[int]]]:
    """The pairs in parts of about `_PAIRS`, those of one later text in one part."""
    start = 0
    while start < len(pairs):
        last = pairs[min(start + _PAIRS, len(pairs)) - 1, 1]
        end = int(np.searchsorted(pairs[:, 1], last, side="right"))
        yield pairs[start:end].tolist()
        start = end


def _texts(project: "Project", looks: Looks, positions: set[int]) -> dict[int, str]:
    at = {looks.order[position]: position for position in positions}
    prompts = project.prompts.by_ids(sorted(at))
    return {at[i]: folded(compared(p)) for i, p in prompts.items()}


def _finding(
    kind: str, prompt_id: int, other_id: int, value: float | None, splits: Splits
) -> PromptFinding:
    across = splits[prompt_id] != splits[other_id]
    detail = {"across": True} if across else {}
    return PromptFinding(kind, prompt_id, other_id, value, detail)  # type: ignore[arg-type]


def _told(looks: Looks, found: list[PromptFinding]) -> Iterator[JobEvent]:
    looks.found.update(f.kind for f in found)
    for start in range(0, len(found), 1000):
        yield FindingsMade(tuple(found[start : start + 1000]))

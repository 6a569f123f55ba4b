"""Two raters side by side: every answer that both judged, and how far they agree on it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from prefdesk import ratings, store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.project.fitting import newest
from prefdesk.project.ranges import as_range, finite
from prefdesk.project.report import NO_RANGE, Range
from prefdesk.project.tables import table_of
from prefdesk.ratings import overlap
from prefdesk.ratings.agreement import one_fisher
from prefdesk.records import Rating


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """One answer that both raters judged: their scores in points, and the events they stand in."""

    completion_id: int
    prompt_id: int
    first: float
    second: float
    first_uid: bytes
    second_uid: bytes

    @property
    def difference(self) -> float:
        """How much higher the first scored, in points."""
        return self.first - self.second


@dataclass(frozen=True)
class PairReport:
    """What two raters (ids) said of the same answers, in order of completion.

    `r` is Pearson's correlation with its limits by Fisher's z, `difference` the mean over prompts
    of the first's score less the second's, in points, with limits by drawing prompts again;
    `same` is the share of answers with one score from both. None where there is too little.
    """

    first: int
    second: int
    criterion: str
    answers: tuple[SharedAnswer, ...]
    r: Range
    difference: Range
    same: float | None


def pair(
    core: Core, criterion: str, reason: Callable[[Rating], str], first: int, second: int
) -> PairReport:
    """Compare two raters over the ratings that count; `InputError` for one who is not there."""
    with core.read() as c:
        known = {r.id for r in store.raters.all(c)}
        current = {id: store.events.current(c, rater_id=id) for id in (first, second)}
    if {first, second} - known:
        raise InputError("One of these two raters is not in the project any more.")
    mine, theirs = (
        {r.completion_id: r for r in newest([r for r in current[id] if r.criterion == criterion])
         if not reason(r)}
        for id in (first, second)
    )  # fmt: skip
    both = sorted(mine.keys() & theirs.keys())
    answers = tuple(_shared(mine[i], theirs[i]) for i in both)
    rows = [r for i in both for r in (mine[i], theirs[i])]
    same = float(np.mean([a.difference == 0 for a in answers])) if answers else None
    return PairReport(
        first, second, criterion, answers, _correlation(rows), _difference(answers), same
    )


def _shared(mine: Rating, theirs: Rating) -> SharedAnswer:
    return SharedAnswer(
        mine.completion_id,
        mine.prompt_id,
        mine.points,
        theirs.points,
        mine.event_uid,
        theirs.event_uid,
    )


def _correlation(rows: list[Rating]) -> Range:
    """As in the report of agreement, so that both say the same figure."""
    if not rows:
        return NO_RANGE
    found = overlap.pairs(table_of(rows))
    if len(found.raters) < 2 or finite(float(found.r[0, 1])) is None:
        return NO_RANGE
    return as_range(one_fisher(float(found.r[0, 1]), int(found.n[0, 1])))


def _difference(answers: tuple[SharedAnswer, ...]) -> Range:
    if len(answers) < 2:
        return NO_RANGE
    found = ratings.group_score([a.difference for a in answers], [a.prompt_id for a in answers])
    return as_range(found)

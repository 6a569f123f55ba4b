"""Figures of each completion, kept beside what counts, so that no screen groups all ratings.

`item_stat` has a row for every criterion under which somebody judged or skipped a completion,
and one under `ALL` for all of them together; `coverage_stat` says how many completions have how
many raters. Both change in the transaction that changes what counts. The figures of a touched
completion are made again from its ratings, never added to or taken from, and sums are exact
before they are rounded once: no sequence of acts makes them drift, and `rebuild` gives the same
bits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import groupby
from math import fsum, sqrt
from operator import attrgetter
from typing import Any

import numpy as np

from prefdesk.store import rows
from prefdesk.store.engine import Connection

ALL = ""
"""Stands for all criteria together; no criterion has an empty name."""

_COLUMNS = (
    "completion_id, criterion, n_raters, n_scores, score_sum, score_squares, n_labels, label_sum,"
    " label_squares, n_skips"
)
_PUT = f"INSERT OR REPLACE INTO item_stat({_COLUMNS}) VALUES({', '.join('?' * 10)})"
_JUDGED = "SELECT completion_id, criterion, rater_id, kind, value FROM rating"
_ONE = "WHERE completion_id = ?"
_SOME = "WHERE completion_id IN (SELECT value FROM json_each(?))"
_TALLY = (
    "SELECT n_raters, count(*), sum(n_scores + n_labels) FROM item_stat"
    " WHERE criterion = '' AND n_raters > 0 GROUP BY n_raters"
)

Judged = tuple[int, str, int, str, float | None]
"""Completion id, criterion, rater id, kind and value of a rating that counts."""


@dataclass(frozen=True, slots=True)
class ItemStat:
    """What counts of one completion under one criterion, or under `ALL`.

    `n_raters` are those who gave a score or a label. Scores lie between 0 and 10, labels are
    0, 1 or 2. Means are None where there is nothing, spreads (standard deviations of a sample)
    where there are fewer than two.
    """

    completion_id: int
    criterion: str
    n_raters: int
    n_scores: int
    score_sum: float
    score_squares: float
    n_labels: int
    label_sum: float
    label_squares: float
    n_skips: int

    @property
    def score_mean(self) -> float | None:
        """The mean of the scores."""
        return self.score_sum / self.n_scores if self.n_scores else None

    @property
    def score_spread(self) -> float | None:
        """How far the scores lie apart."""
        return _spread(self.n_scores, self.score_sum, self.score_squares)

    @property
    def label_mean(self) -> float | None:
        """The mean of the labels."""
        return self.label_sum / self.n_labels if self.n_labels else None

    @property
    def label_spread(self) -> float | None:
        """How far the labels lie apart."""
        return _spread(self.n_labels, self.label_sum, self.label_squares)


# `dataclasses.astuple` copies deeply, which takes longer than the insert.
_row: Callable[[ItemStat], tuple[Any, ...]] = attrgetter(*(f.name for f in fields(ItemStat)))


def _spread(n: int, total: float, squares: float) -> float | None:
    return sqrt(max(0.0, squares - total * total / n) / (n - 1)) if n > 1 else None


def of_items(c: Connection, completion_ids: Iterable[int], criterion: str = ALL) -> list[ItemStat]:
    """The figures of some completions in order of their ids; those without any are left out."""
    found = c.execute(
        f"SELECT {_COLUMNS} FROM item_stat {_SOME} AND criterion = ? ORDER BY completion_id",
        (rows.id_list(completion_ids), criterion),
    )
    return [ItemStat(*row) for row in found.fetchall()]


def walk(c: Connection, criterion: str = ALL) -> Iterator[ItemStat]:
    """The figures of every completion that has any, in order of their ids, as they are read."""
    cursor = c.execute(
        f"SELECT {_COLUMNS} FROM item_stat WHERE criterion = ? ORDER BY completion_id", (criterion,)
    )
    return (ItemStat(*row) for row in cursor)


@dataclass(frozen=True, slots=True)
class Together:
    """All items under one criterion: how many have scores, and how far these lie apart.

    `between` is the standard deviation of the items' means; `within` the one of scores around
    the mean of their item, pooled over items with two or more. None where too few are there.
    """

    n_items: int
    n_scores: int
    mean: float | None
    between: float | None
    within: float | None


_TOGETHER = """
SELECT count(*), coalesce(sum(n), 0), avg(mean), sum(mean * mean), sum(rest), sum(n - 1)
FROM (
  SELECT n_scores AS n, score_sum / n_scores AS mean,
    max(0, score_squares - score_sum * score_sum / n_scores) AS rest
  FROM item_stat WHERE criterion = ? AND n_scores > 0
)
"""


def together(c: Connection, criterion: str = ALL) -> Together:
    """The scores of all items in one pass over their figures."""
    items, scores, mean, squares, rest, freedom = c.execute(_TOGETHER, (criterion,)).fetchone()
    between = _spread(items, mean * items, squares) if items else None
    return Together(items, scores, mean, between, sqrt(rest / freedom) if freedom else None)


@dataclass(frozen=True, slots=True)
class OfRater:
    """A rater's scores under one criterion: how many, their mean and standard deviation."""

    rater_id: int
    n: int
    mean: float
    spread: float | None


def of_raters(c: Connection, criterion: str) -> list[OfRater]:
    """The scores of each rater who gave any, in order of their ids, by one pass over all."""
    found = c.execute(
        "SELECT rater_id, count(*), total(value), total(value * value) FROM rating"
        " WHERE criterion = ? AND kind = 'score' GROUP BY rater_id ORDER BY rater_id",
        (criterion,),
    )
    return [OfRater(id, n, sum / n, _spread(n, sum, squares)) for id, n, sum, squares in found]


def coverage(c: Connection) -> list[tuple[int, int, int]]:
    """How many raters, how many completions have so many, and the scores and labels of these."""
    return c.execute(
        "SELECT n_raters, n_completions, n_ratings FROM coverage_stat"
        " WHERE n_completions > 0 ORDER BY n_raters"
    ).fetchall()


@dataclass(frozen=True, slots=True)
class Table:
    """Arrays with a place for each scored item, in order of `ids`.

    `ids` and `n_scores` are int64; `mean` and `spread` (standard deviation of a sample) float64,
    the spread NaN where there is one score only.
    """

    ids: "np.ndarray[Any, np.dtype[np.int64]]"
    n_scores: "np.ndarray[Any, np.dtype[np.int64]]"
    mean: "np.ndarray[Any, np.dtype[np.float64]]"
    spread: "np.ndarray[Any, np.dtype[np.float64]]"


def table(c: Connection, criterion: str = ALL) -> Table:
    """The scores of every item, as arrays."""
    cursor = c.execute(
        "SELECT completion_id, n_scores, score_sum, score_squares FROM item_stat"
        " WHERE criterion = ? AND n_scores > 0 ORDER BY completion_id",
        (criterion,),
    )
    found = np.fromiter(cursor, np.dtype("i8,i8,f8,f8"))
    ids, n, total, squares = (np.ascontiguousarray(found[name]) for name in found.dtype.names or ())
    rest = np.maximum(squares - total * total / n, 0.0)
    spread = np.full(len(n), np.nan)
    np.sqrt(rest / np.maximum(n - 1, 1), out=spread, where=n > 1)
    return Table(ids, n, total / n, spread)


def raters_of(c: Connection, first_id: int, last_id: int) -> dict[int, int]:
    """How many raters judged each completion from one id to another; without those nobody did."""
    found = c.execute(
        "SELECT completion_id, n_raters FROM item_stat"
        " WHERE completion_id BETWEEN ? AND ? AND criterion = '' AND n_raters > 0",
        (first_id, last_id),
    )
    return dict(found.fetchall())


def coverage_of(c: Connection, completion_ids: Iterable[int]) -> dict[int, int]:
    """How many raters judged each of some completions, 0 included."""
    ids = list(completion_ids)
    found = c.execute(
        f"SELECT completion_id, n_raters FROM item_stat {_SOME} AND criterion = ''",
        (rows.id_list(ids),),
    )
    return dict.fromkeys(ids, 0) | dict(found.fetchall())


def update(c: Connection, completion_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Bring the figures of these completions up to date with what counts of them now.

    Returns how many raters had judged each before, and how many have now.
    """
    ids = sorted(set(completion_ids))
    # One is what a rating asks for, and is found without taking a list apart.
    some, listed = (_ONE, ids[0]) if len(ids) == 1 else (_SOME, rows.id_list(ids))
    stored = [
        ItemStat(*r) for r in c.execute(f"SELECT {_COLUMNS} FROM item_stat {some}", (listed,))
    ]
    judged = c.execute(f"{_JUDGED} {some} ORDER BY completion_id", (listed,)).fetchall()
    before = {(one.completion_id, one.criterion): one for one in stored}
    after = {(one.completion_id, one.criterion): one for one in _figures(judged)}
    gone = before.keys() - after.keys()
    c.executemany("DELETE FROM item_stat WHERE completion_id = ? AND criterion = ?", gone)
    c.executemany(_PUT, [_row(one) for key, one in after.items() if before.get(key) != one])
    _count_over(c, [before.get((id, ALL)) for id in ids], [after.get((id, ALL)) for id in ids])
    return {id: (_raters(before.get((id, ALL))), _raters(after.get((id, ALL)))) for id in ids}


def _raters(stat: ItemStat | None) -> int:
    return 0 if stat is None else stat.n_raters


def _count_over(
    c: Connection, before: Iterable[ItemStat | None], after: Iterable[ItemStat | None]
) -> None:
    completions: Counter[int] = Counter()
    ratings: Counter[int] = Counter()
    for sign, some in ((-1, before), (1, after)):
        for one in some:
            if one is not None and one.n_raters:
                completions[one.n_raters] += sign
                ratings[one.n_raters] += sign * (one.n_scores + one.n_labels)
    changed = [n for n in completions.keys() | ratings.keys() if completions[n] or ratings[n]]
    c.executemany(
        "INSERT INTO coverage_stat VALUES(?, ?, ?) ON CONFLICT(n_raters) DO UPDATE SET"
        " n_completions = n_completions + excluded.n_completions,"
        " n_ratings = n_ratings + excluded.n_ratings",
        [(n, completions[n], ratings[n]) for n in changed],
    )


def rebuild(c: Connection) -> None:
    """Make all figures again from the ratings that count."""
    c.execute("DELETE FROM item_stat")
    c.execute("DELETE FROM coverage_stat")
    c.executemany(_PUT, (_row(one) for one in _counted(c)))
    c.execute(f"INSERT INTO coverage_stat {_TALLY}")


def differences(c: Connection) -> Iterator[str]:
    """What the tables say that the ratings do not, in sentences."""
    stored = (ItemStat(*row) for row in c.execute(f"SELECT {_COLUMNS} FROM item_stat"))
    for id in _differing(stored, _counted(c)):
        yield f"The figures of completion {id} are not those of its ratings."
    tally = (
        "SELECT n_raters, n_completions, n_ratings FROM coverage_stat"
        " WHERE n_completions > 0 ORDER BY n_raters"
    )
    if c.execute(tally).fetchall() != c.execute(_TALLY).fetchall():
        yield "How many completions have how many raters is not what their figures say."


def _differing(stored: Iterator[ItemStat], counted: Iterator[ItemStat]) -> Iterator[int]:
    """Completion ids for which two walks in the same order do not agree, each once."""
    mine, theirs = groupby(stored, _id), groupby(counted, _id)
    left, right = next(mine, None), next(theirs, None)
    while left is not None or right is not None:
        id = min(one[0] for one in (left, right) if one is not None)
        has_left, has_right = (one is not None and one[0] == id for one in (left, right))
        said = set(left[1]) if left is not None and has_left else set()
        true = set(right[1]) if right is not None and has_right else set()
        if said != true:
            yield id
        left = next(mine, None) if has_left else left
        right = next(theirs, None) if has_right else right


def _id(stat: ItemStat) -> int:
    return stat.completion_id


def _counted(c: Connection) -> Iterator[ItemStat]:
    return _figures(c.execute(f"{_JUDGED} ORDER BY completion_id"))


def _figures(judged: Iterable[Judged]) -> Iterator[ItemStat]:
    """The figures of ratings that come completion by completion."""
    for id, found in groupby(judged, key=lambda row: row[0]):
        by_criterion: dict[str, list[Judged]] = {}
        for row in found:
            if row[3] != "comment":
                by_criterion.setdefault(row[1], []).append(row)
        if by_criterion:
            together = [row for own in by_criterion.values() for row in own]
            yield _stat(id, ALL, together)
            for criterion, own in sorted(by_criterion.items()):
                yield _stat(id, criterion, own)


def _stat(id: int, criterion: str, judged: list[Judged]) -> ItemStat:
    scores = [value for *_, kind, value in judged if kind == "score" and value is not None]
    labels = [value for *_, kind, value in judged if kind == "label" and value is not None]
    raters = {rater_id for _, _, rater_id, kind, _ in judged if kind != "skip"}
    return ItemStat(
        id, criterion, len(raters), *_sums(scores), *_sums(labels),
        sum(kind == "skip" for *_, kind, _ in judged),
    )  # fmt: skip


def _sums(values: list[float]) -> tuple[int, float, float]:
    return len(values), fsum(values), fsum(value * value for value in values)

"""Does a rater stop following the others at some point? The largest drop of agreement in time.

For every point of a rater's own sequence with at least 12 comparable ratings on either side, the
agreement before and after is compared on Fisher's scale,

    [atanh r(before) - atanh r(after)] / sqrt(1 / (n1 - 3) + 1 / (n2 - 3)),

and the largest value counts. It is a maximum over points that depend on one another, and real
scores are nothing like normal; so it is held against random orders of the same ratings, which
assumes nothing about them. Where p is smaller than permutations can resolve, the upper tail is
taken for exponential; that errs to the safe side, as it is thinner.

A long sequence is cut into runs of equal length, which change places as a whole: in a random order
they are as exchangeable as single ratings, and a change is looked for between them.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, rows_by_rater

MIN_SIDE = 12
"""Comparable ratings on either side of a point at which a rater may have changed."""
PERMUTATIONS = (199, 1999, 9999)
"""Sequential: more orders are drawn only for those whose p could still matter."""
LONG, MOST_RUNS = 1000, 250
"""Ratings of one rater above which they are taken in runs, and how many runs there are."""
LEAST_DROP = 0.2
"""In a long sequence the p of a smaller drop, as a share of the agreement before, is rough."""
_ENOUGH_ABOVE = 5
_TAIL = 100
_INNER = 0.9999
_CELLS = 1_000_000


class Change(NamedTuple):
    """The largest drop, its p, agreement before and after, and where: `at` is the row of the

    table that is the rater's first after the change, `n_before` his ratings up to it.
    """

    drop: float
    p: float
    before: float
    after: float
    at: int
    n_before: int


def change_points(
    table: RatingTable, x: Floats, y: Floats, usable: Bools, seed: int = 0
) -> dict[int, Change]:
    """By rater code, for raters with enough comparable ratings; {} where no order is known.

    `x` and `y` are the deviations per rating that are correlated: own and others'.
    """
    if table.order is None:
        return {}
    x, y = (v / (float(np.abs(v).max(initial=0)) or 1.0) for v in (x, y))
    rows = np.flatnonzero(usable)
    rows = rows[np.lexsort((rows, table.order[rows], table.rater[rows]))]
    edges = np.flatnonzero(np.diff(table.rater[rows])) + 1
    out, of_rater = {}, rows_by_rater(table)
    for mine in np.split(rows, edges):
        if len(mine) >= 2 * MIN_SIDE:
            code = int(table.rater[mine[0]])
            rng = np.random.default_rng([seed, code])
            out[code] = _change(table.order[of_rater[code]], table.order, mine, x, y, rng)
    return out


class _Course(NamedTuple):
    """One rater's sequence: sums of x, y, x², y² and xy over runs of `size` ratings each."""

    sums: tuple[Floats, ...]
    size: int

    @classmethod
    def of(cls, x: Floats, y: Floats) -> "_Course":
        """What is left over at the end of a long sequence makes no run and is not looked at."""
        columns = (x, y, x * x, y * y, x * y)
        if len(x) <= LONG:
            return cls(columns, 1)
        size = len(x) // MOST_RUNS
        whole = size * (len(x) // size)
        return cls(tuple(c[:whole].reshape(-1, size).sum(axis=1) for c in columns), size)

    @property
    def n(self) -> int:
        return len(self.sums[0])

    @property
    def least(self) -> int:
        """Runs on either side of a change."""
        return -(-MIN_SIDE // self.size)


def _change(
    own: Floats, order: Floats, rows: Ints, x: Floats, y: Floats, rng: np.random.Generator
) -> Change:
    course = _Course.of(x[rows], y[rows])
    drop, before, after = _drops(course, np.arange(course.n)[:, None])
    best = int(np.argmax(drop[:, 0]))
    size, r1, r2 = (float(v[best, 0]) for v in (drop, before, after))
    at = int(rows[course.size * (best + course.least)])
    large = course.size == 1 or r2 <= (1 - LEAST_DROP) * r1
    p = _p(course, size, rng, PERMUTATIONS if large else PERMUTATIONS[:1])
    return Change(size, p, r1, r2, at, int((own < order[at]).sum()))


def _p(course: _Course, seen: float, rng: np.random.Generator, draws: tuple[int, ...]) -> float:
    null = np.empty(0)
    for n in draws:
        null = np.append(null, _null(course, n - len(null), rng))
        if (null >= seen).sum() > _ENOUGH_ABOVE:
            break
    counted = float(1 + (null >= seen).sum()) / (1 + len(null))
    if len(null) < PERMUTATIONS[-1] or counted > (1 + _ENOUGH_ABOVE) / len(null):
        return counted
    top = np.sort(null)[-_TAIL:]
    rate = float((top - top[0]).mean())
    fitted = _TAIL / len(null) * float(np.exp(-(seen - top[0]) / max(rate, 1e-9)))
    return max(min(counted, fitted), 1e-12)


def _null(course: _Course, n: int, rng: np.random.Generator) -> Floats:
    batch = max(1, _CELLS // course.n)
    out = []
    for start in range(0, n, batch):
        order = np.tile(np.arange(course.n), (min(batch, n - start), 1))
        out.append(_drops(course, rng.permuted(order, axis=1).T)[0].max(axis=0))
    return np.concatenate(out)


def _drops(course: _Course, order: Ints) -> tuple[Floats, Floats, Floats]:
    """Drop and correlations before and after each possible point, in orders of the runs

    (runs x columns); points x columns.
    """
    n, least = course.n * course.size, course.least
    n1 = course.size * np.arange(least, course.n - least + 1)[:, None]
    sums = [np.cumsum(v[order], axis=0) for v in course.sums]
    head = [s[least - 1 : course.n - least] for s in sums]
    tail = [s[-1] - h for s, h in zip(sums, head, strict=True)]
    before, after = _correlation(head, n1), _correlation(tail, n - n1)
    scale = np.sqrt(1 / (n1 - 3) + 1 / (n - n1 - 3))
    return (np.arctanh(before) - np.arctanh(after)) / scale, before, after


def _correlation(sums: list[Floats], n: Ints) -> Floats:
    """From the sums of x, y, x², y² and xy over n rows."""
    sx, sy, sxx, syy, sxy = sums
    spread = np.maximum(sxx - sx * sx / n, 0) * np.maximum(syy - sy * sy / n, 0)
    top = sxy - sx * sy / n
    r = np.zeros_like(top)
    np.divide(top, np.sqrt(spread), out=r, where=spread > 1e-12)
    clipped: Floats = np.clip(r, -_INNER, _INNER)
    return clipped

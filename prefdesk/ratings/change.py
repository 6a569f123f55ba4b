"""Does a rater stop following the others at some point? The largest drop of agreement in time.

For every point of a rater's own sequence with at least 12 comparable ratings on either side, the
agreement before and after is compared on Fisher's scale,

    [atanh r(before) - atanh r(after)] / sqrt(1 / (n1 - 3) + 1 / (n2 - 3)),

and the largest value counts. It is a maximum over points that depend on one another, and real
scores are nothing like normal; so it is held against random orders of the same ratings, which
assumes nothing about them. Where p is smaller than permutations can resolve, the upper tail is
taken for exponential; that errs to the safe side, as it is thinner.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable

MIN_SIDE = 12
"""Comparable ratings on either side of a point at which a rater may have changed."""
PERMUTATIONS = (199, 1999, 9999)
"""Sequential: more orders are drawn only for those whose p could still matter."""
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
    out = {}
    for mine in np.split(rows, edges):
        if len(mine) >= 2 * MIN_SIDE:
            code = int(table.rater[mine[0]])
            rng = np.random.default_rng([seed, code])
            out[code] = _change(table, mine, x[mine], y[mine], rng)
    return out


def _change(
    table: RatingTable, rows: Ints, x: Floats, y: Floats, rng: np.random.Generator
) -> Change:
    drop, before, after = _drops(x[:, None], y[:, None])
    best = int(np.argmax(drop[:, 0]))
    size = float(drop[best, 0])
    at = int(rows[best + MIN_SIDE])
    assert table.order is not None
    mine = table.order[table.rater == table.rater[at]]
    n_before = int((mine < table.order[at]).sum())
    p = _p(x, y, size, rng)
    return Change(size, p, float(before[best, 0]), float(after[best, 0]), at, n_before)


def _p(x: Floats, y: Floats, seen: float, rng: np.random.Generator) -> float:
    null = np.empty(0)
    for n in PERMUTATIONS:
        null = np.append(null, _null(x, y, n - len(null), rng))
        if (null >= seen).sum() > _ENOUGH_ABOVE:
            break
    counted = float(1 + (null >= seen).sum()) / (1 + len(null))
    if len(null) < PERMUTATIONS[-1] or counted > (1 + _ENOUGH_ABOVE) / len(null):
        return counted
    top = np.sort(null)[-_TAIL:]
    rate = float((top - top[0]).mean())
    fitted = _TAIL / len(null) * float(np.exp(-(seen - top[0]) / max(rate, 1e-9)))
    return max(min(counted, fitted), 1e-12)


def _null(x: Floats, y: Floats, n: int, rng: np.random.Generator) -> Floats:
    batch = max(1, _CELLS // len(x))
    out = []
    for start in range(0, n, batch):
        order = rng.permuted(np.tile(np.arange(len(x)), (min(batch, n - start), 1)), axis=1).T
        out.append(_drops(x[order], y[order])[0].max(axis=0))
    return np.concatenate(out)


def _drops(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Drop and correlations before and after each possible point (points x columns)."""
    n = len(x)
    n1 = np.arange(MIN_SIDE, n - MIN_SIDE + 1)[:, None]
    sums = [np.cumsum(v, axis=0) for v in (x, y, x * x, y * y, x * y)]
    head = [s[MIN_SIDE - 1 : n - MIN_SIDE] for s in sums]
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

"""Cohen's weighted kappa of two raters, and its mean over all pairs of raters (Light 1971)."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from prefdesk.errors import InputError
from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ratings.bag import drawn_weights
from prefdesk.ratings.bootstrap import DRAWS, TOO_FEW, Interval
from prefdesk.ratings.coefficients import (
    WHY_ONE_RATER,
    Coefficient,
    percentiles,
    undefined,
    units_of,
)
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions

Weights = Literal["nominal", "linear", "quadratic"]

WHY_NO_PAIR = f"No two raters share {MIN_RATINGS} items."
LEAST_DRAWS, MOST_CELLS = 100, 1e8
"""Draws behind an interval are cut down to the first where pairs x items x draws pass the other."""

_BATCH_CELLS = 500_000
_POWER: dict[Weights, float] = {"nominal": 0.0, "linear": 1.0, "quadratic": 2.0}


def weighted_kappa(x: ArrayLike, y: ArrayLike, weights: Weights = "quadratic") -> float:
    """1 - observed / expected disagreement of two columns of scores of the same items.

    Disagreement is [a != b], |a - b| or (a - b)^2 (Cohen 1968). nan where nothing varies.
    Raises InputError for columns of different length.
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.shape != second.shape:
        raise InputError("Kappa needs two scores of every item.")
    if first.size == 0:
        return float("nan")
    values, code = np.unique(np.concatenate([first, second]), return_inverse=True)
    n, k = len(first), len(values)
    table = np.bincount(code[:n] * k + code[n:], minlength=k * k).reshape(k, k) / n
    apart = _apart(values, weights)
    expected = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * apart).sum())
    return 1 - float((table * apart).sum()) / expected if expected > 0 else float("nan")


def kappa_interval(
    x: ArrayLike, y: ArrayLike, weights: Weights = "quadratic", *, draws: int = DRAWS, seed: int = 0
) -> Interval:
    """Kappa with its 95 % percentile interval from `draws` draws of items; nan: fewer than 8."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    value = weighted_kappa(first, second, weights)
    if len(first) < MIN_RATINGS or not np.isfinite(value):
        return TOO_FEW
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(first), (draws, len(first)))
    return percentiles(
        value, np.array([weighted_kappa(first[r], second[r], weights) for r in rows])
    )


def mean_kappa(
    table: RatingTable, weights: Weights = "quadratic", *, draws: int = DRAWS, seed: int = 0
) -> Coefficient:
    """The mean of kappa over all pairs of raters who share at least 8 items.

    Intervals draw items (prompts where there are groups), and items and raters; a rater who is
    drawn twice makes no pair with himself. A kappa of few items falls when they are drawn again,
    in every pair alike, so the draws are centred on the value: without it the mean over many
    pairs would lie outside its own limits. nan with a reason where no pair shares 8 items.
    """
    form = f"kappa_{weights}"
    why = undefined(table)
    pairs = None if why else _pairs(last_occasions(table))
    if pairs is None:
        return Coefficient(form, TOO_FEW, TOO_FEW, why or WHY_NO_PAIR)
    figures = _moments(pairs) if weights == "quadratic" else _tables(pairs, weights)
    value = float(_mean(figures(np.ones((pairs.n_units, 1))), np.ones((pairs.n, 1)))[0])
    draws = int(max(LEAST_DRAWS, min(draws, MOST_CELLS / len(pairs.pair))))
    rng, batch = np.random.default_rng(seed), max(1, _BATCH_CELLS // max(pairs.n, pairs.n_units))
    these, like = [], []
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        each = figures(drawn_weights(pairs.n_units, size, rng))
        raters = drawn_weights(pairs.n_raters, size, rng)
        these.append(_mean(each, np.ones((pairs.n, size))))
        like.append(_mean(each, raters[pairs.first] * raters[pairs.second]))
    one = percentiles(value, _centred(np.concatenate(these), value))
    if len(np.unique(np.concatenate([pairs.first, pairs.second]))) < 3:
        return Coefficient(form, one, TOO_FEW, WHY_ONE_RATER)
    return Coefficient(form, one, percentiles(value, _centred(np.concatenate(like), value)))


class _Pairs(NamedTuple):
    """One row per item that two raters share: their pair, the unit drawn, and both scores.

    `first` and `second` are the raters of each pair.
    """

    pair: Ints
    unit: Ints
    x: Floats
    y: Floats
    first: Ints
    second: Ints
    n_units: int
    n_raters: int

    @property
    def n(self) -> int:
        return len(self.first)


Figures = Callable[[Floats], Floats]
"""Kappa of each pair (pairs x draws) for weights of the units (units x draws)."""


def _pairs(table: RatingTable) -> _Pairs | None:
    """Every pair of raters that shares enough items; None without one."""
    order = np.lexsort((table.rater, table.item))
    size = table.item_counts[table.item[order]]
    first = np.concatenate([[0], np.cumsum(table.item_counts)])[table.item[order]]
    later = first + size - 1 - np.arange(table.n)
    a = np.repeat(np.arange(table.n), later)
    b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(later) - later, later)
    a, b = order[a], order[b]
    keys, pair, n = np.unique(
        table.rater[a] * len(table.raters) + table.rater[b],
        return_inverse=True, return_counts=True,
    )  # fmt: skip
    enough = n >= MIN_RATINGS
    if not enough.any():
        return None
    keep = enough[pair]
    items = np.unique(table.item)
    unit, n_units = units_of(table, items)
    place = np.cumsum(enough) - 1
    return _Pairs(
        place[pair[keep]], unit[np.searchsorted(items, table.item[a[keep]])],
        table.score[a[keep]], table.score[b[keep]],
        keys[enough] // len(table.raters), keys[enough] % len(table.raters),
        n_units, len(table.raters),
    )  # fmt: skip


def _moments(pairs: _Pairs) -> Figures:
    """Squared gaps need means and squares only, however many values the scale has."""
    centre = float(pairs.x.mean())
    x, y = pairs.x - centre, pairs.y - centre
    columns = (np.ones(len(x)), x, y, x**2 + y**2, (x - y) ** 2)
    parts = [_sparse(pairs, pairs.pair, c, pairs.n) for c in columns]

    def figures(of_unit: Floats) -> Floats:
        n, sx, sy, squares, apart = (p @ of_unit for p in parts)
        return _kappa(apart * n, squares * n - 2 * sx * sy)

    return figures


def _tables(pairs: _Pairs, weights: Weights) -> Figures:
    values, code = np.unique(np.concatenate([pairs.x, pairs.y]), return_inverse=True)
    size, (x, y) = len(values), np.split(code, 2)
    apart = _apart(values, weights)
    rows = (pairs.pair * size + c for c in (x, y))
    left, right = (_sparse(pairs, r, np.ones(len(x)), pairs.n * size) for r in rows)
    seen = _sparse(pairs, pairs.pair, apart[x, y], pairs.n)

    def figures(of_unit: Floats) -> Floats:
        shape = (pairs.n, size, of_unit.shape[1])
        first, second = ((m @ of_unit).reshape(shape) for m in (left, right))
        chance = np.einsum("pvb,vu,pub->pb", first, apart, second, optimize=True)
        return _kappa((seen @ of_unit) * first.sum(axis=1), chance)

    return figures


def _sparse(pairs: _Pairs, row: Ints, data: Floats, size: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((data, (row, pairs.unit)), shape=(size, pairs.n_units))


def _kappa(observed: Floats, expected: Floats) -> Floats:
    out = np.full(expected.shape, np.nan)
    np.divide(observed, expected, out=out, where=expected > 1e-9)
    return 1 - out


def _mean(each: Floats, weight: Floats) -> Floats:
    known = np.isfinite(each)
    total = (weight * known).sum(axis=0)
    out = np.full(each.shape[1], np.nan)
    np.divide((weight * np.where(known, each, 0)).sum(axis=0), total, out=out, where=total > 0)
    return out


def _centred(drawn: Floats, value: float) -> Floats:
    known = drawn[np.isfinite(drawn)]
    return known - np.median(known) + value if known.size else known


def _apart(values: Floats, weights: Weights) -> Floats:
    gap = np.abs(values[:, None] - values)
    out: Floats = (gap > 0).astype(np.float64) if weights == "nominal" else gap ** _POWER[weights]
    return out

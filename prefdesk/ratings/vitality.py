"""What each rater does to agreement: alpha less alpha without him, for all raters at once.

Alpha is made of sums over items, and taking out a rater changes those of his own items only. So
what changes is summed by rater in one pass over the ratings, instead of one alpha for each.
"""

import numpy as np

from prefdesk.ratings.alpha import Metric, krippendorff
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions, sums


def vitality(table: RatingTable, metric: Metric = "interval") -> Floats:
    """Alpha minus alpha without the rater, per rater code; nan where either is undefined.

    Above 0: he agrees more than the panel does. Interval and nominal alpha take one pass; ordinal
    alpha, whose ranks change with whoever is left out, is worked out anew for each rater.
    """
    table = last_occasions(table)
    active = table.rater_counts > 0
    if metric == "ordinal":
        whole, size = krippendorff(table, metric), len(table.raters)
        without = [krippendorff(table.rows(table.rater != i), metric) for i in range(size)]
        out: Floats = whole - np.array(without, dtype=np.float64)
    else:
        table = table.rows((table.item_counts >= 2)[table.item])
        if table.n == 0 or np.ptp(table.score) == 0:
            return np.full(len(table.raters), np.nan)
        out = _nominal(table) if metric == "nominal" else _interval(table)
    return np.where(active, out, np.nan)


def _interval(table: RatingTable) -> Floats:
    x = (table.score - table.score.mean()) / np.ptp(table.score)
    m = table.item_counts.astype(np.float64)
    size = len(table.items)
    first, second = sums(table.item, x, size), sums(table.item, x**2, size)
    apart = _per_item(m, 2 * (m * second - first**2))
    rest_m, rest_1, rest_2 = (
        whole[table.item] - own for whole, own in ((m, 1), (first, x), (second, x**2))
    )
    rest = _per_item(rest_m, 2 * (rest_m * rest_2 - rest_1**2))
    # An item of two falls out as a whole with either of them.
    pair = rest_m == 1
    gone = (1 + pair, x + pair * rest_1, x**2 + pair * rest_2)
    observed = apart.sum() - sums(table.rater, apart[table.item] - rest, len(table.raters))
    n, s1, s2 = (
        total - sums(table.rater, g.astype(np.float64), len(table.raters))
        for total, g in zip((table.n, x.sum(), (x**2).sum()), gone, strict=True)
    )
    whole = _alpha(apart.sum(), 2 * (table.n * (x**2).sum() - x.sum() ** 2), table.n)
    return whole - _alpha(observed, 2 * (n * s2 - s1**2), n)


def _nominal(table: RatingTable) -> Floats:
    values, code = np.unique(table.score, return_inverse=True)
    m, n_raters = table.item_counts.astype(np.float64), len(table.raters)
    cells, of, counts = np.unique(
        table.item * len(values) + code, return_inverse=True, return_counts=True
    )
    squares = sums(cells // len(values), counts.astype(np.float64) ** 2, len(table.items))
    apart = _per_item(m, m**2 - squares)
    rest_m = m[table.item] - 1
    rest = _per_item(rest_m, rest_m**2 - (squares[table.item] - 2 * counts[of] + 1))
    observed = apart.sum() - sums(table.rater, apart[table.item] - rest, n_raters)
    rater, value = _gone(table, code)
    pooled = np.bincount(code, minlength=len(values)).astype(np.float64)
    keys, lost = np.unique(rater * len(values) + value, return_counts=True)
    shift = lost**2 - 2 * lost * pooled[keys % len(values)]
    n = table.n - np.bincount(rater, minlength=n_raters).astype(np.float64)
    same = (pooled**2).sum() + sums(keys // len(values), shift, n_raters)
    whole = _alpha(apart.sum(), table.n**2 - (pooled**2).sum(), table.n)
    return whole - _alpha(observed, n**2 - same, n)


def _gone(table: RatingTable, code: Ints) -> tuple[Ints, Ints]:
    """Whose leaving takes which value away: his own, and his partner's on an item of two."""
    order = np.argsort(table.item, kind="stable")
    rows = order[(table.item_counts == 2)[table.item[order]]].reshape(-1, 2)
    partner = rows[:, ::-1].ravel()
    rater = np.concatenate([table.rater, table.rater[rows.ravel()]])
    return rater, np.concatenate([code, code[partner]])


def _per_item(m: Floats, apart: Floats) -> Floats:
    out: Floats = np.divide(apart, m - 1, out=np.zeros_like(apart), where=m >= 2)
    return out


def _alpha(observed: float | Floats, expected: float | Floats, n: float | Floats) -> Floats:
    """1 - observed (n - 1) / expected; nan where nothing varies but for rounding."""
    top = np.atleast_1d(np.asarray(observed * (n - 1), dtype=np.float64))
    bottom = np.atleast_1d(np.asarray(expected, dtype=np.float64))
    out = np.full(bottom.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 1e-12 * np.square(n))
    return 1 - out

"""Constancy: drift over a rater's own sequence, agreement with oneself, and bias."""

import numpy as np
from scipy import stats

from prefdesk.ratings.findings import Finding
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, rows_by_rater, sums

SHARE_OF_RANGE = 0.15
"""A bias, or a drift from first to last, is worth a word above this share of the scale."""
LEAST_ORDERED = 20
"""Ratings, of items that others rated too, for a figure about drift."""
LEAST_PAIRS = 20
"""Pairs of ratings of the same item by one rater for a figure about agreement with oneself."""
TIMES_OWN = 1.5
"""A taste differs from the others so many times as much as from itself."""
SAME_FROM = 0.5
"""Least correlation of first and second ratings of a rater with a taste."""


def drifts(table: RatingTable, model: RaterModel) -> list[Finding]:
    """Slope of the residual over a rater's own sequence, in points a hundred ratings, by t test.

    The residual is against the others, so items that nobody else rated only take up their place.
    """
    if table.order is None:
        return []
    rest = _rest(table, model)
    span = model.scale[1] - model.scale[0]
    compared = np.bincount(table.rater[np.isfinite(rest)], minlength=len(table.raters))
    known = np.isfinite(model.bias) & (compared >= LEAST_ORDERED)
    of_rater = rows_by_rater(table)
    return [_drift(table, rest, i, of_rater[i], span) for i in np.flatnonzero(known).tolist()]


def _drift(table: RatingTable, rest: Floats, rater: int, rows: Ints, span: float) -> Finding:
    assert table.order is not None
    y = rest[rows[np.argsort(table.order[rows], kind="stable")]]
    x = np.arange(len(y)) / 100
    compared = np.isfinite(y)
    found = stats.linregress(x[compared], y[compared])
    slope, p = float(found.slope), float(found.pvalue)
    change = slope * float(x[-1])
    large = abs(change) >= SHARE_OF_RANGE * span
    values = {"slope": slope, "change": change, "n": len(y)}
    return Finding(rater, "drift", slope, p if np.isfinite(p) else 1.0, large, values)


def biases(table: RatingTable, model: RaterModel) -> list[Finding]:
    """Biases by their t test: a note, as the model corrects them."""
    span, n = model.scale[1] - model.scale[0], table.rater_counts
    return [
        _bias(i, float(model.bias[i]), float(model.inconsistency[i]), int(n[i]), span)
        for i in np.flatnonzero(np.isfinite(model.bias) & (n >= 2)).tolist()
    ]


def _bias(rater: int, bias: float, sd: float, n: int, span: float) -> Finding:
    p = float(2 * stats.t.sf(abs(bias) / max(sd, 1e-9) * np.sqrt(n), n - 1))
    return Finding(
        rater, "biased", bias, p, abs(bias) >= SHARE_OF_RANGE * span, {"bias": bias, "n": n}
    )


def tastes(table: RatingTable, model: RaterModel) -> list[Finding]:
    """Raters who agree with themselves much better than with the others, from repeated items.

    Own noise is sd(first - second) / sqrt 2 over consecutive ratings of one item. F test of the
    rater's variance against the others over that of the own noise.
    """
    first, second = _pairs(table)
    found = []
    for i in np.flatnonzero(np.isfinite(model.bias)).tolist():
        mine = table.rater[first] == i
        if mine.sum() >= LEAST_PAIRS:
            found.append(_taste(i, table.score[first[mine]], table.score[second[mine]], model))
    return found


def _taste(rater: int, first: Floats, second: Floats, model: RaterModel) -> Finding:
    own = max(float((first - second).std(ddof=1)) / np.sqrt(2), 1e-9)
    sd, n = float(model.inconsistency[rater]), len(first)
    p = float(stats.f.sf((sd / own) ** 2, int(model.rater_n[rater]), n - 1))
    varies = min(first.std(), second.std()) > 1e-9
    r = float(np.corrcoef(first, second)[0, 1]) if varies else 0.0
    values = {"inconsistency": sd, "own": own, "r": r, "n": n}
    return Finding(rater, "own_taste", r, p, sd >= TIMES_OWN * own and r >= SAME_FROM, values)


def _pairs(table: RatingTable) -> tuple[Ints, Ints]:
    """Rows of consecutive ratings of one item by one rater, in the order they were given."""
    order = np.arange(table.n) if table.order is None else table.order
    rows = np.lexsort((order, table.item, table.rater))
    same: Bools = (np.diff(table.item[rows]) == 0) & (np.diff(table.rater[rows]) == 0)
    return rows[:-1][same], rows[1:][same]


def _rest(table: RatingTable, model: RaterModel) -> Floats:
    """Residual against the bias-corrected mean of the others, nan where there is nobody else.

    The rater's own rating stays out, or it would pull what is expected after itself.
    """
    size, n = len(table.items), len(table.raters)
    known = np.isfinite(model.bias[table.rater])
    value = np.where(known, table.score - np.nan_to_num(model.bias)[table.rater], 0)
    _, cell = np.unique(table.item * n + table.rater, return_inverse=True)
    cells = int(cell.max(initial=-1)) + 1
    count = sums(table.item, known * 1.0, size)[table.item]
    count = count - sums(cell, known * 1.0, cells)[cell]
    total = sums(table.item, value, size)[table.item] - sums(cell, value, cells)[cell]
    usual = np.divide(total, count, where=count > 0, out=np.zeros(table.n))
    return np.where((count > 0) & known, value - usual, np.nan)

"""How each rater uses the scale and changes over time: counted in one pass over the ratings."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.agreement import MIN_RATINGS, one_fisher
from prefdesk.ratings.bootstrap import TOO_FEW, Interval
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Floats, Ints, RatingTable, rows_by_rater, sums

MOST_RUNS = 40
"""Points of a rater's course in time."""
MOST_BINS = 20


class Usage(NamedTuple):
    """Per rater code: how the scale was used, and what was measured in time.

    `entropy` is in bits, `histogram` raters x bins; `drift` is the change of the residual in points
    per 100 ratings, `course` (position in the rater's own sequence, mean residual) of his runs.
    """

    n: Ints
    median_s: tuple[float | None, ...]
    modal_share: Floats
    entropy: Floats
    histogram: Ints
    drift: tuple[Interval, ...]
    course: tuple[tuple[tuple[float, float], ...], ...]


def usage(table: RatingTable, model: RaterModel, bins: Sequence[float]) -> Usage:
    """Everything that is counted per rater; medians of time only where times are known."""
    size = len(table.raters)
    n = table.rater_counts
    values, code = np.unique(table.score, return_inverse=True)
    cells, counts = np.unique(table.rater * len(values) + code, return_counts=True)
    owner = cells // len(values)
    share = counts / n[owner]
    modal = np.zeros(size)
    np.maximum.at(modal, owner, share)
    entropy = sums(owner, -share * np.log2(share), size)
    place = np.clip(np.searchsorted(bins, table.score, side="right") - 1, 0, len(bins) - 2)
    width = len(bins) - 1
    histogram = np.bincount(table.rater * width + place, minlength=size * width)
    drift, course = _in_time(table, model)
    return Usage(
        n, _medians(table), modal, entropy, histogram.reshape(size, width), drift, course
    )  # fmt: skip


def bins_of(scores: Floats, scale: tuple[float, float]) -> tuple[float, ...]:
    """Edges of the histograms: one bin for each whole score, or twenty over the scale."""
    low, high = scale
    whole = high - low <= MOST_BINS and bool((scores == np.round(scores)).all())
    if whole and low == round(low) and high == round(high) and high > low:
        return tuple(float(e) for e in np.arange(low - 0.5, high + 1))
    if high <= low:
        low, high = low - 0.5, high + 0.5
    return tuple(float(e) for e in np.linspace(low, high, MOST_BINS + 1))


def positions(table: RatingTable) -> Ints | None:
    """Each rating's place in its rater's own sequence, from 1; None where no order is known."""
    if table.order is None:
        return None
    sequence = np.lexsort((table.order, table.rater))
    start = np.cumsum(table.rater_counts) - table.rater_counts
    out = np.empty(table.n, dtype=np.int64)
    out[sequence] = np.arange(table.n) - start[table.rater[sequence]] + 1
    return out


def repeats(current: Sequence[tuple[int, int, float]]) -> dict[int, tuple[Interval, int]]:
    """By rater id: the correlation with himself over answers judged twice, and their number.

    `current` holds (rater, answer, points) of every occasion, in time.
    """
    last: dict[tuple[int, int], float] = {}
    twice: dict[int, list[tuple[float, float]]] = {}
    for rater, answer, points in current:
        if (rater, answer) in last:
            twice.setdefault(rater, []).append((last[rater, answer], points))
        last[rater, answer] = points
    found = {}
    for rater, both in twice.items():
        x, y = np.array(both).T
        known = len(both) >= MIN_RATINGS and np.ptp(x) > 0 and np.ptp(y) > 0
        spread = TOO_FEW
        if known:
            spread = one_fisher(float(np.corrcoef(x, y)[0, 1]), len(both))
        found[rater] = (spread, len(both))
    return found


def _in_time(
    table: RatingTable, model: RaterModel
) -> tuple[tuple[Interval, ...], tuple[tuple[tuple[float, float], ...], ...]]:
    size = len(table.raters)
    place = positions(table)
    if place is None:
        return (TOO_FEW,) * size, ((),) * size
    usual = model.quality[table.item] + np.nan_to_num(model.bias)[table.rater]
    residual = table.score - usual
    drift, course = [], []
    for rows in rows_by_rater(table):
        order = rows[np.argsort(place[rows])]
        drift.append(_slope(residual[order]))
        runs = np.array_split(residual[order], min(MOST_RUNS, len(order))) if len(order) else []
        ends = np.cumsum([len(r) for r in runs])
        middles = [e - (len(r) - 1) / 2 for e, r in zip(ends, runs, strict=True)]
        course.append(
            tuple((float(m), float(r.mean())) for m, r in zip(middles, runs, strict=True))
        )
    return tuple(drift), tuple(course)


def _slope(residual: Floats) -> Interval:
    """Points per 100 ratings, with the t interval of a straight line."""
    if len(residual) < MIN_RATINGS:
        return TOO_FEW
    line = stats.linregress(np.arange(len(residual)) / 100, residual)
    half = float(stats.t.ppf(0.975, len(residual) - 2)) * float(line.stderr)
    slope = float(line.slope)
    return Interval(slope, slope - half, slope + half) if math.isfinite(half) else TOO_FEW


def _medians(table: RatingTable) -> tuple[float | None, ...]:
    if table.seconds is None:
        return (None,) * len(table.raters)
    known = (table.seconds[rows] for rows in rows_by_rater(table))
    return tuple(
        float(np.median(k)) if (k := s[np.isfinite(s)]).size else None for s in known
    )  # fmt: skip

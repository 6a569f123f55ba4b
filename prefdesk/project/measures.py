"""What is told of each rater and of the design besides the model: counted in one pass.

All of it is linear in the ratings (sorting aside), so that a project with millions of them gets
its report.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse, stats
from scipy.sparse.csgraph import connected_components

from prefdesk import ratings
from prefdesk.project.report import NO_RANGE, DesignReport, PairAgreement, Range
from prefdesk.ratings.agreement import MIN_RATINGS, fisher, others_mean
from prefdesk.ratings.table import Floats, Ints
from prefdesk.ratings.table import sums as ratings_sums

MOST_PAIRED = 60
"""Raters in the map of pairs; of more, those with most ratings."""
MOST_RUNS = 40
MOST_BINS = 20
MOST_LEFT_OUT = 2e7
"""Alpha without a rater is worked out for each of them while ratings x raters is at most this."""
LEAN = 0.2
"""Correlation of how often an answer was judged with its quality from which it is mentioned."""


class Usage(NamedTuple):
    """Per rater code: how the scale was used, and what was measured in time."""

    n: Ints
    median_s: tuple[float | None, ...]
    modal_share: Floats
    entropy: Floats
    histogram: Ints
    drift: tuple[Range, ...]
    course: tuple[tuple[tuple[float, float], ...], ...]


def usage(table: ratings.RatingTable, model: ratings.RaterModel, bins: Sequence[float]) -> Usage:
    """Everything that is counted per rater; medians of time only where times are known."""
    size = len(table.raters)
    n = table.rater_counts
    values, code = np.unique(table.score, return_inverse=True)
    cells, counts = np.unique(table.rater * len(values) + code, return_counts=True)
    owner = cells // len(values)
    share = counts / n[owner]
    modal = np.zeros(size)
    np.maximum.at(modal, owner, share)
    entropy = ratings_sums(owner, -share * np.log2(share), size)
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


def positions(table: ratings.RatingTable) -> Ints | None:
    """Each rating's place in its rater's own sequence, from 1; None where no order is known."""
    if table.order is None:
        return None
    sequence = np.lexsort((table.order, table.rater))
    start = np.cumsum(table.rater_counts) - table.rater_counts
    out = np.empty(table.n, dtype=np.int64)
    out[sequence] = np.arange(table.n) - start[table.rater[sequence]] + 1
    return out


def rank_agreement(table: ratings.RatingTable, model: ratings.RaterModel) -> tuple[Range, ...]:
    """Spearman's correlation of each rater with the mean of the others over the same items."""
    expected = others_mean(table, model)
    found = []
    for rows in _by_rater(table):
        mine = rows[np.isfinite(expected[rows])]
        x, y = table.score[mine], expected[mine]
        if len(mine) < MIN_RATINGS or np.ptp(x) == 0 or np.ptp(y) == 0:
            found.append(NO_RANGE)
            continue
        r = float(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])
        _, low, high = fisher(np.array([r]), np.array([len(mine)]))
        found.append(Range(r, float(low[0]), float(high[0])))
    return tuple(found)


def vitality(table: ratings.RatingTable, alpha: float | None) -> tuple[float | None, ...]:
    """Alpha with a rater minus alpha without him; None where it would take too long."""
    size = len(table.raters)
    if alpha is None or size < 3 or table.n * size > MOST_LEFT_OUT:
        return (None,) * size
    without = (ratings.krippendorff(table.rows(table.rater != i)) for i in range(size))
    return tuple(alpha - a if math.isfinite(a) else None for a in without)


def pair_agreement(table: ratings.RatingTable) -> tuple[PairAgreement, ...]:
    """Pearson's correlation of every two raters over what both judged; `table.raters` are ids."""
    some = np.sort(np.argsort(-table.rater_counts, kind="stable")[:MOST_PAIRED])
    some = some[table.rater_counts[some] > 0]
    if table.n == 0:
        return ()
    shape = (len(table.items), len(table.raters))
    at, centred = (table.item, table.rater), table.score - table.score.mean()
    one, x, xx = (
        sparse.csr_matrix((v, at), shape=shape)[:, some]
        for v in (np.ones(table.n), centred, centred**2)
    )
    n, sx, sxx, sxy = ((a.T @ b).toarray() for a, b in ((one, one), (x, one), (xx, one), (x, x)))
    with np.errstate(divide="ignore", invalid="ignore"):
        var = sxx - sx**2 / n
        r = (sxy - sx * sx.T / n) / np.sqrt(np.maximum(var, 0) * np.maximum(var.T, 0))
        flat = (var < 1e-9 * np.maximum(sxx, 1e-300)) | (1e-9 * np.maximum(sxx.T, 1e-300) > var.T)
    r[(n < MIN_RATINGS) | flat | ~np.isfinite(r)] = np.nan
    ids = [int(table.raters[i]) for i in some]
    return tuple(
        PairAgreement(
            ids[a], ids[b], float(np.clip(r[a, b], -1, 1)) if np.isfinite(r[a, b]) else None,
            round(float(n[a, b])),
        )
        for a in range(len(ids)) for b in range(a + 1, len(ids))
    )  # fmt: skip


def design_report(table: ratings.RatingTable, model: ratings.RaterModel) -> DesignReport:
    """Who judged what, and what follows from it for what can be said."""
    times, answers = np.unique(table.item_counts[table.item_counts > 0], return_counts=True)
    links = sparse.csr_matrix(
        (np.ones(table.n), (table.item, table.rater)), shape=(len(table.items), len(table.raters))
    )
    both = sparse.bmat([[None, links], [links.T, None]]) if table.n else None
    _, of = connected_components(both, directed=False) if both is not None else (0, np.empty(0))
    active = table.rater_counts > 0
    components = len(np.unique(of[len(table.items) :][active])) if both is not None else 0
    coverage = tuple((int(t), int(a)) for t, a in zip(times, answers, strict=True))
    return DesignReport(coverage, components, warnings_of(table, model, components))


def warnings_of(
    table: ratings.RatingTable, model: ratings.RaterModel, components: int
) -> tuple[str, ...]:
    """What these data cannot say, in sentences."""
    raters, counts = int((table.rater_counts > 0).sum()), table.item_counts
    shared, items = int((counts >= 2).sum()), int((counts > 0).sum())
    said = []
    if raters == 1:
        said.append("One rater alone: nothing can be said about agreement, nor about his bias.")
    elif shared == 0:
        said.append(
            "No item was judged by two raters: agreement and biases cannot be measured, and "
            "differences between raters cannot be told from differences between their items."
        )
    elif components > 1:
        said.append(
            f"The raters fall into {components} sets that no shared item joins: biases and "
            "qualities can be compared within a set only."
        )
    if items == 1:
        said.append("One item alone: nobody can say whether raters would rank items alike.")
    if table.n and np.ptp(table.score) == 0:
        said.append("All scores are the same: agreement beyond chance is not defined.")
    if 1 < shared < items / 2:
        said.append(f"Only {shared} of {items} items were judged by two raters or more.")
    if table.n < MIN_RATINGS:
        said.append(f"There are {table.n} ratings; figures are given from {MIN_RATINGS} on.")
    lean = _lean(counts, model)
    if abs(lean) >= LEAN:
        which = "better" if lean > 0 else "worse"
        said.append(
            f"Items judged {which} have more ratings (r = {lean:.2f}): if raters chose what to "
            "judge by how good it is, means and agreement lean."
        )
    return tuple(said)


def repeats(current: Sequence[tuple[int, int, float]]) -> dict[int, tuple[Range, int]]:
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
        spread = NO_RANGE
        if known:
            r, low, high = fisher(np.array([np.corrcoef(x, y)[0, 1]]), np.array([len(both)]))
            spread = Range(float(r[0]), float(low[0]), float(high[0]))
        found[rater] = (spread, len(both))
    return found


def _lean(counts: Ints, model: ratings.RaterModel) -> float:
    rated = counts > 0
    n, quality = counts[rated].astype(np.float64), model.quality[rated]
    if len(n) < 20 or np.ptp(n) == 0 or np.ptp(quality) == 0:
        return 0.0
    r = float(np.corrcoef(n, quality)[0, 1])
    return r if math.isfinite(r) and abs(r) > 3 / math.sqrt(len(n)) else 0.0


def _in_time(
    table: ratings.RatingTable, model: ratings.RaterModel
) -> tuple[tuple[Range, ...], tuple[tuple[tuple[float, float], ...], ...]]:
    size = len(table.raters)
    place = positions(table)
    if place is None:
        return (NO_RANGE,) * size, ((),) * size
    usual = model.quality[table.item] + np.nan_to_num(model.bias)[table.rater]
    residual = table.score - usual
    drift, course = [], []
    for rows in _by_rater(table):
        order = rows[np.argsort(place[rows])]
        drift.append(_slope(residual[order]))
        runs = np.array_split(residual[order], min(MOST_RUNS, len(order))) if len(order) else []
        ends = np.cumsum([len(r) for r in runs])
        middles = [e - (len(r) - 1) / 2 for e, r in zip(ends, runs, strict=True)]
        course.append(
            tuple((float(m), float(r.mean())) for m, r in zip(middles, runs, strict=True))
        )
    return tuple(drift), tuple(course)


def _slope(residual: Floats) -> Range:
    """Points per 100 ratings, with the t interval of a straight line."""
    if len(residual) < MIN_RATINGS:
        return NO_RANGE
    line = stats.linregress(np.arange(len(residual)) / 100, residual)
    half = float(stats.t.ppf(0.975, len(residual) - 2)) * float(line.stderr)
    slope = float(line.slope)
    return Range(slope, slope - half, slope + half) if math.isfinite(half) else NO_RANGE


def _medians(table: ratings.RatingTable) -> tuple[float | None, ...]:
    if table.seconds is None:
        return (None,) * len(table.raters)
    known = (table.seconds[rows] for rows in _by_rater(table))
    return tuple(
        float(np.median(k)) if (k := s[np.isfinite(s)]).size else None for s in known
    )  # fmt: skip


def _by_rater(table: ratings.RatingTable) -> list[Ints]:
    """The rows of each rater code, in the order of the table."""
    return np.split(
        np.argsort(table.rater, kind="stable"), np.cumsum(table.rater_counts)[:-1]
    ) if len(table.raters) else []  # fmt: skip

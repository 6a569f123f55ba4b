"""Who judged what together with whom, and how far every two raters agree."""

import math
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions

MOST_PAIRED = 60
"""Raters in the map of pairs; of more, those with most ratings."""
LEAN_FROM = 20
"""Items below which nothing is said about whether good items are judged more often."""


class Pairs(NamedTuple):
    """Correlations of `raters` (codes): Pearson's `r` over the `n` items both judged (raters x

    raters); nan where fewer than 8 are shared or one of the two always says the same.
    """

    raters: Ints
    r: Floats
    n: Ints


def pairs(table: RatingTable) -> Pairs:
    """Pearson's correlation of every two raters over what both judged; the last occasion counts."""
    table = last_occasions(table)
    some = np.sort(np.argsort(-table.rater_counts, kind="stable")[:MOST_PAIRED])
    some = some[table.rater_counts[some] > 0]
    if table.n == 0:
        return Pairs(some, np.zeros((0, 0)), np.zeros((0, 0), dtype=np.int64))
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
    return Pairs(some, np.clip(r, -1, 1), np.rint(n).astype(np.int64))


def components(table: RatingTable) -> int:
    """Into how many sets the raters fall that no shared item joins; biases compare within one."""
    if table.n == 0:
        return 0
    links = sparse.csr_matrix(
        (np.ones(table.n), (table.item, table.rater)), shape=(len(table.items), len(table.raters))
    )
    both = sparse.bmat([[None, links], [links.T, None]])
    _, of = connected_components(both, directed=False)
    return len(np.unique(of[len(table.items) :][table.rater_counts > 0]))


def lean(table: RatingTable, model: RaterModel) -> float:
    """Correlation of how often an item was judged with its quality; 0 where chance explains it."""
    counts = table.item_counts
    rated = counts > 0
    n, quality = counts[rated].astype(np.float64), model.quality[rated]
    if len(n) < LEAN_FROM or np.ptp(n) == 0 or np.ptp(quality) == 0:
        return 0.0
    r = float(np.corrcoef(n, quality)[0, 1])
    return r if math.isfinite(r) and abs(r) > 3 / math.sqrt(len(n)) else 0.0

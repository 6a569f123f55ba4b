"""Raters whose scores repeat those of one other rater: a copy, a second account, shared work.

Two honest raters of the same answers agree because the answers differ, so neither can agree with
the other much better than with everybody else who is as careful. Copies can. The model takes
their agreement for precision and lets the pair outweigh the panel; counted as one, they do not.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse, stats

from prefdesk.ratings.findings import Finding
from prefdesk.ratings.table import Floats, RatingTable, last_occasions

LEAST_SHARED = 30
"""Items that two raters must share before their agreement is compared."""
REST_SHARE = 0.5
"""What two copies leave unexplained is at most this share of what their next best pair leaves."""
ECHO_WEIGHT = 0.5
"""Credibility of each of two copies: together they count as one rater."""


class _Pairs(NamedTuple):
    """Correlation and number of shared items (raters x raters; nan: too few)."""

    r: Floats
    n: Floats


def echoes(table: RatingTable) -> list[Finding]:
    """Both raters of each pair that agrees far better than either does with anybody else.

    The test compares the pair's correlation with the next best of each on Fisher's scale,
    Bonferroni over the other raters; a rater's p is that of the pair.
    """
    pairs = _pairs(last_occasions(table))
    found = []
    for a in range(len(table.raters)):
        if np.isfinite(pairs.r[a]).sum() < 2:
            continue
        b = int(np.nanargmax(pairs.r[a]))
        # Each must be the other's best partner, and both must have a next best to compare.
        if np.isfinite(pairs.r[b]).sum() >= 2 and int(np.nanargmax(pairs.r[b])) == a:
            found.append(_echo(pairs, a, b))
    return found


def _echo(pairs: _Pairs, a: int, b: int) -> Finding:
    r, n = float(pairs.r[a, b]), float(pairs.n[a, b])
    nexts = [_next_best(pairs, x, y) for x, y in ((a, b), (b, a))]
    p, r_next = max(_higher(r, n, *one) for one in nexts), max(one[0] for one in nexts)
    large = r > 0 and 1 - r**2 <= REST_SHARE * (1 - max(r_next, 0) ** 2)
    values = {"r": r, "n": int(n), "next": r_next, "weight": ECHO_WEIGHT, "partner": b}
    return Finding(a, "echo", r, p, large, values)


def _next_best(pairs: _Pairs, rater: int, partner: int) -> tuple[float, float, int]:
    r = pairs.r[rater].copy()
    r[partner] = np.nan
    best = int(np.nanargmax(r))
    return float(r[best]), float(pairs.n[rater, best]), int(np.isfinite(r).sum())


def _higher(r: float, n: float, other: float, n_other: float, others: int) -> float:
    gap = np.arctanh(min(r, 0.9999)) - np.arctanh(min(other, 0.9999))
    z = gap / np.sqrt(1 / (n - 3) + 1 / (n_other - 3))
    return min(1.0, others * float(stats.norm.sf(z)))


def _pairs(table: RatingTable) -> _Pairs:
    """All correlations at once: the sums of products are products of sparse matrices."""
    shape = (len(table.raters), len(table.items))
    centre, span = float(table.score.mean()), float(np.ptp(table.score)) or 1.0

    def matrix(values: Floats) -> sparse.csr_matrix:
        return sparse.csr_matrix((values, (table.rater, table.item)), shape=shape)

    x = (table.score - centre) / span
    ones, first, second = matrix(np.ones(table.n)), matrix(x), matrix(x * x)
    n, sx, sxx, sxy = (
        np.asarray((a @ b.T).todense())
        for a, b in ((ones, ones), (first, ones), (second, ones), (first, first))
    )
    size = np.maximum(n, 1)
    spread = np.maximum(sxx - sx**2 / size, 0)
    top, scale = sxy - sx * sx.T / size, np.sqrt(spread * spread.T)
    r = np.full(n.shape, np.nan)
    np.divide(top, scale, out=r, where=(scale > 1e-9) & (n >= LEAST_SHARED))
    np.fill_diagonal(r, np.nan)
    return _Pairs(r, n)

"""Attention checks and gold items: does a rater miss more of them than the others do?

What was known beforehand finds what scores cannot: a rater who hardly reads may still agree with
the rest wherever the answers are easy.
"""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.findings import Finding
from prefdesk.ratings.table import RatingTable

LEAST_MISSED = 3
"""So many checks must be missed; two can slip past anybody."""
MISSED_SHARE = 0.2
"""And at least this share of them."""
TIMES_USUAL = 2.0
"""And so many times the share that the others miss."""


class Checks(NamedTuple):
    """Checks of one rater: how many were found and how many missed."""

    found: int
    missed: int


def gold_checks(
    table: RatingTable, gold: Mapping[Hashable, float], tolerance: float
) -> dict[Hashable, Checks]:
    """Gold items as checks: a score further than `tolerance` points from the known one is a miss.

    `gold` maps keys of items to their known score. Raters who saw none are left out.
    """
    known = np.array([gold.get(k, np.nan) for k in table.items], dtype=np.float64)[table.item]
    seen = np.isfinite(known)
    missed = seen & (np.abs(table.score - known) > tolerance)
    size = len(table.raters)
    total = np.bincount(table.rater[seen], minlength=size)
    wrong = np.bincount(table.rater[missed], minlength=size)
    return {
        key: Checks(int(total[i] - wrong[i]), int(wrong[i]))
        for i, key in enumerate(table.raters)
        if total[i]
    }


def missed_checks(table: RatingTable, checks: Mapping[Hashable, tuple[int, int]]) -> list[Finding]:
    """Exact binomial tests of the missed checks of each rater against the rate of all others.

    `checks` maps keys of raters to (found, missed). Without checks of a second rater there is no
    rate to compare with, and no test.
    """
    code = {key: i for i, key in enumerate(table.raters)}
    known = {code[k]: Checks(*v) for k, v in checks.items() if k in code and sum(v) > 0}
    total = sum(sum(c) for c in known.values())
    missed = sum(c.missed for c in known.values())
    return [
        _finding(i, c, total - sum(c), missed - c.missed)
        for i, c in known.items()
        if total > sum(c)
    ]


def _finding(rater: int, mine: Checks, others: int, missed: int) -> Finding:
    # Half a miss more, as nobody can say that a rate is nought.
    usual = (missed + 0.5) / (others + 1)
    n = sum(mine)
    share = mine.missed / n
    p = float(stats.binom.sf(mine.missed - 1, n, usual))
    large = mine.missed >= LEAST_MISSED and share >= MISSED_SHARE and share >= TIMES_USUAL * usual
    values = {"missed": mine.missed, "n": n, "panel": missed / others}
    return Finding(rater, "checks", share, p, large, values)

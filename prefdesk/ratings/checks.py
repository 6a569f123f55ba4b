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


def missed_checks(
    table: RatingTable, checks: Mapping[Hashable, tuple[int, int]], rate: float
) -> list[Finding]:
    """Whether each rater misses more checks than all others together: Fisher's exact tests.

    `checks` maps keys of raters to (found, missed). Who stands out at the false discovery rate
    `rate` no longer counts among the others of those who remain, so that two careless raters do
    not hide each other; at most half of the raters can go that way. Without checks of a second
    rater there is nothing to compare with, and no test.
    """
    code = {key: i for i, key in enumerate(table.raters)}
    known = {code[k]: Checks(*v) for k, v in checks.items() if k in code and sum(v) > 0}
    found: dict[int, Finding] = {}
    out: set[int] = set()
    while len(known) - len(out) > 1:
        rest = {i: c for i, c in known.items() if i not in out}
        found |= {i: _finding(i, c, _others(rest, i)) for i, c in rest.items()}
        news = {f.rater for f, _ in standing_out(list(found.values()), rate)} - out
        if not news or len(out | news) > len(known) // 2:
            break
        out |= news
    return list(found.values())


def standing_out(findings: list[Finding], rate: float) -> list[tuple[Finding, float]]:
    """The large findings that a Benjamini-Hochberg procedure over all of them lets pass, with
    their adjusted p."""
    if not findings:
        return []
    q = stats.false_discovery_control(np.array([f.p for f in findings]))
    return [(f, float(v)) for f, v in zip(findings, q, strict=True) if v <= rate and f.large]


def _others(known: Mapping[int, Checks], me: int) -> Checks:
    rest = [c for i, c in known.items() if i != me]
    return Checks(sum(c.found for c in rest), sum(c.missed for c in rest))


def _finding(rater: int, mine: Checks, others: Checks) -> Finding:
    n, n_all = sum(mine), sum(mine) + sum(others)
    # Half a miss more, as nobody can say that a rate is nought.
    usual = (others.missed + 0.5) / (sum(others) + 1)
    share = mine.missed / n
    p = float(stats.hypergeom.sf(mine.missed - 1, n_all, mine.missed + others.missed, n))
    large = mine.missed >= LEAST_MISSED and share >= MISSED_SHARE and share >= TIMES_USUAL * usual
    values = {"missed": mine.missed, "n": n, "panel": others.missed / sum(others)}
    return Finding(rater, "checks", share, p, large, values)

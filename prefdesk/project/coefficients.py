"""Every figure of agreement with its intervals, and a sentence where there is none."""

import numpy as np

from prefdesk import ratings
from prefdesk.project.ranges import as_range
from prefdesk.project.report import NO_RANGE, Coefficient
from prefdesk.ratings.agreement import MIN_RATINGS

DRAWS, FEW_DRAWS, MANY_RATINGS = 1000, 200, 200_000
"""Draws behind an interval, and those for a table with more than so many ratings."""

TOO_FEW = f"There are fewer than {MIN_RATINGS} ratings."
NO_OVERLAP = "No item was judged by two raters."
ALL_THE_SAME = "All scores are the same."


def draws_for(n_ratings: int) -> int:
    """How many times items are drawn again for an interval."""
    return DRAWS if n_ratings <= MANY_RATINGS else FEW_DRAWS


def coefficients(
    table: ratings.RatingTable, model: ratings.RaterModel, scale: tuple[float, float], seed: int
) -> tuple[Coefficient, ...]:
    """All of them, in the order in which they are shown."""
    why = undefined(table)
    found = [_alpha(table, metric, why, seed) for metric in ("nominal", "ordinal", "interval")]
    return tuple(found)


def undefined(table: ratings.RatingTable) -> str:
    """Why no coefficient at all can be given; empty if one can."""
    if table.n < MIN_RATINGS:
        return TOO_FEW
    if not (table.item_counts >= 2).any():
        return NO_OVERLAP
    shared = table.score[(table.item_counts >= 2)[table.item]]
    return ALL_THE_SAME if np.ptp(shared) == 0 else ""


def _alpha(table: ratings.RatingTable, metric: ratings.Metric, why: str, seed: int) -> Coefficient:
    if why:
        return Coefficient(f"alpha_{metric}", NO_RANGE, reason=why)
    found = ratings.alpha_interval(table, metric, n=draws_for(table.n), seed=seed)
    return Coefficient(f"alpha_{metric}", as_range(found))

"""Every figure of agreement with its intervals, and a sentence where there is none."""

from prefdesk import ratings
from prefdesk.project.ranges import as_range
from prefdesk.project.report import Coefficient
from prefdesk.ratings.coefficients import undefined
from prefdesk.ratings.flags import Tell, untold

DRAWS, FEW_DRAWS, MANY_RATINGS = 1000, 200, 200_000
"""Draws behind an interval, and those for a table with more than so many ratings."""

MANY_BLOCK = 20_000
"""Ratings of a complete block above which its intervals come from fewer draws."""


def draws_for(n_ratings: int) -> int:
    """How many times items are drawn again for an interval."""
    return DRAWS if n_ratings <= MANY_RATINGS else FEW_DRAWS


def coefficients(
    table: ratings.RatingTable,
    model: ratings.RaterModel,
    scale: tuple[float, float],
    seed: int,
    tell: Tell = untold,
) -> tuple[Coefficient, ...]:
    """All of them, in the order in which they are shown; `tell` hears how much is done."""
    draws = draws_for(table.n)
    found = list(ratings.coefficients(table, scale=scale, draws=draws, seed=seed))
    tell(0.4)
    block = draws if table.n <= MANY_BLOCK else FEW_DRAWS
    found += ratings.block_iccs(table, draws=block, seed=seed)
    tell(0.5)
    found.append(ratings.mean_kappa(table, draws=draws, seed=seed))
    tell(0.7)
    found.append(ratings.prompt_concordance(table, draws=draws, seed=seed))
    tell(0.9)
    found += ratings.model_iccs(model) if not undefined(table) else ()
    return tuple(
        Coefficient(c.form, as_range(c.these), as_range(c.like_these), c.reason) for c in found
    )

"""Two schools of judging: raters who disagree with the panel but agree with one another.

Who answers at random agrees with nobody; who sees the answers in another way agrees with those
who see them likewise. Such raters are not wrong, the panel is split.
"""

import numpy as np

from prefdesk.ratings.agreement import MIN_RATINGS, fisher
from prefdesk.ratings.null import Screen
from prefdesk.ratings.table import Bools, Floats, RatingTable

LEAST_SCHOOL = 3
"""Two may be one person, or make the same mistake."""
SCHOOL_SHARE = 0.25
"""And a school is at least this part of the panel."""


def school(screen: Screen, suspects: list[int], present: Bools, usual: float) -> dict[int, Floats]:
    """Agreement among the suspects, by rater code: r and its lower limit; {} if no school.

    A member agrees with the other suspects surely (lower limit above 0) and at least half as well
    as the panel (`usual`) agrees with itself; members leave until all do.
    """
    members = list(suspects)
    while len(members) >= max(LEAST_SCHOOL, SCHOOL_SHARE * present.sum()):
        r, low = _among(screen, members)
        stay = [i for i in members if low[i] > 0 and r[i] >= usual / 2]
        if len(stay) == len(members):
            return {i: np.array([r[i], low[i]]) for i in members}
        members = stay
    return {}


def _among(screen: Screen, members: list[int]) -> tuple[Floats, Floats]:
    """Leave-one-out agreement of the members with one another."""
    table: RatingTable = screen.table
    kept = np.isin(np.arange(len(table.raters)), members)
    inner = Screen(table, screen.model, kept)
    r = inner.of(table.score[:, None]).r[:, 0]
    n = inner.within.comparable
    low = np.where(n >= MIN_RATINGS, fisher(r, n)[1], -1.0)
    return r, low

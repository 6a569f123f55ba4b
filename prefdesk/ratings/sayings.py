"""How a flag is said: its rule, its figures, and one sentence that the window can translate."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np

from prefdesk.ratings.table import Floats

TEMPLATES: dict[str, str] = {
    "uninformative": "The scores hardly follow the other raters "
    "(r = {r:.2f}, at most {high:.2f}, over {n} ratings).",
    "disagrees": "The scores follow the other raters far less than is usual in this panel "
    "(r = {r:.2f}, panel {panel:.2f}, over {n} ratings).",
    "inverted": "The scores fall where those of the other raters rise "
    "(r = {r:.2f}, at most {high:.2f}, over {n} ratings).",
    "lazy": "After the first {at} ratings the scores no longer follow the other raters "
    "(r = {before:.2f} before, {after:.2f} after, over {n} ratings).",
    "split": "Disagrees with most of the panel, but agrees with {others} other raters who do so "
    "too (r = {among:.2f}): two schools rather than a mistake.",
    "hasty": "Takes {seconds:.0f} seconds for a rating where the others take {panel:.0f}.",
    "constant": "{share:.0%} of the {n} scores are the same number (panel {panel:.0%}).",
    "outlier": "The score {score:g} lies {residual:+.1f} points from the {expected:.1f} that "
    "{others} other ratings lead to expect.",
    "disputed": "The score {score:g} lies {residual:+.1f} points from the expected {expected:.1f}, "
    "but only {others} others rated this, so it is open who is right.",
}

NOTES = frozenset({"disagrees", "split", "hasty"})
"""Rules that say something about a rater without proposing to leave him out."""


class RaterFlag(NamedTuple):
    """One rater under suspicion; `rule` and `values` fill the template, `sentence` is English.

    `statistic` is r, or the share of one score; `p` is from the simulated panels, `q` its
    Benjamini-Hochberg value. `rater` is the key of the table.
    """

    rater: Hashable
    rule: str
    statistic: float
    p: float
    q: float
    values: Mapping[str, float]
    sentence: str

    @property
    def suggests_exclusion(self) -> bool:
        """True if the rule speaks of lost information, not of bias, taste or speed alone."""
        return self.rule not in NOTES


def benjamini_hochberg(p: Floats) -> Floats:
    """q-values of p-values of any shape; nan (not tested) stays nan and does not count."""
    q = np.full(p.shape, np.nan)
    tested = np.isfinite(p)
    values = p[tested]
    if values.size:
        order = np.argsort(values)
        raised = values[order] * values.size / np.arange(1, values.size + 1)
        ranked = np.empty_like(values)
        ranked[order] = np.minimum.accumulate(raised[::-1])[::-1]
        q[tested] = np.minimum(ranked, 1)
    return q

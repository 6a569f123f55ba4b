"""How a flag is said: its rule, its figures and one sentence, which the window translates."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np

from prefdesk.ratings.findings import PROPOSES
from prefdesk.ratings.findings import TEMPLATES as CONDUCT
from prefdesk.ratings.table import Floats

TEMPLATES: dict[str, str] = {
    "uninformative": "The scores hardly follow the other raters "
    "(r = {r:.2f}, at most {high:.2f}, over {n} ratings).",
    "disagrees": "The scores follow the other raters far less than is usual in this panel "
    "(r = {r:.2f}, panel {panel:.2f}, over {n} ratings).",
    "inverted": "The scores fall where those of the other raters rise "
    "(r = {r:.2f}, at most {high:.2f}, over {n} ratings).",
    "split": "Disagrees with most of the panel, but agrees with {others} other raters who do so "
    "too (r = {among:.2f}): two schools rather than a mistake.",
    "lazy": "After the first {at} ratings the scores no longer follow the other raters "
    "(r = {before:.2f} before, {after:.2f} after, over {n} ratings).",
    "constant": "{share:.0%} of the {n} scores are the same number (panel {panel:.0%}).",
    "outlier": "The score {score:g} lies {residual:+.1f} points from the {expected:.1f} that "
    "{others} other ratings lead to expect.",
    "disputed": "The score {score:g} lies {residual:+.1f} points from the expected {expected:.1f}, "
    "but only {others} others rated this, so it is open who is right.",
    **CONDUCT,
}
NOTES = (frozenset(CONDUCT) - PROPOSES) | {"split"}
"""Rules that say something about a rater and are no grounds for leaving anybody out."""


class RaterFlag(NamedTuple):
    """One rater who stands out; `rule` and `values` fill the template, `sentence` is English.

    `statistic` is r, the share of one score, or what the rule tests; `p` is from the simulated
    panels (or the rule's own test), `q` its Benjamini-Hochberg value. `rater` is the key of the
    table. A rater has one flag about agreement at most, and one of each rule about conduct.
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
        """True if information was lost: never for bias, taste, drift or speed alone."""
        return self.rule not in NOTES

    @property
    def from_order(self) -> float | None:
        """Where only what came after a change is proposed for exclusion: the first `order`."""
        return self.values.get("from_order")

    @property
    def suggested_weight(self) -> float | None:
        """A credibility to set by hand: copies of one another count as one rater."""
        return self.values.get("weight")


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

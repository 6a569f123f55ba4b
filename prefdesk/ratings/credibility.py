"""How far each rater is believed, as one number beside the panel's mean."""

from collections.abc import Hashable

import numpy as np

from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import RatingTable

LEAST, MOST = 0.1, 3.0


def credibility(model: RaterModel, table: RatingTable) -> dict[Hashable, float]:
    """(1 / v_i^2) over its mean, between .1 and 3, of each rater who has a rating in the model.

    The mean is over raters whose noise is estimated; one whose weight was set by hand has that.
    """
    with np.errstate(invalid="ignore"):
        precision = 1 / model.inconsistency**2
    free = np.isfinite(precision) & np.isnan(model.credibility)
    mean = precision[free].mean() if free.any() else 1.0
    share = np.clip(precision / mean, LEAST, MOST)
    by_hand = ~np.isnan(model.credibility)
    share = np.where(by_hand, model.credibility, share)
    return {r: float(v) for r, v in zip(table.raters, share, strict=True) if np.isfinite(v)}


def effective_ratings(weights: list[float]) -> float:
    """How many equally credible ratings these weights come to: (sum c)^2 / sum c^2."""
    squares = sum(w * w for w in weights)
    return sum(weights) ** 2 / squares if squares else 0.0

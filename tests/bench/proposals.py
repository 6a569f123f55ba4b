"""What the ratings come to once everything that the flags propose is done."""

import numpy as np

from prefdesk.ratings import Flags, RaterModel, RatingTable, fit

Scale = tuple[float, float]


def kept(table: RatingTable, flags: Flags) -> RatingTable:
    """The rows left without raters proposed for exclusion (or their later part) and outliers."""
    keep = np.ones(table.n, dtype=bool)
    for f in flags.raters:
        if f.suggests_exclusion:
            mine = table.rater == table.raters.index(f.rater)
            later = np.ones(table.n, dtype=bool)
            if f.from_order is not None and table.order is not None:
                later = table.order >= f.from_order
            keep &= ~(mine & later)
    keep[[f.row for f in flags.ratings if f.kind == "outlier"]] = False
    return table.rows(keep)


def refitted(table: RatingTable, flags: Flags, scale: Scale) -> RaterModel:
    """The model of what is kept, with copies of one rater counted as one."""
    weights = {f.rater: f.suggested_weight for f in flags.raters if f.suggested_weight is not None}
    return fit(kept(table, flags), scale=scale, credibility=weights)

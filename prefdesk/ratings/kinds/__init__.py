"""Judgements of other kinds than scores, and of several kinds about the same items.

Each kind has its own link to one latent quality: scores directly, labels through thresholds,
pairs and rankings through differences. `judge` joins whatever there is.
"""

from prefdesk.ratings.kinds.compare import plain_bradley_terry, plain_plackett_luce
from prefdesk.ratings.kinds.dawid_skene import DawidSkene, dawid_skene
from prefdesk.ratings.kinds.judged import Judged, judge
from prefdesk.ratings.kinds.points import fitted_label_points
from prefdesk.ratings.kinds.raters import ComparisonRater, compare, comparison_raters
from prefdesk.ratings.kinds.tables import Judgements

__all__ = [
    "ComparisonRater",
    "DawidSkene",
    "Judged",
    "Judgements",
    "compare",
    "comparison_raters",
    "dawid_skene",
    "fitted_label_points",
    "judge",
    "plain_bradley_terry",
    "plain_plackett_luce",
]

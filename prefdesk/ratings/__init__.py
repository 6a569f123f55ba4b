"""Formulas about people: agreement, the rater model, what stands out, and the rewards they lead to.

No files, no SQL, no torch and no screen live here: tables of codes and numbers go in, figures
with their uncertainty come out. The project room joins it to the store; command line and window
may read its results.
"""

from prefdesk.ratings.agreement import Agreement, leave_one_out
from prefdesk.ratings.alpha import Metric, krippendorff, within_prompts
from prefdesk.ratings.bootstrap import (
    TOO_FEW,
    Interval,
    alpha_interval,
    mean_interval,
    within_alpha_interval,
)
from prefdesk.ratings.credibility import credibility, effective_ratings
from prefdesk.ratings.flags import Flags, RaterFlag, RatingFlag, flag
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.rewards import ItemReward, Part, Parts, parts, rewards
from prefdesk.ratings.scores import group_score, paired_difference
from prefdesk.ratings.simulate import PANEL, SimulatedRater, simulate
from prefdesk.ratings.table import RatingTable
from prefdesk.ratings.verdict import Verdict, verdict

__all__ = [
    "PANEL",
    "TOO_FEW",
    "Agreement",
    "Flags",
    "Interval",
    "ItemReward",
    "Metric",
    "Part",
    "Parts",
    "RaterFlag",
    "RaterModel",
    "RatingFlag",
    "RatingTable",
    "SimulatedRater",
    "Verdict",
    "alpha_interval",
    "credibility",
    "effective_ratings",
    "fit",
    "flag",
    "group_score",
    "krippendorff",
    "leave_one_out",
    "mean_interval",
    "paired_difference",
    "parts",
    "rewards",
    "simulate",
    "verdict",
    "within_alpha_interval",
    "within_prompts",
]

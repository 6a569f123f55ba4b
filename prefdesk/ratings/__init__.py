"""Formulas about people: agreement, the rater model, what stands out, and the rewards they lead to.

No files, no SQL, no torch and no screen live here: tables of codes and numbers go in, figures
with their uncertainty come out. The project room joins it to the store; command line and window
may read its results.
"""

from prefdesk.ratings.advantages import advantages, ranks
from prefdesk.ratings.agreement import Agreement, leave_one_out
from prefdesk.ratings.alpha import Metric, krippendorff, within_prompts
from prefdesk.ratings.bootstrap import (
    TOO_FEW,
    Interval,
    alpha_interval,
    mean_interval,
    within_alpha_interval,
)
from prefdesk.ratings.classic import Plain, Screening, item_scores, screen
from prefdesk.ratings.coefficients import Coefficient, coefficients
from prefdesk.ratings.concordance import prompt_concordance
from prefdesk.ratings.credibility import credibility, effective_ratings
from prefdesk.ratings.flags import Flags, RatingFlag, flag
from prefdesk.ratings.icc import block_iccs, f_interval, model_iccs
from prefdesk.ratings.kappa import kappa_interval, mean_kappa, weighted_kappa
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.next_best import Gains, next_best
from prefdesk.ratings.planning import Plan, PlanRow, plan
from prefdesk.ratings.rewards import ItemReward, Part, Parts, joint_rewards, parts, rewards
from prefdesk.ratings.rules import RULES, Rule, rewards_by
from prefdesk.ratings.sayings import RaterFlag
from prefdesk.ratings.scores import group_score, paired_difference
from prefdesk.ratings.simulate import PANEL, SimulatedRater, simulate
from prefdesk.ratings.table import RatingTable
from prefdesk.ratings.verdict import Verdict, verdict
from prefdesk.ratings.vitality import vitality

__all__ = [
    "PANEL",
    "RULES",
    "TOO_FEW",
    "Agreement",
    "Coefficient",
    "Flags",
    "Gains",
    "Interval",
    "ItemReward",
    "Metric",
    "Part",
    "Parts",
    "Plain",
    "Plan",
    "PlanRow",
    "RaterFlag",
    "RaterModel",
    "RatingFlag",
    "RatingTable",
    "Rule",
    "Screening",
    "SimulatedRater",
    "Verdict",
    "advantages",
    "alpha_interval",
    "block_iccs",
    "coefficients",
    "credibility",
    "effective_ratings",
    "f_interval",
    "fit",
    "flag",
    "group_score",
    "item_scores",
    "joint_rewards",
    "kappa_interval",
    "krippendorff",
    "leave_one_out",
    "mean_interval",
    "mean_kappa",
    "model_iccs",
    "next_best",
    "paired_difference",
    "parts",
    "plan",
    "prompt_concordance",
    "ranks",
    "rewards",
    "rewards_by",
    "screen",
    "simulate",
    "verdict",
    "vitality",
    "weighted_kappa",
    "within_alpha_interval",
    "within_prompts",
]

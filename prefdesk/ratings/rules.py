"""Other ways from scores to rewards, for comparison with the rater model; no uncertainty."""

from typing import Literal, get_args

import numpy as np

from prefdesk.errors import InputError
from prefdesk.ratings.classic import item_scores
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.table import Floats, RatingTable, last_occasions, sums

Rule = Literal["model", "mean", "bias_removed", "z"]
RULES: tuple[Rule, ...] = get_args(Rule)


def rewards_by(table: RatingTable, rule: Rule, model: RaterModel | None = None) -> Floats:
    """The reward of each item [items] under a rule; nan where an item has no rating.

    `model` is the rater model (`model` or a fit): (quality - mu) / tau. The others are means of
    the item's scores - as they are (`mean`), less each rater's mean distance from them
    (`bias_removed`, ITU-T P.913 12.4), or as z-scores within each rater (`z`, which takes a true
    difference between what raters saw for a difference in manner) - brought to mean 0 and the
    standard deviation 1 within prompts, so that their advantages can be compared.
    """
    if rule not in RULES:
        raise InputError(f"There is no rule {rule!r}.", f"Use one of {', '.join(RULES)}.")
    if rule == "model":
        model = fit(table) if model is None else model
        reward = (model.quality - model.mu) / np.sqrt(model.tau2)
        return np.where(model.item_n > 0, reward, np.nan)
    table = last_occasions(table)
    return _scaled(table, item_scores(table, rule))


def _scaled(table: RatingTable, values: Floats) -> Floats:
    """Less the mean, over the standard deviation within prompts (of all where there are none)."""
    rated = np.isfinite(values)
    if not rated.any():
        return values
    centred = values - values[rated].mean()
    owner = table.item_prompt if table.grouped else np.zeros(len(values), np.int64)
    n = np.bincount(owner[rated], minlength=int(owner.max()) + 1)
    mean = sums(owner[rated], centred[rated], len(n)) / np.maximum(n, 1)
    freedom = int((n[n > 0] - 1).sum())
    squares = float(((centred - mean[owner])[rated] ** 2).sum())
    sd = np.sqrt(squares / freedom) if freedom else 0.0
    out: Floats = centred / sd if sd > 0 else centred
    return out

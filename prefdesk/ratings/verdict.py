"""Can these ratings teach a model anything? One word, one sentence and the interval behind them."""

from typing import Literal, NamedTuple

import numpy as np

from prefdesk.ratings.bootstrap import TOO_FEW, Interval
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.profile import Profile, parabola, searched
from prefdesk.ratings.table import Bools, RatingTable, last_occasions
from prefdesk.ratings.warm import BIG

NO_SIGNAL_BELOW = 0.2
"""Upper limit of the reliability under which the ratings are called noise."""
USABLE_FROM = 0.5
"""Lower limit of the reliability from which the rewards are called usable."""

MIN_ITEMS = 2
"""Items with ratings by two raters without which nothing can be compared."""

Word = Literal["no_signal", "weak", "usable", "not_estimable"]

SENTENCES: dict[Word, str] = {
    "no_signal": "Raters do not agree which answers to a prompt are better; "
    "training on these ratings would teach noise.",
    "weak": "Raters agree on some answers, not on all; more ratings would make the rewards surer.",
    "usable": "Raters agree well enough on which answers to a prompt are better to train on them.",
    "not_estimable": "Agreement cannot be measured: too few answers have ratings by two raters.",
}
ALL_THE_SAME = "Agreement cannot be measured: all scores are the same."


class Verdict(NamedTuple):
    """`reliability` is the mean over rated items of 1 - P / tau2, with a 95 % interval."""

    word: Word
    sentence: str
    reliability: Interval


def verdict(
    table: RatingTable, model: RaterModel | None = None, *, items: Bools | None = None
) -> Verdict:
    """Judge the reliability, within prompts, of the rewards of `items` (default: all rated).

    `model` is the fit to `table`; without one it is fitted here. `items` is a mask over codes.

    The interval is that of the variance within prompts by profile likelihood (all other
    variances estimated anew), carried through to the reliability. From `BIG` ratings the profile
    is taken for the parabola it then is (`profile.parabola`).
    """
    if not _overlap(table):
        return Verdict("not_estimable", SENTENCES["not_estimable"], TOO_FEW)
    if np.ptp(table.score) == 0:
        return Verdict("not_estimable", ALL_THE_SAME, TOO_FEW)
    model = fit(table) if model is None else model
    design = model.posterior.design
    used = design.rated if items is None else design.rated & items
    if not used.any() or not _overlap(design.table):
        return Verdict("not_estimable", SENTENCES["not_estimable"], TOO_FEW)
    reliability = _interval(model, used)
    word: Word = "weak"
    if reliability.high < NO_SIGNAL_BELOW:
        word = "no_signal"
    elif reliability.low >= USABLE_FROM:
        word = "usable"
    return Verdict(word, SENTENCES[word], reliability)


def _overlap(table: RatingTable) -> bool:
    return bool((last_occasions(table).item_counts >= 2).sum() >= MIN_ITEMS)


def _interval(model: RaterModel, used: Bools) -> Interval:
    value = float(np.mean(model.reliability[used]))
    profile = Profile(model, used)
    ends = parabola(profile, model, used) if model.n >= BIG else None
    low, high = searched(profile) if ends is None else ends
    return Interval(value, min(low, value), max(high, value))

"""Can these ratings teach a model anything? One word, one sentence and the interval behind them."""

from typing import Literal, NamedTuple

import numpy as np
from scipy import optimize, stats

from prefdesk.ratings.bootstrap import LEVEL, TOO_FEW, Interval
from prefdesk.ratings.em import Em, run
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.posterior import Posterior, Variances, sweep
from prefdesk.ratings.spread import within_variance
from prefdesk.ratings.table import Bools, RatingTable, last_occasions

NO_SIGNAL_BELOW = 0.2
"""Upper limit of the reliability under which the ratings are called noise."""
USABLE_FROM = 0.5
"""Lower limit of the reliability from which the rewards are called usable."""

QUICK_FROM = 100_000
"""Ratings from which the profile is taken for a parabola; searching it takes seconds below."""

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
    variances estimated anew), carried through to the reliability.
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
    quick = table.n >= QUICK_FROM
    reliability = _curvature_interval(model, used) if quick else _interval(model, used)
    word: Word = "weak"
    if reliability.high < NO_SIGNAL_BELOW:
        word = "no_signal"
    elif reliability.low >= USABLE_FROM:
        word = "usable"
    return Verdict(word, SENTENCES[word], reliability)


def _overlap(table: RatingTable) -> bool:
    return bool((last_occasions(table).item_counts >= 2).sum() >= MIN_ITEMS)


def _interval(model: RaterModel, used: Bools) -> Interval:
    profile = _Profile(model, used)
    best = float(np.log(model.tau2))
    peak = _peak(profile, best)
    cut = profile.objective(peak) - float(stats.chi2.ppf(LEVEL, 1)) / 2
    value = profile.reliability(best)
    low, high = (profile.reliability(_crossing(profile, peak, sign, cut)) for sign in (-1, 1))
    return Interval(value, min(low, value), max(high, value))


def _curvature_interval(model: RaterModel, used: Bools) -> Interval:
    """The same for big tables, whose profile is a parabola: one point a side tells its width.

    What biases add to P is taken to change with the variance no more than in proportion.
    """
    profile = _Profile(model, used)
    best = float(np.log(model.tau2))
    step = _QUICK_STEPS * float(np.sqrt(2 / used.sum()))
    here = profile.objective(best)
    falls = [max(here - profile.objective(best + sign * step), _LEAST_FALL) for sign in (-1, 1)]
    cut = float(stats.chi2.ppf(LEVEL, 1)) / 2
    value = float(np.mean(1 - model.within_variance[used] / model.tau2))
    known = profile.known_biases(best)
    shares = []
    for sign, fall in zip((-1, 1), falls, strict=True):
        edge = best + sign * step * min(float(np.sqrt(cut / fall)), _REACH / step)
        shares.append((1 - profile.known_biases(edge)) / (1 - known))
    low, high = (max(1 - (1 - value) * share, 0.0) for share in shares)
    return Interval(value, min(low, value), max(high, value))


_QUICK_STEPS, _LEAST_FALL = 3.0, 1e-3
"""The point lies this many times the sd of a log variance of known qualities away."""

_FIRST_STEP, _GROWTH, _REACH = 0.06, 3.0, 6.0
"""The profile is searched outwards in log variance, in growing steps, no further than the last."""


def _peak(profile: "_Profile", best: float) -> float:
    """Where the profile is highest, about: the estimate, or below it.

    The estimate has a barrier at zero in it and the profile has not, so where answers do not
    differ the profile goes on rising below the estimate.
    """
    here = max(best, best - _FIRST_STEP, key=profile.objective)
    if here == best:
        return best
    return max(here, *(best - step for step in _DOWNWARDS), key=profile.objective)


_DOWNWARDS = (0.25, 0.5, 1.0, 2.0, 4.0)


def _crossing(profile: "_Profile", best: float, sign: int, cut: float) -> float:
    inside, step = 0.0, _FIRST_STEP
    while profile.objective(best + sign * step) >= cut:
        if step >= _REACH:
            return best + sign * step
        inside, step = step, min(_GROWTH * step, _REACH)

    def height(distance: float) -> float:
        return profile.objective(best + sign * distance) - cut

    return best + sign * float(optimize.brentq(height, inside, step, xtol=0.02 * step))


class _Profile:
    """The objective with the within-prompt variance held, all else estimated anew."""

    def __init__(self, model: RaterModel, used: Bools) -> None:
        self.used = used
        self.em = model.em
        self.start: Variances = model.posterior.variances
        self.seen: dict[float, tuple[float, Posterior]] = {}

    def objective(self, log_tau2: float) -> float:
        return self._at(log_tau2)[0]

    def reliability(self, log_tau2: float) -> float:
        posterior = self._at(log_tau2)[1]
        within = within_variance(posterior)
        return float(np.mean(1 - within[self.used] / posterior.variances.tau2))

    def known_biases(self, log_tau2: float) -> float:
        """The reliability were biases known, at the estimate of all else."""
        near = min(self.seen, key=lambda t: abs(t - log_tau2))
        variances = self.seen[near][1].variances._replace(tau2=float(np.exp(log_tau2)))
        posterior = sweep(self.em.design, variances, self.seen[near][1].bias)
        within = within_variance(posterior, biases=False)
        return float(np.mean(1 - within[self.used] / variances.tau2))

    def _at(self, log_tau2: float) -> tuple[float, Posterior]:
        if log_tau2 not in self.seen:
            em = Em(self.em.design, self.em.span, self.em.held, float(np.exp(log_tau2)))
            near = min(self.seen, key=lambda t: abs(t - log_tau2), default=None)
            start = self.start if near is None else self.seen[near][1].variances
            fit = run(em, start)
            self.seen[log_tau2] = (fit.objectives[-1], fit.posterior)
        return self.seen[log_tau2]

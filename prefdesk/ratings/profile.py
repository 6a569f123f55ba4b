"""The interval of the reliability by the profile likelihood of the variance within prompts.

The profile is the model's objective with that variance held and all others estimated anew. On
small designs it is searched outwards until it has fallen by half a chi-squared quantile
(`searched`); on big ones, where each point costs seconds, its curvature is measured once on
either side (`parabola`).
"""

import numpy as np
from scipy import optimize, stats

from prefdesk.ratings.bootstrap import LEVEL
from prefdesk.ratings.em import Em, run
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.posterior import Posterior, Variances
from prefdesk.ratings.spread import within_variance
from prefdesk.ratings.table import Bools, Ints

DROP = float(stats.chi2.ppf(LEVEL, 1)) / 2
"""How far the profile falls from its peak to the ends of the interval."""

_SAMPLE = 4000
"""Items by which the change of the reliability along the profile is measured on big designs."""
_PARABOLA_UP_TO = 0.3
"""A profile wider than this in log variance is not taken for a parabola."""


class Profile:
    """The objective with the within-prompt variance held, all else estimated anew."""

    def __init__(self, model: RaterModel, used: Bools) -> None:
        self.items: Ints = np.flatnonzero(used)
        self.em = model.em
        self.best = float(np.log(model.tau2))
        self.start: Variances = model.posterior.variances
        self.seen: dict[float, tuple[float, Posterior]] = {}

    def objective(self, log_tau2: float) -> float:
        """The profile, up to a constant."""
        return self._at(log_tau2)[0]

    def reliability(self, log_tau2: float, items: Ints | None = None) -> float:
        """Mean of 1 - P / tau2 over the items in use, or over those given."""
        posterior = self._at(log_tau2)[1]
        within = within_variance(posterior, self.items if items is None else items)
        return float(np.mean(1 - within / posterior.variances.tau2))

    def _at(self, log_tau2: float) -> tuple[float, Posterior]:
        if log_tau2 not in self.seen:
            em = Em(self.em.design, self.em.span, self.em.held, float(np.exp(log_tau2)))
            near = min(self.seen, key=lambda t: abs(t - log_tau2), default=None)
            start = self.start if near is None else self.seen[near][1].variances
            fit = run(em, start)
            self.seen[log_tau2] = (fit.objectives[-1], fit.posterior)
        return self.seen[log_tau2]


def searched(profile: Profile) -> tuple[float, float]:
    """The reliability where the profile has fallen far enough on either side."""
    best = profile.best
    here = profile.objective(best)
    top = max(here, profile.objective(best - 0.1))
    # The estimate has a barrier at zero in it and the profile has not: where people agree that
    # answers do not differ, the profile rises steeply below the estimate, which then ends the
    # interval. Its peak is not taken, as with few ratings that calls real signals noise.
    cut = min(top - DROP, here)
    low, high = (profile.reliability(_crossing(profile, best, sign, cut)) for sign in (-1, 1))
    return low, high


_FIRST_STEP, _GROWTH, _REACH = 0.06, 3.0, 6.0
"""The profile is searched outwards in log variance, in growing steps, no further than the last."""


def _crossing(profile: Profile, best: float, sign: int, cut: float) -> float:
    inside, step = 0.0, _FIRST_STEP
    while profile.objective(best + sign * step) >= cut:
        if step >= _REACH:
            return best + sign * step
        inside, step = step, min(_GROWTH * step, _REACH)

    def height(distance: float) -> float:
        return profile.objective(best + sign * distance) - cut

    return best + sign * float(optimize.brentq(height, inside, step, xtol=0.02 * step))


def parabola(profile: Profile, model: RaterModel, used: Bools) -> tuple[float, float] | None:
    """The same from the fall of the profile one guessed half-width away; None where it rises.

    The guess takes each deviation for known as well as its reliability says, which makes it
    too narrow by the little that the other variances are uncertain. How the reliability moves is
    measured on a sample of the items and laid about its value over all of them.
    """
    rho = model.reliability[model.item_n > 0]
    away = float(np.sqrt(2 * DROP / max(float((rho**2).sum()) / 2, 1e-9)))
    if away > _PARABOLA_UP_TO:
        return None
    here = profile.objective(profile.best)
    falls = [here - profile.objective(profile.best + sign * away) for sign in (-1, 1)]
    if min(falls) <= DROP / 4:
        return None
    few = np.random.default_rng(0).permutation(profile.items)[:_SAMPLE]
    value, middle = float(np.mean(model.reliability[used])), profile.reliability(profile.best, few)
    rates = [
        (profile.reliability(profile.best + sign * away, few) - middle) * np.sqrt(DROP / fall)
        for sign, fall in zip((-1, 1), falls, strict=True)
    ]
    return value + float(rates[0]), value + float(rates[1])

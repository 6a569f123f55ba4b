"""Expectation-maximisation of the variances of the rater model.

E: `posterior.solve`. M: each variance becomes the expected square of what it governs, posterior
variance included (Dempster, Laird & Rubin 1977); that inclusion is what keeps a rater's noise
from collapsing to zero when few raters see an item. A rater's noise has a scaled inverse
chi-squared prior around the panel's, so its M step is (nu s² + expected sum of squares) /
(nu + count). The other variances t have the density exp(-s² / 2t) in log t: nearly flat, and
nought at zero, where an estimate would stick and claim to be certain. Steps are accelerated by
SQUAREM (Varadhan & Roland 2008) and taken only if the objective does not fall.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.posterior import Design, Posterior, Variances, solve
from prefdesk.ratings.table import Bools, Floats

NOISE_DF = 6.0
"""Weight, in ratings, of the panel's common noise in the estimate of one rater's."""
PART_SD = 0.02
"""Barrier of the sd of prompt and item parts, as a share of the scale; see the prior above."""
PART_SHARE = 0.25
"""The same barrier's square is at most this share of what an item's mean varies by chance: where
each answer has many ratings, two hundredths of the scale would be a claim of differences."""
BIAS_SD = 0.05
"""The same for the sd of biases, which a panel of one or two cannot estimate."""
LEAST_SD = 0.01
"""No sd is estimated below this share of the scale; scores are rounded more coarsely anyway."""

LEAST_VARIANCE = 1e-60
"""Nor any variance below this, where its inverse could not be worked with."""
EXACT_CELLS = 400_000
"""Above so many items x raters the M step leaves out the covariance of bias and quality."""

LONGEST_LEAP = 5.0
"""No log variance is extrapolated further at once: where two steps are nearly in line, the
formula would go anywhere."""

_NAMED = 3
"""Variances in `logs` before those of the raters: tau2, tau_m2 and tb2."""

TOLERANCE = 1e-3
BIG_TOLERANCE = 8e-3
"""The same above EXACT_CELLS, where a round costs as much as the table is long. A round ends far
nearer to the maximum than it moved (measured: qualities within .001 on a scale of 10)."""
MAX_STEPS = 300


class Held(NamedTuple):
    """Hand-set credibility per rater: precision as a multiple of the panel's; nan is free."""

    factor: Floats

    @property
    def free(self) -> Bools:
        """Raters whose noise is estimated."""
        return np.isnan(self.factor)


class Fit(NamedTuple):
    """The variances at the end, the posterior under them and the objective at each step."""

    posterior: Posterior
    objectives: tuple[float, ...]
    converged: bool


def run(em: "Em", start: Variances | None = None) -> Fit:
    """Maximise over the variances, from `start` or from shares of the scores' variance."""
    tolerance = TOLERANCE if exact(em.design) else BIG_TOLERANCE
    here = em.at(em.start() if start is None else em.bounded(start))
    trace = [here.objective]
    while len(trace) < MAX_STEPS:
        first = em.at(em.step(here))
        second = em.at(em.step(first))
        moved = logs(second.variances) - logs(first.variances)
        trace += [first.objective, second.objective]
        best = second
        if np.abs(moved).max() > TOLERANCE / 10:
            leap = em.tried(em.leap(here, first, second))
            if leap is not None and leap.objective > second.objective:
                best = leap
                trace.append(leap.objective)
        done = np.abs(logs(best.variances) - logs(here.variances)).max() < tolerance
        here = best
        if done:
            return Fit(here.posterior, tuple(trace), True)
    return Fit(here.posterior, tuple(trace), False)


class Point(NamedTuple):
    """Variances, the posterior under them, and the objective there."""

    variances: Variances
    posterior: Posterior
    objective: float


class Em:
    """The halves of a step for one design; `span` is the length of the scale.

    `fixed_tau2` holds the within-prompt variance: for a profile, or where nothing tells it.
    """

    def __init__(
        self, design: Design, span: float, held: Held, fixed_tau2: float | None = None
    ) -> None:
        self.design = design
        self.held = held
        self.span, self.fixed_tau2 = span, fixed_tau2
        self.part2, self.bias2 = part_barrier(design, span), (BIAS_SD * span) ** 2
        self.least = max((LEAST_SD * span) ** 2, LEAST_VARIANCE)
        self.active: Bools = design.rater_n > 0
        # A single item, prompt or rater tells nothing about a variance: one more at zero in the
        # prior leaves it there.
        seen = (design.rated.sum(), design.rated_prompts.sum(), self.active.sum())
        self.parts_n = tuple(max(int(n), 2) for n in seen)
        self.extra_n = tuple(m - int(n) for m, n in zip(self.parts_n, seen, strict=True))

    def start(self) -> Variances:
        """Where the steps begin: the scores' variance in fixed shares."""
        total = max(float(self.design.x.var()), self.least)
        v2 = np.full(self.design.n_raters, total / 2)
        return self.bounded(Variances(total / 4, total / 4, total / 10, total / 2, v2))

    def bounded(self, raw: Variances) -> Variances:
        """Apply the floors, the hand-set raters and the fixed value."""
        v2 = np.maximum(raw.v2, self.least)
        free = self.held.free & self.active
        common = 1 / np.mean(1 / v2[free]) if free.any() else max(raw.s0_2, self.least)
        v2 = np.where(self.held.free, v2, common / np.where(self.held.free, 1, self.held.factor))
        v2 = np.where(self.active, v2, common)
        tau2 = max(raw.tau2, self.least) if self.fixed_tau2 is None else self.fixed_tau2
        tau_m2 = max(raw.tau_m2, self.least) if self.design.groups else 0.0
        return Variances(tau2, tau_m2, max(raw.tb2, self.least), float(common), v2)

    def at(self, variances: Variances) -> Point:
        """The posterior and the objective at some variances."""
        posterior = solve(self.design, variances)
        return Point(variances, posterior, posterior.log_likelihood + self._log_prior(variances))

    def tried(self, variances: Variances) -> Point | None:
        """The same for variances nobody can vouch for; None where they cannot be worked with."""
        try:
            point = self.at(variances)
        except (np.linalg.LinAlgError, ValueError, FloatingPointError):
            return None
        return point if np.isfinite(point.objective) else None

    def _log_prior(self, at: Variances) -> float:
        extra_items, extra_prompts, extra_raters = self.extra_n
        parts = [(at.tb2, self.bias2, extra_raters)]
        if self.fixed_tau2 is None:
            parts.append((at.tau2, self.part2, extra_items))
        if self.design.groups:
            parts.append((at.tau_m2, self.part2, extra_prompts))
        total = -0.5 * sum(s / t + n * np.log(t) for t, s, n in parts)
        v2 = at.v2[self.held.free & self.active]
        return float(total - NOISE_DF / 2 * (np.log(v2 / at.s0_2) + at.s0_2 / v2).sum())

    def step(self, point: Point) -> Variances:
        """One M step from the posterior at a point."""
        of_raters, items, prompts, biases = expected_squares(point.posterior)
        n = self.design.rater_n
        v2 = (NOISE_DF * point.variances.s0_2 + of_raters) / (NOISE_DF + n)
        pooled = point.variances.s0_2
        if not (self.held.free & self.active).any():
            factor = np.nan_to_num(self.held.factor)
            pooled = float(factor @ of_raters / n.sum())
        return self.bounded(
            Variances(
                (self.part2 + items) / self.parts_n[0],
                (self.part2 + prompts) / self.parts_n[1],
                (self.bias2 + biases) / self.parts_n[2],
                pooled,
                v2,
            )
        )

    def slope(self, posterior: Posterior) -> Floats:
        """Gradient of the objective in the logs of tau2, tau_m2, tb2 and v2 (Fisher's identity)."""
        of_raters, items, prompts, biases = expected_squares(posterior)
        at, design = posterior.variances, posterior.design
        squares = (self.part2 + items, self.part2 + prompts, self.bias2 + biases)
        parts = zip(at[:3], squares, self.parts_n, strict=True)
        first = [square / t - n if t > 0 else 0.0 for t, square, n in parts]
        noise = (NOISE_DF * at.s0_2 + of_raters) / at.v2 - NOISE_DF - design.rater_n
        return 0.5 * np.concatenate([first, np.where(self.held.free & self.active, noise, 0)])

    def leap(self, zero: Point, one: Point, two: Point) -> Variances:
        """The extrapolation of two steps on the log scale.

        The first three variances creep where they are near zero or nearly told apart by nobody;
        they have lengths of their own, which hundreds of raters in one norm would hide.
        """
        start = logs(zero.variances)
        first = logs(one.variances) - start
        bend = logs(two.variances) - logs(one.variances) - first
        of_raters, turn = (float(np.linalg.norm(v[_NAMED:])) for v in (first, bend))
        raters = of_raters / max(turn, 1e-12)
        named = np.abs(first[:_NAMED]) / np.maximum(np.abs(bend[:_NAMED]), 1e-12)
        size = np.maximum(np.append(named, np.full(len(first) - _NAMED, raters)), 1.0)
        move = np.clip(2 * size * first + size**2 * bend, -LONGEST_LEAP, LONGEST_LEAP)
        return self.from_logs(start + move, zero.variances.s0_2)

    def from_logs(self, values: Floats, s0_2: float) -> Variances:
        """The inverse of `logs`, within bounds."""
        tau2, tau_m2, tb2, *v2 = np.exp(np.clip(values, -60, 60)).tolist()
        return self.bounded(Variances(tau2, tau_m2, tb2, s0_2, np.array(v2)))


def part_barrier(design: Design, span: float) -> float:
    """The square of the barrier of prompt and item parts, in squared points."""
    seen = max(float(design.rated.sum()), 1.0)
    chance = float(design.x.var()) * seen / max(design.table.n, 1)
    return min((PART_SD * span) ** 2, max(PART_SHARE * chance, LEAST_VARIANCE))


def exact(design: Design) -> bool:
    """True if the table is small enough to hold the covariance of every quality and bias."""
    return design.n_items * design.n_raters <= EXACT_CELLS


def expected_squares(post: Posterior) -> tuple[Floats, float, float, float]:
    """Expected sums of squares: of noise per rater, of item parts, prompt parts and biases."""
    design = post.design
    table = design.table
    owner = table.item_prompt
    residual = table.score - post.quality[table.item] - post.bias[table.rater]
    item_var = post.D + post.shrink**2 * post.U[owner]
    within_var = post.D + (post.D * post.item_weight) ** 2 * post.U[owner]
    prompt_var = post.U.copy()
    bias_var = np.diag(post.sigma)[1:]
    if exact(design):
        quality = post.quality_rows(slice(None))
        spread = quality @ post.sigma
        cross = spread[table.item, table.rater + 1]
        item_var = item_var + np.einsum("ij,ij->i", spread, quality)
        noise_var = item_var[table.item] + 2 * cross + bias_var[table.rater]
        within_var = within_var + post.quadratic(post.within_rows(slice(None)))
        prompt_var = prompt_var + post.quadratic(post.prompt_rows())
    else:
        alone = 1 / (1 / post.variances.tb2 + design.rater_n * post.weight)
        noise_var = item_var[table.item] + alone[table.rater]
    rated = design.rated
    return (
        design.per_rater(residual**2 + noise_var),
        float((post.within**2 + within_var)[rated].sum()),
        float((post.prompt**2 + prompt_var)[design.rated_prompts].sum()),
        float((post.bias**2 + bias_var)[design.rater_n > 0].sum()),
    )


def logs(at: Variances) -> Floats:
    """Logs of tau2, tau_m2, tb2 and each v2, in one vector (`s0_2` follows from v2)."""
    named = np.array([at.tau2, max(at.tau_m2, 1e-12), at.tb2])
    out: Floats = np.log(np.concatenate([named, at.v2]))
    return out

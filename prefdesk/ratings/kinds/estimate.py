"""Expectation-maximisation of what the mode is found under: variances, reliabilities, scale.

E: `latent.solve`. M: variances become the expected squares of what they govern, posterior
variance included; the expectations that have no closed form (of comparisons) are means over a
fixed set of draws from the posterior. Priors are those of the model of scores: a barrier at
nought for sds, a scaled inverse chi-squared around the panel's noise for a rater's.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from prefdesk.ratings.em import BIAS_SD, LEAST_SD, NOISE_DF, PART_SD
from prefdesk.ratings.kinds import links
from prefdesk.ratings.kinds.latent import Hyper, Problem, State, limits, solve
from prefdesk.ratings.table import Floats, Ints, sums

RELIABILITY_PRIOR = (4.0, 1.0)
"""Beta prior of a rater's reliability in comparisons (Chen et al. 2013)."""
PAIR_SCALE = 0.1
"""Points per logit of a comparison, as a share of the scale, where nothing ties the two."""
LABEL_NOISE = 0.2
"""Noise of a rater of two-valued labels as a share of the scale: they cannot tell it."""

PAIR_SCALE_SD = 0.35
"""Prior sd of the log of that where it is estimated."""

MAX_STEPS = 60
TOLERANCE = 2e-3
_DRAWS = 16
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_LONGEST_LEAP = 2.0


@dataclass(frozen=True)
class Held:
    """What is not estimated: the scale of comparisons, the noise of labels, tau2.

    `factor` fixes the precision of raters at a multiple of the panel's; nan is free.
    """

    pair_scale: bool
    noise: bool
    tau2: bool = False
    factor: Floats | None = None


class Estimator:
    """The M steps of one problem; `span` is the width of the scale."""

    def __init__(self, problem: Problem, span: float, held: Held, seed: int = 0) -> None:
        self.problem, self.span, self.held = problem, span, held
        self.part2, self.bias2 = (PART_SD * span) ** 2, (BIAS_SD * span) ** 2
        self.least = (LEAST_SD * span) ** 2
        half = np.random.default_rng(seed).standard_normal((_DRAWS // 2, len(problem.table.items)))
        self.normals = np.concatenate([half, -half])
        self.noise_n = np.bincount(
            np.concatenate([problem.table.scores.rater, problem.table.labels.rater]),
            minlength=problem.n_raters,
        )

        given = held.factor if held.factor is not None else np.full(problem.n_raters, np.nan)
        self.free, self.factor = np.isnan(given), np.where(np.isnan(given), 1.0, given)
        # A single item or rater tells nothing about a variance: one more at zero in the prior
        # leaves it there.
        self.items_n = max(len(problem.table.items), 2)
        self.raters_n = max(int(problem.touched.sum()), 2)
        compared = [problem.table.pairs.rater, *(b.rater for b in problem.table.rankings)]
        self.comparing = np.bincount(np.concatenate(compared), minlength=problem.n_raters) > 0

    def start(self) -> Hyper:
        """Shares of the scale that any desk could have."""
        s0_2 = (LABEL_NOISE * self.span) ** 2
        n = self.problem.n_raters
        tie = 0.5 if (self.problem.table.pairs.outcome == 0.5).any() else 0.0
        part = (0.2 * self.span) ** 2
        return Hyper(
            part, part / 4 if self.problem.groups else 0.0, part / 4, s0_2,
            s0_2 / self.factor, np.full(n, 0.9), tie, PAIR_SCALE * self.span,
        )  # fmt: skip

    def run(self, start: State | None = None, *, steps: int = MAX_STEPS) -> State:
        """Iterate to rest, leaping over two steps where they point on."""
        state = solve(self.problem, self.start()) if start is None else start
        trail = [_logs(state.hyper)]
        for _ in range(steps):
            state = self._at(self.step(state), state)
            trail.append(_logs(state.hyper))
            if np.abs(trail[-1] - trail[-2]).max() < TOLERANCE:
                break
            if len(trail) >= 3:
                leapt = self._leap(state, trail)
                trail = [_logs(leapt.hyper)] if leapt is not state else trail[-2:]
                state = leapt
        return state

    def _at(self, hyper: Hyper, near: State) -> State:
        return solve(self.problem, hyper, np.concatenate([near.quality, near.shared]))

    def _leap(self, state: State, trail: list[Floats]) -> State:
        first, bend = trail[-2] - trail[-3], trail[-1] - 2 * trail[-2] + trail[-3]
        size = max(1.0, float(np.linalg.norm(first) / max(float(np.linalg.norm(bend)), 1e-12)))
        move = 2 * size * first + size**2 * bend
        to = trail[-3] + np.clip(move, -_LONGEST_LEAP, _LONGEST_LEAP)
        tau2, tau_m2, tb2 = np.exp(to).tolist()
        if self.held.tau2:
            tau2 = state.hyper.tau2
        tau_m2 = tau_m2 if self.problem.groups else 0.0
        there = self._at(replace(state.hyper, tau2=tau2, tau_m2=tau_m2, tb2=tb2), state)
        return there if self.objective(there) >= self.objective(state) else state

    def objective(self, state: State) -> float:
        """Laplace's log evidence with the priors of what is estimated."""
        at = state.hyper
        total = self.part2 / at.tau2 + self.bias2 / at.tb2
        total += (self.items_n - len(self.problem.table.items)) * float(np.log(at.tau2))
        total += (self.raters_n - int(self.problem.touched.sum())) * float(np.log(at.tb2))
        if self.problem.groups:
            total += self.part2 / at.tau_m2
        v2 = at.noise[(self.noise_n > 0) & self.free]
        total += NOISE_DF * float((np.log(v2 / at.s0_2) + at.s0_2 / v2).sum())
        a, b = RELIABILITY_PRIOR
        eta = (a - 1) * np.log(at.eta) + (b - 1) * np.log1p(-at.eta)
        if not self.held.pair_scale:
            total += self._far(float(np.log(at.pair_scale))) ** 2
        return state.evidence + float(eta[self.comparing].sum()) - 0.5 * total

    def step(self, state: State) -> Hyper:
        """One M step."""
        new = self._parts(state)
        if self.noise_n.any() and not self.held.noise:
            noise, common = self._noise(state)
            new = replace(new, noise=noise, s0_2=common)
        if len(self.problem.table.pairs.rater) or self.problem.table.rankings:
            new = self._comparisons(state, new)
        return new

    def _parts(self, state: State) -> Hyper:
        problem, at = self.problem, state.hyper
        size = problem.prompt_size
        own, group = _expected(state)
        tau_m2 = at.tau_m2 if problem.groups else 0.0
        lift = tau_m2 / (at.tau2 + size * tau_m2)
        left = at.tau2 * lift
        prompt = lift**2 * group + left
        items = own.sum() + (-2 * lift * group + size * prompt)[size > 0].sum()
        bias = state.bias**2 + np.diag(state.shared_covariance)[1 : 1 + problem.n_raters]
        tau2 = max((self.part2 + float(items)) / self.items_n, self.least)
        return replace(
            at,
            tau2=at.tau2 if self.held.tau2 else tau2,
            tau_m2=max((self.part2 + float(prompt.sum())) / len(size), self.least)
            if problem.groups
            else 0.0,
            tb2=max((self.bias2 + float(bias[problem.touched].sum())) / self.raters_n, self.least),
        )

    def _noise(self, state: State) -> tuple[Floats, float]:
        """Noise of each rater, and what is common to them."""
        table, at = self.problem.table, state.hyper
        rater, item, value = table.scores
        rest = value - state.quality[item] - state.bias[rater]
        total = sums(rater, rest**2 + _opinion(state, item, rater), self.problem.n_raters)
        rater, item, _ = table.labels
        if len(rater):
            mean, sd = (
                state.quality[item] + state.bias[rater],
                np.sqrt(_opinion(state, item, rater)),
            )
            square = np.zeros(len(rater))
            for node, weight in zip(_NODES, _WEIGHTS / _WEIGHTS.sum(), strict=True):
                square += weight * _hidden_square(state, mean + node * sd)
            total += sums(rater, at.noise[rater] * square, self.problem.n_raters)
        v2 = np.maximum((NOISE_DF * at.s0_2 + total) / (NOISE_DF + self.noise_n), self.least)
        active = self.noise_n > 0
        told = active & self.free
        common = float(1 / np.mean(1 / v2[told])) if told.any() else at.s0_2
        return np.where(told, v2, common / self.factor), common

    def _comparisons(self, state: State, new: Hyper) -> Hyper:
        qualities = draw(state, self.normals)
        new = replace(new, eta=self._reliabilities(state.hyper, qualities))
        if state.hyper.tie > 0:
            new = replace(new, tie=self._tie(state, qualities))
        if not self.held.pair_scale:
            new = replace(new, pair_scale=self._pair_scale(new, qualities))
        return new

    def _reliabilities(self, at: Hyper, qualities: Floats) -> Floats:
        """The mode of each rater's reliability.

        Its mean would be lower in every honest panel, as the posterior ends at 1, and would blow
        the qualities up to make room for reversals that nobody made.
        """
        told, n = np.zeros(self.problem.n_raters), np.zeros(self.problem.n_raters)
        for rater, one, two in chances(self.problem, at, qualities):
            true = at.eta[rater] * one
            share = np.mean(true / (true + (1 - at.eta[rater]) * two), axis=0)
            told += sums(rater, share, len(n))
            n += np.bincount(rater, minlength=len(n))
        a, b = RELIABILITY_PRIOR
        eta: Floats = np.clip((a - 1 + told) / (a + b - 2 + n), 0.02, 0.999)
        return eta

    def reliability_posterior(self, at: Hyper, qualities: Floats, nodes: Floats) -> Floats:
        """Posterior of each rater's reliability over `nodes` (raters x nodes, rows add to 1)."""
        a, b = RELIABILITY_PRIOR
        prior = (a - 1) * np.log(nodes) + (b - 1) * np.log1p(-nodes)
        total = np.tile(prior, (self.problem.n_raters, 1))
        for rater, one, two in chances(self.problem, at, qualities):
            for k, eta in enumerate(nodes):
                told = np.log(eta * one + (1 - eta) * two).mean(axis=0)
                total[:, k] += sums(rater, told, self.problem.n_raters)
        out: Floats = np.exp(total - total.max(axis=1, keepdims=True))
        out /= out.sum(axis=1, keepdims=True)
        return out

    def _tie(self, state: State, qualities: Floats) -> float:
        _, a, b, outcome = self.problem.table.pairs
        half = np.clip((qualities[:, a] - qualities[:, b]) / state.hyper.pair_scale, -60, 60) / 2
        total = 2 * np.cosh(half)
        share = (outcome == 0.5).mean()
        nu = state.hyper.tie
        for _ in range(10):  # the score equation of nu: expected ties equal those seen
            nu = share / float(np.mean(1 / (total + nu)))
        return float(np.clip(nu, 1e-3, 1e3))

    def _pair_scale(self, at: Hyper, qualities: Floats) -> float:
        centre = float(np.log(PAIR_SCALE * self.span))

        def loss(log_scale: float) -> float:
            here = replace(at, pair_scale=float(np.exp(log_scale)))
            return 0.5 * self._far(log_scale) ** 2 - expected_log(self.problem, here, qualities)

        found = optimize.minimize_scalar(
            loss, bounds=(centre - 4, centre + 4), method="bounded", options={"xatol": 1e-3}
        )
        return float(np.exp(found.x))

    def _far(self, log_scale: float) -> float:
        """How far a scale of comparisons lies from the centre of its prior, in sds."""
        return (log_scale - float(np.log(PAIR_SCALE * self.span))) / PAIR_SCALE_SD


def draw(state: State, normals: Floats) -> Floats:
    """Qualities drawn from the posterior, jointly within blocks: (draws x items)."""
    out = np.empty_like(normals)
    for size, stack in zip(state.problem.layout.sizes, state.covariance, strict=True):
        root = np.linalg.cholesky(stack)
        out[:, size.items] = np.einsum("bij,sbj->sbi", root, normals[:, size.items])
    return state.quality + out


def chances(problem: Problem, hyper: Hyper, qualities: Floats) -> list[tuple[Ints, Floats, Floats]]:
    """Rater codes and the chances of what they said if told truly and if reversed.

    One entry for the pairs that are no ties and one for each length of ranking; chances are
    (draws x judgements), on a common factor.
    """
    rater, a, b, outcome = problem.table.pairs
    out = []
    clear = outcome != 0.5
    if clear.any():
        sign = 2 * outcome[clear] - 1
        delta = sign * (qualities[:, a[clear]] - qualities[:, b[clear]]) / hyper.pair_scale
        first, second, _ = links.pair_chances(delta, hyper.tie)
        out.append((rater[clear], first, second))
    for block, weights, mirrored in zip(
        problem.table.rankings, problem.weights, problem.mirrored, strict=True
    ):
        theta = qualities[:, block.items] / hyper.pair_scale
        one = links.ranking_log(theta, weights)
        two = links.ranking_log(theta[..., ::-1], mirrored)
        top = np.maximum(one, two).max(axis=0)
        out.append((block.rater, np.exp(one - top), np.exp(two - top) + 1e-300))
    return out


def expected_log(problem: Problem, hyper: Hyper, qualities: Floats) -> float:
    """Mean over draws of the log likelihood of all comparisons."""
    total = 0.0
    rater, a, b, outcome = problem.table.pairs
    if len(rater):
        first, second, tie = links.pair_chances(
            (qualities[:, a] - qualities[:, b]) / hyper.pair_scale, hyper.tie
        )
        eta = hyper.eta[rater]
        won = np.where(outcome == 1, first, second)
        lost = np.where(outcome == 1, second, first)
        p = np.where(outcome == 0.5, tie, eta * won + (1 - eta) * lost)
        total += float(np.log(np.maximum(p, 1e-300)).mean(axis=0).sum())
    for block, weights, mirrored in zip(
        problem.table.rankings, problem.weights, problem.mirrored, strict=True
    ):
        theta, eta = qualities[:, block.items] / hyper.pair_scale, hyper.eta[block.rater]
        one = np.log(eta) + links.ranking_log(theta, weights)
        two = np.log1p(-eta) + links.ranking_log(theta[..., ::-1], mirrored)
        total += float(np.logaddexp(one, two).mean(axis=0).sum())
    return total


def _expected(state: State) -> tuple[Floats, Floats]:
    """Expected square of q - mu per item, and of its sum over each prompt."""
    problem = state.problem
    owner = problem.table.item_prompt
    mu_q, mu2 = state.shared_cross[:, 0], state.shared_covariance[0, 0]
    rest = state.quality - state.mu
    own = rest**2 + state.variance - 2 * mu_q + mu2
    size = problem.prompt_size
    if not problem.groups:
        return own, np.zeros(len(size))
    a, b = problem.same
    flat = np.concatenate([s.ravel() for s in state.covariance])
    cell = rest[a] * rest[b] + flat[problem.layout.address(a, b)] - mu_q[a] - mu_q[b] + mu2
    return own, sums(owner[a], cell, len(size))


def _opinion(state: State, item: Ints, rater: Ints) -> Floats:
    """Posterior variance of quality + bias for each row."""
    both = state.shared_cross[item, 1 + rater]
    bias = np.diag(state.shared_covariance)[1 + rater]
    out: Floats = np.maximum(state.variance[item] + 2 * both + bias, 0)
    return out


def _hidden_square(state: State, at: Floats) -> Floats:
    """Expected square of the standardised noise behind each label, around quality + bias."""
    lower, upper = limits(state.problem, state.hyper, at, state.shared)
    log_p = links.interval_chance(lower, upper)
    low, high = links.density_ratio(lower, log_p), links.density_ratio(upper, log_p)
    gain = np.where(high > 0, upper, 0) * high - np.where(low > 0, lower, 0) * low
    return np.maximum(1 - gain, 0)


def _logs(at: Hyper) -> Floats:
    out: Floats = np.log([at.tau2, max(at.tau_m2, 1e-12), at.tb2])
    return out

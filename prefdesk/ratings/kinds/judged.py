"""One latent quality per item from judgements of any kinds, with its uncertainty and a verdict."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy import optimize, stats

from prefdesk.errors import InputError
from prefdesk.ratings.bootstrap import LEVEL, TOO_FEW, Interval
from prefdesk.ratings.kinds.estimate import LABEL_NOISE, Estimator, Held
from prefdesk.ratings.kinds.latent import Problem, State, solve
from prefdesk.ratings.kinds.layout import compared, components
from prefdesk.ratings.kinds.sharpen import sharpened
from prefdesk.ratings.kinds.tables import Judgements
from prefdesk.ratings.table import Bools, Floats, Ints, sums
from prefdesk.ratings.verdict import (
    MIN_ITEMS,
    NO_SIGNAL_BELOW,
    SENTENCES,
    USABLE_FROM,
    Verdict,
    Word,
)
from prefdesk.records import LABEL_POINTS, SCALE

THRESHOLD_SD = 0.15
"""Prior sd of a threshold around the middle of the labels' points, as a share of the scale."""
MU_SD = 0.5
"""Prior sd of the mean quality where labels alone tell it, as a share of the scale."""
OVERLAP = 4
"""Items judged both ways from which on the scale of comparisons is estimated."""

ALL_TIES = "Agreement cannot be measured: every comparison is a tie."
ALL_THE_SAME = "Agreement cannot be measured: all judgements are the same."
PARTS = "{n} groups of items were never compared with each other; only items of one group can be."
FIXED_SCALE = "Comparisons alone do not tell points: a logit is taken for {points:g} of the scale."

_LEAST_RHO = 1e-9
_OFFSETS = np.array([-3, -2, -1.2, -0.5, 0, 0.5, 1.2, 2, 3])
_PROBE, _REACH = 0.4, 3.0
FIRST_STEPS = 20


@dataclass(frozen=True, eq=False)
class Judged:
    """The qualities of all items, in points of the scale (comparisons alone: around 0).

    `quality` and `se` are posterior mean and sd; `within_variance` (P), `reliability`, `tau2`,
    `tau_m2` and `mu` mean what they mean in `RaterModel`. `bias` and `inconsistency` are nan for
    raters without scores or labels, `eta` (reliability in comparisons) for those without
    comparisons. `note` says in words what the data leave open.
    """

    table: Judgements
    quality: Floats
    bias: Floats
    inconsistency: Floats
    eta: Floats
    verdict: Verdict
    note: str
    component: Ints
    state: State = field(repr=False)
    grid: tuple[tuple[float, State], ...] = field(repr=False)
    group: Ints = field(repr=False)
    curve: tuple[tuple[float, State], ...] = field(repr=False)

    @property
    def items(self) -> tuple[Hashable, ...]:
        """Keys of the items, by code."""
        return self.table.items

    @property
    def raters(self) -> tuple[Hashable, ...]:
        """Keys of the raters, by code."""
        return self.table.raters

    @property
    def mu(self) -> float:
        """Mean quality."""
        return self.state.mu

    @property
    def tau2(self) -> float:
        """Variance within prompts."""
        return self.state.hyper.tau2

    @property
    def tau_m2(self) -> float:
        """Variance between prompts."""
        return self.state.hyper.tau_m2

    @property
    def thresholds(self) -> Floats:
        """Limits between labels, in points."""
        return self.state.thresholds

    @property
    def pair_scale(self) -> float:
        """Points that make one logit of a comparison (lambda)."""
        return self.state.hyper.pair_scale

    @cached_property
    def se(self) -> Floats:
        """Posterior sd of each quality."""
        spread = sum(w * (s.variance + (s.quality - self.quality) ** 2) for w, s in self.grid)
        return np.sqrt(spread)

    @cached_property
    def within_variance(self) -> Floats:
        """Posterior variance of an item's deviation from the mean of its group: see RaterModel."""
        return within_variance(self.state, self.group)

    @property
    def reliability(self) -> Floats:
        """rho = 1 - P / tau2 per item; 0 for an item without a judgement."""
        return np.clip(1 - self.within_variance / self.tau2, 0, 1)

    @property
    def reward(self) -> Floats:
        """(quality - mu) / tau per item."""
        out: Floats = (self.quality - self.mu) / np.sqrt(self.tau2)
        return out

    @property
    def unshrunk(self) -> Floats:
        """(m + d / rho) / tau per item: the reward with its own part not pulled to the prompt's.

        Where rho is 0 the own part is unknown and left out: only a weight of 0 is right for it.
        """
        at, owner = self.state.hyper, self.table.item_prompt
        rest = self.quality - self.mu
        prompt: Floats = np.zeros(len(rest))
        if self.state.problem.groups:
            lift = at.tau_m2 / (at.tau2 + self.state.problem.prompt_size * at.tau_m2)
            prompt += (lift * sums(owner, rest, self.table.n_prompts))[owner]
        rho, own = self.reliability, rest - prompt
        alone = np.divide(own, rho, out=np.zeros(len(own)), where=rho > _LEAST_RHO)
        out: Floats = (prompt + alone) / np.sqrt(self.tau2)
        return out

    def verdict_among(self, items: Bools) -> Verdict:
        """The verdict on the qualities of some items (a mask over codes)."""
        return _verdict(self.table, self.curve, self.group, items)

    def difference_sds(self, a: Ints, b: Ints) -> Floats:
        """Posterior sd of quality[a] - quality[b] for pairs of item codes.

        nan where only comparisons could tell, and no chain of them joins the two.
        """
        gap = self.quality[a] - self.quality[b]
        spread = sum(
            w
            * (
                s.variance[a] + s.variance[b] - 2 * s.between(a, b)
                + (s.quality[a] - s.quality[b] - gap) ** 2
            )
            for w, s in self.grid
        )  # fmt: skip
        apart = (self.component[a] != self.component[b]) & (not self.table.absolute)
        return np.where(apart, np.nan, np.sqrt(np.maximum(spread, 0)))


def judge(
    table: Judgements,
    *,
    scale: tuple[float, float] = SCALE,
    label_points: tuple[float, ...] = LABEL_POINTS,
    credibility: Mapping[Hashable, float] | None = None,
    seed: int = 0,
) -> Judged:
    """Estimate one quality per item from all judgements through their links.

    Thresholds between labels lie around the middles of `label_points`; they are estimated where
    there are scores too, else the outer two stay. The scale of comparisons is estimated where
    enough items were also scored or labelled, else it is a tenth of the scale. `credibility`
    fixes the precision of scores and labels of the raters it names at a multiple (above 0) of
    the panel's. Raises InputError without judgements.
    """
    if table.n == 0:
        raise InputError("There are no judgements to fit.", "Rate a few completions first.")
    span = scale[1] - scale[0]
    problem, held = _problem(table, span, label_points), _held(table, credibility or {})
    estimator = Estimator(problem, span, held, seed)
    profile = _Profile(estimator, estimator.run(steps=FIRST_STEPS))
    centre, state = profile.peak()
    group, curve = _groups(problem), profile.curve(centre)
    grid, quality = _mixture(curve, estimator.part2)
    commented = np.bincount(_compared_raters(table), minlength=len(table.raters)) > 0
    sd = np.sqrt(state.hyper.noise)
    component = components(*compared(table), len(table.items))
    return Judged(
        table, quality, np.where(problem.touched, state.bias, np.nan),
        np.where(problem.touched, sd, np.nan), np.where(commented, state.hyper.eta, np.nan),
        _verdict(table, curve, group), _note(table, held, component, state.hyper.pair_scale),
        component, state, grid, group, tuple(curve),
    )  # fmt: skip


def _problem(table: Judgements, span: float, points: tuple[float, ...]) -> Problem:
    if not len(table.labels.value):
        return Problem(table, np.zeros(0), 1.0, np.zeros(0, dtype=bool))
    if len(points) != table.n_labels:
        raise InputError(f"There are {table.n_labels} labels, but {len(points)} points for them.")
    middle = (np.array(points[1:]) + np.array(points[:-1])) / 2
    free = np.ones(len(middle), dtype=bool)
    mu_sd = np.inf
    if not len(table.scores.value):
        free[[0, -1]] = False
        mu_sd = MU_SD * span
    return Problem(table, middle, THRESHOLD_SD * span, free, mu_sd)


def _held(table: Judgements, given: Mapping[Hashable, float]) -> Held:
    there = np.zeros((2, len(table.items)), dtype=bool)
    there[0, table.scores.item] = there[0, table.labels.item] = True
    there[1, table.pairs.first] = there[1, table.pairs.second] = True
    for block in table.rankings:
        there[1, block.items.ravel()] = True
    only_two = table.n_labels == 2 and not len(table.scores.value)
    if any(value <= 0 for value in given.values()):
        raise InputError("A credibility must be above 0; leave the rater's judgements out instead.")
    factor = np.array([given.get(key, np.nan) for key in table.raters])
    return Held(bool(there.all(axis=0).sum() < OVERLAP), bool(only_two), factor=factor)


def _compared_raters(table: Judgements) -> Ints:
    return np.concatenate([table.pairs.rater, *(b.rater for b in table.rankings)])


def _groups(problem: Problem) -> Ints:
    """What an item is held against: its prompt, else all it can be compared with."""
    table = problem.table
    if table.grouped:
        return table.item_prompt
    if table.absolute:
        return np.zeros(len(table.items), dtype=np.int64)
    return problem.layout.block


def within_variance(state: State, group: Ints) -> Floats:
    """Posterior variance of q minus the mean of its group over (1 - 1/k); tau2 if unknown."""
    size = np.bincount(group)
    own = np.zeros(len(group))
    for part, stack in zip(state.problem.layout.sizes, state.inverse, strict=True):
        names = group[part.items]
        own[part.items] = (stack * (names[:, :, None] == names[:, None, :])).sum(axis=2)
    total = np.zeros((len(size), state.spread.shape[1]))
    np.add.at(total, group, state.spread)
    alike = own + np.einsum("ng,ng->n", state.spread, total[group])
    whole = np.bincount(group, own) + (total**2).sum(axis=1)
    k = size[group]
    contrast = state.variance - 2 * alike / k + whole[group] / k**2
    out = contrast / np.where(k > 1, 1 - 1 / k, 1)
    alone = k == 1
    out[alone] = _single_variance(state)[alone]
    seen = state.problem.table.item_n > 0
    tau2 = state.hyper.tau2
    return np.where(seen, np.clip(out, 0, tau2), tau2)


def _single_variance(state: State) -> Floats:
    """Posterior variance of the part within the prompt where an item is alone in it."""
    at = state.hyper
    tau_m2 = at.tau_m2 if state.problem.groups else 0.0
    share = at.tau2 / (at.tau2 + tau_m2)
    rest = state.variance - 2 * state.shared_cross[:, 0] + state.shared_covariance[0, 0]
    out: Floats = share**2 * rest + tau_m2 * share
    return out


class _Profile:
    """The objective over log tau2 without its barrier, all else estimated anew."""

    def __init__(self, estimator: Estimator, near: State) -> None:
        held = replace(estimator.held, tau2=True)
        self.fixed = Estimator(estimator.problem, estimator.span, held)
        self.seen: dict[float, tuple[float, State]] = {}
        self.near = near

    def at(self, log_tau2: float) -> tuple[float, State]:
        if log_tau2 not in self.seen:
            self.seen[log_tau2] = self._fit(log_tau2)
        return self.seen[log_tau2]

    def _fit(self, log_tau2: float) -> tuple[float, State]:
        near = self.near
        if self.seen:
            near = self.seen[min(self.seen, key=lambda t: abs(t - log_tau2))][1]
        hyper = replace(near.hyper, tau2=float(np.exp(log_tau2)))
        x = np.concatenate([near.quality, near.shared])
        state = self.fixed.run(solve(self.fixed.problem, hyper, x), steps=8)
        state = sharpened(state)
        return self.fixed.objective(state) + 0.5 * self.fixed.part2 / hyper.tau2, state

    def peak(self) -> tuple[float, State]:
        """The best tau2, barrier included, and its state."""
        centre = float(np.log(self.near.hyper.tau2))

        def loss(log_tau2: float) -> float:
            return 0.5 * self.fixed.part2 * float(np.exp(-log_tau2)) - self.at(log_tau2)[0]

        bounds = (centre - _REACH, centre + _REACH)
        found = optimize.minimize_scalar(
            loss, bounds=bounds, method="bounded", options={"xatol": 0.05}
        )
        return float(found.x), self.at(float(found.x))[1]

    def curve(self, centre: float) -> list[tuple[float, State]]:
        """Heights and states around a centre, as far as they matter."""
        low, middle, high = (self.at(centre + s * _PROBE)[0] for s in (-1, 0, 1))
        bend = (2 * middle - low - high) / _PROBE**2
        sd = float(np.clip(1 / np.sqrt(max(bend, 0.2)), 0.03, 2.0))
        return [self.at(centre + sd * o) for o in _OFFSETS]


def _mixture(
    curve: list[tuple[float, State]], part2: float
) -> tuple[tuple[tuple[float, State], ...], Floats]:
    """Weights of the states by their evidence, flat in log tau2 with the barrier, and the mean.

    `part2` is the barrier's, which the heights of the curve do not have in them.
    """
    tau2 = np.array([s.hyper.tau2 for _, s in curve])
    heights = np.array([h for h, _ in curve]) - 0.5 * part2 / tau2
    width = np.gradient(np.log(tau2))
    weight = np.exp(heights - heights.max()) * width
    weight /= weight.sum()
    grid = tuple((float(w), s) for w, (_, s) in zip(weight, curve, strict=True) if w > 1e-3)
    total = sum(w for w, _ in grid)
    grid = tuple((w / total, s) for w, s in grid)
    return grid, np.sum([w * s.quality for w, s in grid], axis=0)


def _verdict(
    table: Judgements,
    curve: Sequence[tuple[float, State]],
    group: Ints,
    items: Bools | None = None,
) -> Verdict:
    why = _not_estimable(table)
    seen = table.item_n > 0 if items is None else (table.item_n > 0) & items
    if why or not seen.any():
        return Verdict("not_estimable", why or SENTENCES["not_estimable"], TOO_FEW)
    rho = np.array(
        [float(np.mean(1 - within_variance(s, group)[seen] / s.hyper.tau2)) for _, s in curve]
    )
    heights = np.array([h for h, _ in curve])
    cut = heights.max() - float(stats.chi2.ppf(LEVEL, 1)) / 2
    middle = len(curve) // 2
    low = _crossing(heights[: middle + 1][::-1], rho[: middle + 1][::-1], cut)
    high = _crossing(heights[middle:], rho[middle:], cut)
    value = float(np.clip(rho[middle], 0, 1))
    reliability = Interval(value, max(min(low, value), 0.0), min(max(high, value), 1.0))
    word: Word = "weak"
    if reliability.high < NO_SIGNAL_BELOW:
        word = "no_signal"
    elif reliability.low >= USABLE_FROM:
        word = "usable"
    return Verdict(word, SENTENCES[word], reliability)


def _crossing(heights: Floats, values: Floats, cut: float) -> float:
    """The value where heights, walked outwards, fall below the cut for good."""
    above = np.flatnonzero(heights >= cut)
    last = int(above[-1]) if len(above) else 0
    if last + 1 == len(heights):
        return float(values[-1])
    share = (heights[last] - cut) / max(heights[last] - heights[last + 1], 1e-12)
    return float(values[last] + min(max(share, 0.0), 1.0) * (values[last + 1] - values[last]))


def _not_estimable(table: Judgements) -> str:
    rater, item = table.judged_by
    cells = np.unique(np.stack([rater, item]), axis=1)
    if (np.bincount(cells[1], minlength=len(table.items)) >= 2).sum() < MIN_ITEMS:
        return SENTENCES["not_estimable"]
    pairs, blocks = table.pairs.outcome, table.rankings
    if table.absolute:
        same = not np.ptp(table.scores.value) if len(table.scores.value) else True
        same &= not np.ptp(table.labels.value) if len(table.labels.value) else True
        return ALL_THE_SAME if same and not len(pairs) and not blocks else ""
    tied = bool((pairs == 0.5).all()) and all(
        bool((b.ranks == b.ranks[:, :1]).all()) for b in blocks
    )
    return ALL_TIES if tied else ""


def _note(table: Judgements, held: Held, component: Ints, scale: float) -> str:
    said = []
    if not table.absolute:
        said.append(FIXED_SCALE.format(points=scale))
        n = len(np.unique(component))
        if n > 1 and not table.grouped:
            said.append(PARTS.format(n=n))
    elif held.noise:
        said.append(
            f"Two labels do not tell noise: its sd is taken as {LABEL_NOISE:.0%} of the scale."
        )
    return " ".join(said)

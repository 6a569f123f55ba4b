"""The joint mode of qualities, biases and thresholds by Newton's method, and their covariance.

    q = mu + m_prompt + d_item, m ~ N(0, tau_m2), d ~ N(0, tau2), b_rater ~ N(0, tb2)
    score = q + b + e; label: q + b + e between two thresholds; e ~ N(0, v2_rater)
    pairs and rankings: see `links`, on q / pair_scale

Comparisons do not know the rater's bias. Around the mode the posterior is taken as normal with
the information there (Laplace's approximation), exact for scores alone.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from prefdesk.ratings.kinds import links
from prefdesk.ratings.kinds.layout import Layout
from prefdesk.ratings.kinds.tables import Judgements
from prefdesk.ratings.table import Bools, Floats, Ints, sums

MAX_NEWTON = 100
_GOOD_ENOUGH = 1e-13
_ROUNDING = 1e-8


@dataclass(frozen=True)
class Hyper:
    """What the mode is found under: variances in squared points, reliabilities, tie and scale.

    `noise` is each rater's v2, `eta` each rater's reliability in comparisons, `tie` Davidson's
    nu, `pair_scale` the points that make one logit.
    """

    tau2: float
    tau_m2: float
    tb2: float
    s0_2: float
    noise: Floats
    eta: Floats
    tie: float
    pair_scale: float


class Problem:
    """A table with its layout, the prior of thresholds, and which shared unknowns are free.

    Shared unknowns: mu, one bias per rater, the thresholds between labels. `mu_sd` is the prior
    sd of mu around the middle of the thresholds: labels that are all at one end do not say how
    far beyond the last threshold the items lie.
    """

    def __init__(
        self,
        table: Judgements,
        thresholds: Floats,
        threshold_sd: float,
        free: Bools,
        mu_sd: float = np.inf,
    ) -> None:
        self.table = table
        self.groups = table.grouped and table.absolute
        self.layout = Layout(table, by_prompt=self.groups)
        self.n_raters = len(table.raters)
        self.thresholds, self.threshold_sd, self.mu_sd = thresholds, threshold_sd, mu_sd
        self.mu_centre = float(thresholds.mean()) if len(thresholds) else 0.0
        touched = np.zeros(self.n_raters, dtype=bool)
        touched[table.scores.rater] = touched[table.labels.rater] = True
        self.touched: Bools = touched
        self.shared: Bools = np.concatenate([[table.absolute], touched, free])
        self.weights = [links.stage_weights(b.ranks) for b in table.rankings]
        self.mirrored = [links.stage_weights(-b.ranks[:, ::-1]) for b in table.rankings]
        self._prior_cells()

    def _prior_cells(self) -> None:
        table, n = self.table, len(self.table.items)
        self.prompt_size: Ints = np.bincount(table.item_prompt, minlength=table.n_prompts)
        self.same: tuple[Ints, Ints] = (np.arange(n), np.arange(n))
        if self.groups:
            order = np.argsort(table.item_prompt, kind="stable")
            counts = self.prompt_size[table.item_prompt[order]]
            first = np.concatenate([[0], np.cumsum(self.prompt_size)])[table.item_prompt[order]]
            step = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            self.same = (np.repeat(order, counts), order[np.repeat(first, counts) + step])

    def start(self) -> Floats:
        """Everything at its prior, mu at the mean of what was said."""
        scores = self.table.scores.value
        mu = 0.0
        if self.table.absolute:
            mu = float(scores.mean()) if len(scores) else self.mu_centre
        return np.concatenate(
            [np.full(len(self.table.items), mu), [mu], np.zeros(self.n_raters), self.thresholds]
        )


class Sums:
    """Log posterior, its slope and information, gathered cell by cell."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        n, g = len(problem.table.items), len(problem.shared)
        self.value = 0.0
        self.slope = np.zeros(n)
        self.flat = np.zeros(problem.layout.cells)
        self.cross = np.zeros((n, g))
        self.shared_slope = np.zeros(g)
        self.shared_info = np.zeros((g, g))

    def own(self, a: Ints, b: Ints, info: Floats) -> None:
        """Add information between items of one block."""
        where = self.problem.layout.address(a, b)
        self.flat += np.bincount(where, info, len(self.flat))

    def absolute(self, item: Ints, rater: Ints, slope: Floats, info: Floats) -> None:
        """Add what a score or label says about quality + bias."""
        n, r = len(self.slope), 1 + rater
        self.slope += sums(item, slope, n)
        self.shared_slope += sums(r, slope, len(self.shared_slope))
        self.own(item, item, info)
        np.add.at(self.cross, (item, r), info)
        np.add.at(self.shared_info, (r, r), info)


@dataclass(frozen=True, eq=False)
class State:
    """The mode under some `hyper`, and the pieces of its covariance.

    `quality` per item, `shared` = (mu, biases, thresholds); `inverse` holds the blocks of the
    inverse of the items' own information, `pull` (items x free shared) its product with the
    cross terms and `sigma` the covariance of the free shared unknowns.
    """

    problem: Problem
    hyper: Hyper
    quality: Floats
    shared: Floats
    inverse: list[Floats]
    pull: Floats
    sigma: Floats
    evidence: float
    converged: bool

    @property
    def mu(self) -> float:
        """The mean quality."""
        return float(self.shared[0])

    @property
    def bias(self) -> Floats:
        """Bias per rater, in points."""
        return self.shared[1 : 1 + self.problem.n_raters]

    @property
    def thresholds(self) -> Floats:
        """Limits between labels, in points."""
        return self.shared[1 + self.problem.n_raters :]

    @cached_property
    def spread(self) -> Floats:
        """`pull` times a root of `sigma`: the items' shared uncertainty, over all shared."""
        root = np.linalg.cholesky(self.sigma) if self.sigma.size else self.sigma
        out: Floats = self.pull @ root
        return out

    @cached_property
    def covariance(self) -> list[Floats]:
        """Posterior covariance within blocks, one stack for each size."""
        sizes = self.problem.layout.sizes
        out = []
        for size, inverse in zip(sizes, self.inverse, strict=True):
            rows = self.spread[size.items]
            out.append(inverse + np.einsum("big,bjg->bij", rows, rows))
        return out

    @cached_property
    def variance(self) -> Floats:
        """Posterior variance of each quality."""
        out = np.empty(len(self.quality))
        for size, stack in zip(self.problem.layout.sizes, self.covariance, strict=True):
            out[size.items] = np.einsum("bii->bi", stack)
        return out

    @cached_property
    def shared_cross(self) -> Floats:
        """Covariance of each item with each shared unknown; 0 where that is fixed."""
        out = np.zeros((len(self.quality), len(self.problem.shared)))
        out[:, self.problem.shared] = -self.pull @ self.sigma
        return out

    @cached_property
    def shared_covariance(self) -> Floats:
        """Covariance of the shared unknowns; 0 where one is fixed."""
        size = len(self.problem.shared)
        out = np.zeros((size, size))
        out[np.ix_(self.problem.shared, self.problem.shared)] = self.sigma
        return out

    def between(self, a: Ints, b: Ints) -> Floats:
        """Posterior covariance of pairs of qualities by item code."""
        layout = self.problem.layout
        out: Floats = np.einsum("ng,ng->n", self.spread[a], self.spread[b])
        near = layout.block[a] == layout.block[b]
        flat = np.concatenate([s.ravel() for s in self.inverse]) if self.inverse else np.zeros(0)
        out[near] += flat[layout.address(a[near], b[near])]
        return out


def gather(problem: Problem, hyper: Hyper, x: Floats) -> Sums:
    """Log posterior and its derivatives at x = (qualities, mu, biases, thresholds)."""
    n = len(problem.table.items)
    out = Sums(problem)
    _prior(out, hyper, x[:n], x[n:])
    _scores(out, hyper, x[:n], x[n:])
    _labels(out, hyper, x[:n], x[n:])
    _pairs(out, hyper, x[:n])
    _rankings(out, hyper, x[:n])
    return out


def _prior(out: Sums, hyper: Hyper, q: Floats, shared: Floats) -> None:
    problem, r = out.problem, out.problem.n_raters
    owner, size = problem.table.item_prompt, problem.prompt_size
    tau2, tau_m2 = hyper.tau2, hyper.tau_m2 if problem.groups else 0.0
    lift = tau_m2 / (tau2 * (tau2 + size * tau_m2))
    rest = q - shared[0]
    pulled = rest / tau2 - (lift * sums(owner, rest, len(size)))[owner]
    flat = 1 / tau2 - (lift * size)[owner]
    a, b = problem.same
    out.own(a, b, (a == b) / tau2 - lift[owner[a]])
    out.slope -= pulled
    out.cross[:, 0] -= flat
    out.shared_slope[0] += pulled.sum()
    out.shared_info[0, 0] += flat.sum()
    log_det = len(q) * np.log(tau2) + np.log1p(size * tau_m2 / tau2).sum()
    bias = shared[1 : 1 + r][problem.touched]
    gap = (shared[1 + r :] - problem.thresholds) / problem.threshold_sd
    off = (shared[0] - problem.mu_centre) / problem.mu_sd
    out.shared_slope[0] -= off / problem.mu_sd
    out.shared_info[0, 0] += 1 / problem.mu_sd**2
    at = np.arange(1, 1 + r)
    out.shared_slope[at] -= shared[at] / hyper.tb2
    out.shared_info[at, at] += 1 / hyper.tb2
    at = np.arange(1 + r, len(shared))
    out.shared_slope[at] -= gap / problem.threshold_sd
    out.shared_info[at, at] += 1 / problem.threshold_sd**2
    log_det += len(bias) * np.log(hyper.tb2)
    squares = rest @ pulled + bias @ bias / hyper.tb2 + gap @ gap + off**2
    out.value -= 0.5 * float(squares + log_det)


def _scores(out: Sums, hyper: Hyper, q: Floats, shared: Floats) -> None:
    rater, item, value = out.problem.table.scores
    weight = 1 / hyper.noise[rater]
    rest = value - q[item] - shared[1 + rater]
    out.value -= 0.5 * float((weight * rest**2 - np.log(weight)).sum())
    out.absolute(item, rater, weight * rest, weight)


def _labels(out: Sums, hyper: Hyper, q: Floats, shared: Floats) -> None:
    problem = out.problem
    rater, item, _ = problem.table.labels
    if not len(rater):
        return
    if (np.diff(shared[1 + problem.n_raters :]) <= 0).any():
        out.value = -np.inf  # thresholds have changed places: the search turns back
        return
    lower, upper = limits(problem, hyper, q[item] + shared[1 + rater], shared)
    terms = links.label_terms(lower, upper, np.sqrt(hyper.noise[rater]))
    out.value += float(terms.log_p.sum())
    if not np.isfinite(out.value):
        return
    out.absolute(item, rater, terms.slope[:, 0], terms.info[:, 0, 0])
    first = 1 + problem.n_raters
    for k in (1, 2):
        at = first + problem.table.labels.value + k - 2
        there = (at >= first) & (at < len(shared))
        index, i, r = at[there], item[there], 1 + rater[there]
        out.shared_slope += sums(index, terms.slope[there, k], len(shared))
        np.add.at(out.shared_info, (index, index), terms.info[there, k, k])
        np.add.at(out.cross, (i, index), terms.info[there, 0, k])
        np.add.at(out.shared_info, (r, index), terms.info[there, 0, k])
        np.add.at(out.shared_info, (index, r), terms.info[there, 0, k])
        if k == 2:
            both = there & (problem.table.labels.value > 0)
            high, between = at[both], terms.info[both, 1, 2]
            np.add.at(out.shared_info, (high, high - 1), between)
            np.add.at(out.shared_info, (high - 1, high), between)


def limits(problem: Problem, hyper: Hyper, at: Floats, shared: Floats) -> tuple[Floats, Floats]:
    """Standardised lower and upper limits of each label, around quality + bias `at`."""
    rater, _, value = problem.table.labels
    edges = np.concatenate([[-np.inf], shared[1 + problem.n_raters :], [np.inf]])
    sd = np.sqrt(hyper.noise[rater])
    return (edges[value] - at) / sd, (edges[value + 1] - at) / sd


def _pairs(out: Sums, hyper: Hyper, q: Floats) -> None:
    rater, a, b, outcome = out.problem.table.pairs
    if not len(rater):
        return
    scale = hyper.pair_scale
    terms = links.pair_terms((q[a] - q[b]) / scale, outcome, hyper.eta[rater], hyper.tie)
    out.value += float(terms.log_p.sum())
    slope, info = terms.slope / scale, terms.info / scale**2
    out.slope += sums(a, slope, len(q)) - sums(b, slope, len(q))
    for one, two, sign in ((a, a, 1), (b, b, 1), (a, b, -1), (b, a, -1)):
        out.own(one, two, sign * info)


def _rankings(out: Sums, hyper: Hyper, q: Floats) -> None:
    problem, scale = out.problem, hyper.pair_scale
    for block, weights, mirrored in zip(
        problem.table.rankings, problem.weights, problem.mirrored, strict=True
    ):
        theta = q[block.items] / scale
        value, slope, info = links.mixed_ranking_terms(
            theta, weights, mirrored, hyper.eta[block.rater]
        )
        out.value += float(value.sum())
        out.slope += sums(block.items.ravel(), slope.ravel() / scale, len(q))
        m = block.items.shape[1]
        one = np.repeat(block.items, m, axis=1).ravel()
        two = np.tile(block.items, (1, m)).ravel()
        out.own(one, two, info.ravel() / scale**2)


def solve(problem: Problem, hyper: Hyper, start: Floats | None = None) -> State:
    """Climb to the mode from `start` (default: the prior) by damped Newton steps."""
    n, free = len(problem.table.items), problem.shared
    x = problem.start() if start is None else start
    here = gather(problem, hyper, x)
    converged = False
    for _ in range(MAX_NEWTON):
        step, gain = _newton(here, free)
        if gain < _GOOD_ENOUGH:
            converged = True
            break
        better = _search(problem, hyper, x, here, step)
        if better is None:  # what is left to gain is below the rounding of the sums
            converged = gain < _ROUNDING
            break
        x, here = better
    return _state(problem, hyper, x[:n], x[n:], here, converged)


def _newton(at: Sums, free: Bools) -> tuple[Floats, float]:
    """The step, and the gain that it promises."""
    n = len(at.slope)
    layout = at.problem.layout
    inverse = _inverse(at)
    pull = layout.times(inverse, at.cross[:, free])
    alone = layout.times(inverse, at.slope)
    step = np.zeros(n + len(free))
    if free.any():
        schur = at.shared_info[np.ix_(free, free)] - at.cross[:, free].T @ pull
        moved = np.linalg.solve(schur, at.shared_slope[free] - at.cross[:, free].T @ alone)
        step[n:][free] = moved
        alone = alone - pull @ moved
    step[:n] = alone
    return step, float(step[:n] @ at.slope + step[n:] @ at.shared_slope)


def _search(
    problem: Problem, hyper: Hyper, x: Floats, here: Sums, step: Floats
) -> tuple[Floats, Sums] | None:
    size = 1.0
    while size > 1e-6:
        there = gather(problem, hyper, x + size * step)
        if there.value >= here.value - 1e-12 * abs(here.value):
            return x + size * step, there
        size /= 2
    return None


def _inverse(at: Sums) -> list[Floats]:
    return [
        np.asarray(np.linalg.inv(stack), dtype=np.float64)
        for stack in at.problem.layout.stacks(at.flat)
    ]


def _state(
    problem: Problem, hyper: Hyper, q: Floats, shared: Floats, at: Sums, converged: bool
) -> State:
    free = problem.shared
    inverse = _inverse(at)
    cross = at.cross[:, free]
    pull = problem.layout.times(inverse, cross)
    schur = at.shared_info[np.ix_(free, free)] - cross.T @ pull
    sigma = np.linalg.inv(schur)
    log_det = np.linalg.slogdet(schur)[1] if free.any() else 0.0
    log_det += sum(np.linalg.slogdet(s)[1].sum() for s in problem.layout.stacks(at.flat))
    evidence = at.value - 0.5 * float(log_det)
    return State(
        problem, hyper, q, shared, inverse, pull, (sigma + sigma.T) / 2, evidence, converged
    )

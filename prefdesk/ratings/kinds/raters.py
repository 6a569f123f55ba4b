"""How far each rater's comparisons can be believed, and whether somebody stands out."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.bootstrap import TOO_FEW, Interval
from prefdesk.ratings.kinds.estimate import Estimator, Held, draw
from prefdesk.ratings.kinds.judged import Judged, judge
from prefdesk.ratings.kinds.latent import Problem, State, solve
from prefdesk.ratings.kinds.tables import Judgements
from prefdesk.ratings.table import Floats, Ints

FEWEST = 8
"""Below so many comparisons no figure is given for a rater."""
SUSPICIOUS_BELOW = 0.75
"""Nobody is called suspicious whose reliability is above this: half the information is left."""
FDR = 0.05
SIMULATIONS = 1999

_NODES = (np.arange(200) + 0.5) / 200
_FEW_HITS = 10


class ComparisonRater(NamedTuple):
    """One rater's comparisons: `n` judgements, a ranking being one.

    `reliability` is the chance to say what they see and not the reverse, with a 95 % interval;
    `agreement` the share of pairs on which the others' estimate sides with them (ties left
    out), theirs not among it. `p` is the chance that a rater as reliable as the panel's median
    agrees so little, `q` is adjusted over the panel (Benjamini & Hochberg). nan: too few.
    """

    rater: Hashable
    n: int
    reliability: Interval
    agreement: Interval
    p: float
    q: float
    suspicious: bool
    reason: str


@dataclass(frozen=True)
class _Duel:
    """A rater's comparisons as pairs, better first, and the ranking each came from."""

    better: Ints
    worse: Ints
    source: Ints


def compare(table: Judgements, *, seed: int = 0) -> Judged:
    """The full model of comparisons alone, in logits: `judge` with a scale of ten logits."""
    return judge(table, seed=seed)


def comparison_raters(
    table: Judgements, fit: Judged, *, fdr: float = FDR, seed: int = 0
) -> list[ComparisonRater]:
    """Every rater of the table, in its order; `fit` is what `judge` made of it."""
    problem = fit.state.problem
    estimator = Estimator(problem, 1.0, Held(True, True), seed)
    qualities = draw(fit.state, estimator.normals)
    chance = estimator.reliability_posterior(fit.state.hyper, qualities, _NODES)
    typical = float(np.median(fit.eta[np.isfinite(fit.eta)])) if np.isfinite(fit.eta).any() else 1
    duels = [_duels(table, r) for r in range(len(table.raters))]
    found = [_agreement(fit.state, d, r, typical, seed) for r, d in enumerate(duels)]
    p = np.array([f[1] for f in found])
    q = benjamini_hochberg(p)
    counts = _counts(table)
    return [
        _row(table.raters[r], int(counts[r]), chance[r], found[r][0], float(p[r]), float(q[r]), fdr)
        for r in range(len(table.raters))
    ]


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p-values; nan stays nan and does not count."""
    out = np.full(len(p), np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known])]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return out


def _row(
    rater: Hashable, n: int, chance: Floats, agreement: Interval, p: float, q: float, fdr: float
) -> ComparisonRater:
    if not np.isfinite(p):
        return ComparisonRater(rater, n, TOO_FEW, agreement, p, q, False, "")
    limits = np.searchsorted(np.cumsum(chance), [0.025, 0.975])
    low, high = _NODES[np.minimum(limits, len(_NODES) - 1)].tolist()
    value = float(chance @ _NODES)
    suspicious = q < fdr and value < SUSPICIOUS_BELOW
    reason = ""
    if suspicious:
        reason = (
            f"Agrees with the others on {agreement.value:.0%} of the pairs, less than chance "
            "explains; the comparisons look " + ("reversed." if high < 0.5 else "unreliable.")
        )
    return ComparisonRater(
        rater, n, Interval(value, low, high), agreement, p, q, suspicious, reason
    )


def _counts(table: Judgements) -> Ints:
    raters = np.concatenate([table.pairs.rater, *(b.rater for b in table.rankings)])
    return np.bincount(raters, minlength=len(table.raters))


def _duels(table: Judgements, rater: int) -> _Duel:
    mine = (table.pairs.rater == rater) & (table.pairs.outcome != 0.5)
    first, second = table.pairs.first[mine], table.pairs.second[mine]
    won = table.pairs.outcome[mine] == 1
    better, worse = [np.where(won, first, second)], [np.where(won, second, first)]
    source, at = [np.arange(len(first))], len(first)
    for block in table.rankings:
        own = block.rater == rater
        items, ranks = block.items[own], block.ranks[own]
        row, a, b = np.nonzero(ranks[:, :, None] < ranks[:, None, :])
        better.append(items[row, a])
        worse.append(items[row, b])
        source.append(at + row)
        at += len(items)
    return _Duel(np.concatenate(better), np.concatenate(worse), np.concatenate(source))


def _agreement(
    state: State, duel: _Duel, rater: int, typical: float, seed: int
) -> tuple[Interval, float]:
    """Agreement with the others' estimate, and the p-value of the weighted agreement."""
    if len(np.unique(duel.source)) < FEWEST:
        return TOO_FEW, float("nan")
    others = _without(state, rater)
    gap = others.quality[duel.better] - others.quality[duel.worse]
    known = np.abs(gap) > 1e-9
    if not known.any():
        return TOO_FEW, float("nan")
    sided = float(np.mean(gap[known] > 0))
    independent = min(int(known.sum()), len(np.unique(duel.source[known])))
    statistic = float(gap.sum())
    null = _null(others, duel, typical, np.random.default_rng([seed, rater]))
    return _wilson(sided, independent), _p_value(statistic, null)


def _without(state: State, rater: int) -> State:
    """The estimate from the others' judgements, all else as it is."""
    problem = state.problem
    keep = np.arange(len(problem.table.raters)) != rater
    n = problem.n_raters
    table, free = problem.table.rows(keep), problem.shared[1 + n :]
    rest = Problem(table, problem.thresholds, problem.threshold_sd, free, problem.mu_sd)
    hyper = replace(state.hyper)
    return solve(rest, hyper)


def _null(others: State, duel: _Duel, typical: float, rng: np.random.Generator) -> Floats:
    """The statistic for honest raters who judge the same pairs, qualities being uncertain.

    Pairs of one ranking are drawn together: every item gets a quality plus Gumbel noise anew
    for each ranking, so that their order has the chances of Plackett and Luce.
    """
    centre = others.quality
    gap = centre[duel.better] - centre[duel.worse]
    cells, where = np.unique(
        np.stack([np.tile(duel.source, 2), np.concatenate([duel.better, duel.worse])]),
        axis=1,
        return_inverse=True,
    )
    a, b = np.split(where.ravel(), 2)
    names, row = np.unique(duel.source, return_inverse=True)
    out = np.empty(SIMULATIONS)
    scale = others.hyper.pair_scale
    half = rng.standard_normal((16, len(centre)))
    drawn = draw(others, np.concatenate([half, -half])) / scale
    for k in range(SIMULATIONS):
        seen = drawn[k % len(drawn)][cells[1]] + rng.gumbel(size=cells.shape[1])
        sign = np.where(seen[a] > seen[b], 1.0, -1.0)
        sign *= np.where(rng.random(len(names)) < typical, 1.0, -1.0)[row]
        out[k] = sign @ gap
    return out


def _p_value(statistic: float, null: Floats) -> float:
    """Share of the null as low; beyond its resolution by a normal tail, never above it."""
    hits = int((null <= statistic).sum())
    share = (1 + hits) / (1 + len(null))
    if hits >= _FEW_HITS:
        return share
    return float(min(stats.norm.cdf(statistic, null.mean(), null.std() + 1e-12), share))


def _wilson(share: float, n: int) -> Interval:
    z = float(stats.norm.ppf(0.975))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(share, float(max(middle - half, 0)), float(min(middle + half, 1)))

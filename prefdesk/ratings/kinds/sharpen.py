"""Posterior means and covariances beyond Laplace's approximation, by importance sampling.

A few comparisons leave a skewed posterior, of which the normal around the mode says too much.
Where there are comparisons alone, blocks share no unknown, so each is sampled on its own from a
widened normal and weighed by what the model says. Where the weights degenerate (large blocks,
which have data enough for the normal), the normal stays; so it does where biases or thresholds
tie all blocks together.
"""

from dataclasses import replace

import numpy as np

from prefdesk.ratings.kinds import links
from prefdesk.ratings.kinds.latent import State
from prefdesk.ratings.table import Floats

SAMPLES = 256
FEWEST_SAMPLES = 64
_BUDGET = 4_000_000
"""Samples times judgements and items of one state, above which fewer samples are drawn."""
_WIDER = 1.2
_LEAST_SHARE = 0.25


def sharpened(state: State, seed: int = 0) -> State:
    """The state with means, covariances and evidence corrected where that can be done well."""
    table, n = state.problem.table, len(state.quality)
    judgements = len(table.pairs.rater) + sum(b.items.size for b in table.rankings)
    samples = min(SAMPLES, _BUDGET // max(judgements + n, 1) // 2 * 2)
    if table.absolute or samples < FEWEST_SAMPLES:
        return state
    half = np.random.default_rng(seed).standard_normal((samples // 2, n))
    normals = np.concatenate([half, -half])
    drawn = np.empty_like(normals)
    block = state.problem.layout.block
    blocks = len(state.problem.layout.width)
    own = np.zeros((samples, blocks))
    np.add.at(own.T, block, 0.5 * normals.T**2)
    for size, inverse in zip(state.problem.layout.sizes, state.inverse, strict=True):
        root = _WIDER * np.linalg.cholesky(inverse)
        drawn[:, size.items] = np.einsum("bij,sbj->sbi", root, normals[:, size.items])
    drawn += state.quality
    ratio = _by_block(state, drawn) - _by_block(state, state.quality[None]) + own
    return _weighed(state, drawn, ratio)


def _weighed(state: State, drawn: Floats, ratio: Floats) -> State:
    top = ratio.max(axis=0)
    weight = np.exp(ratio - top)
    total = weight.sum(axis=0)
    share = total**2 / (weight**2).sum(axis=0) / len(weight)
    weight /= total
    good = share >= _LEAST_SHARE
    layout = state.problem.layout
    # Around the mode a normal would have the log ratio -dim * log(wider) on average.
    gain = top + np.log(total / len(weight)) + layout.width * np.log(_WIDER)
    quality, inverse = state.quality.copy(), []
    for size, stack in zip(layout.sizes, state.inverse, strict=True):
        names = layout.block[size.items[:, 0]]
        w, x = weight[:, names], drawn[:, size.items]
        mean = np.einsum("sb,sbi->bi", w, x)
        apart = x - mean
        spread = np.einsum("sb,sbi,sbj->bij", w, apart, apart)
        ok = good[names]
        quality[size.items[ok]] = mean[ok]
        inverse.append(np.where(ok[:, None, None], spread, stack))
    evidence = state.evidence + float(gain[good].sum())
    return replace(state, quality=quality, inverse=inverse, evidence=evidence)


def _by_block(state: State, q: Floats) -> Floats:
    """Log posterior of qualities per block: (samples x blocks)."""
    at, table, block = state.hyper, state.problem.table, state.problem.layout.block
    out = np.zeros((len(state.problem.layout.width), len(q)))
    np.add.at(out, block, -0.5 * (q - state.mu).T ** 2 / at.tau2)
    rater, a, b, outcome = table.pairs
    if len(rater):
        first, second, tie = links.pair_chances((q[:, a] - q[:, b]) / at.pair_scale, at.tie)
        won = np.where(outcome == 1, first, second)
        lost = np.where(outcome == 1, second, first)
        eta = at.eta[rater]
        p = np.where(outcome == 0.5, tie, eta * won + (1 - eta) * lost)
        np.add.at(out, block[a], np.log(np.maximum(p, 1e-300)).T)
    for k, ranked in enumerate(table.rankings):
        theta, eta = q[:, ranked.items] / at.pair_scale, at.eta[ranked.rater]
        one = np.log(eta) + links.ranking_log(theta, state.problem.weights[k])
        two = np.log1p(-eta) + links.ranking_log(theta[..., ::-1], state.problem.mirrored[k])
        np.add.at(out, block[ranked.items[:, 0]], np.logaddexp(one, two).T)
    return out.T

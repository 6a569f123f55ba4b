"""The links from latent quality to judgements: log likelihoods, slopes and information.

Labels are scores seen through thresholds (ordered probit). A comparison follows Bradley & Terry
(1952) with Davidson's (1970) ties; a ranking follows Plackett and Luce, ties in it by Efron's
average over the orders they could stand for. A rater is reliable with probability eta and else
answers the other way round (Chen et al. 2013): eta = 1 is the plain model.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from prefdesk.ratings.table import Floats

_FAR = 60.0
_TINY = 1e-300


class PairTerms(NamedTuple):
    """Per comparison: log likelihood, its derivative in the difference, expected information."""

    log_p: Floats
    slope: Floats
    info: Floats


def pair_chances(delta: Floats, nu: float) -> tuple[Floats, Floats, Floats]:
    """Chances that the first wins, that the second wins and of a tie, at a difference in logits."""
    half = np.clip(delta, -_FAR, _FAR) / 2
    up, down = np.exp(half), np.exp(-half)
    total = up + down + nu
    return up / total, down / total, nu / total


def pair_terms(delta: Floats, outcome: Floats, eta: Floats, nu: float) -> PairTerms:
    """The likelihood of outcomes (1, 0.5, 0) and its derivatives; all arguments per comparison."""
    first, second, tie = pair_chances(delta, nu)
    middle = (first - second) / 2
    d_first, d_second = first * (0.5 - middle), second * (-0.5 - middle)
    chance = np.stack([eta * second + (1 - eta) * first, tie, eta * first + (1 - eta) * second])
    slope = np.stack(
        [eta * d_second + (1 - eta) * d_first, -tie * middle, eta * d_first + (1 - eta) * d_second]
    )
    seen = np.rint(2 * outcome).astype(np.int64)
    row = np.arange(seen.shape[-1])
    p = np.maximum(chance, _TINY)
    at, up = p[seen, row], slope[seen, row]
    return PairTerms(np.log(at), up / at, (slope**2 / p).sum(axis=0))


def stage_weights(ranks: Floats) -> Floats:
    """Efron's weights (rankings x stage x item) of rankings sorted best first.

    Stage s chooses from what is left. Where d items are tied, the t-th of their stages holds
    each of them with weight 1 - t/d, as t of them are gone, nobody knows which.
    """
    m = ranks.shape[1]
    place = np.arange(m)
    same = ranks[:, :, None] == ranks[:, None, :]
    size = same.sum(axis=2)
    start = np.argmax(same, axis=2)
    gone = (place[None, :] - start) / size
    later = place[None, None, :] >= (start + size)[:, :, None]
    out: Floats = np.where(same, 1 - gone[:, :, None], later.astype(np.float64))
    return out


def ranking_log(theta: Floats, weights: Floats) -> Floats:
    """Log likelihood of each ranking; `theta` is (... x rankings x m), best first."""
    top = theta.max(axis=-1, keepdims=True)
    odds = np.exp(theta - top)
    total = np.einsum("bsj,...bj->...bs", weights, odds)
    out: Floats = (theta - top - np.log(total)).sum(axis=-1)
    return out


def ranking_terms(theta: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Log likelihood, slope (rankings x m) and information (rankings x m x m) of rankings."""
    odds = np.exp(theta - theta.max(axis=-1, keepdims=True))
    share = weights * odds[:, None, :]
    share /= share.sum(axis=2, keepdims=True)
    info = -np.einsum("bsi,bsj->bij", share, share)
    index = np.arange(theta.shape[1])
    info[:, index, index] += share.sum(axis=1)
    return ranking_log(theta, weights), 1 - share.sum(axis=1), info


def mixed_ranking_terms(
    theta: Floats, weights: Floats, mirrored: Floats, eta: Floats
) -> tuple[Floats, Floats, Floats]:
    """The same for raters who rank the other way round with probability 1 - eta.

    `mirrored` are the weights of the reversed rankings, worst first. The information is made
    non-negative, as a mixture's likelihood is not concave.
    """
    log_a, slope_a, info_a = ranking_terms(theta, weights)
    if (eta >= 1).all():
        return log_a, slope_a, info_a
    log_b, slope_b, info_b = ranking_terms(theta[:, ::-1], mirrored)
    slope_b, info_b = slope_b[:, ::-1], info_b[:, ::-1, ::-1]
    with np.errstate(divide="ignore"):
        one, two = np.log(eta) + log_a, np.log1p(-eta) + log_b
    total = np.logaddexp(one, two)
    w = np.exp(one - total)[:, None]
    apart = slope_a - slope_b
    info = w[:, :, None] * info_a + (1 - w[:, :, None]) * info_b
    info -= (w * (1 - w))[:, :, None] * apart[:, :, None] * apart[:, None, :]
    values, axes = np.linalg.eigh(info)
    info = np.einsum("bik,bk,bjk->bij", axes, np.maximum(values, 0), axes)
    return total, w * slope_a + (1 - w) * slope_b, info


class LabelTerms(NamedTuple):
    """Per label: log likelihood, slopes and information in (eta, lower, upper threshold)."""

    log_p: Floats
    slope: Floats
    info: Floats


def interval_chance(lower: Floats, upper: Floats) -> Floats:
    """Log of Phi(upper) - Phi(lower), exact in both tails; -inf where the order is wrong."""
    flip = lower > 0
    low, high = np.where(flip, -upper, lower), np.where(flip, -lower, upper)
    one, two = special.log_ndtr(high), special.log_ndtr(low)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = one + np.log1p(-np.exp(two - one))
    return np.where(high > low, out, -np.inf)


def density_ratio(z: Floats, log_p: Floats) -> Floats:
    """phi(z) / p."""
    with np.errstate(over="ignore", invalid="ignore"):
        out = np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_p)
    return np.where(np.isfinite(z), out, 0.0)


def label_terms(lower: Floats, upper: Floats, sd: Floats) -> LabelTerms:
    """Ordered probit: a label between two standardised limits (threshold - eta) / sd.

    `slope` is (rows x 3), `info` (rows x 3 x 3), by (eta, lower threshold, upper threshold).
    """
    log_p = interval_chance(lower, upper)
    low, high = density_ratio(lower, log_p), density_ratio(upper, log_p)
    z_low, z_high = np.where(low > 0, lower, 0), np.where(high > 0, upper, 0)
    by_limit = np.stack([-low, high], axis=1)
    info = np.empty((len(lower), 2, 2))
    info[:, 0, 0] = low**2 - z_low * low
    info[:, 1, 1] = high**2 + z_high * high
    info[:, 0, 1] = info[:, 1, 0] = -low * high
    chain = np.array([[-1.0, -1.0], [1.0, 0.0], [0.0, 1.0]])
    slope = (by_limit @ chain.T) / sd[:, None]
    full = np.einsum("ak,nkl,bl->nab", chain, info, chain) / (sd**2)[:, None, None]
    return LabelTerms(log_p, slope, full)

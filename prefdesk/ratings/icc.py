"""Intraclass correlations and Kendall's W, of complete blocks and of any design.

On a complete block (every rater judged every item once) the analysis of variance comes down to
three means over raters: of the covariance of two different raters C, of one rater's variance V,
and the variance of the raters' means B. Then MSE = V - C, the variance of items is C and that of
raters B - MSE / n, and every form of Shrout & Fleiss (1979) and McGraw & Wong (1996) is a ratio
of these. Written so, raters can be drawn with replacement without one being paired with himself.

For any other design the forms come from the variances of the rater model (generalisability
theory); they are called model-based.
"""

from typing import NamedTuple

import numpy as np
from scipy import special, stats

from prefdesk.ratings.bag import drawn_weights
from prefdesk.ratings.bootstrap import DRAWS, LEVEL, TOO_FEW, Interval
from prefdesk.ratings.coefficients import (
    WHY_ONE_RATER,
    Coefficient,
    percentiles,
    undefined,
    units_of,
)
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.posterior import Variances
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions

BLOCK_FORMS = ("icc_1_1", "icc_1_k", "icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k", "kendall_w")
MODEL_FORMS = ("icc_model", "icc_model_k")
WITHIN_FORMS = ("icc_model_within", "icc_model_within_k")

WHY_INCOMPLETE = "Not every rater judged every item; the model-based form fits any design."
WHY_SMALL = "It takes two raters and two items."
WHY_NEGATIVE = "The items differ so little beside the noise that the ratio has no meaning."
WHY_NO_DRAWS = "There are so many ratings that the variances have no uncertainty worth a limit."


class Sides(NamedTuple):
    """Means over raters of a weighted block: see the module. `n` items, `k` raters."""

    covariance: float
    variance: float
    means: float
    n: float
    k: float


def block(table: RatingTable) -> Floats | None:
    """Scores as items x raters, from 0 to 1, where everybody judged everything; None elsewhere."""
    table = last_occasions(table)
    raters, rater = np.unique(table.rater, return_inverse=True)
    items, item = np.unique(table.item, return_inverse=True)
    if table.n != len(raters) * len(items) or table.n == 0:
        return None
    scores = np.empty((len(items), len(raters)))
    scores[item, rater] = table.score
    span = np.ptp(scores)
    return (scores - scores.min()) / span if span > 0 else scores


def block_iccs(table: RatingTable, *, draws: int = DRAWS, seed: int = 0) -> tuple[Coefficient, ...]:
    """ICC(1,1) to ICC(3,k) and Kendall's W with both intervals; nan with a reason elsewhere.

    Where answers are grouped, whole prompts are drawn: their answers share its level.
    """
    scores = block(table)
    why = undefined(table) or ("" if scores is not None else WHY_INCOMPLETE)
    if not why and min(scores.shape) < 2:  # type: ignore[union-attr]
        why = WHY_SMALL
    if why or scores is None:
        return tuple(Coefficient(form, TOO_FEW, TOO_FEW, why) for form in BLOCK_FORMS)
    (n, k), codes = scores.shape, _codes(scores)
    unit, size = units_of(table, np.unique(table.item))
    rng = np.random.default_rng(seed)
    values = _figures(scores, codes, np.ones(n), np.ones(k))
    items = drawn_weights(size, draws, rng)[unit].T
    these = [_figures(scores, codes, w, np.ones(k)) for w in items]
    like: list[list[float]] = []
    if k >= 3:
        pairs = zip(
            drawn_weights(size, draws, rng)[unit].T, drawn_weights(k, draws, rng).T, strict=True
        )
        like = [_figures(scores, codes, w, raters) for w, raters in pairs]
    drawn = (np.array(these).T, np.array(like).T if like else np.full((len(values), 1), np.nan))
    return tuple(
        _coefficient(form, v, a, b)
        for form, v, a, b in zip(BLOCK_FORMS, values, *drawn, strict=True)
    )


def _coefficient(form: str, value: float, these: Floats, like: Floats) -> Coefficient:
    if not np.isfinite(value):
        return Coefficient(form, TOO_FEW, TOO_FEW, WHY_NEGATIVE)
    reason = "" if np.isfinite(like).any() else WHY_ONE_RATER
    return Coefficient(form, percentiles(value, these), percentiles(value, like), reason)


def f_interval(table: RatingTable, form: str) -> Interval:
    """The classical F interval of one of the six forms of ICC (`BLOCK_FORMS`).

    Exact where the residuals are normal; ICC(2,1) by Satterthwaite (McGraw & Wong 1996), and that
    of a mean of k raters by Spearman-Brown from the single form: its lower limit is -inf where
    that formula has none. nan off complete blocks, and where the form has no meaning.
    """
    scores = block(table)
    if undefined(table) or scores is None or min(scores.shape) < 2:
        return TOO_FEW
    k = scores.shape[1]
    if form.endswith("_k"):
        single = _single_interval(scores, form.removesuffix("k") + "1")
        of_mean = Interval(*(_spearman_brown(x, k) for x in single))
        return of_mean if np.isfinite(of_mean.value) else TOO_FEW
    return _single_interval(scores, form)


def _spearman_brown(single: float, k: int) -> float:
    """From -1 / (k - 1) downwards there is no such mean; the formula would leap to above 1."""
    left = 1 + (k - 1) * single
    return k * single / left if left > 1e-12 else -np.inf


def _single_interval(scores: Floats, form: str) -> Interval:
    n, k = scores.shape
    s = sides(scores, np.ones(n), np.ones(k))
    if s.variance < 1e-12:
        # No rater told the items apart: there is nothing to hold the noise to, nor any noise.
        return TOO_FEW
    mse = s.variance - s.covariance
    msr, msc = k * s.covariance + mse, n * s.means
    msw = (msc + (n - 1) * mse) / n
    if form == "icc_2_1":
        return _satterthwaite(n, k, msr, msc, mse)
    within, df = (msw, n * (k - 1)) if form == "icc_1_1" else (mse, (n - 1) * (k - 1))
    if within <= 0:
        return Interval(1.0, 1.0, 1.0)
    ratio, tail = msr / within, 0.5 + LEVEL / 2
    low = ratio / stats.f.ppf(tail, n - 1, df)
    high = ratio * stats.f.ppf(tail, df, n - 1)
    value, *limits = ((f - 1) / (f + k - 1) for f in (ratio, low, high))
    return Interval(float(value), *map(float, limits))


def model_iccs(model: RaterModel) -> tuple[Coefficient, ...]:
    """Agreement of one rater, and of the mean of as many as an item has, by the rater model.

    `icc_model` is (tau_m2 + tau2) / (tau_m2 + tau2 + (tb2 + v2) / k), where v2 is the mean of the
    raters' noise over ratings and k is 1, or for `icc_model_k` the harmonic mean of the ratings
    per item: its numerator holds what prompts differ in as well as what answers to one prompt
    differ in. Where answers are grouped, the `within` forms follow, tau2 / (tau2 + (tb2 + v2) /
    k): agreement about the answers of one prompt, which easy and hard prompts cannot raise. The
    interval follows the uncertainty of the variances. nan with a reason where the ratings cannot
    tell quality from noise, whatever the model supposes.
    """
    forms = MODEL_FORMS + (WITHIN_FORMS if model.grouped else ())
    why = undefined(model.posterior.design.table)
    if why:
        return tuple(Coefficient(form, TOO_FEW, TOO_FEW, why) for form in forms)
    rated = model.item_n[model.item_n > 0]
    each = float(len(rated) / (1 / rated).sum())
    return tuple(
        _of_model(model, form, each if form.endswith("_k") else 1.0, form in WITHIN_FORMS)
        for form in forms
    )


def _of_model(model: RaterModel, form: str, k: float, within: bool) -> Coefficient:
    value = _share(model, model.posterior.variances, k, within)
    drawn = np.array([_share(model, d.variances, k, within) for d in model.draws])
    if len(drawn) < 2:
        return Coefficient(form, Interval(value, np.nan, np.nan), TOO_FEW, WHY_NO_DRAWS)
    return Coefficient(form, _normal(value, drawn), TOO_FEW)


def sides(scores: Floats, of_item: Floats, of_rater: Floats) -> Sides:
    """The three means of a block (items x raters) under these weights."""
    n, k = of_item.sum(), of_rater.sum()
    pairs = k**2 - (of_rater**2).sum()
    means = of_item @ scores / n
    rest = scores - means
    variances = of_item @ rest**2 / (n - 1)
    own = variances @ of_rater**2
    together = of_item @ (rest @ of_rater) ** 2 / (n - 1)
    centred = means - means @ of_rater / k
    between = k * (of_rater @ centred**2) - (of_rater @ centred) ** 2
    return Sides(
        float((together - own) / pairs), float(variances @ of_rater / k),
        float(between / pairs), float(n), float(k),
    )  # fmt: skip


def _figures(scores: Floats, codes: Ints, of_item: Floats, of_rater: Floats) -> list[float]:
    k = len(of_rater)
    if (of_item > 0).sum() < 2 or (of_rater > 0).sum() < 2:
        return [float("nan")] * len(BLOCK_FORMS)
    s = sides(scores, of_item, of_rater)
    mse = s.variance - s.covariance
    raters = s.means - mse / s.n
    alone = s.covariance - raters / k
    once = alone + s.means + mse * (1 - 1 / s.n)
    ranks = sides(_ranks(codes, of_item), of_item, of_rater)
    return [
        _over(alone, once),
        _over(alone, s.covariance + mse / k),
        _over(s.covariance, s.covariance + raters + mse),
        _over(s.covariance, s.covariance + (raters + mse) / k),
        _over(s.covariance, s.variance),
        _over(s.covariance, s.covariance + mse / k),
        _over(ranks.variance + (k - 1) * ranks.covariance, k * ranks.variance),
    ]


def _codes(scores: Floats) -> Ints:
    """Each score's place among the values of its column; the columns follow one another."""
    out = np.empty(scores.shape, dtype=np.int64)
    start = 0
    for column, values in enumerate(scores.T):
        seen, code = np.unique(values, return_inverse=True)
        out[:, column] = code + start
        start += len(seen)
    return out


def _ranks(codes: Ints, of_item: Floats) -> Floats:
    """Mid-ranks of each rater's scores among the items drawn, each column from its own start."""
    pooled = np.bincount(codes.ravel(), np.repeat(of_item, codes.shape[1]))
    return np.asarray((np.cumsum(pooled) - pooled / 2)[codes])


def _over(top: float, bottom: float) -> float:
    return top / bottom if bottom > 1e-12 else float("nan")


def _satterthwaite(n: int, k: int, msr: float, msc: float, mse: float) -> Interval:
    value = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    if 1 - value < 1e-12:
        return Interval(1.0, 1.0, 1.0)
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1))
    # A negative part can leave next to none, with which both limits would run into one another.
    freedom = max((a * msc + b * mse) ** 2 / parts, 1.0) if parts > 0 else 1.0
    tail = 0.5 + LEVEL / 2
    below, above = stats.f.ppf(tail, n - 1, freedom), stats.f.ppf(tail, freedom, n - 1)
    rest = k * msc + (k * n - k - n) * mse
    low = n * (msr - below * mse) / (below * rest + n * msr)
    high = n * (above * msr - mse) / (rest + n * above * msr)
    return Interval(float(value), float(low), float(high))


def _share(model: RaterModel, at: Variances, k: float, within: bool) -> float:
    """Items' part of the variance of a mean of k raters, at some variances of the model."""
    noise = float(np.average(at.v2, weights=model.rater_n))
    quality = at.tau2 if within else at.tau2 + at.tau_m2
    return float(quality / (quality + (at.tb2 + noise) / k))


def _normal(value: float, drawn: Floats) -> Interval:
    """Limits on the logit scale, where the draws are nearly normal."""
    inner = np.clip(np.append(drawn, value), 1e-9, 1 - 1e-9)
    *at, centre = special.logit(inner).tolist()
    half = float(stats.norm.ppf(0.5 + LEVEL / 2)) * float(np.std(at))
    low, high = special.expit([centre - half, centre + half])
    return Interval(value, float(low), float(high))

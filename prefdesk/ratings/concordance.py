"""Kendall's W prompt by prompt: do raters put the answers of one prompt in the same order?

Scores count by their rank within rater and prompt, with mid-ranks for ties, so rankings and
scores are treated alike. A prompt takes part where all who judged it judged the same two or more
answers. W of k raters is (V + (k - 1) C) / (k V), with V the mean variance of one rater's ranks
and C the mean covariance of two different raters' (Kendall & Gibbons 1990, ties included);
written so, a rater who is drawn twice is not paired with himself.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.bag import bag_of, drawn_weights
from prefdesk.ratings.bootstrap import DRAWS, TOO_FEW
from prefdesk.ratings.coefficients import (
    WHY_ONE_RATER,
    Coefficient,
    percentiles,
    undefined,
)
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions, sums

FORM = "kendall_w_within"
WHY_NO_PROMPT = "Not two prompts have the same answers judged by two raters or more."


class Ranked(NamedTuple):
    """Rows of the prompts that take part: rank less its mean, and dense codes of who and what.

    `of_item` gives the prompt of each item; `k` is the number of raters of each prompt.
    """

    rank: Floats
    rater: Ints
    item: Ints
    prompt: Ints
    of_item: Ints
    k: Floats
    n_raters: int


def prompt_concordance(table: RatingTable, *, draws: int = DRAWS, seed: int = 0) -> Coefficient:
    """The mean of Kendall's W over prompts, intervals over prompts, and over prompts and raters.

    By chance W of k raters is about 1 / k, not 0. Prompts in which nobody put any answer before
    another are left out. nan with a reason where fewer than two prompts take part.
    """
    why = undefined(table)
    ranked = None if why else _ranked(last_occasions(table))
    if ranked is None:
        return Coefficient(FORM, TOO_FEW, TOO_FEW, why or WHY_NO_PROMPT)
    each = _figures(ranked, np.ones(ranked.n_raters))
    value = float(_mean(each, np.ones((len(each), 1)))[0])
    bag, shift, total = bag_of(table, seed), 0.0, None
    some = None if bag.is_whole else _ranked(last_occasions(bag.table))
    if some is not None:
        ranked, total = some, len(each)
        each = _figures(ranked, np.ones(ranked.n_raters))
        shift = value - float(_mean(each, np.ones((len(each), 1)))[0])
    rng = np.random.default_rng(seed)
    these = shift + _mean(each, drawn_weights(len(each), draws, rng, total))
    if len(np.unique(ranked.rater)) < 3:
        return Coefficient(FORM, percentiles(value, these), TOO_FEW, WHY_ONE_RATER)
    like = [
        _mean(_figures(ranked, drawn_weights(ranked.n_raters, 1, rng)[:, 0]), prompts[:, None])[0]
        for prompts in drawn_weights(len(each), draws, rng, total).T
    ]
    return Coefficient(FORM, percentiles(value, these), percentiles(value, shift + np.array(like)))


def _ranked(table: RatingTable) -> Ranked | None:
    """The prompts that are complete blocks and have a rater who tells their answers apart."""
    size, n_raters = len(table.prompts), len(table.raters)
    own_keys, own = np.unique(table.prompt * n_raters + table.rater, return_inverse=True)
    rank = _centred_ranks(table.score, own)
    raters = np.bincount(own_keys // n_raters, minlength=size)
    items = np.bincount(table.item_prompt[table.item_counts > 0], minlength=size)
    rows = np.bincount(table.prompt, minlength=size)
    varies = sums(table.prompt, rank**2, size) > 0
    whole = (raters >= 2) & (items >= 2) & (rows == raters * items) & varies
    keep = whole[table.prompt]
    if whole.sum() < 2:
        return None
    _, rater = np.unique(table.rater[keep], return_inverse=True)
    kept, item = np.unique(table.item[keep], return_inverse=True)
    place = np.cumsum(whole) - 1
    return Ranked(
        rank[keep], rater, item, place[table.prompt[keep]], place[table.item_prompt[kept]],
        raters[whole].astype(np.float64), int(rater.max()) + 1,
    )  # fmt: skip


def _centred_ranks(scores: Floats, group: Ints) -> Floats:
    """Mid-rank of each score in its group, less the group's mean rank."""
    values, code = np.unique(scores, return_inverse=True)
    cells, inverse, counts = np.unique(
        group * len(values) + code, return_inverse=True, return_counts=True
    )
    owner = cells // len(values)
    n = np.bincount(owner, counts)
    before = np.cumsum(counts) - counts - (np.cumsum(n) - n)[owner]
    out: Floats = (before + (counts - n[owner]) / 2)[inverse]
    return out


def _figures(ranked: Ranked, of_rater: Floats) -> Floats:
    """W of each prompt under these weights of the raters; nan where no two are left."""
    weight, size = of_rater[ranked.rater], len(ranked.k)
    n_items = len(ranked.of_item)
    whole = sums(ranked.item, weight * ranked.rank, n_items) ** 2
    own = sums(ranked.item, (weight * ranked.rank) ** 2, n_items)
    together = sums(ranked.of_item, whole - own, size)
    # Each rater has one row per item, so sums over rows count his weight once for each of them.
    items = np.bincount(ranked.of_item, minlength=size)
    total, square = (sums(ranked.prompt, w, size) / items for w in (weight, weight**2))
    variance = sums(ranked.prompt, weight * ranked.rank**2, size)
    pairs = total**2 - square
    known = (pairs > 1e-9) & (variance > 1e-9)
    out = np.full(size, np.nan)
    covariance = together[known] / pairs[known]
    spread, k = variance[known] / total[known], ranked.k[known]
    out[known] = (spread + (k - 1) * covariance) / (k * spread)
    return out


def _mean(each: Floats, weights: Floats) -> Floats:
    """The mean of the known figures for each column of weights; nan where none has weight."""
    known = np.isfinite(each)
    weight = weights[known]
    total = weight.sum(axis=0)
    out = np.full(weights.shape[1], np.nan)
    np.divide(each[known] @ weight, total, out=out, where=total > 0)
    return out

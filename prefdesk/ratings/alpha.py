"""Krippendorff's alpha for sparse long tables, over all items and within prompts.

Two raters' scores of one item disagree by d²; alpha is 1 minus the mean observed disagreement
over the one expected if scores had been dealt to items by chance (Krippendorff 2011,
"Computing Krippendorff's Alpha-Reliability"). d² is [a != b] (nominal), (a - b)² (interval), or
the squared distance of mid-ranks (ordinal): the sum of counts between two categories minus half
of both ends is exactly the difference of their mid-ranks, so ordinal alpha is interval alpha of
mid-ranks and needs no table of categories by categories.
"""

from typing import Literal

import numpy as np
from scipy import sparse

from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions, sums

Metric = Literal["nominal", "ordinal", "interval"]

_DUST = 1e-13


def krippendorff(table: RatingTable, metric: Metric = "interval") -> float:
    """Alpha over all items with at least two raters; nan if there is none or no variation.

    Of several occasions of one rater and item the last counts.
    """
    counts, values = item_values(table)
    weights = np.ones((counts.shape[0], 1))
    return float(alphas(counts, values, weights, metric)[0])


def within_prompts(table: RatingTable, metric: Metric = "interval") -> float:
    """Agreement about the answers of one prompt: 1 - D_o / D_b.

    `D_o` is the mean disagreement of two raters on the same item, `D_b` that of two raters on
    two different items of the SAME prompt, both averaged over prompts with their number of
    ratings as weight. Easy and hard prompts therefore cannot raise it, and pairs of one rater
    with himself or of an item with itself cannot lower it; with interval distance it estimates
    tau² / (tau² + bias variance + noise variance). Prompts without a pair of both sorts are
    left out. nan if none is left or nothing varies. Ordinal ranks are those of the whole table.
    """
    observed, expected = prompt_disagreements(table, metric).sum(axis=0)
    return float(1 - observed / expected) if expected > 0 else float("nan")


def item_values(table: RatingTable) -> tuple[sparse.csr_matrix, Floats]:
    """Counts of each value per pairable item (items x values, sparse) and the sorted values."""
    table = last_occasions(table)
    pairable = (table.item_counts >= 2)[table.item]
    values, code = np.unique(table.score[pairable], return_inverse=True)
    _, item = np.unique(table.item[pairable], return_inverse=True)
    shape = (int(item.max(initial=-1)) + 1, len(values))
    return sparse.csr_matrix((np.ones(len(code)), (item, code)), shape=shape), values


def pairable_items(table: RatingTable) -> Ints:
    """Codes of the items with at least two raters, in the order of `item_values`."""
    return np.flatnonzero(last_occasions(table).item_counts >= 2)


def alphas(counts: sparse.csr_matrix, values: Floats, weights: Floats, metric: Metric) -> Floats:
    """Alpha for each column of `weights` (items x B: how often an item counts); nan: undefined."""
    if counts.shape[0] == 0:
        return np.full(weights.shape[1], np.nan)
    m = np.asarray(counts.sum(axis=1)).ravel()
    pooled = counts.T @ weights
    if metric == "nominal":
        squares = np.asarray(counts.multiply(counts).sum(axis=1)).ravel()
        observed = ((m**2 - squares) / (m - 1)) @ weights
        total = pooled.sum(axis=0)
        expected = (total**2 - (pooled**2).sum(axis=0)) / (total - 1)
    else:
        observed, expected = _squared(counts, values, weights, pooled, metric)
    out = np.full(weights.shape[1], np.nan)
    # Counted, as what is left of a sum of equal numbers is seldom exactly nought.
    varies = ((pooled > 0).sum(axis=0) > 1) & (expected > 0)
    out[varies] = 1 - observed[varies] / expected[varies]
    return out


def _squared(
    counts: sparse.csr_matrix, values: Floats, weights: Floats, pooled: Floats, metric: Metric
) -> tuple[Floats, Floats]:
    """Observed and expected disagreement for distances that are differences of positions."""
    m = np.asarray(counts.sum(axis=1)).ravel()
    total = pooled.sum(axis=0)
    if metric == "ordinal":
        places = np.cumsum(pooled, axis=0) - pooled / 2
    else:
        places = (values - values.mean())[:, None]
    centre = (pooled * places).sum(axis=0) / total
    places = places - centre
    first, second = counts @ places, counts @ places**2
    observed = ((2 / (m - 1))[:, None] * (m[:, None] * second - first**2) * weights).sum(axis=0)
    expected = 2 * total * (pooled * places**2).sum(axis=0) / (total - 1)
    return observed, expected


def prompt_disagreements(table: RatingTable, metric: Metric) -> Floats:
    """Per usable prompt: ratings x mean disagreement on one item, and between items (P x 2)."""
    table = last_occasions(table)
    table = table.rows((table.item_counts >= 2)[table.item])
    if table.n == 0:
        return np.zeros((0, 2))
    size, raters = len(table.prompts), len(table.raters)
    own_keys, own = np.unique(table.prompt * raters + table.rater, return_inverse=True)
    sum_item, pairs_item = _pair_sums(table.score, table.item, len(table.items), metric)
    sum_own, pairs_own = _pair_sums(table.score, own, len(own_keys), metric)
    sum_all, pairs_all = _pair_sums(table.score, table.prompt, size, metric)

    def per_prompt(of_items: Floats, of_own: Floats) -> Floats:
        return sums(table.item_prompt, of_items, size) + sums(own_keys // raters, of_own, size)

    others = np.maximum(table.item_counts - 1, 1)
    observed = sums(table.item_prompt, sum_item / others, size)
    rows = np.bincount(table.prompt, minlength=size).astype(np.float64)
    between = sum_all - per_prompt(sum_item, sum_own)
    # Differences of large sums leave dust, which would be held for disagreement.
    most = rows**2 * (1.0 if metric == "nominal" else np.ptp(_places(table.score, metric)) ** 2)
    between[between < _DUST * most] = 0
    pairs = pairs_all - per_prompt(pairs_item, pairs_own)
    usable = pairs > 0
    return np.column_stack([observed[usable], rows[usable] * between[usable] / pairs[usable]])


def _pair_sums(scores: Floats, group: Ints, size: int, metric: Metric) -> tuple[Floats, Floats]:
    """Per group: the sum of d² over ordered pairs of its ratings, and the number of pairs."""
    n = np.bincount(group, minlength=size).astype(np.float64)
    if metric == "nominal":
        values, code = np.unique(scores, return_inverse=True)
        cells, cell_n = np.unique(group * len(values) + code, return_counts=True)
        same = sums(cells // len(values), cell_n.astype(np.float64) ** 2, size)
        return n**2 - same, n * (n - 1)
    places = _places(scores, metric)
    first = sums(group, places, size)
    return 2 * (n * sums(group, places**2, size) - first**2), n * (n - 1)


def _places(scores: Floats, metric: Metric) -> Floats:
    if metric == "interval":
        centred: Floats = scores - scores.mean()
        return centred
    _, code, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - counts / 2
    places: Floats = (ranks - ranks.mean())[code]
    return places

"""Every coefficient of agreement with two intervals: for these raters, and for raters like these.

All of them are functions of weighted ratings: a weight for each item and one for each rater.
With all weights one they are the published figures; drawing items (or prompts, where answers are
grouped) with replacement gives the interval that speaks of these raters, drawing items and raters
independently of each other (the product weights of Owen 2007, "The pigeonhole bootstrap") the one
that speaks of raters like these. A rater who is drawn twice is never paired with himself, or the
second interval would promise more agreement than there is.

Sources: Krippendorff 2011; Gwet 2008 (AC1), 2014 (AC2); Fleiss 1971, with unequal numbers of
raters an item as in Gwet 2014.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ratings.bootstrap import DRAWS, LEVEL, TOO_FEW, Interval
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, last_occasions, sums

MOST_CATEGORIES = 101
"""A scale with more distinct scores is taken for continuous: categories say nothing there."""

WHY_FEW = f"There are fewer than {MIN_RATINGS} ratings."
WHY_ALONE = "No item was judged by two raters."
WHY_SAME = "All scores are the same."
WHY_CONTINUOUS = "The scale is continuous, and this coefficient is made for categories."
WHY_ONE_RATER = "With fewer than three raters nothing can be said about raters like these."

_FORMS = ("alpha_nominal", "alpha_ordinal", "alpha_interval", "ac1", "ac2", "fleiss_kappa")


class Coefficient(NamedTuple):
    """One figure: `these` speaks of these raters, `like_these` of raters like these.

    Where there is no value, both are nan and `reason` is a sentence.
    """

    form: str
    these: Interval
    like_these: Interval
    reason: str = ""


class Parts(NamedTuple):
    """What an item brings in, given the raters' weights; J items, K categories.

    `m`: weight of its ratings; `pairs`: weight of pairs of different raters; `apart`: their
    disagreement for nominal, ordinal and interval distance (J x 3); `shares`: of the categories
    among its ratings (J x K); `counts`: weighted ratings by value (J x values seen).
    """

    m: Floats
    pairs: Floats
    apart: Floats
    shares: Floats
    counts: Floats


class Counted:
    """The ratings of a table by item, rater and category; of several occasions the last counts.

    `categories` are the possible scores, seen or not; None takes the scale for continuous.
    """

    def __init__(self, table: RatingTable, categories: Floats | None) -> None:
        table = last_occasions(table)
        self.n_raters = len(table.raters)
        self.rater = table.rater
        kept, self.item = np.unique(table.item, return_inverse=True)
        self.n_items = len(kept)
        self.unit, self.n_units = _units(table, kept)
        self.values, self.value = np.unique(table.score, return_inverse=True)
        self.categories = categories
        if categories is not None:
            self.place = np.searchsorted(categories, self.values - 1e-9)
        self.span = float(np.ptp(self.values if categories is None else categories))
        self.once = self.parts(np.ones(self.n_raters))

    def parts(self, of_rater: Floats) -> Parts:
        """Per-item sums under these weights of the raters."""
        weight = of_rater[self.rater]
        size = self.n_items
        m = sums(self.item, weight, size)
        pairs = m**2 - sums(self.item, weight**2, size)
        counts = self._table(weight)
        apart = np.empty((size, 3))
        apart[:, 0] = m**2 - np.einsum("jk,jk->j", counts, counts)
        pooled = counts[pairs > 0].sum(axis=0)
        ranks = np.cumsum(pooled) - pooled / 2
        for column, places in ((1, ranks), (2, self.values)):
            places = places - places.mean()
            apart[:, column] = 2 * (m * (counts @ places**2) - (counts @ places) ** 2)
        shares = np.zeros((size, 0))
        if self.categories is not None:
            shares = np.zeros((size, len(self.categories)))
            rated = m > 0
            shares[np.ix_(rated, self.place)] = counts[rated] / m[rated, None]
        return Parts(m, pairs, np.maximum(apart, 0), shares, counts)

    def figures(self, parts: Parts, of_item: Floats) -> Floats:
        """The coefficients (in the order of `_FORMS`) for each column of item weights (J x B)."""
        two = parts.pairs > 1e-12
        weight = of_item[two]
        mean_apart = parts.apart[two] / parts.pairs[two, None]
        alpha = self._alphas(parts, two, weight, mean_apart)
        if self.categories is None or len(self.categories) < 2:
            return np.vstack([alpha, np.full((3, of_item.shape[1]), np.nan)])
        total = weight.sum(axis=0)
        rated = parts.m > 0
        share = parts.shares[rated].T @ of_item[rated] / np.maximum(of_item[rated].sum(axis=0), 1)
        agreed = 1 - _ratio(mean_apart[:, 0] @ weight, total)
        near = 1 - _ratio(mean_apart[:, 2] @ weight, total) / self.span**2
        size = len(self.categories)
        spread = (share * (1 - share)).sum(axis=0)
        linked = (1 - ((self.categories[:, None] - self.categories) / self.span) ** 2).sum()
        chances = (
            (agreed, spread / (size - 1)),
            (near, linked * spread / (size * (size - 1))),
            (agreed, (share**2).sum(axis=0)),
        )
        return np.vstack([alpha, *(_ratio(a - e, 1 - e) for a, e in chances)])

    def _alphas(self, parts: Parts, two: Bools, weight: Floats, mean_apart: Floats) -> Floats:
        m = parts.m[two]
        total = m @ weight
        pooled = parts.counts[two].T @ weight
        out = np.empty((3, weight.shape[1]))
        ranks = np.cumsum(pooled, axis=0) - pooled / 2
        own = (self.values - self.values.mean())[:, None]
        squares = [total**2 - (pooled**2).sum(axis=0)]
        for places in (ranks, own):
            first, second = (pooled * places).sum(axis=0), (pooled * places**2).sum(axis=0)
            squares.append(2 * (total * second - first**2))
        seen = (
            m * mean_apart[:, 0] @ weight,
            self._ordinal(parts, two, weight, ranks),
            m * mean_apart[:, 2] @ weight,
        )
        for row, (observed, expected) in enumerate(zip(seen, squares, strict=True)):
            out[row] = 1 - _ratio(observed * (total - 1), expected)
        return out

    def _ordinal(self, parts: Parts, two: Bools, weight: Floats, ranks: Floats) -> Floats:
        """Observed ordinal disagreement: ranks are those of each draw, so they cannot be kept."""
        counts, m = parts.counts[two], parts.m[two]
        first, second = counts @ ranks, counts @ ranks**2
        apart = 2 * (m[:, None] * second - first**2) * (m / parts.pairs[two])[:, None]
        total: Floats = (apart * weight).sum(axis=0)
        return total

    def _table(self, weight: Floats) -> Floats:
        size = len(self.values)
        cells = sums(self.item * size + self.value, weight, self.n_items * size)
        return cells.reshape(self.n_items, size)


def coefficients(
    table: RatingTable,
    *,
    scale: tuple[float, float] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[Coefficient, ...]:
    """Alpha (nominal, ordinal, interval), AC1, AC2 (quadratic weights) and Fleiss' kappa.

    `scale` gives the categories of whole scores (all whole numbers between its ends), seen or
    not: AC1 and AC2 depend on them. Without it they are the values seen. Intervals are 95 %
    percentile intervals from `draws` draws; the same seed gives the same ones.
    """
    why = undefined(table)
    if why:
        return tuple(Coefficient(f, TOO_FEW, TOO_FEW, why) for f in _FORMS)
    counted = Counted(table, categories_of(table.score, scale))
    values = counted.figures(counted.once, np.ones((counted.n_items, 1)))[:, 0]
    these = np.hstack(list(_by_items(counted, draws, seed)))
    enough = len(np.unique(counted.rater)) >= 3
    like = np.hstack(list(_by_both(counted, draws, seed))) if enough else these * np.nan
    return tuple(
        _coefficient(form, float(value), a, b)
        for form, value, a, b in zip(_FORMS, values, these, like, strict=True)
    )


def undefined(table: RatingTable) -> str:
    """Why no coefficient at all can be given; empty if one can."""
    if table.n < MIN_RATINGS:
        return WHY_FEW
    table = last_occasions(table)
    shared = table.score[(table.item_counts >= 2)[table.item]]
    if not shared.size:
        return WHY_ALONE
    return WHY_SAME if np.ptp(shared) == 0 else ""


def categories_of(scores: Floats, scale: tuple[float, float] | None) -> Floats | None:
    """The possible scores, lowest first; None for a continuous scale."""
    values = np.unique(scores)
    if len(values) > MOST_CATEGORIES:
        return None
    whole = bool((values == np.rint(values)).all())
    if scale is None or not whole or scale[1] - scale[0] >= MOST_CATEGORIES:
        return values
    return np.union1d(values, np.arange(np.ceil(scale[0]), np.floor(scale[1]) + 1))


def percentiles(value: float, drawn: Floats) -> Interval:
    """The value with its 95 % percentile interval; undefined draws are left out."""
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or drawn.size == 0:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.percentile(drawn, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return Interval(value, float(low), float(high))


def _coefficient(form: str, value: float, these: Floats, like: Floats) -> Coefficient:
    if not np.isfinite(value):
        return Coefficient(form, TOO_FEW, TOO_FEW, WHY_CONTINUOUS)
    reason = "" if np.isfinite(like).any() else WHY_ONE_RATER
    return Coefficient(form, percentiles(value, these), percentiles(value, like), reason)


def _by_items(counted: Counted, draws: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    batch = max(1, 4_000_000 // (counted.n_items * 4))
    for start in range(0, draws, batch):
        weight = drawn_weights(counted.n_units, min(batch, draws - start), rng)
        yield counted.figures(counted.once, weight[counted.unit])


def _by_both(counted: Counted, draws: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng([seed, 1])
    for _ in range(draws):
        raters = drawn_weights(counted.n_raters, 1, rng)[:, 0]
        items = drawn_weights(counted.n_units, 1, rng)
        yield counted.figures(counted.parts(raters), items[counted.unit])


def drawn_weights(size: int, draws: int, rng: np.random.Generator) -> Floats:
    """How often each of `size` units is drawn when `size` are drawn with replacement (size x B)."""
    cells = rng.integers(0, size, (draws, size)) + size * np.arange(draws)[:, None]
    counts = np.bincount(cells.ravel(), minlength=draws * size)
    return counts.reshape(draws, size).T.astype(np.float64)


def _units(table: RatingTable, items: Ints) -> tuple[Ints, int]:
    """What is drawn as one: the answers to a prompt where there are groups, else each item."""
    if table.grouped:
        keys, unit = np.unique(table.item_prompt[items], return_inverse=True)
        return unit, len(keys)
    return np.arange(len(items)), len(items)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=out, where=np.abs(bottom) > 1e-12)
    return out

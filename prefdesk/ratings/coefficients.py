"""Every coefficient of agreement with two intervals: for these raters, and for raters like these.

All of them are functions of weighted ratings: a weight for each item and one for each rater.
With all weights one they are the published figures; drawing items (or prompts, where answers are
grouped) with replacement gives the interval that speaks of these raters, drawing items and raters
independently of each other (the product weights of Owen 2007, "The pigeonhole bootstrap") the one
that speaks of raters like these. A rater who is drawn twice is never paired with himself, or the
second interval would promise more agreement than there is.
Of very many ratings a bag is drawn from (`bag`).

Sources: Krippendorff 2011; Gwet 2008 (AC1), 2014 (AC2); Fleiss 1971, with unequal numbers of
raters an item as in Gwet 2014.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse

from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ratings.bag import bag_of, drawn_weights
from prefdesk.ratings.bootstrap import DRAWS, LEVEL, TOO_FEW, Interval
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions, sums

MOST_CATEGORIES = 101
"""A scale with more distinct scores is taken for continuous: categories say nothing there."""

WHY_FEW = f"There are fewer than {MIN_RATINGS} ratings."
WHY_ALONE = "No item was judged by two raters."
WHY_SAME = "All scores are the same."
WHY_ONE_ITEM = "Only one item was judged by two raters, so agreement has no scale to be held to."
WHY_NAN = "A score is not a finite number."
WHY_CONTINUOUS = "The scale is continuous, and this coefficient is made for categories."
WHY_ONE_RATER = "With fewer than three raters nothing can be said about raters like these."

_BATCH_CELLS = 500_000

FORMS = ("alpha_nominal", "alpha_ordinal", "alpha_interval", "ac1", "ac2", "fleiss_kappa")


class Coefficient(NamedTuple):
    """One figure: `these` speaks of these raters, `like_these` of raters like these.

    Where there is no value, both are nan and `reason` is a sentence.
    """

    form: str
    these: Interval
    like_these: Interval
    reason: str = ""


class Parts(NamedTuple):
    """What an item brings in, given the raters' weights; J items.

    `m`: weight of its ratings; `per_pair`: 1 / weight of its pairs of different raters, 0 where
    it has none; `differ`, `squares`: disagreement of those pairs for nominal and interval
    distance; `counts`: weighted ratings by value seen (J x values, sparse).
    """

    m: Floats
    per_pair: Floats
    differ: Floats
    squares: Floats
    counts: sparse.csr_matrix


class Counted:
    """The ratings of a table by item, rater and category; of several occasions the last counts.

    `categories` are the possible scores, seen or not; None takes the scale for continuous.
    Scores are brought to a span of 1, because no coefficient depends on their unit. What is kept
    grows with the ratings, not with items x values.
    """

    def __init__(self, table: RatingTable, categories: Floats | None) -> None:
        table = last_occasions(table)
        self.n_raters = len(table.raters)
        self.rater = table.rater
        kept, self.item = np.unique(table.item, return_inverse=True)
        self.n_items = len(kept)
        self.unit, self.n_units = units_of(table, kept)
        seen, value = np.unique(table.score, return_inverse=True)
        low, span = seen[0], np.ptp(seen)
        self.values = (seen - low) / span
        cells, self.cell = np.unique(self.item * len(seen) + value, return_inverse=True)
        self._columns = cells % len(seen)
        self._starts = np.searchsorted(cells // len(seen), np.arange(self.n_items + 1))
        self._of_cell = cells // len(seen)
        self.categories = None
        if categories is not None and len(categories) > 1:
            self.categories = (categories - low) / span
            self.place = np.searchsorted(self.categories, self.values - 1e-9)
        self.once = self.parts(np.ones(self.n_raters))

    def parts(self, of_rater: Floats) -> Parts:
        """Per-item sums under these weights of the raters."""
        weight = of_rater[self.rater]
        size = self.n_items
        m = sums(self.item, weight, size)
        pairs = m**2 - sums(self.item, weight**2, size)
        per_pair = np.zeros(size)
        np.divide(1, pairs, out=per_pair, where=pairs > 1e-9)
        data = sums(self.cell, weight, len(self._columns))
        shape = (size, len(self.values))
        counts = sparse.csr_matrix((data, self._columns, self._starts), shape=shape)
        differ = m**2 - sums(self._of_cell, data**2, size)
        places = self.values - self.values.mean()
        squares = 2 * (m * (counts @ places**2) - (counts @ places) ** 2)
        return Parts(m, per_pair, np.maximum(differ, 0), np.maximum(squares, 0), counts)

    def figures(self, parts: Parts, of_item: Floats) -> Floats:
        """The coefficients (in the order of `FORMS`) for each column of item weights (J x B)."""
        alpha = self._alphas(parts, of_item)
        if self.categories is None:
            return np.vstack([alpha, np.full((3, of_item.shape[1]), np.nan)])
        rated = parts.m > 0
        inverse = np.divide(1, parts.m, out=np.zeros(self.n_items), where=rated)
        share = np.zeros((len(self.categories), of_item.shape[1]))
        share[self.place] = _ratio(parts.counts.T @ (of_item * inverse[:, None]), rated @ of_item)
        total = (parts.per_pair > 0) @ of_item
        agreed = 1 - _ratio((parts.differ * parts.per_pair) @ of_item, total)
        reach = float(np.ptp(self.categories)) ** 2
        near = 1 - _ratio((parts.squares * parts.per_pair) @ of_item, total) / reach
        size = len(self.categories)
        spread = (share * (1 - share)).sum(axis=0)
        linked = (1 - (self.categories[:, None] - self.categories) ** 2 / reach).sum()
        chances = (
            (agreed, spread / (size - 1)),
            (near, linked * spread / (size * (size - 1))),
            (agreed, (share**2).sum(axis=0)),
        )
        return np.vstack([alpha, *(_ratio(a - e, 1 - e) for a, e in chances)])

    def _alphas(self, parts: Parts, of_item: Floats) -> Floats:
        m = np.where(parts.per_pair > 0, parts.m, 0)
        each = m * parts.per_pair
        pooled = parts.counts.T @ (of_item * (parts.per_pair > 0)[:, None])
        total = m @ of_item
        varies = (pooled > 0).sum(axis=0) > 1
        ranks = np.cumsum(pooled, axis=0) - pooled / 2
        first, second = parts.counts @ ranks, parts.counts @ ranks**2
        by_rank = (2 * each * m) @ (second * of_item) - (2 * each) @ (first**2 * of_item)
        seen = ((each * parts.differ) @ of_item, by_rank, (each * parts.squares) @ of_item)
        own = (self.values - self.values.mean())[:, None]
        apart = [total**2 - (pooled**2).sum(axis=0)]
        for places in (ranks, own):
            first, second = (pooled * places).sum(axis=0), (pooled * places**2).sum(axis=0)
            # Where only one value is drawn, the difference of two large numbers is seldom nought.
            apart.append(np.where(varies, 2 * (total * second - first**2), 0))
        pairs = zip(seen, apart, strict=True)
        return np.array([1 - _ratio(o * (total - 1), e) for o, e in pairs])


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
        return tuple(Coefficient(f, TOO_FEW, TOO_FEW, why) for f in FORMS)
    counted = Counted(table, categories_of(table.score, scale))
    values = counted.figures(counted.once, np.ones((counted.n_items, 1)))[:, 0]
    bag = bag_of(table, seed)
    enough, shift = len(np.unique(counted.rater)) >= 3, np.zeros((len(FORMS), 1))
    if not bag.is_whole:
        counted = Counted(bag.table, categories_of(table.score, scale))
        times = np.full((counted.n_items, 1), (bag.total or 0) / counted.n_units)
        shift = values[:, None] - counted.figures(counted.once, times)
    these = shift + np.hstack(list(_by_items(counted, draws, seed, bag.total)))
    like = these * np.nan
    if enough:
        like = shift + np.hstack(list(_by_both(counted, draws, seed, bag.total)))
    return tuple(
        _coefficient(form, float(value), a, b)
        for form, value, a, b in zip(FORMS, values, these, like, strict=True)
    )


def undefined(table: RatingTable) -> str:
    """Why no coefficient at all can be given; empty if one can."""
    if not np.isfinite(table.score).all():
        return WHY_NAN
    if table.n < MIN_RATINGS:
        return WHY_FEW
    table = last_occasions(table)
    pairable = table.item_counts >= 2
    shared = table.score[pairable[table.item]]
    if not shared.size:
        return WHY_ALONE
    if np.ptp(shared) == 0:
        return WHY_SAME
    return WHY_ONE_ITEM if pairable.sum() == 1 else ""


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


def _by_items(counted: Counted, draws: int, seed: int, total: int | None) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    batch = max(1, _BATCH_CELLS // max(counted.n_items, len(counted.values)))
    for start in range(0, draws, batch):
        weight = drawn_weights(counted.n_units, min(batch, draws - start), rng, total)
        yield counted.figures(counted.once, weight[counted.unit])


def _by_both(counted: Counted, draws: int, seed: int, total: int | None) -> Iterator[Floats]:
    rng = np.random.default_rng([seed, 1])
    for _ in range(draws):
        raters = drawn_weights(counted.n_raters, 1, rng)[:, 0]
        items = drawn_weights(counted.n_units, 1, rng, total)
        yield counted.figures(counted.parts(raters), items[counted.unit])


def units_of(table: RatingTable, items: Ints) -> tuple[Ints, int]:
    """What is drawn as one: the answers to a prompt where there are groups, else each item."""
    if table.grouped:
        keys, unit = np.unique(table.item_prompt[items], return_inverse=True)
        return unit, len(keys)
    return np.arange(len(items)), len(items)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=out, where=np.abs(bottom) > 1e-12)
    return out

"""Bootstrap of millions of ratings: a bag of prompts or items, drawn from as often as all of them.

Kleiner, Talwalkar, Sarkar & Jordan (2014), "A scalable bootstrap for massive data": of n units a
bag of b is taken without replacement, and n are drawn from the bag with replacement. A figure
then scatters about its value in the bag as it would about its value in the whole, at the price of
b. The bag here is so large that one is enough.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.table import Floats, RatingTable

BAG_FROM = 200_000
"""Ratings up to which all of them are drawn from."""
BAG_RATINGS, BAG_EACH = 60_000, 100
"""About so many ratings go into a bag, and more where raters would have fewer than so many."""


class Bag(NamedTuple):
    """Some of a table's ratings with whole units, and how many units are drawn from them.

    `total` is None where the bag is the whole table.
    """

    table: RatingTable
    total: int | None

    @property
    def is_whole(self) -> bool:
        """True if nothing was left out."""
        return self.total is None


def bag_of(table: RatingTable, seed: int = 0) -> Bag:
    """A bag of prompts where answers are grouped, else of items; small tables are whole."""
    raters = int((table.rater_counts > 0).sum())
    wanted = max(BAG_RATINGS, BAG_EACH * raters)
    if table.n <= BAG_FROM or table.n <= 2 * wanted:
        return Bag(table, None)
    unit = table.item_prompt if table.grouped else np.arange(len(table.items))
    present = np.unique(unit[table.item_counts > 0])
    size = max(2, round(len(present) * wanted / table.n))
    if size >= len(present):
        return Bag(table, None)
    chosen = np.zeros(int(present[-1]) + 1, dtype=bool)
    chosen[np.random.default_rng([seed, 4]).permutation(present)[:size]] = True
    return Bag(table.rows(chosen[unit[table.item]]), len(present))


def drawn_weights(
    size: int, draws: int, rng: np.random.Generator, total: int | None = None
) -> Floats:
    """How often each of `size` units is drawn, with replacement, in `total` (or `size`) draws.

    One column for each of `draws`: [size, draws].
    """
    if total is not None:
        return rng.multinomial(total, np.full(size, 1 / size), draws).T.astype(np.float64)
    cells = rng.integers(0, size, (draws, size)) + size * np.arange(draws)[:, None]
    counts = np.bincount(cells.ravel(), minlength=draws * size)
    return counts.reshape(draws, size).T.astype(np.float64)

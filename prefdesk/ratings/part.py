"""A part of a big panel to simulate in its place: fewer answers, the same raters and design.

Whole prompts are taken, in random order, until every rater has enough ratings (or all of theirs):
who rates what together with whom stays as it is, and a rater of few answers keeps them all. A
figure of a rater scatters more over fewer answers, so what is unusual in the part is unusual in
the whole, not the other way round: errors stay under control, and at the sizes at which this is
used honest raters differ from one another far more than their figures scatter.
"""

import numpy as np

from prefdesk.ratings.table import Ints, RatingTable

MOST_SIMULATED = 50_000
"""Ratings of a panel up to which it is simulated whole, and about how many of it otherwise."""
LEAST_EACH = 200
"""Ratings that a rater keeps in a part, however many raters there are."""
LARGEST_UNIT = 20
"""Of a prompt with more answers than this, not all are taken or left together."""


def part_of(table: RatingTable, seed: int = 0) -> RatingTable:
    """The table itself, or a part of it with codes of its own for items and prompts."""
    if table.n <= MOST_SIMULATED:
        return table
    raters = max(int((table.rater_counts > 0).sum()), 1)
    each = max(LEAST_EACH, MOST_SIMULATED // raters)
    unit, size = _units(table, np.random.default_rng([seed, 2]))
    turn = np.random.default_rng([seed, 3]).permutation(size)
    of_row = unit[table.item]
    order = np.lexsort((turn[of_row], table.rater))
    start = np.cumsum(table.rater_counts) - table.rater_counts
    first = np.arange(table.n) - start[table.rater[order]] < each
    taken = np.zeros(size, dtype=bool)
    taken[of_row[order[first]]] = True
    keep = taken[of_row]
    # By item, so that what is summed over items lies together in memory.
    rows = np.flatnonzero(keep)
    return table if keep.all() else compact(table, rows[np.argsort(table.item[rows])])


def _units(table: RatingTable, rng: np.random.Generator) -> tuple[Ints, int]:
    """What is taken or left together, by item: a prompt's answers, at most so many, or one."""
    if not table.grouped:
        return np.arange(len(table.items)), len(table.items)
    order = np.lexsort((rng.permutation(len(table.items)), table.item_prompt))
    size = np.bincount(table.item_prompt, minlength=len(table.prompts))
    start = np.cumsum(size) - size
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - start[table.item_prompt[order]]
    pieces = int(place.max(initial=0)) // LARGEST_UNIT + 1
    keys, unit = np.unique(table.item_prompt * pieces + place // LARGEST_UNIT, return_inverse=True)
    return np.asarray(unit, dtype=np.int64), len(keys)


def compact(table: RatingTable, chosen: Ints) -> RatingTable:
    """Some rows with no code for items and prompts that have none of them; raters stay."""
    rows = table.rows(chosen)
    items, item = np.unique(rows.item, return_inverse=True)
    prompts, prompt = np.unique(rows.prompt, return_inverse=True)
    return rows._replace(
        item=np.asarray(item, dtype=np.int64),
        prompt=np.asarray(prompt, dtype=np.int64),
        items=tuple(table.items[i] for i in items.tolist()),
        prompts=tuple(table.prompts[i] for i in prompts.tolist()),
        item_prompt=np.searchsorted(prompts, table.item_prompt[items]),
    )

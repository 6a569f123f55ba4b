"""Advantages and ranks within prompts, as training takes them; numpy alone."""

from itertools import pairwise

import numpy as np

from prefdesk.ratings.table import Floats, Ints, sums


def advantages(rewards: Floats, groups: Ints, multiplicity: Floats) -> Floats:
    """`rewards[i]` minus the mean of the other draws of its group [n], in the rewards' unit.

    `groups` are codes from 0; `multiplicity` says how often each was drawn. Its other copies are
    among the others, as they are in training (`training.advantages.leave_one_out` over draws).
    A draw without company has 0.
    """
    size = int(groups.max()) + 1 if len(groups) else 0
    mass = sums(groups, multiplicity, size)[groups]
    total = sums(groups, multiplicity * rewards, size)[groups]
    others = mass - 1
    mean = (total - rewards) / np.where(others > 0, others, 1)
    return np.where(others > 0, rewards - mean, 0.0)


def ranks(rewards: Floats, groups: Ints) -> Ints:
    """Place of each within its group, 1 for the best; equals share the better place."""
    order = np.lexsort((-rewards, groups))
    out = np.ones(len(rewards), dtype=np.int64)
    place = first = 0
    for before, here in pairwise([-1, *order.tolist()]):
        if before < 0 or groups[before] != groups[here]:
            place = first = 1
        else:
            place += 1
            first = first if rewards[before] == rewards[here] else place
        out[here] = first
    return out

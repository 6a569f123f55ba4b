"""How many more ratings it takes for an interval this wide: closed forms of the rater model.

With n ratings of an item by different people of the panel, noise s0_2 each, the within part of
its quality has the posterior variance P = 1 / (1 / tau2 + n / s0_2). What prompt and biases are
takes part in no difference of two answers to a prompt that the same people rated; where others
rated them, the biases do (`shared=False`), which is as if each rating had the noise s0_2 + tb2.
"""

from typing import NamedTuple

import numpy as np
from scipy import stats

from prefdesk.errors import InputError
from prefdesk.ratings.model import RaterModel

CASES = (1, 2, 3, 4, 6, 8)
"""Ratings an item that a plan shows beside the answer."""

MOST = 1000


class PlanRow(NamedTuple):
    """With so many ratings an item: the width of the interval of a difference of two answers, of
    the mean score of a group of answers (both in points), and the reliability of a reward."""

    ratings_per_item: int
    width: float
    score_width: float
    reliability: float


class Plan(NamedTuple):
    """What to do for differences this sure.

    `needed` ratings an item, `total` of them and `more` than there are; None where more than a
    thousand would be needed. `rows` shows some cases beside it.
    """

    width: float
    confidence: float
    needed: int | None
    total: int | None
    more: int | None
    per_item: float
    rows: tuple[PlanRow, ...]


def plan(model: RaterModel, width: float, *, confidence: float = 0.95, shared: bool = True) -> Plan:
    """How many ratings an item until the interval of a difference is `width` points wide.

    The width is that of the whole posterior interval of q_a - q_b, two answers to a prompt with
    equally many ratings; at most 2 z sqrt(2 tau2), which is its width without any rating.
    `shared`: the same people rate both. Raises InputError for a width or confidence that is none.
    """
    if not (np.isfinite(width) and width > 0):
        raise InputError("The width of an interval is a number of points above 0.")
    if not 0 < confidence < 1:
        raise InputError("The confidence is a share between 0 and 1, such as 0.95.")
    z = float(stats.norm.ppf((1 + confidence) / 2))
    noise = model.s0_2 if shared else model.s0_2 + model.tb2
    items = int((model.item_n > 0).sum())
    wanted = (width / (2 * z)) ** 2 / 2
    needed = max(0, int(np.ceil(noise * (1 / wanted - 1 / model.tau2) - 1e-9)))
    known = needed <= MOST
    more = int(np.maximum(needed - model.item_n[model.item_n > 0], 0).sum())
    return Plan(
        width,
        confidence,
        needed if known else None,
        needed * items if known else None,
        more if known else None,
        model.n / max(items, 1),
        tuple(_row(model, n, z, noise, items) for n in CASES),
    )


def _row(model: RaterModel, n: int, z: float, noise: float, items: int) -> PlanRow:
    P = 1 / (1 / model.tau2 + n / noise)
    raters = max(int((model.rater_n > 0).sum()), 1)
    # The mean of a group: its answers are what they are, so only noise and biases blur it.
    blur = model.s0_2 / (n * max(items, 1)) + model.tb2 / max(raters, n)
    return PlanRow(
        n, 2 * z * float(np.sqrt(2 * P)), 2 * z * float(np.sqrt(blur)), 1 - P / model.tau2
    )

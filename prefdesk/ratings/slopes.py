"""How far each rater uses the scale: the slope of their scores on what the others think.

The model takes the slope of every rater for one. Here a rater's scores are set against the
posterior means of the same items from all OTHER raters. Given the others, the truth scatters
about that mean without regard to it (Berkson's error), so the slope is not diluted, as it would
be against the plain mean of a few noisy scores. Jackknife over prompts (without groups: items),
since one error about a prompt is in all its answers. Below zero: the rater has the scale upside
down; near zero: the scores say nothing about quality; below one: a narrow use of the scale.
"""

from typing import NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.bootstrap import LEVEL
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, rows_by_rater, sums

LEAST = 8
"""Ratings, of items that others rated too, below which no slope is given."""

_LEAST_SPREAD = 1e-11
"""Variance of what the others say, in squared shares of the scale, below which there is none."""


class ScaleUse(NamedTuple):
    """Per rater code: slope (1 is like the panel) with its 95 % limits; nan where unknown.

    Inverted: `high` < 0. Uninformative whatever the panel is: `high` < 0.3.
    """

    value: Floats
    low: Floats
    high: Floats


def scale_use(table: RatingTable, model: RaterModel) -> ScaleUse:
    """The slopes of all raters of `table`, those without weight in `model` too."""
    out = np.full((3, len(table.raters)), np.nan)
    others = _Others(model)
    for rater, rows in enumerate(rows_by_rater(table)):
        if len(rows) >= LEAST:
            out[:, rater] = _slope(table, model, rows, *others.than(rater, table.item[rows]))
    return ScaleUse(*out)


def _slope(
    table: RatingTable, model: RaterModel, rows: Ints, others: Floats, seen: Bools
) -> tuple[float, float, float]:
    rows, others = rows[seen], others[seen]
    if len(rows) < LEAST:
        return np.nan, np.nan, np.nan
    owner = table.prompt if model.grouped else table.item
    _, group = np.unique(owner[rows], return_inverse=True)
    size = int(group.max()) + 1
    x, y = others, table.score[rows]
    # As shares of the scale, so that the same spread is too little in any unit.
    span = (model.scale[1] - model.scale[0]) or 1.0
    x, y = (x - x.mean()) / span, (y - y.mean()) / span
    parts = np.array([sums(group, v, size) for v in (np.ones(len(x)), x, y, x * x, x * y)])
    whole = parts.sum(axis=1)
    left_out = _regression(whole[:, None] - parts)
    value = float(_regression(whole[:, None])[0])
    # A slope that stands or falls with one prompt has no interval, and so no value.
    if size < 3 or not np.isfinite(left_out).all():
        return np.nan, np.nan, np.nan
    sd = float(np.sqrt((size - 1) / size * ((left_out - value) ** 2).sum()))
    away = float(stats.t.ppf((1 + LEVEL) / 2, size - 1)) * sd
    return value, value - away, value + away


def _regression(parts: Floats) -> Floats:
    """Slopes from columns of n, sum x, sum y, sum xx, sum xy; nan where x does not vary."""
    n, x, y, xx, xy = parts
    n = np.maximum(n, 1)
    spread = xx - x * x / n
    out = np.full(len(n), np.nan)
    np.divide(xy - x * y / n, spread, where=spread > _LEAST_SPREAD * n, out=out)
    return out


def without(model: RaterModel, rater: int) -> tuple[Floats, Bools]:
    """Posterior mean of each item's quality from all other raters, and whether one rated it."""
    return _Others(model).than(rater, np.arange(model.posterior.design.n_items))


class _Others:
    """What all but one rater say of answers; sums over everybody are made once."""

    def __init__(self, model: RaterModel) -> None:
        post = self._post = model.posterior
        design = post.design
        table = design.table
        rest = table.score - post.mu - post.bias[table.rater]
        self._rest, self._rows = rest, rows_by_rater(table)
        self._pulls = design.per_item(post.weight[table.rater] * rest)
        shrink = 1 / (1 + post.variances.tau2 * post.item_weight)
        self._T = design.per_prompt(shrink * self._pulls)
        self._W = design.per_prompt(shrink * post.item_weight)

    def than(self, rater: int, items: Ints) -> tuple[Floats, Bools]:
        """Posterior mean of the quality of `items` (codes) from all OTHER raters, and whether one
        rated them. Biases and variances stay as they were fitted with everybody.

        `items` are all that the rater rated; only their prompts are worked out anew.
        """
        post = self._post
        design, own = post.design, self._rows[rater]
        some, place = np.unique(items, return_inverse=True)
        mine = np.searchsorted(some, design.table.item[own])
        n = np.bincount(mine, minlength=len(some))
        counts = design.item_n[some] - n
        weight = post.weight[rater]
        old_W, old_T = post.item_weight[some], self._pulls[some]
        W = np.where(counts > 0, old_W - weight * n, 0)
        T = np.where(counts > 0, old_T - weight * sums(mine, self._rest[own], len(some)), 0)
        tau2, tau_m2 = post.variances.tau2, post.variances.tau_m2
        old, shrink = 1 / (1 + tau2 * old_W), 1 / (1 + tau2 * W)
        owners, owner = np.unique(design.table.item_prompt[some], return_inverse=True)
        of_prompt = [
            whole[owners] + sums(owner, shrink * new - old * before, len(owners))
            for whole, new, before in ((self._T, T, old_T), (self._W, W, old_W))
        ]
        prompt = (tau_m2 * of_prompt[0] / (1 + tau_m2 * np.maximum(of_prompt[1], 0)))[owner]
        found = post.mu + prompt + tau2 * shrink * (T - W * prompt)
        return found[place], (counts > 0)[place]

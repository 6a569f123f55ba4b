"""How far each rater uses the scale: the slope of their scores on what the others think.

The model takes the slope of every rater for one. Here a rater's scores are set against the
posterior means of the same items from all OTHER raters. Given the others, the truth scatters
about that mean without regard to it (Berkson's error), so the slope is not diluted, as it would
be against the plain mean of a few noisy scores. Jackknife over prompts (without groups: items),
since one error about a prompt is in all its answers. Below zero: the rater has the scale upside
down; near zero: the scores say nothing about quality; below one: a narrow use of the scale.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.bootstrap import LEVEL
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, sums

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
    pulls = _pulls(model)
    for rater, rows in enumerate(_rows_by_rater(table)):
        if len(rows) >= LEAST:
            out[:, rater] = _slope(table, model, rows, *without(model, rater, pulls))
    return ScaleUse(*out)


def _rows_by_rater(table: RatingTable) -> Iterator[Ints]:
    order = np.argsort(table.rater, kind="stable")
    ends = np.cumsum(table.rater_counts)
    return iter(np.split(order, ends[:-1]))


def _slope(
    table: RatingTable, model: RaterModel, rows: Ints, others: Floats, seen: Bools
) -> tuple[float, float, float]:
    rows = rows[seen[table.item[rows]]]
    if len(rows) < LEAST:
        return np.nan, np.nan, np.nan
    owner = table.prompt if model.grouped else table.item
    _, group = np.unique(owner[rows], return_inverse=True)
    size = int(group.max()) + 1
    x, y = others[table.item[rows]], table.score[rows]
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


def without(model: RaterModel, rater: int, pulls: Floats | None = None) -> tuple[Floats, Bools]:
    """Posterior mean of each item's quality from all other raters, and whether one rated it.

    Biases and variances stay as they were fitted with everybody. `pulls`: for many calls.
    """
    pulls = _pulls(model) if pulls is None else pulls
    post = model.posterior
    design, owner = post.design, post.design.table.item_prompt
    own = design.table.rater == rater
    item, score = design.table.item[own], design.table.score[own]
    weight = np.full(len(item), post.weight[rater])
    rest = score - post.mu - post.bias[rater]
    counts = design.item_n - np.bincount(item, minlength=design.n_items)
    W = np.where(counts > 0, post.item_weight - sums(item, weight, design.n_items), 0)
    T = np.where(counts > 0, pulls - sums(item, weight * rest, design.n_items), 0)
    tau2, tau_m2 = post.variances.tau2, post.variances.tau_m2
    shrink = 1 / (1 + tau2 * W)
    prompt = tau_m2 * design.per_prompt(shrink * T) / (1 + tau_m2 * design.per_prompt(shrink * W))
    within = tau2 * shrink * (T - W * prompt[owner])
    return post.mu + prompt[owner] + within, counts > 0


def _pulls(model: RaterModel) -> Floats:
    """Per item: the sum of weight x (score - mu - bias) over all its ratings."""
    post = model.posterior
    table = post.design.table
    rest = table.score - post.mu - post.bias[table.rater]
    return post.design.per_item(post.weight[table.rater] * rest)

"""Percentile bootstrap intervals: whole items or prompts are drawn again, never single rows."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from prefdesk.ratings.alpha import (
    Metric,
    alphas,
    item_values,
    pairable_items,
    prompt_disagreements,
)
from prefdesk.ratings.table import Floats, Ints, RatingTable

DRAWS = 1000
LEVEL = 0.95
MIN_UNITS = 2
"""With fewer items or prompts nothing can be drawn again; the limits are nan."""

_BATCH_CELLS = 2_000_000


class Interval(NamedTuple):
    """A figure with its lower and upper limit; nan stands for "too few to say"."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """True if value and both limits are numbers."""
        return bool(np.isfinite(self).all())


TOO_FEW = Interval(float("nan"), float("nan"), float("nan"))


def alpha_interval(
    table: RatingTable,
    metric: Metric = "interval",
    n: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """Krippendorff's alpha with a 95 % percentile interval from `n` draws of prompts.

    The answers to one prompt share its level, so they are drawn together; without groups of
    answers, items are drawn. The interval speaks about these raters, not about raters like
    these. Draws in which nothing varies are left out.
    """
    counts, values = item_values(table)
    value = float(alphas(counts, values, np.ones((counts.shape[0], 1)), metric)[0])
    unit = _units(table)
    size = int(unit.max(initial=-1)) + 1
    draws = [alphas(counts, values, w[unit], metric) for w in _weights(size, n, seed, len(unit))]
    return _percentiles(value, draws)


def _units(table: RatingTable) -> Ints:
    """Which draw takes each row of `item_values`: its prompt's, or its own."""
    owners = table.item_prompt[pairable_items(table)]
    if table.grouped:
        _, unit = np.unique(owners, return_inverse=True)
        if int(unit.max(initial=0)) + 1 >= MIN_UNITS:
            return np.asarray(unit, dtype=np.int64)
    return np.arange(len(owners))


def within_alpha_interval(
    table: RatingTable, metric: Metric = "interval", n: int = DRAWS, seed: int = 0
) -> Interval:
    """Alpha within prompts with a 95 % percentile interval from `n` draws of prompts."""
    parts = prompt_disagreements(table, metric)
    value = float(_ratios(parts, np.ones((len(parts), 1)))[0])
    return _percentiles(value, [_ratios(parts, w) for w in _weights(len(parts), n, seed)])


def mean_interval(values: ArrayLike, n: int = DRAWS, seed: int = 0) -> Interval:
    """The mean of `values` (one per prompt) with a 95 % percentile interval over prompts."""
    column = np.asarray(values, dtype=np.float64)
    if column.size == 0:
        return TOO_FEW
    draws = [column @ w / column.size for w in _weights(column.size, n, seed)]
    return _percentiles(float(column.mean()), draws)


def _weights(units: int, n: int, seed: int, rows: int = 0) -> Iterator[Floats]:
    """How often each unit is drawn (units x B), in batches that stay small in memory.

    `rows` is the length to which the caller spreads the units, if it is more.
    """
    if units < MIN_UNITS:
        return
    rng = np.random.default_rng(seed)
    batch = max(1, min(n, _BATCH_CELLS // max(units, rows)))
    for start in range(0, n, batch):
        size = min(batch, n - start)
        drawn = rng.integers(0, units, (size, units)) + units * np.arange(size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * units)
        yield counts.reshape(size, units).T.astype(np.float64)


def _ratios(parts: Floats, weights: Floats) -> Floats:
    observed, expected = parts.T @ weights
    out = np.full(len(observed), np.nan)
    varies = expected > 0
    out[varies] = 1 - observed[varies] / expected[varies]
    return out


def _percentiles(value: float, draws: list[Floats]) -> Interval:
    drawn = np.concatenate(draws) if draws else np.empty(0)
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or drawn.size == 0:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.percentile(drawn, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return Interval(value, float(low), float(high))

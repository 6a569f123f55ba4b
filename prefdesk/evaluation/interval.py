"""Bootstrap intervals over prompts.

Answers to one prompt are no independent draws: prompts are resampled, not answers, so hand in
one value for each prompt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 2000
LEVEL = 0.95

_CELLS = 2**20


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its percentile bootstrap interval; `n` values went in."""

    value: float
    low: float
    high: float
    n: int

    def __iter__(self) -> Iterator[float]:
        return iter((self.value, self.low, self.high))


def mean_interval(
    values: Sequence[float] | Floats,
    seed: int = 0,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Interval:
    """The mean of one value per prompt with its interval; the same seed gives the same bits.

    `ValueError` for fewer than two values or one that is not finite.
    """
    data = checked(values)
    low, high = percentiles(data, seed, level, resamples)
    return Interval(float(data.mean()), low, high, len(data))


def checked(values: Sequence[float] | Floats) -> Floats:
    """The values as float64, at least two and all finite (`ValueError`)."""
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or len(data) < 2:
        raise ValueError(f"an interval needs at least two values, not {data.size}")
    if not np.isfinite(data).all():
        raise ValueError("a value is not finite")
    return data


def percentiles(
    data: Floats, seed: int, level: float = LEVEL, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Percentile interval of the mean of `data` [n] over `resamples` resamples (Efron 1979)."""
    if not 0 < level < 1:
        raise ValueError(f"the level {level} is not between 0 and 1")
    rng = np.random.default_rng(seed)
    at_once = max(1, _CELLS // len(data))
    means = np.empty(resamples)
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        picked = rng.integers(0, len(data), size=(rows, len(data)))
        means[start : start + rows] = data[picked].mean(axis=1)
    tail = 50 * (1 - level)
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)

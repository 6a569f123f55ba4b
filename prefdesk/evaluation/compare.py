"""Two checkpoints on the same prompts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from prefdesk.evaluation.interval import LEVEL, RESAMPLES, Floats, Interval, checked, percentiles


@dataclass(frozen=True, slots=True)
class Paired:
    """`after` against `before`, prompt by prompt.

    `win`, `tie` and `loss` are shares of prompts; `win_rate` counts a tie as half a win;
    `difference` is the mean of after - before. Both have intervals over prompts.
    """

    win: float
    tie: float
    loss: float
    win_rate: Interval
    difference: Interval
    n: int


def paired(
    before: Sequence[float] | Floats,
    after: Sequence[float] | Floats,
    seed: int = 0,
    *,
    margin: float = 0.0,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Paired:
    """Compare two values for each prompt, in the same order of prompts.

    Values no further apart than `margin` tie. `ValueError` if the lengths differ, for fewer than
    two prompts, or for a value that is not finite.
    """
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"{first.size} values before but {second.size} after")
    difference = checked(second - first)
    points = np.where(np.abs(difference) <= margin, 0.5, (difference > 0).astype(np.float64))
    return Paired(
        win=float((points == 1.0).mean()),
        tie=float((points == 0.5).mean()),
        loss=float((points == 0.0).mean()),
        win_rate=_interval(points, seed, level, resamples),
        difference=_interval(difference, seed, level, resamples),
        n=len(difference),
    )


def _interval(data: Floats, seed: int, level: float, resamples: int) -> Interval:
    return Interval(float(data.mean()), *percentiles(data, seed, level, resamples), len(data))

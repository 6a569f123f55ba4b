"""Human scores of groups of items, such as the answers of one checkpoint, and their differences.

Prompts are what is drawn again in the bootstrap: answers to one prompt are not independent.
Use `RaterModel.means` as values when groups are compared: shrunk qualities are pulled towards
the prompt's mean, which makes a true difference look smaller than it is.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from prefdesk.errors import InputError
from prefdesk.ratings.bootstrap import DRAWS, Interval, mean_interval


def group_score(
    values: ArrayLike, prompts: Sequence[Hashable], *, draws: int = DRAWS, seed: int = 0
) -> Interval:
    """Mean over prompts of the mean value of a prompt's items; nan values are left out."""
    means = _by_prompt(values, prompts)
    return mean_interval(list(means.values()), draws, seed)


def paired_difference(
    first: tuple[ArrayLike, Sequence[Hashable]],
    second: tuple[ArrayLike, Sequence[Hashable]],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """Second minus first, over prompts that have values in both; each is (values, prompts)."""
    before, after = _by_prompt(*first), _by_prompt(*second)
    shared = [p for p in before if p in after]
    return mean_interval([after[p] - before[p] for p in shared], draws, seed)


def _by_prompt(values: ArrayLike, prompts: Sequence[Hashable]) -> dict[Hashable, float]:
    column = np.asarray(values, dtype=np.float64)
    if column.shape != (len(prompts),):
        raise InputError("Values and prompts must be columns of the same length.")
    held: dict[Hashable, list[float]] = {}
    for prompt, value in zip(prompts, column, strict=True):
        if np.isfinite(value):
            held.setdefault(prompt, []).append(float(value))
    return {prompt: float(np.mean(v)) for prompt, v in held.items()}

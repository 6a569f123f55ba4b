"""Simulated raters, for demonstrations and tests. They are called simulated wherever they show."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from prefdesk.ratings.table import Floats
from prefdesk.records import SCALE

Manner = Literal["honest", "random", "inverted"]


class SimulatedRater(NamedTuple):
    """An honest rater scores quality + bias + noise; a random one any whole number of the scale;

    an inverted one scores the mirrored quality (low + high - quality) + bias + noise.
    `bias` and `noise` (a standard deviation) are in points.
    """

    name: str
    manner: Manner = "honest"
    bias: float = 0.0
    noise: float = 1.0


class Columns(NamedTuple):
    """Ratings as columns of equal length, item by item in the order they were given."""

    raters: list[str]
    items: list[Any]
    scores: list[int]


PANEL: tuple[SimulatedRater, ...] = (
    SimulatedRater("Simulated: strict", bias=-1.5, noise=0.9),
    SimulatedRater("Simulated: careful", bias=-0.5, noise=0.7),
    SimulatedRater("Simulated: middling", bias=0.0, noise=1.1),
    SimulatedRater("Simulated: hasty", bias=0.5, noise=1.6),
    SimulatedRater("Simulated: kind", bias=1.5, noise=1.2),
    SimulatedRater("Simulated: random", manner="random"),
    SimulatedRater("Simulated: inverted", manner="inverted", noise=1.0),
)
"""Five honest raters with different bias and noise, one random, one who inverts."""


def simulate(
    quality: Mapping[Any, float],
    raters: Sequence[SimulatedRater] = PANEL,
    seed: int = 0,
    *,
    share: float = 1.0,
    scale: tuple[float, float] = SCALE,
) -> Columns:
    """Whole-number scores by each rater of a random `share` of the items, in random order.

    The same arguments give the same columns. Each rater has a stream of numbers of their own,
    so adding a rater does not change what the others say.
    """
    items = list(quality)
    hidden = np.array([quality[i] for i in items], dtype=np.float64)
    out = Columns([], [], [])
    for position, rater in enumerate(raters):
        rng = np.random.default_rng([seed, position])
        chosen = rng.permutation(len(items))[: max(1, round(share * len(items)))]
        scores = np.rint(np.clip(_judged(rater, hidden[chosen], rng, scale), *scale))
        out.raters.extend([rater.name] * len(chosen))
        out.items.extend(items[int(j)] for j in chosen)
        out.scores.extend(int(s) for s in scores)
    return out


def _judged(
    rater: SimulatedRater, hidden: Floats, rng: np.random.Generator, scale: tuple[float, float]
) -> Floats:
    low, high = scale
    if rater.manner == "random":
        return rng.integers(round(low), round(high) + 1, len(hidden)).astype(np.float64)
    seen = low + high - hidden if rater.manner == "inverted" else hidden
    return seen + rater.bias + rater.noise * rng.standard_normal(len(hidden))

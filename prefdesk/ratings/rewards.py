"""From qualities to rewards: one affine map for a project, opened into its parts on request."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from prefdesk.errors import InputError
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import RatingTable

if TYPE_CHECKING:
    from prefdesk.ratings.kinds import Judged


class ItemReward(NamedTuple):
    """What people think of one item, ready for training.

    `quality` (posterior mean) and `se` are in points of the scale, `reliability` lies between 0
    and 1, `reward` is (quality - mu) / tau with tau the sd within prompts, `n` counts ratings.
    `unshrunk` is the same of the mean of what was said, biases corrected, which nothing pulls to
    the middle; it is only as good as its `reliability`, and 0 where nobody said anything.
    """

    item: Hashable
    quality: float
    se: float
    reliability: float
    reward: float
    n: int
    unshrunk: float = 0.0


class Part(NamedTuple):
    """One rating inside a reward: its row in the table, raw score, the rater's bias, its weight.

    `weight` is the share of the item's precision; the weights of an item add up to one.
    """

    row: int
    rater: Hashable
    score: float
    bias: float
    weight: float


@dataclass(frozen=True)
class Parts:
    """A quality taken apart: shrinkage x prior + (1 - shrinkage) x sum of weight x (score - bias).

    `prior` is what the model expects of an item of this prompt, in points. Iterating gives the
    ratings.
    """

    item: Hashable
    rows: tuple[Part, ...]
    prior: float
    shrinkage: float
    quality: float
    reward: float

    def __iter__(self) -> Iterator[Part]:
        return iter(self.rows)


def rewards(model: RaterModel, table: RatingTable) -> list[ItemReward]:
    """The reward of every item of the table, in its order.

    An item without a rating has reliability 0; its quality is the prompt's.
    """
    scaled = (model.quality - model.mu) / np.sqrt(model.tau2)
    alone = np.nan_to_num((model.means - model.mu) / np.sqrt(model.tau2), nan=0.0)
    columns = (model.quality, model.se, model.reliability, scaled, model.item_n, alone)
    rows = zip(table.items, *(c.tolist() for c in columns), strict=True)
    return [ItemReward(*row) for row in rows]


def joint_rewards(found: "Judged") -> list[ItemReward]:
    """The reward of every item that was judged in several kinds."""
    table = found.table
    columns = (
        *(found.quality, found.se, found.reliability, found.reward, table.item_n),
        found.unshrunk,
    )
    rows = zip(table.items, *(c.tolist() for c in columns), strict=True)
    return [ItemReward(*row) for row in rows]


def parts(model: RaterModel, table: RatingTable, item: Hashable) -> Parts:
    """Open the reward of one item (by key) into the ratings that the model used.

    Raises InputError for an item that is not in the table.
    """
    post = model.posterior
    code = _code(table, item)
    index = np.flatnonzero((table.item == code) & np.isfinite(model.bias[table.rater]))
    weight = post.weight[table.rater[index]]
    rows = tuple(
        Part(int(n), table.raters[r], float(table.score[n]), float(model.bias[r]), float(w))
        for n, r, w in zip(index, table.rater[index], weight / (weight.sum() or 1), strict=True)
    )
    quality = float(model.quality[code])
    prior = model.mu + float(post.prompt[table.item_prompt[code]])
    reward = (quality - model.mu) / float(np.sqrt(model.tau2))
    return Parts(item, rows, prior, float(post.shrink[code]), quality, reward)


def _code(table: RatingTable, item: Hashable) -> int:
    try:
        return table.items.index(item)
    except ValueError:
        raise InputError(f"The item {item!r} has no rating.") from None

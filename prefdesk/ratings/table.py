"""The long table of ratings with dense codes, which every other module of this room reads."""

from collections.abc import Hashable, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prefdesk.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Keys = Sequence[Hashable] | Ints


class RatingTable(NamedTuple):
    """`n` ratings, one a row; several by one rater of one item are occasions of the same act.

    `rater`, `item` and `prompt` are codes into `raters`, `items` and `prompts`; `item_prompt`
    gives each item's prompt. Codes without a row are allowed: they belong to raters or items
    whose ratings were left out. `seconds` and `order` are per row where they are known.
    """

    rater: Ints
    item: Ints
    score: Floats
    prompt: Ints
    raters: tuple[Hashable, ...]
    items: tuple[Hashable, ...]
    prompts: tuple[Hashable, ...]
    item_prompt: Ints
    seconds: Floats | None = None
    order: Floats | None = None

    @classmethod
    def from_columns(
        cls,
        raters: Keys,
        items: Keys,
        scores: ArrayLike,
        prompts: Keys | None = None,
        *,
        seconds: ArrayLike | None = None,
        order: ArrayLike | None = None,
    ) -> "RatingTable":
        """Build a table from equally long columns; without `prompts` each item is its own.

        Codes follow the order of first appearance. Raises InputError for columns of unequal
        length, a score that is not finite, and an item that appears under two prompts.
        """
        score = _column(scores, len(raters), "score")
        owners = items if prompts is None else prompts
        if not len(raters) == len(items) == len(owners):
            raise InputError("Raters, items and prompts must be columns of the same length.")
        if not np.isfinite(score).all():
            raise InputError("A score is not a finite number.")
        rater, rater_keys = _codes(raters)
        item, item_keys = _codes(items)
        prompt, prompt_keys = _codes(owners)
        return cls(
            rater, item, score, prompt, rater_keys, item_keys, prompt_keys,
            _item_prompts(item, prompt, item_keys),
            None if seconds is None else _column(seconds, len(raters), "seconds"),
            None if order is None else _column(order, len(raters), "order"),
        )  # fmt: skip

    @property
    def n(self) -> int:
        """The number of ratings."""
        return len(self.score)

    @property
    def item_counts(self) -> Ints:
        """Ratings per item."""
        return np.bincount(self.item, minlength=len(self.items))

    @property
    def rater_counts(self) -> Ints:
        """Ratings per rater."""
        return np.bincount(self.rater, minlength=len(self.raters))

    @property
    def grouped(self) -> bool:
        """True if prompts form groups: at least two, and one of them with two rated items."""
        rated = self.item_prompt[self.item_counts > 0]
        sizes = np.bincount(rated, minlength=len(self.prompts))
        return bool((sizes > 0).sum() >= 2 and (sizes >= 2).any())

    def rows(self, keep: Bools | Ints) -> "RatingTable":
        """The same table with only the rows where `keep` is true, or these; codes stay."""
        return self._replace(
            rater=self.rater[keep],
            item=self.item[keep],
            score=self.score[keep],
            prompt=self.prompt[keep],
            seconds=None if self.seconds is None else self.seconds[keep],
            order=None if self.order is None else self.order[keep],
        )

    def with_scores(self, scores: Floats) -> "RatingTable":
        """The same design with other scores."""
        return self._replace(score=np.asarray(scores, dtype=np.float64))


def last_occasions(table: RatingTable) -> RatingTable:
    """Keep each rater's last row per item, so that nobody is counted as agreeing with himself."""
    cell = table.item * len(table.raters) + table.rater
    _, from_the_end = np.unique(cell[::-1], return_index=True)
    if len(from_the_end) == table.n:
        return table
    keep = np.zeros(table.n, dtype=bool)
    keep[table.n - 1 - from_the_end] = True
    return table.rows(keep)


def sums(group: Ints, values: Floats, size: int) -> Floats:
    """The sum of `values` over each of `size` groups."""
    return np.asarray(np.bincount(group, values, size), dtype=np.float64)


def rows_by_rater(table: RatingTable) -> list[Ints]:
    """The rows of each rater code, in the order of the table."""
    if not table.raters:
        return []
    ends = np.cumsum(table.rater_counts)[:-1]
    return np.split(np.argsort(table.rater, kind="stable"), ends)


def _column(values: ArrayLike, n: int, name: str) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    if column.shape != (n,):
        raise InputError(f"The column of {name}s has {column.size} values for {n} ratings.")
    return column


def _codes(keys: Keys) -> tuple[Ints, tuple[Hashable, ...]]:
    if isinstance(keys, np.ndarray):
        return _codes_of_numbers(keys)
    if len(keys) >= _MANY and set(map(type, keys)) == {int}:
        with suppress(OverflowError):
            return _codes_of_numbers(np.array(keys, dtype=np.int64))
    seen: dict[Hashable, int] = {}
    codes = np.fromiter((seen.setdefault(k, len(seen)) for k in keys), np.int64, len(keys))
    return codes, tuple(seen)


_MANY = 10_000
"""Columns of so many whole numbers are coded by sorting, which takes a third of the time."""


def _codes_of_numbers(values: Ints) -> tuple[Ints, tuple[Hashable, ...]]:
    found, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[inverse], tuple(found[order].tolist())


def _item_prompts(item: Ints, prompt: Ints, keys: tuple[Hashable, ...]) -> Ints:
    owner = np.zeros(len(keys), dtype=np.int64)
    owner[item] = prompt
    split = np.flatnonzero(owner[item] != prompt)
    if split.size:
        raise InputError(f"The item {keys[int(item[split[0]])]!r} appears under two prompts.")
    return owner

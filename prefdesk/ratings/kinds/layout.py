"""Where things lie: which items are tied together, and one flat store for their square blocks.

Items share a block if they have a prompt in common that matters, or were compared. Given what
all items share (mean, biases, thresholds), blocks are independent, so that work and memory grow
with the sum of their squared sizes and not with the square of the number of items.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from prefdesk.errors import InputError
from prefdesk.ratings.kinds.tables import Judgements
from prefdesk.ratings.table import Floats, Ints

MOST_CELLS = 60_000_000
"""Cells of all blocks together; half a gigabyte a copy."""


class Size(NamedTuple):
    """All blocks of one size k: their items (blocks x k) and where they start in the store."""

    items: Ints
    start: int


class Layout:
    """Blocks of a table; `block` and `place` give each item's block and position in it."""

    def __init__(self, table: Judgements, *, by_prompt: bool) -> None:
        self.n = len(table.items)
        first, second = compared(table)
        if by_prompt:
            order = np.argsort(table.item_prompt, kind="stable")
            same = table.item_prompt[order[1:]] == table.item_prompt[order[:-1]]
            first = np.concatenate([first, order[1:][same]])
            second = np.concatenate([second, order[:-1][same]])
        self.block = components(first, second, self.n)
        size = np.bincount(self.block, minlength=1)
        if (size.astype(np.float64) ** 2).sum() > MOST_CELLS:
            raise InputError(
                "Too many items are tied together by comparisons to be judged at once.",
                "Give the prompts, so that only answers to one prompt are compared.",
            )
        self.sizes = self._sizes(size)
        self.cells = int((size**2).sum())

    def _sizes(self, size: Ints) -> list[Size]:
        order = np.lexsort((np.arange(self.n), self.block))
        offset = np.concatenate([[0], np.cumsum(size)])
        self.place = np.empty(self.n, dtype=np.int64)
        self.place[order] = np.arange(self.n) - offset[self.block[order]]
        self.width = size
        self.start = np.zeros(len(size), dtype=np.int64)
        out, at = [], 0
        for k in np.unique(size).tolist():
            blocks = np.flatnonzero(size == k)
            self.start[blocks] = at + np.arange(len(blocks)) * k * k
            items = order[offset[blocks][:, None] + np.arange(k)]
            out.append(Size(items, at))
            at += len(blocks) * k * k
        return out

    def address(self, a: Ints, b: Ints) -> Ints:
        """Where the cell of two items of one block lies in the flat store."""
        block = self.block[a]
        out: Ints = self.start[block] + self.place[a] * self.width[block] + self.place[b]
        return out

    def stacks(self, flat: Floats) -> list[Floats]:
        """The store as one stack (blocks x k x k) for each size; views, not copies."""
        out = []
        for size in self.sizes:
            blocks, k = size.items.shape
            out.append(flat[size.start : size.start + blocks * k * k].reshape(blocks, k, k))
        return out

    def times(self, stacks: list[Floats], right: Floats) -> Floats:
        """The block matrix times a vector or matrix over items."""
        out = np.zeros_like(right)
        for size, stack in zip(self.sizes, stacks, strict=True):
            part = right[size.items]
            out[size.items] = np.einsum("bij,bj...->bi...", stack, part)
        return out


def compared(table: Judgements) -> tuple[Ints, Ints]:
    """Pairs of item codes that one comparison or ranking ties together."""
    first, second = [table.pairs.first], [table.pairs.second]
    for block in table.rankings:
        first.append(np.repeat(block.items[:, 0], block.items.shape[1] - 1))
        second.append(block.items[:, 1:].ravel())
    return np.concatenate(first), np.concatenate(second)


def components(first: Ints, second: Ints, n: int) -> Ints:
    """The number of the connected component of each of `n` items."""
    graph = sparse.coo_matrix((np.ones(len(first)), (first, second)), shape=(n, n))
    found: Ints = sparse.csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return found

"""A' diag(w) A for a sparse A whose pattern stays while its values change.

That product is what an EM step of a big design spends its time on. The pattern, its transpose and
the map from entries to cells are worked out once; a product then costs one sparse multiplication.
"""

from typing import Any

import numpy as np
from scipy import sparse

from prefdesk.ratings.table import Floats, Ints, sums


class Crossed:
    """Cells of groups (rows) x raters (columns) into which entries fall, one or more a cell."""

    def __init__(self, group: Ints, rater: Ints, shape: tuple[int, int]) -> None:
        self.shape = shape
        key, self.cell = np.unique(group * shape[1] + rater, return_inverse=True)
        self.group, self.rater = key // shape[1], key % shape[1]
        # Sixteen bits, where they do, are sorted several times faster.
        short = self.rater.astype(np.uint16) if shape[1] < 2**16 else self.rater
        self._turned = np.argsort(short, kind="stable")
        self._turned_group = self.group[self._turned]
        self._pattern = _pattern(self.group, self.rater, shape[0])
        self._turned_pattern = _pattern(self.rater[self._turned], self._turned_group, shape[1])

    def sums(self, values: Floats) -> Floats:
        """The sum per cell of a column over the entries."""
        return sums(self.cell, values, len(self.group))

    def matrix(self, cells: Floats) -> sparse.csr_matrix:
        """A itself (groups x raters), with these values in its cells."""
        return sparse.csr_matrix((cells, *self._pattern), shape=self.shape)

    def gram(self, cells: Floats, weight: Floats) -> Floats:
        """A' diag(weight) A, raters x raters; `weight` is per group."""
        scaled = cells[self._turned] * weight[self._turned_group]
        turned = sparse.csr_matrix((scaled, *self._turned_pattern), shape=self.shape[::-1])
        product: Floats = (turned @ self.matrix(cells)).toarray()
        return product


def _pattern(row: Ints, column: Ints, rows: int) -> tuple[Any, Any]:
    """Column indices and row ends of a sparse matrix, in the short integers it works with."""
    ends = np.searchsorted(row, np.arange(rows + 1))
    kind = np.int32 if len(column) < 2**31 else np.int64
    return column.astype(kind), ends.astype(kind)

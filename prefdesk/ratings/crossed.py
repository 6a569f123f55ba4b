"""A' diag(w) A for a sparse A whose pattern stays while its values change.

That product is what an EM step of a big design spends its time on. The pattern, its transpose and
the map from entries to cells are worked out once; a product then costs one sparse multiplication.
"""

import numpy as np
from scipy import sparse

from prefdesk.ratings.table import Floats, Ints


class Crossed:
    """Cells of groups (rows) x raters (columns) into which entries fall, one or more a cell."""

    def __init__(self, group: Ints, rater: Ints, shape: tuple[int, int]) -> None:
        self.shape = shape
        key, self.cell = np.unique(group * shape[1] + rater, return_inverse=True)
        self.group, self.rater = key // shape[1], key % shape[1]
        self._ends = np.searchsorted(self.group, np.arange(shape[0] + 1))
        self._turned = np.argsort(self.rater, kind="stable")
        self._turned_group = self.group[self._turned]
        self._turned_ends = np.searchsorted(self.rater[self._turned], np.arange(shape[1] + 1))

    def sums(self, values: Floats) -> Floats:
        """The sum per cell of a column over the entries."""
        return np.bincount(self.cell, values, len(self.group)).astype(np.float64, copy=False)

    def matrix(self, cells: Floats) -> sparse.csr_matrix:
        """A itself (groups x raters), with these values in its cells."""
        return sparse.csr_matrix((cells, self.rater, self._ends), shape=self.shape)

    def gram(self, cells: Floats, weight: Floats) -> Floats:
        """A' diag(weight) A, raters x raters; `weight` is per group."""
        scaled = cells[self._turned] * weight[self._turned_group]
        turned = sparse.csr_matrix(
            (scaled, self._turned_group, self._turned_ends), shape=self.shape[::-1]
        )
        product: Floats = (turned @ self.matrix(cells)).toarray()
        return product

"""Does a rater stop following the others at some point? The largest drop of agreement in time.

For every point of a rater's own sequence with at least 12 comparable ratings on either side, the
agreement before and after is compared on Fisher's scale,

    [atanh r(before) - atanh r(after)] / sqrt(1 / (n1 - 3) + 1 / (n2 - 3)),

and the largest value counts. Its null distribution is not normal, as it is a maximum over
points that depend on one another; it comes from simulated panels, like that of the other tests.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.table import Floats, Ints, RatingTable

MIN_SIDE = 12
"""Comparable ratings on either side of a point at which a rater may have changed."""

_INNER = 0.9999


class Changes(NamedTuple):
    """Per rater and panel: the largest drop (0: no point to look at), agreement before and after

    it, and the last position, counted from 0 in his own sequence, that is still before.
    """

    drop: Floats
    before: Floats
    after: Floats
    at: Ints


class Course:
    """The rows of a table in each rater's own order; None of it where no order is known."""

    def __init__(self, table: RatingTable, usable: Floats) -> None:
        assert table.order is not None
        self.rows: Ints = np.lexsort((np.arange(table.n), table.order, table.rater))
        self.rater = table.rater[self.rows]
        self.n_raters = len(table.raters)
        counts = np.bincount(self.rater, minlength=self.n_raters)
        self.first: Ints = np.cumsum(counts) - counts
        self.last: Ints = np.maximum(np.cumsum(counts) - 1, 0)
        self.position = np.arange(table.n) - self.first[self.rater]
        so_far = np.cumsum(usable.ravel()[self.rows])
        start = (so_far[self.first] - usable.ravel()[self.rows][self.first])[self.rater]
        self.n_before = so_far - start
        self.n_after = self.n_before[self.last][self.rater] - self.n_before
        self.possible = (self.n_before >= MIN_SIDE) & (self.n_after >= MIN_SIDE)
        self.tested = np.bincount(self.rater, self.possible, self.n_raters) > 0

    def changes(self, x: Floats, y: Floats) -> Changes:
        """The largest drop of the correlation of two columns of deviations (ratings x panels)."""
        sums = [self._running(v[self.rows]) for v in (x * y, x * x, y * y)]
        before = _correlation(*(s for s, _ in sums))
        after = _correlation(*(t - s for s, t in sums))
        n1, n2 = (np.maximum(n - 3, 1)[:, None] for n in (self.n_before, self.n_after))
        drop = (np.arctanh(before) - np.arctanh(after)) / np.sqrt(1 / n1 + 1 / n2)
        drop[~self.possible] = 0
        return self._largest(drop, before, after)

    def left(self, at: Ints) -> Ints:
        """Comparable ratings of each rater after these positions of his sequence."""
        where = np.minimum(self.first + at, len(self.rows) - 1)
        out: Ints = np.rint(self.n_after[where]).astype(np.int64)
        return out

    def _running(self, values: Floats) -> tuple[Floats, Floats]:
        """Sums from the start of each rater's sequence, and over the whole of it."""
        total = np.cumsum(values, axis=0)
        head = total[self.first] - values[self.first]
        running = total - head[self.rater]
        return running, running[self.last][self.rater]

    def _largest(self, drop: Floats, before: Floats, after: Floats) -> Changes:
        largest, then, later = (np.zeros((self.n_raters, drop.shape[1])) for _ in range(3))
        at = np.zeros((self.n_raters, drop.shape[1]), dtype=np.int64)
        for code in np.flatnonzero(self.tested).tolist():
            rows = slice(self.first[code], self.last[code] + 1)
            where = self.first[code] + np.argmax(drop[rows], axis=0)
            column = np.arange(drop.shape[1])
            largest[code] = drop[where, column]
            then[code], later[code] = before[where, column], after[where, column]
            at[code] = self.position[where]
        return Changes(largest, then, later, at)


def _correlation(xy: Floats, xx: Floats, yy: Floats) -> Floats:
    scale = np.sqrt(np.maximum(xx, 0) * np.maximum(yy, 0))
    r = np.zeros_like(xy)
    np.divide(xy, scale, out=r, where=scale > 1e-9)
    clipped: Floats = np.clip(r, -_INNER, _INNER)
    return clipped

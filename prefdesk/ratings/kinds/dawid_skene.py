"""Dawid & Skene's (1979) model of labels: a class per item, a confusion matrix per rater.

With the prior (the default), every rater's rows have Dirichlet pseudo-counts drawn from the
panel's pooled matrix and strong on the diagonal and its neighbours, as few labels a rater would
otherwise let a matrix of noise explain everything (Raykar et al. 2010).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from prefdesk.errors import InputError
from prefdesk.ratings.kinds.tables import N_LABELS
from prefdesk.ratings.table import Floats, Ints

DIAGONAL, NEIGHBOUR, FAR = 4.0, 1.0, 0.25
"""Pseudo-counts of saying the class, one beside it and any other."""
POOLED = 4.0
"""Pseudo-counts that the panel's matrix adds to each rater's row."""
MAX_STEPS = 1000
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class DawidSkene:
    """`posterior` is (items x K), `prior` (K), `confusion` (raters x true x said).

    `expected` and `sd` are of the class number. `note` says what the labels leave open.
    """

    items: tuple[Hashable, ...]
    raters: tuple[Hashable, ...]
    posterior: Floats
    prior: Floats
    confusion: Floats
    converged: bool
    note: str

    @property
    def expected(self) -> Floats:
        """Posterior mean of the class number per item."""
        out: Floats = self.posterior @ np.arange(self.posterior.shape[1])
        return out

    @property
    def sd(self) -> Floats:
        """Posterior standard deviation of the class number per item."""
        square = self.posterior @ np.arange(self.posterior.shape[1]) ** 2
        return np.sqrt(np.maximum(square - self.expected**2, 0))


def dawid_skene(
    raters: Sequence[Hashable],
    items: Sequence[Hashable],
    labels: Sequence[int],
    n_labels: int = N_LABELS,
    *,
    prior: bool = True,
    max_steps: int = MAX_STEPS,
    tolerance: float = TOLERANCE,
) -> DawidSkene:
    """Fit by EM from the shares of labels of each item; `prior=False` is the plain model.

    Raises InputError for columns of unequal length, labels outside 0 .. n_labels - 1, and none.
    """
    rater, rater_keys = _codes(raters)
    item, item_keys = _codes(items)
    said = np.asarray(labels)
    if not len(rater) == len(item) == len(said):
        raise InputError("Raters, items and labels must be columns of the same length.")
    if not len(said):
        raise InputError("There are no labels to fit.")
    if not np.isin(said, np.arange(n_labels)).all():
        raise InputError(f"A label is not a whole number from 0 to {n_labels - 1}.")
    em = _Em(rater, item, said.astype(np.int64), (len(item_keys), len(rater_keys), n_labels), prior)
    posterior, classes, confusion, converged = em.run(max_steps, tolerance)
    note = "One rater's labels cannot be checked against anybody's." if len(rater_keys) < 2 else ""
    return DawidSkene(item_keys, rater_keys, posterior, classes, confusion, converged, note)


class _Em:
    def __init__(
        self, rater: Ints, item: Ints, said: Ints, shape: tuple[int, int, int], prior: bool
    ) -> None:
        self.rater, self.item, self.said, self.prior = rater, item, said, prior
        self.n_items, self.n_raters, self.k = shape
        away = np.abs(np.subtract.outer(np.arange(self.k), np.arange(self.k)))
        self.ordinal = np.select([away == 0, away == 1], [DIAGONAL, NEIGHBOUR], FAR)

    def run(self, steps: int, tolerance: float) -> tuple[Floats, Floats, Floats, bool]:
        posterior = np.zeros((self.n_items, self.k))
        np.add.at(posterior, (self.item, self.said), 1.0)
        posterior /= posterior.sum(axis=1, keepdims=True)
        before, converged = -np.inf, False
        for _ in range(steps):
            classes, confusion = self._maximise(posterior)
            posterior, height = self._expect(classes, confusion)
            converged = bool(abs(height - before) < tolerance * self.n_items)
            before = height
            if converged:
                break
        classes, confusion = self._maximise(posterior)
        return posterior, classes, confusion, converged

    def _maximise(self, posterior: Floats) -> tuple[Floats, Floats]:
        counts = np.zeros((self.n_raters, self.k, self.k))
        np.add.at(counts.transpose(0, 2, 1), (self.rater, self.said), posterior[self.item])
        classes = posterior.mean(axis=0)
        if self.prior:
            pooled = counts.sum(axis=0) + self.ordinal
            counts += self.ordinal + POOLED * pooled / pooled.sum(axis=1, keepdims=True)
            classes = (posterior.sum(axis=0) + 1) / (self.n_items + self.k)
        total = counts.sum(axis=2, keepdims=True)
        return classes, np.divide(counts, total, where=total > 0, out=np.zeros_like(counts))

    def _expect(self, classes: Floats, confusion: Floats) -> tuple[Floats, float]:
        with np.errstate(divide="ignore"):
            logs, start = np.log(confusion), np.log(classes)
        total = np.tile(start, (self.n_items, 1))
        np.add.at(total, self.item, logs[self.rater, :, self.said])
        top = total.max(axis=1, keepdims=True)
        weight = np.exp(total - top)
        size = weight.sum(axis=1, keepdims=True)
        return weight / size, float((top + np.log(size)).sum())


def _codes(keys: Sequence[Hashable]) -> tuple[Ints, tuple[Hashable, ...]]:
    seen: dict[Hashable, int] = {}
    codes = np.fromiter((seen.setdefault(k, len(seen)) for k in keys), np.int64, len(keys))
    return codes, tuple(seen)

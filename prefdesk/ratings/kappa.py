"""Cohen's weighted kappa of two raters, and its mean over all pairs of raters (Light 1971)."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from prefdesk.errors import InputError
from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ratings.bootstrap import DRAWS, TOO_FEW, Interval
from prefdesk.ratings.coefficients import percentiles
from prefdesk.ratings.table import Floats, RatingTable, last_occasions

Weights = Literal["nominal", "linear", "quadratic"]

_POWER: dict[Weights, float] = {"nominal": 0.0, "linear": 1.0, "quadratic": 2.0}


def weighted_kappa(x: ArrayLike, y: ArrayLike, weights: Weights = "quadratic") -> float:
    """1 - observed / expected disagreement of two columns of scores of the same items.

    Disagreement is [a != b], |a - b| or (a - b)^2 (Cohen 1968). nan where nothing varies.
    Raises InputError for columns of different length.
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.shape != second.shape:
        raise InputError("Kappa needs two scores of every item.")
    if first.size == 0:
        return float("nan")
    values, code = np.unique(np.concatenate([first, second]), return_inverse=True)
    n, k = len(first), len(values)
    table = np.bincount(code[:n] * k + code[n:], minlength=k * k).reshape(k, k) / n
    gap = np.abs(values[:, None] - values)
    apart = (gap > 0).astype(np.float64) if weights == "nominal" else gap ** _POWER[weights]
    expected = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * apart).sum())
    return 1 - float((table * apart).sum()) / expected if expected > 0 else float("nan")


def kappa_interval(
    x: ArrayLike, y: ArrayLike, weights: Weights = "quadratic", *, draws: int = DRAWS, seed: int = 0
) -> Interval:
    """Kappa with its 95 % percentile interval from `draws` draws of items; nan: fewer than 8."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    value = weighted_kappa(first, second, weights)
    if len(first) < MIN_RATINGS or not np.isfinite(value):
        return TOO_FEW
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(first), (draws, len(first)))
    return percentiles(
        value, np.array([weighted_kappa(first[r], second[r], weights) for r in rows])
    )


def mean_kappa(table: RatingTable, weights: Weights = "quadratic") -> float:
    """The mean of kappa over all pairs of raters who share at least 8 items; nan without one."""
    table = last_occasions(table)
    columns: list[dict[int, float]] = [{} for _ in table.raters]
    for rater, item, score in zip(table.rater, table.item, table.score.tolist(), strict=True):
        columns[rater][int(item)] = score
    found = [_of_pair(a, b, weights) for i, a in enumerate(columns) for b in columns[:i]]
    known: Floats = np.array([f for f in found if np.isfinite(f)])
    return float(known.mean()) if known.size else float("nan")


def _of_pair(a: dict[int, float], b: dict[int, float], weights: Weights) -> float:
    shared = a.keys() & b.keys()
    if len(shared) < MIN_RATINGS:
        return float("nan")
    return weighted_kappa([a[i] for i in shared], [b[i] for i in shared], weights)

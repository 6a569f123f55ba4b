"""How far each rater agrees with the rest: leave-one-out correlation with a Fisher interval."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from prefdesk.ratings.bootstrap import LEVEL, TOO_FEW, Interval
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, rows_by_rater, sums

MIN_RATINGS = 8
"""With fewer comparable ratings no correlation is given ("too few")."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """Per rater code: Pearson r with the others, 95 % limits, comparable ratings; nan: too few.

    `agreement[code]` is one rater's figure as an Interval.
    """

    r: Floats
    low: Floats
    high: Floats
    n: Ints
    within: bool

    def __getitem__(self, rater: int) -> Interval:
        return Interval(float(self.r[rater]), float(self.low[rater]), float(self.high[rater]))


def leave_one_out(
    table: RatingTable, model: RaterModel, *, within: bool | None = None
) -> Agreement:
    """Correlate a rater's scores with the mean of the others, bias-corrected by the model.

    The others weigh by their precision; no rating of the rater himself on an item is inside.
    `within` compares deviations from his mean over the same prompt, so that easy and hard
    prompts cannot pass for agreement; each prompt then costs one degree of freedom, and
    prompts of which he rated one item say nothing. Default: within where prompts form groups.
    """
    within = table.grouped if within is None else within
    expected = others_mean(table, model)
    usable = np.isfinite(expected)
    group = table.rater
    if within:
        _, group = np.unique(table.rater * len(table.prompts) + table.prompt, return_inverse=True)
    x, freedom = centred(table.score, group, usable)
    y, _ = centred(np.where(usable, expected, 0), group, usable)
    size = len(table.raters)
    xy, xx, yy, free = (sums(table.rater, v, size) for v in (x * y, x * x, y * y, freedom))
    n = np.rint(free).astype(np.int64) + 1
    varies = np.minimum(xx, yy) > n * _dust(table) ** 2
    r = np.divide(xy, np.sqrt(xx * yy), where=varies, out=np.zeros(size))
    return Agreement(*fisher(np.where(n < MIN_RATINGS, np.nan, r), n), n, within)


def leave_one_out_rank(table: RatingTable, model: RaterModel) -> list[Interval]:
    """Spearman's correlation of each rater with the mean of the others over the same items.

    Means that differ by rounding only are tied: the rater's own score goes into the sums that
    they are taken from, and would break the ties.
    """
    expected = others_mean(table, model)
    expected = np.rint(expected / (_dust(table) or 1.0))
    found = []
    for rows in rows_by_rater(table):
        mine = rows[np.isfinite(expected[rows])]
        x, y = table.score[mine], expected[mine]
        if len(mine) < MIN_RATINGS or np.ptp(x) == 0 or np.ptp(y) == 0:
            found.append(TOO_FEW)
            continue
        r = float(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])
        found.append(one_fisher(r, len(mine)))
    return found


def one_fisher(r: float, n: int) -> Interval:
    """One correlation over `n` pairs with its limits; see `fisher`."""
    return Interval(*(float(v[0]) for v in fisher(np.array([r]), np.array([n]))))


def others_mean(table: RatingTable, model: RaterModel) -> Floats:
    """Per rating: the precision-weighted, bias-corrected mean of the others; nan: nobody else.

    Raters without a bias in the model (left out of it) are not part of anybody's mean.
    """
    known = np.isfinite(model.bias[table.rater])
    weight = np.where(known, 1 / np.nan_to_num(model.inconsistency, nan=1.0)[table.rater] ** 2, 0)
    value = weight * np.where(known, table.score - model.bias[table.rater], 0)
    _, cell = np.unique(table.item * len(table.raters) + table.rater, return_inverse=True)
    rest = _sums(weight, table.item) - _sums(weight, cell)
    total = _sums(value, table.item) - _sums(value, cell)
    known_by_others = rest > 1e-9 * weight.max(initial=0)
    out = np.full(table.n, np.nan)
    np.divide(total, rest, where=known_by_others, out=out)
    return out


def fisher(r: Floats, n: Ints) -> tuple[Floats, Floats, Floats]:
    """r with its two-sided 95 % limits by Fisher's z (standard error 1 / sqrt(n - 3))."""
    half = stats.norm.ppf(0.5 + LEVEL / 2) / np.sqrt(np.maximum(n - 3, 1))
    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    return r, np.tanh(z - half), np.tanh(z + half)


def centred(values: Floats, group: Ints, usable: Bools) -> tuple[Floats, Floats]:
    """Deviations from the group's mean over usable rows (others 0), and freedom per row.

    The freedom of a group of k usable rows is k - 1, spread evenly over them.
    """
    kept = usable.astype(np.float64)
    size = np.maximum(_sums(kept, group), 1)
    deviation = np.where(usable, values - _sums(values * kept, group) / size, 0)
    return deviation, kept * (1 - 1 / size)


def _dust(table: RatingTable) -> float:
    """Below so many points a difference is what rounding left."""
    return 1e-10 * float(np.abs(table.score).max(initial=0))


def _sums(values: Floats, group: Ints) -> Floats:
    return sums(group, values, int(group.max(initial=-1)) + 1)[group]

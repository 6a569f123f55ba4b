"""What was done before there were rater models, for comparison: means, z-scores and screening."""

from typing import Literal, NamedTuple

import numpy as np

from prefdesk.ratings.table import Bools, Floats, RatingTable, last_occasions, sums

Plain = Literal["mean", "bias_removed", "z"]

MOST_EXCEEDING = 0.05
LEAST_BALANCE = 0.3
NORMAL_KURTOSIS = (2.0, 4.0)


class Screening(NamedTuple):
    """BT.500 screening, per rater code; nan where a rater has no rating.

    `share` is how many of his ratings lie far from the item's mean (P + Q) / n, `balance` how
    one-sided they are |P - Q| / (P + Q), 0 where there are none; `rejected` follows from both.
    """

    rejected: Bools
    share: Floats
    balance: Floats


def item_scores(table: RatingTable, rule: Plain = "mean") -> Floats:
    """One figure per item [items], nan where it was not rated; of several occasions the last.

    `mean` is the mean of its scores (MOS), `bias_removed` the same less each rater's mean
    distance from the means of his items (ITU-T P.913 12.4), `z` the mean of the scores as
    z-scores within their rater, 0 for a rater whose scores are all the same.
    """
    table = last_occasions(table)
    return item_means(table, _corrected(table, rule))


def screen(table: RatingTable, divisor: Literal["own", "all"] = "own") -> Screening:
    """Who would be left out by ITU-R BT.500-14 A1-2.3.1, one pass.

    A score counts as far where it is at least 2 standard deviations of its item from the mean
    (sqrt(20) where the item's scores are not normal by their kurtosis). A rater is rejected with
    more than 5 % of such scores on both sides: bias alone is no reason. `own` divides by the
    rater's own number of ratings and passes over items whose scores are all the same. `all` follows
    a library in use to the letter: it divides by the number of items, which overlooks everybody
    in a design with gaps, and counts such items as far on both sides.
    """
    table = last_occasions(table)
    above, below = _far(table, divisor == "all")
    size = len(table.raters)
    p, q = (sums(table.rater, side.astype(np.float64), size) for side in (above, below))
    n = table.rater_counts
    base = n if divisor == "own" else np.where(n > 0, (table.item_counts > 0).sum(), 0)
    share = np.divide(p + q, base, out=np.full(size, np.nan), where=base > 0)
    balance = np.divide(abs(p - q), p + q, out=np.zeros(size), where=p + q > 0)
    rejected = (np.nan_to_num(share) > MOST_EXCEEDING) & (balance < LEAST_BALANCE)
    return Screening(rejected, share, np.where(n > 0, balance, np.nan))


def item_means(table: RatingTable, values: Floats) -> Floats:
    """The mean of a per-rating column over each item; nan where there is no rating."""
    n = table.item_counts
    total = sums(table.item, values, len(table.items))
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _far(table: RatingTable, same_too: bool) -> tuple[Bools, Bools]:
    """Which ratings lie far above and far below the mean of their item."""
    span = np.ptp(table.score) if table.n else 0
    score = (table.score - table.score.min()) / span if span > 0 else np.zeros(table.n)
    apart = score - item_means(table, score)[table.item]
    second, fourth = (item_means(table, apart**power) for power in (2, 4))
    varies = np.nan_to_num(second) > 1e-24
    kurtosis = np.divide(fourth, second**2, out=np.zeros(len(second)), where=varies)
    low, high = NORMAL_KURTOSIS
    limits = np.where((kurtosis >= low) & (kurtosis <= high), 2.0, np.sqrt(20.0))
    spread = np.sqrt(np.where(varies, second, 0 if same_too else np.inf))
    # Six of thirty who differ lie at exactly 2: a tie is far, whichever way it was rounded.
    limit = ((1 - 1e-9) * limits * spread)[table.item]
    return apart >= limit, apart <= -limit


def _corrected(table: RatingTable, rule: Plain) -> Floats:
    if rule == "mean":
        return table.score
    if rule == "bias_removed":
        distance = table.score - item_means(table, table.score)[table.item]
        return table.score - _rater_means(table, distance)[table.rater]
    centred = table.score - _rater_means(table, table.score)[table.rater]
    spread = np.sqrt(_rater_means(table, centred**2))[table.rater]
    # The mean of equal numbers is often not quite that number.
    varies = spread > 1e-12 * np.abs(table.score).max(initial=0)
    out: Floats = np.divide(centred, spread, out=np.zeros_like(centred), where=varies)
    return out


def _rater_means(table: RatingTable, values: Floats) -> Floats:
    total = sums(table.rater, values, len(table.raters))
    out: Floats = total / np.maximum(table.rater_counts, 1)
    return out

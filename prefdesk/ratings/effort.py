"""Effort: time against the length of the text, and long runs of one score."""

from collections.abc import Hashable, Mapping

import numpy as np
from scipy import special, stats

from prefdesk.ratings.agreement import MIN_RATINGS
from prefdesk.ratings.findings import Finding
from prefdesk.ratings.table import Floats, Ints, RatingTable, rows_by_rater

QUICK_QUANTILE = 0.01
"""A rating is quick if an honest one is quicker with no more than this probability."""
QUICK_SHARE = 0.2
"""A hurried rater has at least this share of quick ratings."""
LEAST_TIMED = 30
"""With fewer timed ratings in all, no honest distribution can be fitted."""
LEAST_RUN = 10
"""A run shorter than this is never worth a word."""
TIMES_RUN = 3.0
"""And it is so many times as long as the usual one."""
HASTY_SHARE = 0.5
"""A hasty rater takes less than this part of the usual time of the others."""
LEAST_PACES = 4
"""With fewer raters whose times are known nobody can say what is usual."""
PERMUTATIONS = (199, 1999, 19999)
"""Sequential: more are drawn only for those whose p could still matter."""
LONG = 1000
"""Ratings of one rater above which runs are counted by a formula, not in random orders."""
_CELLS = 2_000_000


def hasty(table: RatingTable) -> list[Finding]:
    """Raters much faster than the others, where nothing is known of the length of the texts.

    The mean log time of a rater against its prediction from those of the others (t test).
    """
    if table.seconds is None:
        return []
    timed = np.isfinite(table.seconds) & (table.seconds > 0)
    size, rater = len(table.raters), table.rater[timed]
    n = np.bincount(rater, minlength=size)
    pace = np.bincount(rater, np.log(table.seconds[timed]), size) / np.maximum(n, 1)
    known = np.flatnonzero(n >= MIN_RATINGS)
    if len(known) < LEAST_PACES:
        return []
    return [_pace(i, pace[i], pace[known[known != i]], int(n[i])) for i in known.tolist()]


def _pace(rater: int, mine: float, others: Floats, n: int) -> Finding:
    m, usual = len(others), float(np.exp(others.mean()))
    spread = max(float(others.std(ddof=1)), 1e-9) * np.sqrt(1 + 1 / m)
    p = float(stats.t.cdf((mine - float(others.mean())) / spread, m - 1))
    seconds = float(np.exp(mine))
    values = {"seconds": seconds, "panel": usual, "n": n}
    return Finding(rater, "hasty", seconds, p, seconds < HASTY_SHARE * usual, values)


def hurried(table: RatingTable, lengths: Mapping[Hashable, float]) -> list[Finding]:
    """Raters with many ratings below the 1 % quantile of honest time for texts of that length.

    `lengths` maps keys of items to the length of the text, in any unit. Log seconds are fitted
    by log length; the honest spread is that of the middle half of the residuals, so that those
    who click through do not widen it. Exact binomial test against 1 %.
    """
    if table.seconds is None:
        return []
    length = np.array([lengths.get(k, np.nan) for k in table.items], dtype=np.float64)[table.item]
    timed = np.isfinite(length) & (length > 0) & np.isfinite(table.seconds) & (table.seconds > 0)
    if timed.sum() < LEAST_TIMED or len(np.unique(table.rater[timed])) < 2:
        return []
    rest = _beyond_length(np.log(table.seconds[timed]), np.log(length[timed]))
    low, high = np.quantile(rest, [0.25, 0.75])
    sd = max(float(high - low) / 1.349, 1e-3)
    quick = (rest - np.median(rest)) / sd < stats.norm.ppf(QUICK_QUANTILE)
    size = len(table.raters)
    n = np.bincount(table.rater[timed], minlength=size)
    hits = np.bincount(table.rater[timed][quick], minlength=size)
    return [_hurry(i, int(hits[i]), int(n[i])) for i in np.flatnonzero(n >= MIN_RATINGS).tolist()]


def _hurry(rater: int, hits: int, n: int) -> Finding:
    share = hits / n
    p = float(stats.binom.sf(hits - 1, n, QUICK_QUANTILE))
    return Finding(rater, "hurried", share, p, share >= QUICK_SHARE, {"share": share, "n": n})


def _beyond_length(seconds: Floats, length: Floats) -> Floats:
    if float(length.std()) < 1e-9:
        return seconds
    slope, intercept, *_ = stats.theilslopes(*_thinned(seconds, length))
    out: Floats = seconds - intercept - slope * length
    return out


def _thinned(seconds: Floats, length: Floats, most: int = 1000) -> tuple[Floats, Floats]:
    """Every k-th pair by length: the robust slope looks at all pairs of points."""
    # In the order of the table every k-th text may well be as long as the last.
    some = np.argsort(length, kind="stable")[:: -(-len(seconds) // most)]
    return seconds[some], length[some]


def runs(table: RatingTable, seed: int = 0) -> list[Finding]:
    """The longest run of one score of each rater against random orders of the same scores."""
    if table.order is None:
        return []
    found, of_rater = [], rows_by_rater(table)
    for rater in np.flatnonzero(table.rater_counts >= MIN_RATINGS).tolist():
        rows = of_rater[rater]
        scores = table.score[rows[np.argsort(table.order[rows], kind="stable")]]
        found.append(_run(rater, scores, np.random.default_rng([seed, rater])))
    return found


def _run(rater: int, scores: Floats, rng: np.random.Generator) -> Finding:
    _, code = np.unique(scores, return_inverse=True)
    length, end = _longest(code[None, :])
    run, score = int(length[0]), float(scores[end[0]])
    p, usual = _by_orders(code, run, rng) if len(code) <= LONG else _by_formula(code, run)
    large = run >= LEAST_RUN and run >= TIMES_RUN * usual
    values = {"score": score, "run": run, "usual": usual, "n": len(scores)}
    return Finding(rater, "runs", float(run), p, large, values)


def _by_orders(code: Ints, run: int, rng: np.random.Generator) -> tuple[float, float]:
    """p of a run so long, and the median of the longest, in random orders."""
    above, usual, drawn = 0, 0.0, 0
    for n in PERMUTATIONS:
        null = _null_runs(code, n - drawn, rng)
        above, drawn = above + int((null >= run).sum()), n
        usual = usual or float(np.median(null))
        if run < LEAST_RUN or above > 5:
            break
    return (1 + above) / (1 + drawn), usual


def _by_formula(code: Ints, run: int) -> tuple[float, float]:
    """The same from how many runs so long a random order has on average.

    That number is never below the probability of one (Markov); where it is small, runs come
    singly and are as good as Poisson, which gives the median: the longest k of which ln 2 or more
    are expected.
    """
    n_of = np.bincount(code)
    low, high = 1, int(n_of.max()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if expected_runs(n_of, middle) >= _LN2 else (low, middle)
    return min(1.0, expected_runs(n_of, run)), float(low)


_LN2 = float(np.log(2))


def expected_runs(n_of: Ints, k: int) -> float:
    """How many runs of `k` or more of one value a random order of `n_of` of each has on average.

    One of value v begins at the first place, or after another value at one of n - k more; with
    (a)_k = a (a - 1) ... (a - k + 1) these come to the sum of (n - n_v + 1) (n_v)_k / (n)_k.
    """
    n, held = float(n_of.sum()), n_of[n_of >= k].astype(np.float64)

    def falling(a: Floats | float) -> Floats:
        return np.asarray(special.gammaln(a + 1) - special.gammaln(a - k + 1))

    return float(((n - held + 1) * np.exp(falling(held) - falling(n))).sum())


def _null_runs(code: Ints, n: int, rng: np.random.Generator) -> Ints:
    batch = max(1, _CELLS // len(code))
    out = []
    for start in range(0, n, batch):
        rows = np.tile(code, (min(batch, n - start), 1))
        out.append(_longest(rng.permuted(rows, axis=1))[0])
    return np.concatenate(out)


def _longest(codes: Ints) -> tuple[Ints, Ints]:
    """Longest run of one code in each row, and where it ends."""
    position = np.arange(codes.shape[1])
    begins = np.ones(codes.shape, dtype=bool)
    begins[:, 1:] = codes[:, 1:] != codes[:, :-1]
    since = position - np.maximum.accumulate(np.where(begins, position, 0), axis=1)
    return since.max(axis=1) + 1, since.argmax(axis=1)

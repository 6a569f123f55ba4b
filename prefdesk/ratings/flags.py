"""Raters and ratings that stand out, with error control by simulated honest panels.

Rules about raters (a bias alone is never one: it is corrected):
  uninformative  agreement with the others so low that its upper limit is under a fixed bound
  disagrees      agreement far below the panel's
  inverted       scores fall where the others' rise
  constant       nearly always the same score
  lazy           followed the others up to a point and nobody after it (if an order is known)
  split          several raters who disagree with the panel agree with one another
  hasty          far less time than the others (a note: time alone excludes nobody)
Rules about ratings: `outlier`, or `disputed` where fewer than three others rated the item.

Flags propose. `disagrees`, `split` and `hasty` do not propose to leave a rater out: little
agreement is weighed less, not thrown away, and two schools may both be right.

The rate that a user sets is split between flags of raters and flags of ratings, so that it holds
for everything that is shown. p-values come from panels simulated from the model fitted WITHOUT
the raters under suspicion, so bad raters cannot poison the yardstick; fit and tests repeat until
the suspects stay the same. Benjamini-Hochberg over all raters and tests needs p-values finer than
rate / tests, so each rater's statistic is studentised by his own simulated mean and sd and the
simulated values of all raters are pooled: B panels of R raters resolve 1 / (B R). Ratings are
pooled the same way. Every flag must also pass a gate on the size of the effect.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.agreement import MIN_RATINGS, fisher
from prefdesk.ratings.change import Changes
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.notes import hasty, schools
from prefdesk.ratings.null import Screen
from prefdesk.ratings.sayings import TEMPLATES, RaterFlag, benjamini_hochberg
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable

UNINFORMATIVE_BELOW = 0.3
"""Upper 97.5 % limit of the agreement under which a rater says nothing."""
PANEL_SHARE = 0.5
"""A rater disagrees if his agreement is under this share of the panel's median."""
EMPTY_SHARE = 1 / 3
"""Under this share of it his scores carry less than a ninth of a usual rater's information."""
CONSTANT_FROM = 0.85
"""Least share of one score for a constant rater, where the panel's median is below the next."""
PANEL_CONSTANT = 0.6
RESIDUAL_SHARE = 0.3
"""An outlier lies further from what was expected than this share of the scale."""
MIN_OTHERS = 3
"""With fewer other raters on the item nobody can say which rating is the odd one."""
MIN_PANEL = 3
"""With two raters nobody can say who is wrong."""
MAX_REFITS = 6
RATER_SHARE = 0.3
"""Part of the user's rate that flags of raters may use up; flags of ratings have the rest."""

Kind = Literal["outlier", "disputed"]


class RatingFlag(NamedTuple):
    """One rating that stands out: its row in the table, and residual = score - expected."""

    row: int
    kind: Kind
    residual: float
    expected: float
    p: float
    q: float
    values: Mapping[str, float]
    sentence: str


class Flags(NamedTuple):
    """What stands out, the model fitted without the suspects, and the panels simulated.

    `rater_rate` and `rating_rate` are the false discovery rates of the two kinds of flag.
    """

    raters: list[RaterFlag]
    ratings: list[RatingFlag]
    model: RaterModel
    simulations: int
    rater_rate: float = 0.0
    rating_rate: float = 0.0


class _Tests(NamedTuple):
    """Per rater: agreement (within prompts, and over all items), its upper limit and count, share

    of one score, the largest drop in time and the upper
    limit of the agreement after it, p and q of the five tests; per rating: p and residual.
    """

    r: Floats
    r_all: Floats
    high: Floats
    n: Ints
    share: Floats
    changes: Changes | None
    after_high: Floats
    p: Floats
    q: Floats
    rating_p: Floats
    residual: Floats


class _Panel(NamedTuple):
    """What is usual: medians over the raters who are not under suspicion."""

    r: float
    r_all: float
    share: float


def flag(
    table: RatingTable,
    model: RaterModel,
    *,
    fdr: float = 0.05,
    simulations: int | None = None,
    seed: int = 0,
) -> Flags:
    """Find outlying raters and ratings at the false discovery rate `fdr`.

    `model` is the fit to the whole table. At most half of the panel is flagged. Ratings of
    flagged raters are not listed one by one. `simulations` are honest panels per round, by
    default enough to resolve `fdr`. The same seed gives the same flags.
    """
    present = np.isfinite(model.bias)
    if table.n == 0 or present.sum() < 2:
        return Flags([], [], model, 0)
    rate = fdr * RATER_SHARE
    n = simulations or enough(table.n, rate)
    kept, seen = present.copy(), set[bytes]()
    for _ in range(MAX_REFITS):
        seen.add(kept.tobytes())
        screen = Screen(table, _refit(table, model, kept), kept)
        tests = _test(screen, n, seed)
        found = _rater_flags(screen, tests, present, rate)
        after = present & ~np.isin(np.arange(len(present)), list(found))
        if after.tobytes() in seen:
            break
        kept = after
    rows = ~np.isin(table.rater, list(found)) & present[table.rater]
    single = _rating_flags(screen, tests, rows, fdr - rate)
    raters = [*schools(table, found), *hasty(table, rate, found)]
    return Flags(raters, single, screen.model, n, rate, fdr - rate)


def enough(n_ratings: int, fdr: float) -> int:
    """Panels to simulate: fine enough for `fdr` with five tests a rater, more where cheap."""
    return int(max(10 / fdr, min(600, 2e7 / n_ratings)))


def _refit(table: RatingTable, model: RaterModel, kept: Bools) -> RaterModel:
    if kept[np.isfinite(model.bias)].all():
        return model
    given = dict(zip(table.raters, model.credibility.tolist(), strict=True))
    credibility = {k: c for k, c in given.items() if np.isfinite(c)}
    return fit(
        table.rows(kept[table.rater]),
        scale=model.scale,
        prompt_effect=model.grouped,
        credibility=credibility,
    )


def _test(screen: Screen, n: int, seed: int) -> _Tests:
    seen = screen.of(screen.table.score[:, None])
    null = _null(screen, n, seed)
    r, r_all, share = seen.r[:, 0], seen.r_all[:, 0], seen.modal_share[:, 0]
    count, count_all = screen.within.comparable, screen.over_all.comparable
    low = _pooled(np.arctanh(_inner(r)), np.arctanh(_inner(null.r)), count >= MIN_RATINGS)
    low_all = np.full(len(r), np.nan)
    if screen.model.grouped:
        tested = count_all >= MIN_RATINGS
        low_all = _pooled(np.arctanh(_inner(r_all)), np.arctanh(_inner(null.r_all)), tested)
    same = _pooled(-share, -null.share, screen.table.rater_counts >= MIN_RATINGS)
    freedom = np.maximum(count - 2, 1)
    falls = stats.t.cdf(r * np.sqrt(freedom / (1 - _inner(r) ** 2)), freedom)
    drops, after_high = np.full(len(r), np.nan), np.full(len(r), np.nan)
    if seen.changes is not None and null.drop is not None and screen.course is not None:
        drops = _pooled(-seen.changes.drop[:, 0], -null.drop, screen.course.tested)
        left = screen.course.left(seen.changes.at[:, 0])
        after_high = fisher(seen.changes.after[:, 0], left)[2]
    p = np.column_stack([low, low_all, np.maximum(low, falls), same, drops])
    return _Tests(
        r, r_all, fisher(r, count)[2], count, share, seen.changes, after_high,
        p, benjamini_hochberg(p),
        null.tail.p(np.abs(seen.student[:, 0])),
        seen.residual[:, 0],
    )  # fmt: skip


class _Tail:
    """A fine histogram of |studentised residuals|, so that millions of them need no memory."""

    WIDTH, BINS = 0.005, 8000

    def __init__(self) -> None:
        self.counts = np.zeros(self.BINS, dtype=np.int64)

    def add(self, values: Floats) -> None:
        bins = np.minimum(values / self.WIDTH, self.BINS - 1).astype(np.int64)
        self.counts += np.bincount(bins.ravel(), minlength=self.BINS)

    def p(self, values: Floats) -> Floats:
        above = np.cumsum(self.counts[::-1])[::-1]
        bins = np.minimum(values / self.WIDTH, self.BINS - 1).astype(np.int64)
        out: Floats = (1 + above[bins]) / (1 + above[0])
        return out


class _Null(NamedTuple):
    r: Floats
    r_all: Floats
    share: Floats
    drop: Floats | None
    tail: _Tail


def _null(screen: Screen, n: int, seed: int) -> _Null:
    r, r_all, share, drop, tail = [], [], [], [], _Tail()
    judged = screen.others > 0
    for panels in screen.panels(n, seed):
        r.append(panels.r)
        r_all.append(panels.r_all)
        share.append(panels.modal_share)
        if panels.changes is not None:
            drop.append(panels.changes.drop)
        tail.add(np.abs(panels.student[judged]))
    return _Null(
        np.hstack(r), np.hstack(r_all), np.hstack(share), np.hstack(drop) if drop else None, tail
    )


def _pooled(seen: Floats, null: Floats, tested: Bools) -> Floats:
    """P(as low as seen), with the studentised null values of all tested raters in one pool."""
    out = np.full(len(seen), np.nan)
    if tested.any():
        mean, sd = null.mean(axis=1), np.maximum(null.std(axis=1), 1e-9)
        pool = np.sort(((null - mean[:, None]) / sd[:, None])[tested].ravel())
        below = np.searchsorted(pool, ((seen - mean) / sd)[tested] + 1e-9, side="right")
        out[tested] = (1 + below) / (1 + pool.size)
    return out


def _median(values: Floats) -> float:
    return float(np.median(values)) if values.size else 0.0


def _inner(r: Floats) -> Floats:
    return np.clip(r, -0.9999, 0.9999)


def _rater_flags(screen: Screen, tests: _Tests, present: Bools, fdr: float) -> dict[int, RaterFlag]:
    """Flags by rater code, the surest first, at most half of the panel."""
    if present.sum() < MIN_PANEL:
        return {}
    trusted = present & screen.kept
    comparable = trusted & (tests.n >= MIN_RATINGS)
    usual = _Panel(
        _median(tests.r[comparable]),
        _median(tests.r_all[comparable]),
        _median(tests.share[trusted]),
    )
    found: dict[int, RaterFlag] = {}
    for i in np.flatnonzero(present).tolist():
        rule, test = _rule(tests, i, usual, fdr)
        if rule:
            found[i] = _rater_flag(screen, tests, i, rule, test, usual)
    order = sorted(found, key=lambda i: (found[i].p, tests.r[i]))
    return {i: found[i] for i in order[: int(present.sum()) // 2]}


def _rule(tests: _Tests, i: int, usual: _Panel, fdr: float) -> tuple[str, int]:
    """The most telling rule that holds for a rater and the column of its test, or "".

    Agreement over all items makes the test surer, but nobody is accused for misjudging whole
    prompts: the agreement within prompts must be low as well.
    """
    sure = tests.q[i] <= fdr
    r, high = tests.r[i], tests.high[i]
    low = r < PANEL_SHARE * usual.r and tests.n[i] >= MIN_RATINGS
    low_all = low and tests.r_all[i] < PANEL_SHARE * usual.r_all
    if sure[3] and tests.share[i] >= CONSTANT_FROM and usual.share < PANEL_CONSTANT:
        return "constant", 3
    if sure[2] and high < 0:
        return "inverted", 2
    if sure[4] and high >= UNINFORMATIVE_BELOW and _ceased(tests, i, usual):
        return "lazy", 4
    if (sure[0] and low) or (sure[1] and low_all):
        test = 0 if tests.p[i, 0] <= np.nan_to_num(tests.p[i, 1], nan=1.0) else 1
        empty = high < UNINFORMATIVE_BELOW or r < EMPTY_SHARE * usual.r
        return ("uninformative" if empty else "disagrees"), test
    return "", 0


def _ceased(tests: _Tests, i: int, usual: _Panel) -> bool:
    """True if a rater's agreement fell to less than half of what it was, or is in the panel."""
    if tests.changes is None:
        return False
    once = max(float(tests.changes.before[i, 0]), usual.r)
    after = float(tests.changes.after[i, 0])
    return after < PANEL_SHARE * usual.r and bool(tests.after_high[i] < PANEL_SHARE * once)


def _rater_flag(
    screen: Screen, tests: _Tests, i: int, rule: str, test: int, usual: _Panel
) -> RaterFlag:
    if rule == "constant":
        n = int(screen.table.rater_counts[i])
        values = {"share": float(tests.share[i]), "n": n, "panel": usual.share}
    elif rule == "lazy" and tests.changes is not None:
        found = tests.changes
        values = {
            "r": float(tests.r[i]), "at": int(found.at[i, 0]) + 1,
            "before": float(found.before[i, 0]), "after": float(found.after[i, 0]),
            "n": int(screen.table.rater_counts[i]),
        }  # fmt: skip
    else:
        values = {
            "r": float(tests.r[i]), "high": float(tests.high[i]),
            "n": int(tests.n[i]), "panel": usual.r,
        }  # fmt: skip
    statistic = values["share" if rule == "constant" else "r"]
    p, q = float(tests.p[i, test]), float(tests.q[i, test])
    sentence = TEMPLATES[rule].format(**values)
    return RaterFlag(screen.table.raters[i], rule, statistic, p, q, values, sentence)


def _rating_flags(screen: Screen, tests: _Tests, rows: Bools, fdr: float) -> list[RatingFlag]:
    """Outlying ratings among `rows`, the largest residual first."""
    p = np.where(rows & (screen.others > 0), tests.rating_p, np.nan)
    q = benjamini_hochberg(p)
    gate = RESIDUAL_SHARE * (screen.model.scale[1] - screen.model.scale[0])
    hits = np.flatnonzero((np.nan_to_num(q, nan=1.0) <= fdr) & (np.abs(tests.residual) > gate))
    order = hits[np.argsort(-np.abs(tests.residual[hits]), kind="stable")]
    return [_rating_flag(screen, tests, int(i), float(p[i]), float(q[i])) for i in order]


def _rating_flag(screen: Screen, tests: _Tests, i: int, p: float, q: float) -> RatingFlag:
    others, residual = int(screen.others[i]), float(tests.residual[i])
    score = float(screen.table.score[i])
    kind: Kind = "outlier" if others >= MIN_OTHERS else "disputed"
    values = {"score": score, "residual": residual, "expected": score - residual, "others": others}
    sentence = TEMPLATES[kind].format(**values)
    return RatingFlag(i, kind, residual, score - residual, p, q, values, sentence)

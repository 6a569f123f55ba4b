"""Raters and ratings that stand out, with error control by simulated honest panels.

Rules about raters (a bias alone is never one: it is corrected):
  uninformative  agreement with the others so low that its upper limit is under a fixed bound
  disagrees      agreement far below the panel's
  inverted       scores fall where the others' rise
  constant       nearly always the same score
  lazy           followed the others up to a point of his own sequence, and hardly after it
  checks         missed far more attention checks than the others
Notes about raters, which propose nothing: `split` (several who disagree with the panel agree
with one another), and those of `conduct`.
Rules about ratings: `outlier`, or `disputed` where fewer than three others rated the item.

p-values come from panels simulated from the model fitted WITHOUT the raters under suspicion, so
bad raters cannot poison the yardstick; fit and tests repeat until the suspects stay the same.
Benjamini-Hochberg over all raters and tests needs p-values finer than rate / tests, so each
rater's statistic is studentised by his own simulated mean and sd and the simulated values of all
raters are pooled: B panels of R raters resolve 1 / (B R). Ratings are pooled the same way. Of a
big panel a part is simulated (`part`). Every flag must also pass a gate on the size of the effect.
Change points are held against random orders of the same ratings instead (`change`).

The user's rate is split (`Rates`), so that it holds for all that is shown together.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings.agreement import MIN_RATINGS, fisher
from prefdesk.ratings.change import Change, change_points
from prefdesk.ratings.conduct import Sure, conduct
from prefdesk.ratings.model import RaterModel, fit
from prefdesk.ratings.null import Screen
from prefdesk.ratings.part import part_of
from prefdesk.ratings.sayings import TEMPLATES, RaterFlag, benjamini_hochberg
from prefdesk.ratings.schools import school
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable, rows_by_rater

UNINFORMATIVE_BELOW = 0.3
"""Upper 97.5 % limit of the agreement under which a rater says nothing."""
PANEL_SHARE = 0.5
"""A rater disagrees if his agreement is under this share of the panel's median."""
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
AGREEMENT_SHARE, CONDUCT_SHARE = 0.2, 0.1
"""Parts of the user's rate for agreement and for conduct; flags of ratings have the rest, as
bad raters stand out much further than a single rating can."""

Kind = Literal["outlier", "disputed"]
Tell = Callable[[float], None]


def untold(_share: float) -> None:
    """Nobody wants to know how far the work is."""


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


class Rates(NamedTuple):
    """False discovery rates of the flags about agreement, about conduct, and of ratings.

    They add up to the user's. Outliers and disputes are two classes that are tested apart at the
    one rate of ratings, which then holds for both together (Efron 2008, "Simultaneous inference:
    when should hypothesis testing problems be combined?"). `passes` is how often suspects were
    set aside and all was tested again; every pass used the same rates, and the flags are those
    of the last.
    """

    agreement: float
    conduct: float
    ratings: float
    passes: int

    @classmethod
    def of(cls, fdr: float, passes: int = 0) -> "Rates":
        """The shares of a user's rate."""
        agreement, how = AGREEMENT_SHARE * fdr, CONDUCT_SHARE * fdr
        return cls(agreement, how, fdr - agreement - how, passes)


class Flags(NamedTuple):
    """What stands out, the model fitted without the raters whose agreement is under suspicion,

    the panels simulated, and the rates used.
    """

    raters: list[RaterFlag]
    ratings: list[RatingFlag]
    model: RaterModel
    simulations: int
    rates: Rates = Rates(0.0, 0.0, 0.0, 0)


class _Tests(NamedTuple):
    """Per rater: agreement (within prompts, and over all items), its upper limit and count, share

    of one score, where he changed and the agreement within prompts after that, p and q of the
    five tests; per rating: p and residual.
    """

    r: Floats
    r_all: Floats
    high: Floats
    n: Ints
    share: Floats
    changes: Mapping[int, Change]
    late: Mapping[int, float]
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
    checks: Mapping[Hashable, tuple[int, int]] | None = None,
    lengths: Mapping[Hashable, float] | None = None,
    tell: Tell = untold,
) -> Flags:
    """Find outlying raters and ratings at the false discovery rate `fdr`.

    `model` is the fit to the whole table. At most half of the panel is flagged for agreement.
    Ratings of those raters are not listed one by one. `simulations` are honest panels per round,
    by default enough to resolve `fdr`. `checks` maps raters to (found, missed) attention checks,
    `lengths` items to the length of their text; `order` and `seconds` of the table are used
    where they are known. The same seed gives the same flags. `tell` hears how much is done, from
    0 to 1; what it raises ends the work.
    """
    present = np.isfinite(model.bias)
    rates = Rates.of(fdr)
    if table.n == 0 or present.sum() < 2:
        return Flags([], [], model, 0, rates)
    part = part_of(table, seed)
    n = simulations or enough(part.n, rates.agreement)
    kept, seen = present.copy(), set[bytes]()
    for _ in range(MAX_REFITS):
        seen.add(kept.tobytes())
        screen = Screen(table, _refit(table, model, kept), kept)
        tests = _test(screen, screen.on(part), n, seed, _half(tell, len(seen)))
        found = _rater_flags(screen, tests, present, rates.agreement)
        after = present & ~np.isin(np.arange(len(present)), list(found))
        if after.tobytes() in seen:
            break
        kept = after
    rates = rates._replace(passes=len(seen))
    rows = ~np.isin(table.rater, list(found)) & present[table.rater]
    ratings = _rating_flags(screen, tests, rows, rates)
    sure = conduct(
        table, screen.model, rate=rates.conduct, checks=checks, lengths=lengths, seed=seed
    )
    notes = [_conduct_flag(table, s) for s in sure] if present.sum() >= MIN_PANEL else []
    return Flags([*found.values(), *notes], ratings, screen.model, n, rates)


def _half(tell: Tell, turn: int) -> Tell:
    """Nobody knows how many passes there will be: each is half of what is left."""
    return lambda done: tell(1 - 0.5 ** (turn - 1) * (1 - done / 2))


def _conduct_flag(table: RatingTable, sure: Sure) -> RaterFlag:
    of = sure.finding
    return RaterFlag(
        table.raters[of.rater], of.rule, of.statistic, of.p, sure.q, of.values, of.sentence
    )


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


def _test(screen: Screen, part: Screen, n: int, seed: int, tell: Tell = untold) -> _Tests:
    seen = screen.of(screen.table.score[:, None])
    null = _null(part, n, seed, tell)
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
    changes, late = _changes(screen, seed)
    drops = np.array([changes[i].p if i in changes else np.nan for i in range(len(r))])
    p = np.column_stack([low, low_all, np.maximum(low, falls), same, drops])
    return _Tests(
        r, r_all, fisher(r, count)[2], count, share, changes, late, p, benjamini_hochberg(p),
        null.tail.p(np.abs(seen.student[:, 0])), seen.residual[:, 0],
    )  # fmt: skip


def _changes(screen: Screen, seed: int) -> tuple[dict[int, Change], dict[int, float]]:
    """Where raters changed, by all items, and the agreement within prompts after that point."""
    table = screen.table
    (x, y), (u, v) = screen.compared(table.score)
    changes = change_points(table, x, y, screen.usable[:, 0] > 0, seed)
    late, of_rater = {}, rows_by_rater(table)
    for i, change in changes.items():
        if table.order is not None:
            rows = of_rater[i][table.order[of_rater[i]] >= table.order[change.at]]
            scale = np.sqrt((u[rows] ** 2).sum() * (v[rows] ** 2).sum())
            late[i] = float((u[rows] * v[rows]).sum() / scale) if scale > 0 else 0.0
    return changes, late


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
    tail: _Tail


def _null(screen: Screen, n: int, seed: int, tell: Tell) -> _Null:
    r, r_all, share, tail = [], [], [], _Tail()
    judged = screen.others > 0
    made = 0
    for panels in screen.panels(n, seed):
        made += panels.r.shape[1]
        tell(made / n)
        r.append(panels.r)
        r_all.append(panels.r_all)
        share.append(panels.modal_share)
        tail.add(np.abs(panels.student[judged]))
    return _Null(np.hstack(r), np.hstack(r_all), np.hstack(share), tail)


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
    kept = {i: found[i] for i in order[: int(present.sum()) // 2]}
    return _split(screen, kept, present, usual.r)


def _split(
    screen: Screen, found: dict[int, RaterFlag], present: Bools, usual: float
) -> dict[int, RaterFlag]:
    """The flags, with those of a school of its own turned into notes."""
    against = [i for i, f in found.items() if f.rule in ("uninformative", "disagrees", "inverted")]
    members = school(screen, against, present, usual)
    out = dict(found)
    for i, (among, _) in members.items():
        values = {**found[i].values, "others": len(members) - 1, "among": float(among)}
        sentence = TEMPLATES["split"].format(**values)
        out[i] = found[i]._replace(rule="split", values=values, sentence=sentence)
    return out


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
    if sure[4] and _ceased(tests, i, usual):
        return "lazy", 4
    if (sure[0] and low) or (sure[1] and low_all):
        test = 0 if tests.p[i, 0] <= np.nan_to_num(tests.p[i, 1], nan=1.0) else 1
        return ("uninformative" if high < UNINFORMATIVE_BELOW else "disagrees"), test
    return "", 0


def _ceased(tests: _Tests, i: int, usual: _Panel) -> bool:
    """Follows the others far less than usual after the change, over all and within prompts."""
    over_all = tests.changes[i].after < PANEL_SHARE * usual.r_all
    return over_all and tests.late[i] < PANEL_SHARE * usual.r


def _rater_flag(
    screen: Screen, tests: _Tests, i: int, rule: str, test: int, usual: _Panel
) -> RaterFlag:
    values = _values(screen, tests, i, rule, usual)
    statistic = values[{"constant": "share", "lazy": "after"}.get(rule, "r")]
    p, q = float(tests.p[i, test]), float(tests.q[i, test])
    sentence = TEMPLATES[rule].format(**values)
    return RaterFlag(screen.table.raters[i], rule, statistic, p, q, values, sentence)


def _values(screen: Screen, tests: _Tests, i: int, rule: str, usual: _Panel) -> dict[str, float]:
    n = int(screen.table.rater_counts[i])
    if rule == "constant":
        return {"share": float(tests.share[i]), "n": n, "panel": usual.share}
    if rule == "lazy":
        one, order = tests.changes[i], screen.table.order
        assert order is not None
        return {
            "before": one.before,
            "after": one.after,
            "at": one.n_before,
            "panel": usual.r_all,
            "n_after": n - one.n_before,
            "n": n,
            "from_order": float(order[one.at]),
        }
    return {
        "r": float(tests.r[i]), "high": float(tests.high[i]),
        "n": int(tests.n[i]), "panel": usual.r,
    }  # fmt: skip


def _rating_flags(screen: Screen, tests: _Tests, rows: Bools, rates: Rates) -> list[RatingFlag]:
    """Outlying and disputed ratings among `rows`, the largest residual first."""
    few = screen.others < MIN_OTHERS
    gate = RESIDUAL_SHARE * (screen.model.scale[1] - screen.model.scale[0])
    p = np.where(rows & (screen.others > 0), tests.rating_p, np.nan)
    q, sure = np.full(len(p), np.nan), np.zeros(len(p), dtype=bool)
    for family in (~few, few):
        q[family] = benjamini_hochberg(p[family])
        sure |= family & (np.nan_to_num(q, nan=1.0) <= rates.ratings)
    hits = np.flatnonzero(sure & (np.abs(tests.residual) > gate))
    order = hits[np.argsort(-np.abs(tests.residual[hits]), kind="stable")]
    return [_rating_flag(screen, tests, int(i), float(p[i]), float(q[i])) for i in order]


def _rating_flag(screen: Screen, tests: _Tests, i: int, p: float, q: float) -> RatingFlag:
    others, residual = int(screen.others[i]), float(tests.residual[i])
    score = float(screen.table.score[i])
    kind: Kind = "outlier" if others >= MIN_OTHERS else "disputed"
    values = {"score": score, "residual": residual, "expected": score - residual, "others": others}
    sentence = TEMPLATES[kind].format(**values)
    return RatingFlag(i, kind, residual, score - residual, p, q, values, sentence)

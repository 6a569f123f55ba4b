"""Notes about raters that leave nobody out: two schools of judging, and hurry."""

from itertools import combinations

import numpy as np
from scipy import stats

from prefdesk.ratings.agreement import MIN_RATINGS, centred
from prefdesk.ratings.sayings import TEMPLATES, RaterFlag, benjamini_hochberg
from prefdesk.ratings.table import Floats, RatingTable, sums

SCHOOL_SHARE = 0.25
"""Least part of the panel that can be a school of its own."""
SCHOOL_FROM = 0.3
"""Lower limit of the agreement of its members among themselves."""
HASTY_SHARE = 0.5
"""A hasty rater takes less than this part of the median time of the others."""


def schools(table: RatingTable, found: dict[int, RaterFlag]) -> list[RaterFlag]:
    """The flags, with those of raters who agree with one another turned into `split`.

    Raters who answer at random do not agree with each other; those who see the answers in
    another way do. Two who turn the scale around cannot be told from a school of two.
    """
    against = [c for c, f in found.items() if f.rule in ("uninformative", "disagrees", "inverted")]
    present = int((table.rater_counts > 0).sum())
    if len(against) < 2 or len(against) < SCHOOL_SHARE * present:
        return list(found.values())
    partners: dict[int, list[tuple[float, float]]] = {c: [] for c in against}
    for a, b in combinations(against, 2):
        r, low, n = _pair(table, a, b)
        if low > SCHOOL_FROM:
            partners[a].append((r, n))
            partners[b].append((r, n))
    out = []
    for code, flag in found.items():
        mine = partners.get(code, [])
        if mine and len(mine) + 1 >= max(2.0, SCHOOL_SHARE * present):
            r = float(np.average([r for r, _ in mine], weights=[n for _, n in mine]))
            values = {**flag.values, "others": len(mine), "among": r}
            said = TEMPLATES["split"].format(**values)
            flag = RaterFlag(flag.rater, "split", r, flag.p, flag.q, values, said)
        out.append(flag)
    return out


def hasty(table: RatingTable, rate: float, found: dict[int, RaterFlag]) -> list[RaterFlag]:
    """Raters far quicker than the rest, who have no other flag.

    The mean log time of a rater against a prediction from those of the others (t with as many
    degrees of freedom as there are others, less one), Benjamini-Hochberg over raters, and less
    than half of the others' median time.
    """
    if table.seconds is None:
        return []
    known = np.isfinite(table.seconds) & (table.seconds > 0)
    rows = table.rows(known)
    if rows.seconds is None or not rows.n:
        return []
    size, n = len(table.raters), rows.rater_counts
    pace = sums(rows.rater, np.log(rows.seconds), size) / np.maximum(n, 1)
    tested = n >= MIN_RATINGS
    p = np.full(size, np.nan)
    for i in np.flatnonzero(tested).tolist() if tested.sum() >= 4 else ():
        p[i] = _slower_than_all(pace[tested & (np.arange(size) != i)], float(pace[i]))
    q, out = benjamini_hochberg(p), []
    for i in np.flatnonzero(np.nan_to_num(q, nan=1.0) <= rate).tolist():
        rest = float(np.median(np.exp(pace[tested & (np.arange(size) != i)])))
        seconds = float(np.exp(pace[i]))
        if i not in found and seconds < HASTY_SHARE * rest:
            values = {"seconds": seconds, "panel": rest, "n": int(n[i])}
            said = TEMPLATES["hasty"].format(**values)
            flag = RaterFlag(
                table.raters[i], "hasty", seconds, float(p[i]), float(q[i]), values, said
            )
            out.append(flag)
    return out


def _slower_than_all(others: Floats, mine: float) -> float:
    m = len(others)
    spread = float(others.std(ddof=1)) * np.sqrt(1 + 1 / m)
    return float(stats.t.cdf((mine - float(others.mean())) / max(spread, 1e-9), m - 1))


def _pair(table: RatingTable, a: int, b: int) -> tuple[float, float, int]:
    """Correlation of two raters within prompts (or over all items), its lower limit and count."""
    mine, yours = (table.rows(table.rater == c) for c in (a, b))
    _, i, j = np.intersect1d(mine.item, yours.item, return_indices=True)
    group = mine.prompt[i] if table.grouped else np.zeros(len(i), dtype=np.int64)
    _, group = np.unique(group, return_inverse=True)
    usable = np.ones(len(i), dtype=bool)
    if len(i) < MIN_RATINGS:
        return 0.0, -1.0, len(i)
    x, free = centred(mine.score[i], group, usable)
    y, _ = centred(yours.score[j], group, usable)
    n = round(float(free.sum())) + 1
    scale = float(np.sqrt((x**2).sum() * (y**2).sum()))
    if n < MIN_RATINGS or scale < 1e-12:
        return 0.0, -1.0, n
    r = float(np.clip((x * y).sum() / scale, -0.9999, 0.9999))
    half = float(stats.norm.ppf(0.975)) / np.sqrt(n - 3)
    return r, float(np.tanh(np.arctanh(r) - half)), n

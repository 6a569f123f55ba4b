"""Holds flags against the truth of a planted table: recall, precision, and the aggregate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from prefdesk.ratings import Flags, RatingTable


class Found(NamedTuple):
    """Counts of one table: kinds of bad raters hit and missed, others hit, ratings, Spearman."""

    hit: Counter[str]
    missed: Counter[str]
    benign_hit: list[str]
    benign: int
    real_hit: list[str]
    ratings: tuple[int, int, int]
    spearman: dict[str, float]

    def row(self) -> dict[str, Any]:
        """For the report."""
        return {
            "missed": dict(self.missed),
            "benign_hit": self.benign_hit,
            "real_hit": self.real_hit,
            "ratings_tp_fp_fn": list(self.ratings),
            **{f"spearman_{k}": round(v, 4) for k, v in self.spearman.items()},
        }


class Count(NamedTuple):
    """Many tables pooled; `aside` leaves the biased raters out of what had to be found."""

    precision: float
    recall: float
    f1: float
    precision_aside: float
    recall_aside: float
    benign_share: float
    ratings_f1: float
    spearman: dict[str, float]
    found: Counter[str]
    planted: Counter[str]
    benign: Counter[str]
    real: Counter[str]

    def row(self) -> dict[str, Any]:
        """For the report."""
        kinds = {k: f"{self.found[k]}/{n}" for k, n in sorted(self.planted.items())}
        figures = {k: round(v, 4) for k, v in self._asdict().items() if isinstance(v, float)}
        spearman = {k: round(v, 4) for k, v in self.spearman.items()}
        others = {"benign_hit": dict(self.benign), "real_hit": dict(self.real)}
        return {**figures, "kinds": kinds, **others, "spearman": spearman}


def found(
    table: RatingTable,
    flags: Flags,
    truth: Mapping[str, Any],
    qualities: Mapping[str, np.ndarray],
) -> Found:
    """Hold one table's flags against the truth; only proposals to exclude count as flags."""
    named = {str(f.rater) for f in flags.raters if f.suggests_exclusion}
    bad, benign = truth["bad_raters"], truth["benign_raters"]
    kinds = {r: v["kind"] for r, v in bad.items()}
    hits = {(str(table.raters[table.rater[f.row]]), table.items[table.item[f.row]]) for f in
            flags.ratings}  # fmt: skip
    real = {h for h in hits if h[0] in truth["real_raters"]}
    spoilt = {(b["rater"], b["item"]) for b in truth["bad_ratings"]}
    return Found(
        Counter(kinds[r] for r in named if r in kinds),
        Counter(kind for r, kind in kinds.items() if r not in named),
        [benign[r]["kind"] for r in sorted(named) if r in benign],
        len(benign),
        sorted(truth["real_raters"][r] for r in named if r in truth["real_raters"]),
        (len(real & spoilt), len(real - spoilt), len(spoilt - real)),
        {k: _spearman(table, q, truth["consensus"]) for k, q in qualities.items()},
    )


def _spearman(table: RatingTable, quality: np.ndarray, consensus: Mapping[str, float]) -> float:
    code = {str(k): i for i, k in enumerate(table.items)}
    mine = [float(quality[code[item]]) for item in consensus]
    return float(stats.spearmanr(mine, list(consensus.values())).statistic)


def pooled(cases: Sequence[Found]) -> Count:
    """The figures of all tables together; real raters who were hit count as false."""
    hit = sum((c.hit for c in cases), Counter[str]())
    missed = sum((c.missed for c in cases), Counter[str]())
    benign = Counter(k for c in cases for k in c.benign_hit)
    real = Counter(k for c in cases for k in c.real_hit)
    false = benign.total() + real.total()
    aside = hit.total() - hit["bias"]
    tp, fp, fn = (sum(c.ratings[i] for c in cases) for i in range(3))
    return Count(
        _share(hit.total(), false),
        _share(hit.total(), missed.total()),
        _f1(hit.total(), false, missed.total()),
        _share(aside, false),
        _share(aside, missed.total() - missed["bias"]),
        benign.total() / max(sum(c.benign for c in cases), 1),
        _f1(tp, fp, fn),
        {k: float(np.mean([c.spearman[k] for c in cases])) for k in cases[0].spearman},
        hit, hit + missed, benign, real,
    )  # fmt: skip


def _share(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else 1.0


def _f1(tp: int, fp: int, fn: int) -> float:
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0

"""The named libraries beside the ratings room: the same work, in one process, one after the other.

Every library is optional (`pip install prefdesk[bench]`); what is not installed is left out by
name. Two are under the GPL: they are called here and nowhere in the program.
"""

import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from prefdesk.ratings import RatingTable, krippendorff
from prefdesk.ratings.coefficients import coefficients
from prefdesk.ratings.icc import block_iccs
from prefdesk.ratings.kinds import Judgements, dawid_skene, plain_bradley_terry
from tests.bench.report import Report


class Rival(NamedTuple):
    """One task: the library that does it, how we do it and how it does; each gives a figure."""

    task: str
    package: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]


def compare(report: Report, table: RatingTable, small: RatingTable) -> None:
    """How many times faster than each library; `table` is for alpha, `small` for the rest."""
    for rival in _rivals(table, small):
        if find_spec(rival.package) is None:
            why = f"the package {rival.package} is not installed"
            report.runs.append({"run": rival.task, "left_out": why})
            continue
        rival.theirs()  # imports and warms up
        (ours, found), (theirs, other) = _cpu(rival.ours), _cpu(rival.theirs)
        row = {"run": rival.task, "library": rival.package, "ours": found, "theirs": other}
        times = round(theirs / max(ours, 1e-6), 2)
        report.runs.append(
            {**row, "our seconds": ours, "their seconds": theirs, "times as fast": times}
        )


def _rivals(table: RatingTable, small: RatingTable) -> Iterator[Rival]:
    yield Rival(
        f"ordinal alpha, {table.n} ratings",
        "krippendorff",
        lambda: krippendorff(table, "ordinal"),
        lambda: _their_alpha(table),
    )
    block = _block(small.n // 10)
    yield Rival(
        f"five ICCs of {small.n // 10} answers by 10 raters",
        "pingouin",
        lambda: _named(block_iccs(block, draws=2), "icc_2_1"),
        lambda: _their_icc(block),
    )
    same = _block(small.n // 5, raters=5)
    yield Rival(
        f"Fleiss' kappa (ours: with five more), {small.n} ratings",
        "statsmodels",
        lambda: _named(coefficients(same, draws=2), "fleiss_kappa"),
        lambda: _their_fleiss(same),
    )
    labels = np.digitize(small.score, [4.5, 7.5])
    yield Rival(
        f"Dawid-Skene, {small.n} labels",
        "crowdkit",
        lambda: _our_dawid_skene(small, labels),
        lambda: _their_dawid_skene(small, labels),
    )
    won, lost = _pairs(200, small.n)
    pairs = Judgements.from_pairs([0] * len(won), won, lost, [1.0] * len(won))
    yield Rival(
        f"Bradley-Terry, {small.n} pairs of 200 answers",
        "choix",
        lambda: float(np.std(plain_bradley_terry(pairs))),
        lambda: _their_bradley_terry(won, lost),
    )


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def _named(found: tuple[Any, ...], form: str) -> float:
    return float(next(f.these.value for f in found if f.form == form))


def _block(items: int, raters: int = 10) -> RatingTable:
    """A complete block of whole scores from 0 to 10."""
    rng = np.random.default_rng(0)
    item, rater = np.repeat(np.arange(items), raters), np.tile(np.arange(raters), items)
    raw = 5 + 1.8 * rng.standard_normal(items)[item] + rng.standard_normal(len(item))
    keys = tuple(range(items))
    score = np.clip(np.rint(raw), 0, 10)
    return RatingTable(rater, item, score, item, tuple(range(raters)), keys, keys, np.arange(items))


def _pairs(items: int, n: int) -> tuple[list[int], list[int]]:
    rng = np.random.default_rng(0)
    strength = rng.standard_normal(items)
    a = rng.integers(items, size=n)
    b = (a + rng.integers(1, items, size=n)) % items
    first = rng.random(n) < 1 / (1 + np.exp(strength[b] - strength[a]))
    return np.where(first, a, b).tolist(), np.where(first, b, a).tolist()


def _counts(table: RatingTable) -> np.ndarray:
    """Items x values from 0 to 10: how many raters gave it."""
    cell = table.item * 11 + table.score.astype(np.int64)
    return np.bincount(cell, minlength=11 * len(table.items)).reshape(-1, 11)


def _their_alpha(table: RatingTable) -> float:
    import krippendorff as peer  # type: ignore[import-not-found]

    counts = _counts(table)
    domain = np.arange(11)
    found = peer.alpha(value_counts=counts, value_domain=domain, level_of_measurement="ordinal")
    return float(found)


def _their_icc(table: RatingTable) -> float:
    import pandas as pd
    import pingouin  # type: ignore[import-not-found]

    frame = pd.DataFrame({"item": table.item, "rater": table.rater, "score": table.score})
    found = pingouin.intraclass_corr(frame, targets="item", raters="rater", ratings="score")
    return float(found["ICC"].iloc[1])


def _their_fleiss(table: RatingTable) -> float:
    from statsmodels.stats.inter_rater import fleiss_kappa  # type: ignore[import-not-found]

    return float(fleiss_kappa(_counts(table)))


def _our_dawid_skene(table: RatingTable, labels: np.ndarray) -> float:
    columns = table.rater.tolist(), table.item.tolist(), labels.tolist()
    found = dawid_skene(*columns, prior=False, max_steps=100, tolerance=1e-5)
    return float(found.prior[0])


def _their_dawid_skene(table: RatingTable, labels: np.ndarray) -> float:
    import pandas as pd
    from crowdkit.aggregation import DawidSkene  # type: ignore[import-not-found]

    frame = pd.DataFrame({"task": table.item, "worker": table.rater, "label": labels})
    return float(DawidSkene(n_iter=100).fit(frame).priors_[0])


def _their_bradley_terry(won: list[int], lost: list[int]) -> float:
    import choix  # type: ignore[import-not-found]

    pairs = list(zip(won, lost, strict=True))
    return float(np.std(choix.ilsr_pairwise(200, pairs, alpha=1e-4)))

"""Simulated desks whose people judge by label, pair, ranking and score, with known qualities."""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.kinds import Judged, Judgements, judge

ANSWERS = 4
LIMITS, STATED = (3.5, 7.0), (2.5, 7.5)
"""Thresholds of labels: to be found where there are scores, else as stated (no data tell them)."""


class Desk(NamedTuple):
    """Judgements, and the quality of each item code."""

    table: Judgements
    quality: np.ndarray


def desk(
    kinds: str,
    seed: int,
    *,
    prompts: int = 30,
    raters: int = 6,
    careless: dict[int, float] | None = None,
) -> Desk:
    """`kinds` names what people give; each `careless` rater reverses that share of comparisons."""
    rng, careless = np.random.default_rng(seed), careless or {}
    n = prompts * ANSWERS
    quality = 5.5 + rng.standard_normal(prompts).repeat(ANSWERS) + 1.3 * rng.standard_normal(n)
    bias, noise = 0.8 * rng.standard_normal(raters), rng.uniform(0.7, 1.6, raters)
    limits = LIMITS if "scores" in kinds else STATED
    rows: dict[str, list] = {"scores": [], "labels": [], "pairs": [], "rankings": []}
    for i in range(n):
        for r in rng.choice(raters, 3, replace=False).tolist():
            seen = float(quality[i] + bias[r] + noise[r] * rng.standard_normal())
            rows["scores"].append((r, i, seen))
            rows["labels"].append((r, i, int(np.searchsorted(limits, seen))))
    for p in range(prompts):
        items = np.arange(p * ANSWERS, (p + 1) * ANSWERS)
        for r in rng.choice(raters, 3, replace=False).tolist():
            reverse = rng.random() < careless.get(r, 0)
            order = np.argsort(-(quality[items] + rng.gumbel(size=ANSWERS)))
            order = order[::-1] if reverse else order
            rows["rankings"].append((r, items[order].tolist(), list(range(ANSWERS))))
        for a in range(ANSWERS):
            for b in range(a):
                for r in rng.choice(raters, 2, replace=False).tolist():
                    chance = 1 / (1 + np.exp(quality[items[b]] - quality[items[a]]))
                    won = (rng.random() < chance) != (rng.random() < careless.get(r, 0))
                    rows["pairs"].append((r, int(items[a]), int(items[b]), float(won)))
    given = {k: v for k, v in rows.items() if k in kinds.split()}
    if "scores" in given and "labels" in given:  # each opinion is given one way, not both
        given = {k: v[i::2] for i, (k, v) in enumerate(given.items())}
    table = Judgements.of(**given, prompts={i: i // ANSWERS for i in range(n)})
    return Desk(table, quality[list(table.items)])


def covered(found: Judged, truth: np.ndarray, z: float = 1.645) -> float:
    """Share of the 90 % intervals of differences within prompts that hold the true difference."""
    owner = found.table.item_prompt
    a, b = np.nonzero((owner[:, None] == owner) & np.tri(len(owner), k=-1, dtype=bool))
    gap = found.quality[a] - found.quality[b]
    return float(np.mean(np.abs(gap - truth[a] + truth[b]) < z * found.difference_sds(a, b)))


def coverage(kinds: str, seeds: range) -> float:
    """The mean over simulated desks."""
    shares = []
    for seed in seeds:
        made = desk(kinds, seed)
        shares.append(covered(judge(made.table), made.quality))
    return float(np.mean(shares))

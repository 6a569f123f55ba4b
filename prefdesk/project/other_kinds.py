"""`prefdesk agree --pairs` and `--rankings`: what comparisons say about items and raters."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from prefdesk.errors import InputError
from prefdesk.formats.rating_columns import Pairs, Ranks
from prefdesk.ratings import Interval
from prefdesk.ratings.kinds import Judged, Judgements, compare, comparison_raters

TIE = 0.5


def pairs(read: Pairs, *, seed: int = 0) -> dict[str, Any]:
    """Strength of each item in logits, and how far each rater's pairs can be believed.

    Raises `InputError` for an item that stands in two groups.
    """
    owners = _owners([*read.winner, *read.loser], [*read.group, *read.group])
    outcomes = [TIE if tie else 1.0 for tie in read.tie]
    table = Judgements.from_pairs(read.rater, read.winner, read.loser, outcomes, owners)
    return {"n_pairs": len(read.rater), "n_ties": sum(read.tie)} | _document(
        table, [f"{len(read.bad)} rows could not be read and stay out."] if read.bad else [], seed
    )


def rankings(read: Ranks, *, seed: int = 0) -> dict[str, Any]:
    """The same for rankings, one of each rater and group. Errors as `pairs`."""
    owners = _owners(read.item, read.group)
    table = Judgements.from_rankings(read.rater, read.group, read.item, read.rank, owners)
    n = len(set(zip(read.rater, read.group, strict=True)))
    return {"n_rankings": n} | _document(
        table, [f"{len(read.bad)} rows could not be read and stay out."] if read.bad else [], seed
    )


def _owners(items: list[str], groups: list[str]) -> Mapping[Any, Any] | None:
    """Each item's group; None where no row names one."""
    if not any(groups):
        return None
    owner: dict[Any, Any] = {}
    for item, group in zip(items, groups, strict=True):
        if owner.setdefault(item, group) != group:
            raise InputError(
                f"The item {item[:40]!r} stands in two groups.",
                "Give it another name in each group, such as group|item.",
            )
    return owner


def _document(table: Judgements, notes: list[str], seed: int) -> dict[str, Any]:
    found = compare(table, seed=seed)
    raters = comparison_raters(table, found, seed=seed)
    n_sets = len(np.unique(found.component[found.component >= 0]))
    warnings = [*notes, *([found.note] if found.note else [])]
    return {
        "n_raters": len(table.raters),
        "n_items": len(table.items),
        "components": n_sets,
        "verdict": found.verdict.word,
        "verdict_sentence": found.verdict.sentence,
        "reliability": _interval(found.verdict.reliability),
        "raters": [
            {
                "rater": r.rater,
                "n": r.n,
                "reliability": _interval(r.reliability),
                "agreement": _interval(r.agreement),
                "excluded_suggested": r.suspicious,
                "flags": [{"rule": "unreliable", "p": r.p, "q": r.q, "reason": r.reason}]
                if r.suspicious
                else [],
            }
            for r in raters
        ],
        "items": _items(found),
        "warnings": warnings,
    }


def _items(found: Judged) -> list[dict[str, Any]]:
    """Best first within each set of items that comparisons join."""
    columns = (found.quality, found.se, found.component, found.table.item_n)
    rows = zip(found.items, *(c.tolist() for c in columns), strict=True)
    body = [
        {"item": i, "quality": _known(q), "se": _known(s), "set": c, "n": n}
        for i, q, s, c, n in rows
    ]
    return sorted(body, key=lambda r: (r["set"], -(r["quality"] or 0.0)))


def _interval(found: Interval) -> dict[str, Any]:
    low, high = _known(found.low), _known(found.high)
    known = low is not None and high is not None
    return {"value": _known(found.value), "ci": [low, high] if known else None}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None

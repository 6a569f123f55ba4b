"""`agree` on pairs and rankings: strengths of the items, and whom of the raters to believe."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from prefdesk.errors import BadRow
from prefdesk.formats.rating_columns import Pairs, Ranks
from prefdesk.project.ranges import finite
from prefdesk.ratings import Interval
from prefdesk.ratings.kinds import Judged, Judgements, compare, comparison_raters

Document = dict[str, Any]

LOGITS = (
    "Qualities of comparisons alone are in logits around 0: an item one above another is "
    "preferred in 73 of 100 comparisons."
)
TOO_FEW = "There are too few comparisons that others say something about."


def pairs(read: Pairs, *, fdr: float = 0.05, seed: int = 0) -> Document:
    """The document of comparisons: `rater` judged `winner` better than `loser`, or a tie."""
    notes = _left_out(read.bad)
    winner, loser = _named(read.winner, read.loser, read.group, notes)
    prompts = _prompts([*winner, *loser], [*read.group, *read.group])
    table = Judgements.from_pairs(
        read.rater, winner, loser, [0.5 if t else 1.0 for t in read.tie], prompts
    )
    won: dict[str, float] = {}
    for one, other, tie in zip(winner, loser, read.tie, strict=True):
        won[one] = won.get(one, 0.0) + (0.5 if tie else 1.0)
        won[other] = won.get(other, 0.0) + (0.5 if tie else 0.0)
    head = {"kind": "pairs", "n_pairs": len(winner), "n_ties": sum(read.tie)}
    return head | _document(table, lambda item, n: {"share_won": won[item] / n}, notes, fdr, seed)


def rankings(read: Ranks, *, fdr: float = 0.05, seed: int = 0) -> Document:
    """The document of rankings: a rater's places (1 is best) of the items of a group."""
    notes = _left_out(read.bad)
    if not any(read.group):
        notes.append("No column names a prompt: all items of a rater were taken as one ranking.")
    item, _ = _named(read.item, [], read.group, notes)
    keep = _compared(read, notes)
    rater, group, item = ([c[i] for i in keep] for c in (read.rater, read.group, item))
    rank = [read.rank[i] for i in keep]
    prompts = _prompts(item, group)
    table = Judgements.from_rankings(rater, group, item, rank, prompts)
    places: dict[str, list[float]] = {}
    for name, place in zip(item, rank, strict=True):
        places.setdefault(name, []).append(place)
    head = {"kind": "rankings", "n_rankings": table.n}

    def mean_place(name: str, _: int) -> Document:
        return {"mean_rank": sum(places[name]) / len(places[name])}

    return head | _document(table, mean_place, notes, fdr, seed)


def _document(
    table: Judgements,
    plain: Callable[[str, int], Document],
    notes: list[str],
    fdr: float,
    seed: int,
) -> Document:
    if table.n == 0:
        return _nothing(notes, seed)
    fit = compare(table, seed=seed)
    counts, se = table.item_n, fit.se
    items = [
        {"item": name, "n": int(counts[i]), **plain(str(name), int(counts[i])),
         "quality": finite(float(fit.quality[i])), "se": finite(float(se[i])),
         "set": int(fit.component[i])}
        for i, name in enumerate(table.items)
    ]  # fmt: skip
    reliability = _figure(fit.verdict.reliability)
    if reliability["value"] is None:
        reliability["reason"] = fit.verdict.sentence
    return {
        "n_raters": len(table.raters),
        "n_items": len(table.items),
        "verdict": fit.verdict.word,
        "verdict_sentence": fit.verdict.sentence,
        "reliability": reliability,
        "raters": _raters(table, fit, fdr, seed),
        "items": sorted(items, key=lambda i: (i["set"], -(i["quality"] or 0.0))),
        "components": len(np.unique(fit.component[fit.component >= 0])),
        "rate": fdr,
        "seed": seed,
        "warnings": [*notes, *([fit.note] if fit.note else []), LOGITS],
    }


def _raters(table: Judgements, fit: Judged, fdr: float, seed: int) -> list[Document]:
    found = []
    for r in comparison_raters(table, fit, fdr=fdr, seed=seed):
        flags = [{"rule": "unreliable", "p": r.p, "q": r.q, "reason": r.reason}]
        reliability = _figure(r.reliability)
        if reliability["value"] is None:
            reliability["reason"] = TOO_FEW
        found.append(
            {
                "rater": r.rater,
                "n": r.n,
                "reliability": reliability,
                "agreement": _figure(r.agreement),
                "excluded_suggested": bool(r.suspicious),
                "flags": flags if r.suspicious else [],
            }
        )
    return found


def _nothing(notes: list[str], seed: int) -> Document:
    why = "No ranking holds two items, so nothing is compared."
    unknown = {"value": None, "ci": None, "reason": why}
    return {
        "n_raters": 0, "n_items": 0, "verdict": "not_estimable", "verdict_sentence": why,
        "reliability": unknown, "raters": [], "items": [], "components": 0, "seed": seed,
        "warnings": [*notes, why],
    }  # fmt: skip


def _figure(found: Interval) -> Document:
    known = all(math.isfinite(v) for v in (found.low, found.high))
    return {"value": finite(found.value), "ci": [found.low, found.high] if known else None}


def _named(
    first: Sequence[str], second: Sequence[str], groups: Sequence[str], notes: list[str]
) -> tuple[list[str], list[str]]:
    """Names that stand under several groups mean several items, called group|name."""
    owners: dict[str, set[str]] = {}
    for names in (first, second):
        for name, group in zip(names, groups, strict=False):
            owners.setdefault(name, set()).add(group)
    several = {name for name, found in owners.items() if len(found) > 1}
    if several:
        notes.append(
            f"{len(several)} items stand under more than one prompt; each was taken as another "
            "item under each, called prompt|item."
        )

    def called(names: Sequence[str]) -> list[str]:
        both = zip(names, groups, strict=False)
        return [f"{g}|{n}" if n in several else n for n, g in both]

    return called(first), called(second)


def _prompts(items: Sequence[str], groups: Sequence[str]) -> Mapping[Hashable, Hashable] | None:
    """The group of each item; None where no column names one."""
    return dict(zip(items, groups, strict=True)) if any(groups) else None


def _compared(read: Ranks, notes: list[str]) -> list[int]:
    """Rows of rankings with two items or more; of an item ranked twice the last row."""
    last: dict[tuple[str, str, str], int] = {}
    for i, cell in enumerate(zip(read.rater, read.group, read.item, strict=True)):
        last[cell] = i
    size: dict[tuple[str, str], int] = {}
    for rater, group, _ in last:
        size[rater, group] = size.get((rater, group), 0) + 1
    keep = sorted(i for (rater, group, _), i in last.items() if size[rater, group] > 1)
    if len(last) < len(read.item):
        notes.append(
            f"{len(read.item) - len(last)} rows rank an item that the same rater ranks further "
            "down; the last place counts."
        )
    alone = sum(n == 1 for n in size.values())
    if alone:
        notes.append(f"{alone} rankings hold one item only, which compares nothing.")
    return keep


def _left_out(bad: Sequence[BadRow]) -> list[str]:
    if not bad:
        return []
    shown = "; ".join(f"line {b.line}: {b.reason}" for b in bad[:3])
    more = f"; and {len(bad) - 3} more" if len(bad) > 3 else ""
    return [f"Rows left out because they cannot be used: {shown}{more}."]

"""Where labels lie beside scores, and one quality from both where people gave both.

A label alone is taken to lie at a stated point. Where answers of a criterion were judged both
ways, each kind has its own link to one quality: labels lie between thresholds that the answers
judged both ways tell (`ratings.kinds`). Figures about raters need every judgement on one scale;
there a label stands at the mean score that would have been given in its place.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from prefdesk.ratings.kinds import Judged, Judgements, fitted_label_points, judge
from prefdesk.records import LABEL_POINTS, Rating

OVERLAP = 8
"""Answers judged both ways from which on the points of labels are estimated."""
MOST = 20_000
"""With more judgements the points come from a part of the prompts, and rewards from the points."""

Points = tuple[float, ...]


@dataclass(frozen=True)
class Labels:
    """Where labels went in: `points` of the scale, whether they were estimated, and the qualities
    from both kinds through their own links (None: through the points)."""

    points: Points = LABEL_POINTS
    fitted: bool = False
    joint: Judged | None = None


STATED = Labels()


def overlap(rows: Sequence[Rating]) -> int:
    """How many answers have both a score and a label."""
    items: dict[str, set[int]] = {"score": set(), "label": set()}
    for r in rows:
        items[r.kind].add(r.completion_id)
    return len(items["score"] & items["label"])


def labels_of(rows: Sequence[Rating], credibility: Mapping[Hashable, float]) -> Labels:
    """Estimate where labels lie from the ratings of one criterion, if enough answers have both."""
    if overlap(rows) < OVERLAP:
        return STATED
    whole = len(rows) <= MOST
    table = _judgements(rows if whole else _part(rows))
    found = judge(table, credibility={k: v for k, v in credibility.items() if v > 0})
    return Labels(fitted_label_points(found), True, found if whole else None)


def _judgements(rows: Sequence[Rating]) -> Judgements:
    return Judgements.of(
        scores=((r.rater_id, r.completion_id, r.value) for r in rows if r.kind == "score"),
        labels=((r.rater_id, r.completion_id, int(r.value)) for r in rows if r.kind == "label"),
        prompts={r.completion_id: r.prompt_id for r in rows},
    )


def _part(rows: Sequence[Rating]) -> list[Rating]:
    """Whole prompts, those with most answers judged both ways first, up to `MOST` ratings."""
    of_prompt: dict[int, list[Rating]] = {}
    for r in rows:
        of_prompt.setdefault(r.prompt_id, []).append(r)
    taken: list[Rating] = []
    for mine in sorted(of_prompt.values(), key=overlap, reverse=True):
        if len(taken) + len(mine) <= MOST:
            taken += mine
    return taken

"""Where labels lie beside scores, and one quality from both where people gave both.

A label alone is taken to lie at a stated point. Where answers of a criterion were judged both
ways, each kind has its own link to one quality: labels lie between thresholds that the answers
judged both ways tell (`ratings.kinds`). Figures about raters need every judgement on one scale;
there a label stands at the mean score that would have been given in its place.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from prefdesk.ratings.kinds import Judged, Judgements, fitted_label_points, judge
from prefdesk.records import LABEL_POINTS, Rating
from prefdesk.store.columns import Columns

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


def overlap(rows: Columns) -> int:
    """How many answers have both a score and a label."""
    return len(_both(rows))


def _both(rows: Columns) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The answers that have both."""
    found = np.intersect1d(rows.completion[rows.label], rows.completion[~rows.label])
    return np.asarray(found, dtype=np.int64)


def labels_of(rows: Columns, credibility: Mapping[Hashable, float]) -> Labels:
    """Estimate where labels lie from the ratings of one criterion, if enough answers have both."""
    if not rows.label.any() or overlap(rows) < OVERLAP:
        return STATED
    whole = len(rows) <= MOST
    table = _judgements(list(rows if whole else _part(rows)))
    found = judge(table, credibility={k: v for k, v in credibility.items() if v > 0})
    return Labels(fitted_label_points(found), True, found if whole else None)


def _judgements(rows: Sequence[Rating]) -> Judgements:
    return Judgements.of(
        scores=((r.rater_id, r.completion_id, r.value) for r in rows if r.kind == "score"),
        labels=((r.rater_id, r.completion_id, int(r.value)) for r in rows if r.kind == "label"),
        prompts={r.completion_id: r.prompt_id for r in rows},
    )


def _part(rows: Columns) -> Columns:
    """Whole prompts, those with most answers judged both ways first, up to `MOST` ratings."""
    answers, first = np.unique(rows.completion, return_index=True)
    both = np.isin(answers, _both(rows))
    prompts, seen, of_row = np.unique(rows.prompt, return_index=True, return_inverse=True)
    n_both = np.bincount(of_row[first], both, len(prompts))
    sizes = np.bincount(of_row, minlength=len(prompts)).tolist()
    taken = np.zeros(len(prompts), dtype=bool)
    turn, n = np.full(len(prompts), -1), 0
    for place, prompt in enumerate(np.lexsort((seen, -n_both)).tolist()):
        if n + sizes[prompt] <= MOST:
            taken[prompt], turn[prompt], n = True, place, n + sizes[prompt]
    chosen = np.flatnonzero(taken[of_row])
    return rows.take(chosen[np.argsort(turn[of_row[chosen]], kind="stable")])

"""What was found about how a rater works, before it becomes a flag."""

from collections.abc import Mapping
from typing import NamedTuple

TEMPLATES: dict[str, str] = {
    "checks": "Missed {missed} of {n} attention checks (the others miss {panel:.0%}).",
    "hurried": "{share:.0%} of {n} ratings took less time than hardly anybody needs for a text of "
    "that length.",
    "hasty": "Takes {seconds:.0f} seconds for a rating where the others take {panel:.0f}.",
    "runs": "Gave the same score, {score:g}, {run} times in a row; in a random order of these "
    "scores the longest run would be about {usual:.0f}.",
    "drift": "The scores move by {change:+.1f} points from the first to the last of {n} ratings, "
    "compared with what the others say.",
    "biased": "Scores {bias:+.1f} points from the panel on the same answers (over {n} ratings). "
    "This is corrected and no reason to leave anybody out.",
    "echo": "The scores repeat those of one other rater (r = {r:.2f} over {n} shared answers; the "
    "next best agreement is {next:.2f}). Unless they worked apart, count the two as one.",
    "own_taste": "Differs from the others by {inconsistency:.1f} points a rating, but from their "
    "own second rating by {own:.1f} only (over {n} pairs): a taste, not carelessness.",
}
"""One sentence for each rule, filled with the values of its finding."""

PROPOSES = frozenset({"checks"})
"""Rules that are grounds for leaving a rater out; the others are notes."""


class Finding(NamedTuple):
    """One test of one rater (by code): `large` says whether the effect is worth a flag."""

    rater: int
    rule: str
    statistic: float
    p: float
    large: bool
    values: Mapping[str, float]

    @property
    def sentence(self) -> str:
        """The finding in plain English."""
        return TEMPLATES[self.rule].format(**self.values)

"""How raters work: checks, time, runs, drift, agreement with oneself and bias.

Missed checks are grounds for leaving somebody out; the rest are notes, and nobody loses a rating
for being quick, kind or of another taste. The tests of checks share one Benjamini-Hochberg
family, with most of the rate, and the notes another: biases are many and sure, and in one family
they would loosen the limit for everything else.
"""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from prefdesk.ratings.checks import missed_checks, standing_out
from prefdesk.ratings.constancy import biases, drifts, tastes
from prefdesk.ratings.echoes import echoes
from prefdesk.ratings.effort import hasty, hurried, runs
from prefdesk.ratings.findings import PROPOSES, Finding
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import RatingTable

PROOFS_SHARE = 0.8
"""What the tests of checks have of the rate, where there are any."""


class Sure(NamedTuple):
    """A finding that passed its family's rate and the gate on its size."""

    finding: Finding
    q: float

    @property
    def suggests_exclusion(self) -> bool:
        """True if it is grounds for leaving the rater out."""
        return self.finding.rule in PROPOSES


def conduct(
    table: RatingTable,
    model: RaterModel,
    *,
    rate: float,
    checks: Mapping[Hashable, tuple[int, int]] | None = None,
    lengths: Mapping[Hashable, float] | None = None,
    seed: int = 0,
) -> list[Sure]:
    """What stands out in the way raters work, the surest first; `rate` is for all of it.

    `checks` maps raters to (found, missed), `lengths` items to the length of their text. Tests
    that need an order or times which the table does not have are left out.
    """
    if table.n == 0:
        return []
    notes = [*runs(table, seed), *drifts(table, model), *biases(table, model)]
    notes += [*tastes(table, model), *echoes(table)]
    notes += hurried(table, lengths) if lengths else hasty(table)
    proofs = missed_checks(table, checks or {}, PROOFS_SHARE * rate)
    rest = (1 - PROOFS_SHARE) * rate if proofs else rate
    passed = [*standing_out(proofs, PROOFS_SHARE * rate), *standing_out(notes, rest)]
    sure = [Sure(finding, q) for finding, q in passed]
    return sorted(sure, key=lambda s: (not s.suggests_exclusion, s.finding.p))

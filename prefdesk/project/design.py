"""Who judged what, as the report says it, and what that allows to be said."""

import numpy as np

from prefdesk import ratings
from prefdesk.project.ranges import finite
from prefdesk.project.report import DesignReport, PairAgreement
from prefdesk.ratings import overlap
from prefdesk.ratings.agreement import MIN_RATINGS

LEAN = 0.2
"""Correlation of how often an answer was judged with its quality from which it is mentioned."""


def pair_agreement(table: ratings.RatingTable) -> tuple[PairAgreement, ...]:
    """How far every two raters agree; `table.raters` are ids."""
    found = overlap.pairs(table)
    ids = [int(table.raters[i]) for i in found.raters]
    return tuple(
        PairAgreement(a, b, finite(float(found.r[i, j])), int(found.n[i, j]))
        for i, a in enumerate(ids)
        for j, b in enumerate(ids[i + 1 :], i + 1)
    )


def design_report(table: ratings.RatingTable, model: ratings.RaterModel) -> DesignReport:
    """Who judged what, and what follows from it for what can be said."""
    times, answers = np.unique(table.item_counts[table.item_counts > 0], return_counts=True)
    coverage = tuple((int(t), int(a)) for t, a in zip(times, answers, strict=True))
    components = overlap.components(table)
    return DesignReport(coverage, components, warnings_of(table, model, components))


def warnings_of(
    table: ratings.RatingTable, model: ratings.RaterModel, components: int
) -> tuple[str, ...]:
    """What these data cannot say, in sentences."""
    raters, counts = int((table.rater_counts > 0).sum()), table.item_counts
    shared, items = int((counts >= 2).sum()), int((counts > 0).sum())
    said = []
    if raters == 1:
        said.append("One rater alone: nothing can be said about agreement, nor about his bias.")
    elif shared == 0:
        said.append(
            "No item was judged by two raters: agreement and biases cannot be measured, and "
            "differences between raters cannot be told from differences between their items."
        )
    elif components > 1:
        said.append(
            f"The raters fall into {components} sets that no shared item joins: biases and "
            "qualities can be compared within a set only."
        )
    if items == 1:
        said.append("One item alone: nobody can say whether raters would rank items alike.")
    if table.n and np.ptp(table.score) == 0:
        said.append("All scores are the same: agreement beyond chance is not defined.")
    if 1 < shared < items / 2:
        said.append(f"Only {shared} of {items} items were judged by two raters or more.")
    if table.n < MIN_RATINGS:
        said.append(f"There are {table.n} ratings; figures are given from {MIN_RATINGS} on.")
    lean = overlap.lean(table, model)
    if abs(lean) >= LEAN:
        which = "better" if lean > 0 else "worse"
        said.append(
            f"Items judged {which} have more ratings (r = {lean:.2f}): if raters chose what to "
            "judge by how good it is, means and agreement lean."
        )
    return tuple(said)

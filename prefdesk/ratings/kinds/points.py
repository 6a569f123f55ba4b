"""Where labels lie on the scale of scores, told by the answers that people gave both ways."""

import numpy as np

from prefdesk.ratings.kinds import links
from prefdesk.ratings.kinds.judged import Judged
from prefdesk.ratings.kinds.latent import limits
from prefdesk.ratings.table import Floats
from prefdesk.records import LABEL_POINTS

FEWEST = 8
"""A label that was given less often keeps its stated point."""


def fitted_label_points(
    found: Judged, stated: tuple[float, ...] = LABEL_POINTS
) -> tuple[float, ...]:
    """The mean score that would have been given where each label was, in points.

    Without scores in the table nothing can be said and the stated points come back; so does a
    label's own where it is rare.
    """
    table = found.table
    if not len(table.scores.value) or not len(table.labels.value):
        return stated
    hidden, said = _hidden_scores(found), table.labels.value
    return tuple(
        float(hidden[said == k].mean()) if (said == k).sum() >= FEWEST else stated[k]
        for k in range(table.n_labels)
    )


def _hidden_scores(found: Judged) -> Floats:
    """Expected score behind each label, at the estimated quality and bias."""
    state = found.state
    rater, item, _ = found.table.labels
    centre = state.quality[item] + state.bias[rater]
    lower, upper = limits(state.problem, state.hyper, centre, state.shared)
    log_p = links.interval_chance(lower, upper)
    lift = links.density_ratio(lower, log_p) - links.density_ratio(upper, log_p)
    return centre + np.sqrt(state.hyper.noise[rater]) * lift

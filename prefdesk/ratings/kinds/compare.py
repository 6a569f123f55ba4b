"""Plain Bradley-Terry and Plackett-Luce, as other packages fit them, for comparison and tests."""

import numpy as np

from prefdesk.errors import InputError
from prefdesk.ratings.kinds.latent import Hyper, Problem, solve
from prefdesk.ratings.kinds.tables import Judgements
from prefdesk.ratings.table import Floats

PENALTY = 1e-4


def plain_bradley_terry(table: Judgements, alpha: float = PENALTY) -> Floats:
    """Strengths in logits per item by maximum likelihood less `alpha` times their squares.

    All raters count alike. Only differences within a connected component mean anything. Raises
    InputError where there are ties, which this model does not know, and without comparisons.
    """
    if (table.pairs.outcome == 0.5).any():
        raise InputError("The plain Bradley-Terry model knows no ties.", "Use the full model.")
    return _plain(table, alpha)


def plain_plackett_luce(table: Judgements, alpha: float = PENALTY) -> Floats:
    """Strengths in logits per item from rankings, as `plain_bradley_terry` from pairs."""
    return _plain(table, alpha)


def _plain(table: Judgements, alpha: float) -> Floats:
    if not len(table.pairs.rater) and not table.rankings:
        raise InputError("There are no comparisons to fit.")
    if alpha <= 0:
        raise InputError("The penalty must be above 0.")
    none = np.zeros(0)
    problem = Problem(table, none, 1.0, none.astype(bool))
    ones = np.ones(len(table.raters))
    hyper = Hyper(1 / (2 * alpha), 0.0, 1.0, 1.0, ones, ones, 0.0, 1.0)
    return solve(problem, hyper).quality

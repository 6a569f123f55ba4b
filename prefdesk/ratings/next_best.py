"""By how much one more rating of an item cuts the uncertainty of its prompt's advantages.

Given the biases, the covariance of one prompt's qualities is C = diag(D) + U a a' (`posterior`).
One more rating of item j with noise variance v changes it by the rank-one update

    C' = C - c_j c_j' / (C_jj + v),     c_j the j-th column of C.

The advantages of a group of k are A q with A = (k I - 1 1') / (k - 1), so the sum of their
variances falls by |A c_j|^2 / (C_jj + v). Biases are known from many items; what is left of
their uncertainty is the same in all items that the same people rated, and is not counted.
"""

from typing import NamedTuple

import numpy as np

from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Floats, sums


class Gains(NamedTuple):
    """Per item, in units of the reward squared (within-prompt variance 1).

    `gain`: by how much one more rating of it is expected to cut the sum of the variances of its
    prompt's advantages. `variance`: that of its own advantage now.
    """

    gain: Floats
    variance: Floats


def next_best(model: RaterModel, noise: float | None = None) -> Gains:
    """The gain of one more rating of each item of the model's table, unrated ones included.

    `noise` is the variance of one more rating in points squared; by default that of the panel:
    1 / mean precision. Items alone with their prompt have no advantage, and gain nothing; where
    prompts form no groups, all items are compared with each other.
    """
    post = model.posterior
    design = post.design
    D, shrink = post.D, post.shrink
    owner = design.table.item_prompt if design.groups else np.zeros(design.n_items, np.int64)
    U = post.U[design.table.item_prompt]
    n_groups = int(owner.max()) + 1
    k = np.bincount(owner, minlength=n_groups)[owner].astype(np.float64)
    v = model.s0_2 if noise is None else noise
    mean_shrink = sums(owner, shrink, n_groups)[owner] / k
    apart = shrink - mean_shrink
    spread = sums(owner, apart**2, n_groups)[owner]
    # c_j = D_j e_j + U a_j a; centred over the group it is D_j (e_j - 1/k) + U a_j (a - mean a).
    lift = U * shrink
    centred = D**2 * (1 - 1 / k) + 2 * D * lift * apart + lift**2 * spread
    many = k > 1
    scale = np.where(many, k / np.where(many, k - 1, 1), 0.0) ** 2 / model.tau2
    own = D + U * shrink**2
    gain = scale * centred / (own + v)
    mean_D = sums(owner, D, n_groups)[owner] / k
    contrast = D * (1 - 2 / k) + mean_D / k + U * apart**2
    return Gains(gain, scale * contrast)

"""How sure the estimates are: posterior variances of items and pairs, and of the variances.

With few items or raters the variances themselves are uncertain, and intervals that take them as
known cover too little. Around their maximum the log variances are taken as jointly normal with
the curvature of the objective (Laplace's approximation; the gradient comes from the E step, its
derivative by central differences). A fixed set of draws from that normal carries the
uncertainty through: total variance = mean of the variances + spread of the means.
"""

import numpy as np
from scipy import sparse

from prefdesk.ratings.em import EXACT_CELLS, Em, logs
from prefdesk.ratings.posterior import Posterior, solve
from prefdesk.ratings.table import Floats, Ints

DRAWS = 32
"""Draws of the variances; half of them mirror the other half."""

_STEP = 0.1
_MAX_DIRECTIONS = 100
_LEAST_CURVATURE = 0.5
"""No log variance is taken to be less certain than the weakest prior would leave it."""


def item_variance(post: Posterior) -> Floats:
    """Posterior variance of each quality, given the variances."""
    out = post.D + post.shrink**2 * post.U[post.design.table.item_prompt]
    for run in post.chunks():
        out[run] += post.quadratic(post.quality_rows(run))
    return out


def within_variance(post: Posterior, *, biases: bool = True) -> Floats:
    """P of each item: see `RaterModel.within_variance`.

    Without `biases` they and mu are taken as known: quick, and little less where raters have
    hundreds of ratings.
    """
    design = post.design
    owner = design.table.item_prompt if design.groups else np.zeros(design.n_items, np.int64)
    U = post.U[design.table.item_prompt]
    rated = design.rated.astype(np.float64)
    shape = (int(owner.max()) + 1, design.n_items)
    members = sparse.csc_matrix((rated, (owner, np.arange(design.n_items))), shape=shape)
    size = np.maximum(members @ np.ones(design.n_items), 1)
    own = (members @ post.D) / size**2
    mean_shrink = (members @ post.shrink) / size
    k = size[owner]
    contrast = post.D * (1 - 2 / k) + own[owner] + U * (post.shrink - mean_shrink[owner]) ** 2
    if biases:
        root = np.linalg.cholesky(post.sigma)
        centre = (post.mean_rows(members) / size[:, None]) @ root
        for run in post.chunks():
            rows = post.quality_rows(run) @ root
            contrast[run] += ((rows - centre[owner[run]]) ** 2).sum(axis=1)
    within = contrast / np.where(k > 1, 1 - 1 / k, 1)
    single = np.flatnonzero(k <= 1)
    DW = (post.D * post.item_weight)[single]
    within[single] = post.D[single] + DW**2 * U[single]
    if biases:
        within[single] += post.quadratic(post.within_rows(single))
    tau2 = post.variances.tau2
    return np.where(design.rated, np.clip(within, 0, tau2), tau2)


def pair_variance(post: Posterior, a: Ints, b: Ints) -> Floats:
    """Posterior variance of quality[a] - quality[b] for each pair of item codes."""
    owner = post.design.table.item_prompt
    U, shrink = post.U[owner], post.shrink
    apart = U[a] * shrink[a] ** 2 + U[b] * shrink[b] ** 2
    together = U[a] * (shrink[a] - shrink[b]) ** 2
    given = post.D[a] + post.D[b] + np.where(owner[a] == owner[b], together, apart)
    rows = post.quality_rows(a) - post.quality_rows(b)
    return np.where(a == b, 0.0, given + post.quadratic(rows))


def draws(em: Em, post: Posterior, seed: int = 0) -> tuple[Posterior, ...]:
    """Posteriors under variances drawn around the estimate; the estimate alone for big tables.

    There the variances are known well enough: thousands of items share a handful of them.
    """
    design = post.design
    if design.n_items * design.n_raters > EXACT_CELLS:
        return (post,)
    at = logs(post.variances)
    basis = _directions(len(at), em)
    slopes = []
    for direction in basis:
        ends = (at + _STEP * direction, at - _STEP * direction)
        up, down = (em.slope(solve(design, em.from_logs(e, post.variances.s0_2))) for e in ends)
        slopes.append(basis @ (up - down) / (2 * _STEP))
    curvature, axes = np.linalg.eigh(-(np.array(slopes) + np.array(slopes).T) / 2)
    scale = axes / np.sqrt(np.maximum(curvature, _LEAST_CURVATURE))
    half = np.random.default_rng(seed).standard_normal((DRAWS // 2, len(basis)))
    moves = np.concatenate([half, -half]) @ scale.T @ basis
    return tuple(solve(design, em.from_logs(at + m, post.variances.s0_2)) for m in moves)


def _directions(size: int, em: Em) -> Floats:
    """Each log variance that is free to move, or all raters' noise together if there are many."""
    named = [em.fixed_tau2 is None, em.design.groups, True]
    free = np.concatenate([named, em.held.free & em.active])
    basis: Floats = np.eye(size)[free]
    if len(basis) > _MAX_DIRECTIONS:
        basis = np.vstack([np.eye(size)[:3][free[:3]], np.r_[np.zeros(3), free[3:]]])
    return basis

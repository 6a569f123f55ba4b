"""The exact Gaussian posterior of qualities and biases, given the variances.

    x = mu + m_prompt + d_item + b_rater + e,   e ~ N(0, v2_rater)
    m ~ N(0, tau_m2), d ~ N(0, tau2), b ~ N(0, tb2), mu flat

Given beta = (mu, b), prompts are independent and the covariance of one prompt's qualities is
diagonal plus rank one: Cov(q | beta) = diag(D) + U a a'. So (m, d) are integrated out in closed
form, what remains is one symmetric system of (raters + 1) unknowns, and every variance below is
the closed part plus a quadratic form in the covariance of beta. With mu flat the posterior mean
of the biases sums to zero by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy import linalg, sparse

from prefdesk.ratings.table import Bools, Floats, RatingTable, sums

_CHUNK_CELLS = 1_000_000


class Variances(NamedTuple):
    """The variances that EM estimates; `v2` holds one per rater, `s0_2` is their centre."""

    tau2: float
    tau_m2: float
    tb2: float
    s0_2: float
    v2: Floats


class Design:
    """What does not change while variances do: who rated what, with scores centred."""

    def __init__(self, table: RatingTable, *, groups: bool) -> None:
        self.table = table
        self.groups = groups
        self.centre = float(table.score.mean())
        self.x = table.score - self.centre
        self.n_items, self.n_raters = len(table.items), len(table.raters)
        self.n_prompts = len(table.prompts)
        shape = (self.n_items, self.n_raters)
        self.counts = sparse.csr_matrix((np.ones(table.n), (table.item, table.rater)), shape=shape)
        self.by_rater = self.counts.T.tocsr()
        owners = (table.item_prompt, np.arange(self.n_items))
        self.members = sparse.csr_matrix(
            (np.ones(self.n_items), owners), shape=(self.n_prompts, self.n_items)
        )
        self.rated: Bools = table.item_counts > 0
        self.item_n = table.item_counts
        self.rater_n = table.rater_counts
        self.rated_prompts: Bools = (self.members @ self.rated.astype(np.float64)) > 0

    def per_item(self, values: Floats) -> Floats:
        """Sum of a per-rating column over each item."""
        return sums(self.table.item, values, self.n_items)

    def per_rater(self, values: Floats) -> Floats:
        """Sum of a per-rating column over each rater."""
        return sums(self.table.rater, values, self.n_raters)

    def per_prompt(self, values: Floats) -> Floats:
        """Sum of a per-item column over each prompt."""
        return sums(self.table.item_prompt, values, self.n_prompts)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Means and the pieces of the joint covariance; items, prompts and raters by code.

    `shrink` (a) is the share of an item's mean that comes from its prompt, `D` the variance of
    its own part and `U` that of its prompt's part, both given beta; `sigma` is Cov(beta), mu first.
    """

    design: Design
    variances: Variances
    weight: Floats
    item_weight: Floats
    shrink: Floats
    D: Floats
    U: Floats
    H: Floats
    sigma: Floats
    mu: float
    bias: Floats
    prompt: Floats
    within: Floats
    log_likelihood: float

    @property
    def quality(self) -> Floats:
        """Posterior mean of q per item, on the scale of the scores."""
        return self.mu + self.prompt[self.design.table.item_prompt] + self.within

    @cached_property
    def _of_items(self) -> Any:
        return self.design.counts @ sparse.diags_array(self.weight)

    @cached_property
    def _of_prompts(self) -> Any:
        return self.design.members @ sparse.diags_array(self.shrink) @ self._of_items

    def quality_rows(self, items: Any) -> Floats:
        """dq/dbeta (items x raters + 1) for item codes or a slice."""
        owner = self.design.table.item_prompt[items]
        a, D, U = self.shrink[items], self.D[items], self.U[owner]
        out = np.empty((len(a), self.design.n_raters + 1))
        out[:, 0] = a * (1 - U * self.H[owner])
        own = sparse.diags_array(D) @ self._of_items[items]
        out[:, 1:] = (-own).toarray()
        if self.design.groups:
            out[:, 1:] -= (sparse.diags_array(a * U) @ self._of_prompts[owner]).toarray()
        return out

    def within_rows(self, items: Any) -> Floats:
        """dd/dbeta (items x raters + 1) for item codes or a slice."""
        owner = self.design.table.item_prompt[items]
        U, DW = self.U[owner], self.D[items] * self.item_weight[items]
        out = np.empty((len(U), self.design.n_raters + 1))
        out[:, 0] = -DW * (1 - U * self.H[owner])
        out[:, 1:] = -(sparse.diags_array(self.D[items]) @ self._of_items[items]).toarray()
        if self.design.groups:
            out[:, 1:] += (sparse.diags_array(DW * U) @ self._of_prompts[owner]).toarray()
        return out

    def mean_rows(self, members: Any) -> Floats:
        """`quality_rows` summed over the items of each row of `members` (groups x items)."""
        owner = self.design.members.T
        of_groups = members @ sparse.diags_array(self.shrink) @ owner @ sparse.diags_array(self.U)
        first = members @ self.shrink - of_groups @ self.H
        rest = members @ sparse.diags_array(self.D) @ self._of_items + of_groups @ self._of_prompts
        return np.column_stack([first, -rest.toarray()])

    def prompt_rows(self) -> Floats:
        """Derivatives of the prompt parts with respect to (mu, b): prompts x raters + 1."""
        of_raters = self._of_prompts.toarray()
        rows: Floats = -self.U[:, None] * np.column_stack([self.H, of_raters])
        return rows

    def chunks(self) -> Iterator[slice]:
        """Runs of items whose rows stay small in memory."""
        step = max(1, _CHUNK_CELLS // (self.design.n_raters + 1))
        for first in range(0, self.design.n_items, step):
            yield slice(first, min(first + step, self.design.n_items))

    def quadratic(self, rows: Floats) -> Floats:
        """g' Sigma g for each row g."""
        out: Floats = np.einsum("ij,ij->i", rows @ self.sigma, rows)
        return out


def solve(design: Design, variances: Variances) -> Posterior:
    """The posterior of everything for fixed variances, and the log likelihood with mu flat."""
    _, tau_m2, tb2, _, v2 = variances
    weight = 1 / v2
    rows_w, W, shrink, D, H, U = _closed(design, variances)
    precision, sums = _rater_system(design, rows_w, weight, shrink, D, U)
    sigma, log_det = _covariance(precision, tb2)
    right = np.concatenate([[sums.sum()], sums])
    beta = sigma @ right
    mu, bias = float(beta[0]), beta[1:]

    residual = design.per_item(rows_w * (design.x - bias[design.table.rater])) - mu * W
    prompt = U * design.per_prompt(shrink * residual)
    within = D * (residual - W * prompt[design.table.item_prompt])
    raw = design.per_item(rows_w * design.x)
    squares = (
        (rows_w * design.x**2).sum()
        - (D * raw**2).sum()
        - (U * design.per_prompt(shrink * raw) ** 2).sum()
        - right @ beta
    )
    log_likelihood = -0.5 * float(
        design.rater_n @ np.log(v2)
        - np.log(shrink).sum()
        + np.log1p(tau_m2 * H).sum()
        + design.n_raters * np.log(tb2)
        + log_det
        + squares
    )
    return Posterior(
        design, variances, weight, W, shrink, D, U, H, sigma,
        mu + design.centre, bias, prompt, within, log_likelihood,
    )  # fmt: skip


def sweep(design: Design, variances: Variances, bias: Floats) -> Posterior:
    """Qualities given biases, then biases given qualities: a cheap step towards `solve`.

    `sigma` holds only the variance of each bias given all else, and the likelihood is nan.
    """
    rows_w, W, shrink, D, H, U = _closed(design, variances)
    rater, owner = design.table.rater, design.table.item_prompt
    pulled = design.per_item(rows_w * (design.x - bias[rater]))
    alone = 1 - U * H
    mu = float(alone @ design.per_prompt(shrink * pulled)) / float(alone @ H)
    residual = pulled - mu * W
    prompt = U * design.per_prompt(shrink * residual)
    within = D * (residual - W * prompt[owner])
    rest = design.x - (mu + prompt[owner] + within)[design.table.item]
    weight = 1 / variances.v2
    spread = 1 / (1 / variances.tb2 + design.rater_n * weight)
    bias = spread * weight * design.per_rater(rest)
    return Posterior(
        design, variances, weight, W, shrink, D, U, H, np.diag(np.append(0.0, spread)),
        mu + design.centre, bias - bias.mean(), prompt, within, np.nan,
    )  # fmt: skip


def _closed(design: Design, variances: Variances) -> tuple[Floats, ...]:
    """Weights per rating and item, then shrink, D, H and U: what needs no system of equations."""
    rows_w = (1 / variances.v2)[design.table.rater]
    W = design.per_item(rows_w)
    shrink = 1 / (1 + variances.tau2 * W)
    H = design.per_prompt(shrink * W)
    U = variances.tau_m2 / (1 + variances.tau_m2 * H)
    return rows_w, W, shrink, variances.tau2 * shrink, H, U


def _rater_system(
    design: Design, rows_w: Floats, weight: Floats, shrink: Floats, D: Floats, U: Floats
) -> tuple[Floats, Floats]:
    """Precision of the biases by the data alone, and Z' V^-1 x, with qualities integrated out."""
    counts = design.counts
    shared = (design.by_rater @ _scaled(counts, D)).toarray()
    raw = design.per_item(rows_w * design.x)
    pulled = D * raw
    if design.groups:
        of_prompts = design.members @ _scaled(counts, shrink)
        shared += (of_prompts.T.tocsr() @ _scaled(of_prompts, U)).toarray()
        lift = U * design.per_prompt(shrink * raw)
        pulled = pulled + shrink * lift[design.table.item_prompt]
    precision = np.diag(design.rater_n * weight) - weight[:, None] * shared * weight
    sums = design.per_rater(rows_w * design.x) - weight * (design.by_rater @ pulled)
    return precision, sums


def _scaled(rows: Any, by: Floats) -> Any:
    """Sparse rows times a number each; the pattern is shared, which a product would build anew."""
    data = rows.data * np.repeat(by, np.diff(rows.indptr))
    return sparse.csr_matrix((data, rows.indices, rows.indptr), shape=rows.shape)


def _covariance(precision: Floats, tb2: float) -> tuple[Floats, float]:
    """Covariance of (mu, b) and the log determinant of its inverse."""
    size = len(precision) + 1
    full = np.empty((size, size))
    full[1:, 1:] = precision + np.eye(size - 1) / tb2
    full[0, 1:] = full[1:, 0] = precision.sum(axis=0)
    full[0, 0] = precision.sum()
    factor, low = linalg.cho_factor(full, lower=True)
    sigma = linalg.cho_solve((factor, low), np.eye(size))
    return sigma, 2 * float(np.log(np.diag(factor)).sum())

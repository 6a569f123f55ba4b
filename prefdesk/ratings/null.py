"""What honest raters would have said: panels simulated from the fitted model, and their statistics.

Simulated scores have the same design as the real ones and are clipped to the scale and rounded
to its grid, because on a clipped scale Gaussian p-values accuse honest raters. The statistics of
the real table come out of the same code as those of the simulated ones, with the same quick
estimates of bias and noise, so both carry the same estimation error. Score arrays are
(ratings x panels); sparse indicator matrices sum them over items, raters or prompts.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse

from prefdesk.ratings.em import NOISE_DF
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Bools, Floats, Ints, RatingTable

GRID_VALUES = 101
"""More distinct scores than this are taken for a continuous scale: no rounding."""

FINEST_GRID = 100_000
"""Steps between the lowest and the highest score above which there is no grid to speak of."""

_QUICK_STEPS = 5
_BATCH_CELLS = 1_000_000


class Statistics(NamedTuple):
    """Per rater and panel: correlations with the others, and share of the commonest score.

    `r` compares answers within prompts where there are groups; `r_all` compares all items.
    `residual` (points) and `student` (residual over its predictive sd) are per rating.
    """

    r: Floats
    r_all: Floats
    modal_share: Floats
    residual: Floats
    student: Floats


class _Groups(NamedTuple):
    """Rows that are compared with one another, and each rater's comparable ratings."""

    group: Ints
    by_group: sparse.csr_matrix
    size: Floats
    comparable: Ints


class Screen:
    """The statistics of one design; only raters in `kept` count in what the others say."""

    def __init__(self, table: RatingTable, model: RaterModel, kept: Bools) -> None:
        self.table, self.model, self.kept = table, model, kept
        self.row_kept: Floats = kept[table.rater].astype(np.float64)[:, None]
        self.by_item = _indicator(table.item, len(table.items))
        self.by_rater = _indicator(table.rater, len(table.raters))
        self.by_prompt = _indicator(table.item_prompt, len(table.prompts))
        _, cell = np.unique(table.item * len(table.raters) + table.rater, return_inverse=True)
        self.cell = cell
        self.by_cell = None
        if int(cell.max()) + 1 < table.n:
            self.by_cell = _indicator(cell, int(cell.max()) + 1)
        self.others: Ints = self._others()
        self.usable: Floats = (self.others > 0).astype(np.float64)[:, None]
        self.over_all = self.within = self._groups(table.rater)
        if model.grouped:
            key = table.rater * len(table.prompts) + table.prompt
            self.within = self._groups(np.unique(key, return_inverse=True)[1])
        self.step = grid_step(table.score)
        self.low = min(model.scale[0], float(table.score.min()))
        self.high = max(model.scale[1], float(table.score.max()))
        if self.step is not None and self.step * FINEST_GRID < self.high - self.low:
            self.step = None

    def on(self, table: RatingTable) -> "Screen":
        """The same for another table of these raters, with the scale and grid of this one."""
        if table is self.table:
            return self
        other = Screen(table, self.model, self.kept)
        other.step, other.low, other.high = self.step, self.low, self.high
        return other

    def _others(self) -> Ints:
        """Per rating: how many OTHER kept raters rated the item."""
        key, first = np.unique(self.cell, return_index=True)
        of_cell = self.kept[self.table.rater[first]].astype(np.int64)
        raters = np.bincount(self.table.item[first], of_cell, len(self.table.items))
        own = of_cell[np.searchsorted(key, self.cell)]
        others: Ints = raters[self.table.item].astype(np.int64) - own
        return others

    def _groups(self, group: Ints) -> "_Groups":
        by_group = _indicator(group, int(group.max()) + 1)
        size = np.maximum(by_group @ self.usable, 1)
        freedom = self.by_rater @ (self.usable * (1 - 1 / size[group]))
        return _Groups(group, by_group, size, np.rint(freedom.ravel()).astype(np.int64) + 1)

    def panels(self, n: int, seed: int) -> Iterator[Statistics]:
        """Statistics of `n` simulated honest panels, in batches."""
        rng = np.random.default_rng(seed)
        batch = max(1, _BATCH_CELLS // self.table.n)
        for start in range(0, n, batch):
            yield self.of(self.simulate(min(batch, n - start), rng))

    def simulate(self, size: int, rng: np.random.Generator) -> Floats:
        """Scores of `size` panels (ratings x size): honest raters with the panel's noise.

        Qualities are drawn anew; a rater's noise is drawn from the distribution over honest
        raters, not taken from the fit, or a careless rater would explain himself.
        """
        table, model = self.table, self.model
        shape = (len(table.items), size)
        quality = model.mu + np.sqrt(model.tau2) * rng.standard_normal(shape)
        if model.grouped:
            parts = np.sqrt(model.tau_m2) * rng.standard_normal((len(table.prompts), size))
            quality += parts[table.item_prompt]
        noise2 = model.s0_2 * NOISE_DF / rng.chisquare(NOISE_DF, (len(table.raters), size))
        scores = rng.standard_normal((table.n, size))
        scores *= _at(np.sqrt(noise2), table.rater)
        scores += _at(quality, table.item)
        scores += np.nan_to_num(model.bias)[table.rater][:, None]
        np.clip(scores, self.low, self.high, out=scores)
        if self.step is not None:
            scores = self.low + np.rint((scores - self.low) / self.step) * self.step
        return scores

    def of(self, scores: Floats) -> Statistics:
        """All statistics of score arrays (ratings x panels)."""
        bias, noise2 = self._quick(scores)
        weight = _at(1 / noise2, self.table.rater) * self.row_kept
        value = scores - _at(bias, self.table.rater)
        others = self._others_mean(weight, value)
        r = r_all = self._correlations(scores, others, self.within)
        if self.model.grouped:
            r_all = self._correlations(scores, others, self.over_all)
        residual, student = self._residuals(weight, value, noise2)
        return Statistics(r, r_all, self._modal_share(scores), residual, student)

    def compared(self, scores: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Per rating of one panel: the deviations, own and others', that agreement correlates,

        over all items and within prompts.
        """
        bias, noise2 = self._quick(scores[:, None])
        weight = _at(1 / noise2, self.table.rater) * self.row_kept
        others = self._others_mean(weight, scores[:, None] - _at(bias, self.table.rater))
        both = (scores[:, None], others)
        x, y = (self._deviations(v, self.over_all)[:, 0] for v in both)
        u, v = (self._deviations(v, self.within)[:, 0] for v in both)
        return (x, y), (u, v)

    def _quick(self, scores: Floats) -> tuple[Floats, Floats]:
        """Bias and noise variance per rater by a few steps of EM with the model's variances."""
        model, table = self.model, self.table
        total2 = model.tau2 + model.tau_m2
        n = self.by_rater @ np.ones((table.n, 1))
        bias = np.zeros((len(table.raters), scores.shape[1]))
        noise2 = np.full_like(bias, model.s0_2)
        for _ in range(_QUICK_STEPS):
            weight = _at(1 / noise2, table.rater) * self.row_kept
            spread = 1 / (1 / total2 + self.by_item @ weight)
            quality = self.by_item @ (weight * (scores - _at(bias, table.rater)))
            quality = spread * (quality + model.mu / total2)
            rest = scores - _at(quality, table.item)
            bias_var = 1 / (1 / model.tb2 + n / noise2)
            bias = bias_var * (self.by_rater @ rest) / noise2
            bias -= bias[self.kept].mean(axis=0)
            rest -= _at(bias, table.rater)
            squares = self.by_rater @ (rest**2 + _at(spread, table.item)) + n * bias_var
            noise2 = (NOISE_DF * model.s0_2 + squares) / (NOISE_DF + n)
        return bias, noise2

    def _own(self, values: Floats) -> Floats:
        """Per rating: the sum over the same rater's ratings of the same item."""
        if self.by_cell is None:
            return values
        return _at(self.by_cell @ values, self.cell)

    def _others_mean(self, weight: Floats, value: Floats) -> Floats:
        """Per rating: the weighted mean of the others on the item; 0 where there is nobody."""
        item = self.table.item
        weighted = weight * value
        rest = _at(self.by_item @ weight, item) - self._own(weight)
        total = _at(self.by_item @ weighted, item) - self._own(weighted)
        return np.where(self.usable > 0, total / np.where(self.usable > 0, rest, 1), 0)

    def _correlations(self, scores: Floats, others: Floats, groups: "_Groups") -> Floats:
        x, y = self._deviations(scores, groups), self._deviations(others, groups)
        top, xx, yy = (self.by_rater @ v for v in (x * y, x * x, y * y))
        scale = np.sqrt(xx * yy)
        r: Floats = np.zeros_like(top)
        np.divide(top, scale, where=scale > 1e-12, out=r)
        return r

    def _deviations(self, values: Floats, groups: "_Groups") -> Floats:
        values = values * self.usable
        mean = (groups.by_group @ values) / groups.size
        out: Floats = (values - _at(mean, groups.group)) * self.usable
        return out

    def _residuals(self, weight: Floats, value: Floats, noise2: Floats) -> tuple[Floats, Floats]:
        """Each rating against what the model expects from all OTHER ratings."""
        table, model = self.table, self.model
        item, owner = table.item, table.item_prompt
        tau2, tau_m2 = model.tau2, model.tau_m2
        rest = value - model.mu
        W, T = self.by_item @ weight, self.by_item @ (weight * rest)
        a = 1 / (1 + tau2 * W)
        H, S = self.by_prompt @ (a * W), self.by_prompt @ (a * T)
        H, S = H[owner] - a * W, S[owner] - a * T
        W, T = _at(W, item) - self._own(weight), _at(T, item) - self._own(weight * rest)
        a = 1 / (1 + tau2 * np.maximum(W, 0))
        U = tau_m2 / (1 + tau_m2 * (_at(H, item) + a * W))
        residual = rest - a * U * (_at(S, item) + a * T) - tau2 * a * T
        variance = tau2 * a + a**2 * U + _at(noise2, table.rater)
        return residual, residual / np.sqrt(variance)

    def _modal_share(self, scores: Floats) -> Floats:
        """Share of the commonest score per rater; a continuous scale is cut into bins."""
        step = self.step or (self.high - self.low) / (GRID_VALUES - 1)
        code = np.rint((scores - self.low) / step).astype(np.int64)
        values, raters = int(code.max()) + 1, len(self.table.raters)
        code += self.table.rater[:, None] * values
        counts = (np.bincount(c, minlength=raters * values) for c in code.T)
        most = np.array([c.reshape(raters, values).max(axis=1) for c in counts])
        shares: Floats = most.T / np.maximum(self.table.rater_counts, 1)[:, None]
        return shares


def grid_step(scores: Floats) -> float | None:
    """The step of the grid that all scores lie on, or None for a continuous scale."""
    values = np.unique(scores)
    if not 2 <= len(values) <= GRID_VALUES:
        return None if len(values) > GRID_VALUES else 1.0
    step = float(np.diff(values).min())
    if step * FINEST_GRID < values[-1] - values[0]:
        return None
    multiples = (values - values[0]) / step
    return step if np.allclose(multiples, np.rint(multiples), atol=1e-6) else None


def _at(values: Floats, code: Ints) -> Floats:
    """`values[code]` for rows, in a third of the time; every code must be one of a row."""
    return values.take(code, axis=0, mode="clip")


def _indicator(group: Ints, size: int) -> sparse.csr_matrix:
    n = len(group)
    return sparse.csr_matrix((np.ones(n), (group, np.arange(n))), shape=(size, n))

"""The rater model: what an answer is worth, and how each rater uses the scale.

A score is the quality of the item plus the rater's bias plus the rater's noise; the quality is
a prompt part plus a part within the prompt, each with its own variance. Biases are corrected,
noisy raters weigh less, and every figure carries its uncertainty. Random effects in the manner
of Li & Bampis (2017) and ITU-T P.910 Annex E, which estimate qualities as free parameters and
degenerate with few raters an item.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

from prefdesk.errors import InputError
from prefdesk.ratings import pilot
from prefdesk.ratings.em import LEAST_SD, Em, Held, run
from prefdesk.ratings.posterior import Design, Posterior
from prefdesk.ratings.spread import draws, item_variance, pair_variance, within_variance
from prefdesk.ratings.table import Floats, Ints, RatingTable, last_occasions
from prefdesk.records import SCALE

MAX_CREDIBILITY = 3.0

LONE_NOISE = 2.0
"""Variance of noise over that of quality within a prompt where no answer has two raters.

Ratings then cannot tell one from the other. Two is what single scores of open-ended answers come
to where they were repeated (an intraclass correlation of a third); the verdict says that
agreement was not measured.
"""
LONE_FREEDOM = 10
"""Degrees of freedom that raters' means must leave to be taken out of such scores first."""


@dataclass(frozen=True, eq=False)
class RaterModel:
    """A fitted model. Arrays follow the table's codes; everything is in points of the scale.

    `quality` = mu + prompt part + within part (`within`); `se` is its posterior standard
    deviation, uncertainty of biases, mu and variances included. `within_variance` (P) is the
    posterior variance of an item's deviation from the mean of its prompt's rated items, divided
    by (1 - 1/k) so that it equals `tau2` where nothing is known; without groups the deviation is
    from the mean of all items, and a prompt with one rated item keeps the variance of its
    within part. `bias` sums to zero over the panel; `inconsistency` is the sd of a rater's
    noise. Raters without a rating have nan. `item_n`, `rater_n`: ratings of each.
    """

    mu: float
    tau2: float
    tau_m2: float
    tb2: float
    s0_2: float
    quality: Floats
    within: Floats
    bias: Floats
    inconsistency: Floats
    item_n: Ints
    rater_n: Ints
    n: int
    scale: tuple[float, float]
    grouped: bool
    converged: bool
    objectives: tuple[float, ...] = field(repr=False)
    posterior: Posterior = field(repr=False)
    em: Em = field(repr=False)
    credibility: Floats = field(repr=False)

    @cached_property
    def draws(self) -> tuple[Posterior, ...]:
        """Posteriors under plausible variances, for intervals; a fixed set."""
        return draws(self.em, self.posterior)

    @cached_property
    def se(self) -> Floats:
        """Posterior sd of each quality."""
        spread = [item_variance(d) + (d.quality - self.quality) ** 2 for d in self.draws]
        out: Floats = np.sqrt(np.mean(spread, axis=0))
        return out

    @cached_property
    def bias_se(self) -> Floats:
        """Posterior sd of each bias."""
        spread = [np.diag(d.sigma)[1:] + (d.bias - self.posterior.bias) ** 2 for d in self.draws]
        return np.where(self.rater_n > 0, np.sqrt(np.mean(spread, axis=0)), np.nan)

    @cached_property
    def within_variance(self) -> Floats:
        """P of each item: see the class."""
        return within_variance(self.posterior)

    @property
    def reliability(self) -> Floats:
        """rho = 1 - P / tau2 per item, between 0 and 1; an unrated item has 0."""
        return np.clip(1 - self.within_variance / self.tau2, 0, 1)

    @property
    def means(self) -> Floats:
        """Mean of each item's bias-corrected scores by precision, not shrunk; nan: unrated."""
        post = self.posterior
        table = post.design.table
        weights = post.weight[table.rater]
        total = post.design.per_item(weights * (table.score - post.bias[table.rater]))
        rated = post.item_weight > 0
        out = np.full(len(rated), np.nan)
        np.divide(total, post.item_weight, where=rated, out=out)
        return out

    def difference_sd(self, a: int, b: int) -> float:
        """Posterior standard deviation of quality[a] - quality[b] (item codes)."""
        return float(self.difference_sds(np.array([a]), np.array([b]))[0])

    def difference_sds(self, a: Ints, b: Ints) -> Floats:
        """The same for many pairs at once."""
        gap = self.quality[a] - self.quality[b]
        spread = [
            pair_variance(d, a, b) + (d.quality[a] - d.quality[b] - gap) ** 2 for d in self.draws
        ]
        out: Floats = np.sqrt(np.mean(spread, axis=0))
        return out


def fit(
    table: RatingTable,
    *,
    scale: tuple[float, float] = SCALE,
    prompt_effect: bool = True,
    credibility: Mapping[Hashable, float] | None = None,
) -> RaterModel:
    """Fit the model by EM to the rows of `table`.

    Where no answer has two raters, the share of noise is assumed (`LONE_NOISE`). Where prompts
    form no groups (each item its own prompt, or one prompt only) there is no
    prompt part. `credibility` fixes the precision of the raters it names at a multiple (0 to 3)
    of the panel's mean precision; 0 leaves their ratings out. Raises InputError without ratings
    and for a credibility outside its range.
    """
    factor = _credibility(table, credibility or {})
    kept = table.rows(~(factor == 0)[table.rater]) if (factor == 0).any() else table
    if kept.n == 0:
        raise InputError("There are no ratings to fit.", "Rate a few completions first.")
    design = Design(kept, groups=prompt_effect and kept.grouped)
    held = Held(np.where(factor == 0, np.nan, factor))
    span = scale[1] - scale[0]
    em = Em(design, span, held, _lone_tau2(kept, design, (LEAST_SD * span) ** 2))
    result = run(em, pilot.start(em))
    post, at = result.posterior, result.posterior.variances
    absent = design.rater_n == 0
    return RaterModel(
        post.mu, at.tau2, at.tau_m2, at.tb2, at.s0_2, post.quality, post.within,
        np.where(absent, np.nan, post.bias), np.where(absent, np.nan, np.sqrt(at.v2)),
        design.item_n, design.rater_n, kept.n, scale, design.groups,
        result.converged, result.objectives, post, em, factor,
    )  # fmt: skip


def _lone_tau2(table: RatingTable, design: Design, least: float) -> float | None:
    """The assumed variance within prompts where no answer has two raters; None if one has.

    A share of the variance about the means of raters and prompts. Where raters have too few
    ratings each to have a mean, biases stay in it.
    """
    if (last_occasions(table).item_counts >= 2).any():
        return None
    group = table.prompt if design.groups else np.zeros_like(table.prompt)
    found = _about_means(design.x, (table.rater, group), LONE_FREEDOM)
    if found is None:
        found = _about_means(design.x, (group,), 1)
    return None if found is None else max(found / (1 + LONE_NOISE), least)


def _about_means(values: Floats, groupings: tuple[Ints, ...], least: int) -> float | None:
    """Mean square about the means of one or two groupings by least squares.

    None where fewer than `least` degrees of freedom are left.
    """
    n, codes, size = len(values), [], 0
    for grouping in groupings:
        _, code = np.unique(grouping, return_inverse=True)
        codes.append(code + size)
        size += int(code.max()) + 1
    # Two groupings have one mean in common in each set of groups that ratings join.
    graph = sparse.coo_array((np.ones(n), (codes[0], codes[-1])), shape=(size, size))
    shared = sparse.csgraph.connected_components(graph, directed=False)[0] if codes[1:] else 0
    freedom = n - size + shared
    if freedom < least:
        return None
    cells = (np.tile(np.arange(n), len(codes)), np.concatenate(codes))
    means = sparse.csr_array((np.ones(n * len(codes)), cells), shape=(n, size))
    rest = sparse.linalg.lsqr(means, values, atol=1e-10, btol=1e-10)[3]
    return float(rest) ** 2 / freedom


def _credibility(table: RatingTable, given: Mapping[Hashable, float]) -> Floats:
    factor = np.full(len(table.raters), np.nan)
    for code, key in enumerate(table.raters):
        if key in given:
            factor[code] = given[key]
    if ((factor < 0) | (factor > MAX_CREDIBILITY)).any():
        raise InputError(f"A credibility must be between 0 and {MAX_CREDIBILITY:g}.")
    return factor

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from prefdesk.errors import InputError
from prefdesk.ratings import RatingTable, fit
from prefdesk.ratings.em import Em, Held, logs, run
from prefdesk.ratings.model import LONE_NOISE
from prefdesk.ratings.posterior import Design, Variances, solve
from prefdesk.ratings.spread import item_variance, pair_variance, within_variance
from tests.unit.ratings.panels import Truth, real, sparse_panel

NINETY = float(stats.norm.ppf(0.95))


class Dense(NamedTuple):
    """What full matrices give: mean and covariance of (q, b), and the log likelihood."""

    mean: np.ndarray
    cov: np.ndarray
    log_likelihood: float


def dense(table: RatingTable, at: Variances, groups: bool) -> Dense:
    """The posterior of (mu, m, d, b) by its precision matrix, with no structure made use of."""
    items, prompts, raters = len(table.items), len(table.prompts), len(table.raters)
    prompt_sd2 = at.tau_m2 if groups else 1e-12
    prior = np.concatenate(
        [
            [0],
            np.full(prompts, 1 / prompt_sd2),
            np.full(items, 1 / at.tau2),
            np.full(raters, 1 / at.tb2),
        ]
    )
    quality = np.hstack(
        [
            np.ones((items, 1)),
            np.eye(prompts)[table.item_prompt],
            np.eye(items),
            np.zeros((items, raters)),
        ]
    )
    bias = np.hstack([np.zeros((raters, 1 + prompts + items)), np.eye(raters)])
    reads = quality[table.item] + bias[table.rater]
    weight = np.diag(1 / at.v2[table.rater])
    cov = np.linalg.inv(np.diag(prior) + reads.T @ weight @ reads)
    wanted = np.vstack([quality, bias])
    mean = wanted @ cov @ reads.T @ weight @ table.score

    seen = reads[:, 1:] @ np.diag(1 / prior[1:]) @ reads[:, 1:].T + np.diag(at.v2[table.rater])
    inverse, ones = np.linalg.inv(seen), np.ones(table.n)
    x = table.score - (ones @ inverse @ table.score) / (ones @ inverse @ ones)
    log_likelihood = -0.5 * (
        np.linalg.slogdet(seen)[1] + np.log(ones @ inverse @ ones) + x @ inverse @ x
    )
    return Dense(mean, wanted @ cov @ wanted.T, float(log_likelihood))


def small(seed: int = 0) -> RatingTable:
    """A ragged table: an item nobody rated any more, a rater twice on one item."""
    table = sparse_panel(seed, prompts=4, answers=3, raters=4).table
    keep = table.item != 5
    keep[::7] = False
    again = RatingTable.from_columns(
        [*table.rater.tolist(), 0], [*table.item.tolist(), 0], [*table.score, 3.0],
        [*table.prompt.tolist(), 0],
    )  # fmt: skip
    return again.rows(np.append(keep, True))


AT = Variances(1.4, 0.8, 0.5, 1.1, np.array([0.6, 1.3, 2.0, 0.9]))


@pytest.mark.parametrize("groups", [True, False])
def test_that_the_posterior_equals_the_one_from_full_matrices(groups: bool) -> None:
    table = small()
    at = AT if groups else AT._replace(tau_m2=0.0)
    post = solve(Design(table, groups=groups), at)
    mean, cov, _ = dense(table, at, groups)
    n = len(table.items)
    assert post.quality == pytest.approx(mean[:n], abs=1e-7)
    assert post.bias == pytest.approx(mean[n:], abs=1e-7)
    assert item_variance(post) == pytest.approx(np.diag(cov)[:n], abs=1e-7)
    assert np.diag(post.sigma)[1:] == pytest.approx(np.diag(cov)[n:], abs=1e-7)
    a, b = np.triu_indices(n)
    expected = cov[a, a] + cov[b, b] - 2 * cov[a, b]
    assert pair_variance(post, a, b) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("groups", [True, False])
def test_that_p_is_the_variance_of_the_deviation_from_the_rated_answers(groups: bool) -> None:
    table = small()
    at = AT if groups else AT._replace(tau_m2=0.0)
    found = within_variance(solve(Design(table, groups=groups), at))
    _, cov, _ = dense(table, at, groups)
    rated = table.item_counts > 0
    for item in range(len(table.items)):
        if not rated[item]:
            assert found[item] == at.tau2
            continue
        group = rated & ((table.item_prompt == table.item_prompt[item]) | (not groups))
        contrast = -group.astype(float) / group.sum()
        contrast[item] += 1
        c = np.concatenate([contrast, np.zeros(len(table.raters))])
        assert found[item] == pytest.approx(c @ cov @ c / (1 - 1 / group.sum()), abs=1e-7)


def test_that_likelihoods_differ_as_those_from_full_matrices() -> None:
    table = small()
    design = Design(table, groups=True)
    other = Variances(0.7, 1.9, 0.2, 1.0, np.array([1.6, 0.4, 1.0, 2.2]))
    ours = solve(design, AT).log_likelihood - solve(design, other).log_likelihood
    full = dense(table, AT, True).log_likelihood - dense(table, other, True).log_likelihood
    assert ours == pytest.approx(full, abs=1e-7)


def test_that_the_slope_is_the_derivative_of_the_objective() -> None:
    em = Em(Design(small(), groups=True), 10.0, Held(np.full(4, np.nan)))
    at = em.bounded(AT)
    slope = em.slope(em.at(at).posterior)
    for k in range(len(slope)):
        step = np.zeros(len(slope))
        step[k] = 1e-5
        ends = [em.at(em.from_logs(logs(at) + s * step, 0.0)).objective for s in (1, -1)]
        assert slope[k] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_that_the_objective_never_falls(seed: int) -> None:
    design = Design(sparse_panel(seed, raters=3 + seed).table, groups=True)
    em = Em(design, 10.0, Held(np.full(3 + seed, np.nan)))
    plain = [em.at(em.start())]
    for _ in range(25):
        plain.append(em.at(em.step(plain[-1])))
    steps = np.diff([p.objective for p in plain])
    assert steps.min() > -1e-9
    found = run(em)
    assert found.converged
    assert np.diff(found.objectives).min() > -1e-9
    assert found.objectives[-1] >= plain[-1].objective - 1e-3


def test_that_planted_parameters_are_recovered() -> None:
    truth = sparse_panel(5, prompts=400, raters=8, rounded=False)
    model = fit(truth.table)
    assert np.sqrt(model.tau2) == pytest.approx(1.3, abs=0.08)
    assert np.sqrt(model.tau_m2) == pytest.approx(1.0, abs=0.12)
    assert model.inconsistency == pytest.approx(truth.noise, abs=0.12)
    assert model.bias == pytest.approx(truth.bias - truth.bias.mean(), abs=0.12)
    assert np.corrcoef(model.quality, truth.quality)[0, 1] > 0.85


def test_that_biases_are_centred() -> None:
    assert fit(sparse_panel(1).table).bias.sum() == pytest.approx(0, abs=1e-9)


def coverage(truth: Truth) -> tuple[float, float]:
    """Shares of 90 % intervals that hold the truth: of q, and of differences within prompts."""
    model = fit(truth.table)
    a = np.arange(0, len(truth.quality) - 1, 2)
    b = a + 1
    same = truth.table.item_prompt[a] == truth.table.item_prompt[b]
    a, b = a[same], b[same]
    error = np.abs(model.quality - truth.quality)
    gap = np.abs(model.quality[a] - model.quality[b] - (truth.quality[a] - truth.quality[b]))
    return (
        float(np.mean(error < NINETY * model.se)),
        float(np.mean(gap < NINETY * model.difference_sds(a, b))),
    )


def test_that_ninety_percent_intervals_cover_about_ninety_percent() -> None:
    found = np.mean([coverage(sparse_panel(seed)) for seed in range(20)], axis=0)
    assert found == pytest.approx([0.9, 0.9], abs=0.04)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "design",
    [
        {}, {"raters": 10}, {"raters": 4, "per_item": 2}, {"answers": 2}, {"rounded": False},
        {"raters": 5, "per_item": 2, "prompts": 15}, {"raters": 7, "per_item": 7},
    ],
)  # fmt: skip
def test_that_coverage_is_nominal_on_many_sparse_panels(design: dict[str, int]) -> None:
    found = np.mean([coverage(sparse_panel(seed, **design)) for seed in range(100)], axis=0)  # type: ignore[arg-type]
    assert ((found > 0.865) & (found < 0.935)).all(), found


@pytest.mark.heavy
@pytest.mark.parametrize("rounded", [False, True])
def test_that_coverage_is_nominal_on_larger_sparse_panels(rounded: bool) -> None:
    panels = (sparse_panel(s, prompts=120, raters=10, rounded=rounded) for s in range(10))
    found = np.mean([coverage(panel) for panel in panels], axis=0)
    assert ((found > 0.87) & (found < 0.93)).all(), found


def test_that_difference_sd_of_an_item_with_itself_is_zero() -> None:
    model = fit(sparse_panel(0, prompts=6).table)
    assert model.difference_sd(2, 2) == 0
    assert model.difference_sd(0, 1) == model.difference_sd(1, 0) > 0


def test_that_without_groups_there_is_no_prompt_part() -> None:
    truth = sparse_panel(0, answers=1)
    for table in (truth.table, truth.table._replace(prompts=("one",), item_prompt=np.zeros_like(
        truth.table.item_prompt), prompt=np.zeros_like(truth.table.prompt))):  # fmt: skip
        model = fit(table)
        assert not model.grouped
        assert model.tau_m2 == 0
        assert model.reliability.min() > 0


@pytest.mark.parametrize("name", ["squality_overall", "squality_correctness", "wmt23_sxs_ende"])
def test_that_no_rater_collapses_on_real_sparse_panels(real_data: Path, name: str) -> None:
    found = real(real_data, name)
    model = fit(found.table, scale=found.scale)
    assert model.converged
    assert model.inconsistency.min() > 0.3 * np.median(model.inconsistency)


def test_that_credibility_fixes_a_raters_precision() -> None:
    table = sparse_panel(0).table
    who = table.raters[2]
    precision = 1 / fit(table, credibility={who: 2.0}).inconsistency ** 2
    others = np.delete(precision, 2)
    assert precision[2] == pytest.approx(2 * others.mean())


def test_that_equal_credibility_for_all_gives_equal_noise() -> None:
    table = sparse_panel(0).table
    model = fit(table, credibility=dict.fromkeys(table.raters, 1.0))
    assert np.ptp(model.inconsistency) == pytest.approx(0)
    assert model.converged


def test_that_credibility_zero_leaves_a_rater_out() -> None:
    table = sparse_panel(0).table
    model = fit(table, credibility={table.raters[1]: 0})
    without = fit(table.rows(table.rater != 1))
    assert model.quality == pytest.approx(without.quality)
    assert np.isnan(model.bias[1]) and np.isnan(model.bias_se[1])
    assert model.rater_n[1] == 0


@pytest.mark.parametrize("bad", [-0.1, 3.1])
def test_that_credibility_has_limits(bad: float) -> None:
    table = sparse_panel(0).table
    with pytest.raises(InputError, match="between 0 and 3"):
        fit(table, credibility={table.raters[0]: bad})


def test_that_no_ratings_are_refused() -> None:
    table = sparse_panel(0).table
    with pytest.raises(InputError, match="no ratings"):
        fit(table.rows(np.zeros(table.n, dtype=bool)))


@pytest.mark.parametrize(
    "columns",
    [
        (["a"], ["x"], [5]),
        (["a", "b"], ["x", "x"], [5, 7]),
        (["a", "a"], ["x", "y"], [0, 10]),
        (["a", "b"] * 10, [i // 2 for i in range(20)], [5] * 20),
    ],
)
def test_that_the_smallest_tables_give_finite_figures(columns: tuple[list, list, list]) -> None:
    model = fit(RatingTable.from_columns(*columns))
    for values in (model.quality, model.se, model.bias, model.bias_se, model.inconsistency):
        assert np.isfinite(values).all()
    assert ((model.reliability >= 0) & (model.reliability <= 1)).all()
    assert model.tb2 < 100 and model.tau2 < 100


def test_that_the_shortcut_for_big_tables_agrees_with_the_exact_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    truth = sparse_panel(2, prompts=120, raters=20, rounded=False)
    exact = fit(truth.table)
    monkeypatch.setattr("prefdesk.ratings.em.EXACT_CELLS", 0)
    monkeypatch.setattr("prefdesk.ratings.spread.EXACT_CELLS", 0)
    short = fit(truth.table)
    assert short.inconsistency == pytest.approx(exact.inconsistency, rel=0.05)
    assert short.tau2 == pytest.approx(exact.tau2, rel=0.05)
    assert short.quality == pytest.approx(exact.quality, abs=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_that_a_sparse_panel_that_agrees_completely_is_fitted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rater, item = np.nonzero(rng.random((60, 100)) < 0.12)
    level = 5 + 3 * rng.normal(size=25)[np.arange(100) // 4] + 0.1 * rng.normal(size=100)
    score = np.clip(np.rint(level), 0, 10)[item]
    table = RatingTable.from_columns(rater.tolist(), item.tolist(), score, (item // 4).tolist())
    model = fit(table)
    assert np.isfinite(model.quality[model.item_n > 0]).all()
    assert (
        np.abs(
            model.means[model.item_n > 0]
            - np.clip(np.rint(level), 0, 10)[np.array(table.items)][model.item_n > 0]
        ).max()
        < 0.5
    )


def test_that_where_no_answer_has_two_raters_the_assumed_share_of_noise_is_used() -> None:
    rng = np.random.default_rng(0)
    prompt = np.arange(200) // 4
    score = np.clip(np.rint(5 + rng.normal(0, 1, 50)[prompt] + rng.normal(0, 2, 200)), 0, 10)
    table = RatingTable.from_columns([0] * 200, list(range(200)), score, prompt.tolist())
    model = fit(table)
    assert model.inconsistency[0] ** 2 / model.tau2 == pytest.approx(LONE_NOISE, rel=0.05)
    within = np.var(score.reshape(50, 4), axis=1, ddof=1).mean()
    assert model.tau2 == pytest.approx(within / (1 + LONE_NOISE), rel=1e-6)


@pytest.mark.parametrize("each", [1, 2, 4, 40])
def test_that_few_ratings_a_rater_do_not_make_answers_look_alike(each: int) -> None:
    found = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        rater = rng.permutation(np.repeat(np.arange(120 // each), each))
        score = 5 + rng.normal(0, 1, 30).repeat(4) + rng.normal(0, 3**0.5, 120)
        prompts = (np.arange(120) // 4).tolist()
        found.append(
            fit(RatingTable.from_columns(rater.tolist(), list(range(120)), score, prompts)).tau2
        )
    assert np.mean(found) == pytest.approx(3 / (1 + LONE_NOISE), rel=0.1)


@pytest.mark.parametrize("n", [1, 2, 20])
def test_that_steps_never_lose_ground_with_a_single_rater_item_or_prompt(n: int) -> None:
    rng = np.random.default_rng(n)
    score = np.rint(rng.uniform(0, 10, n))
    for columns in (([0] * n, list(range(n)), score), (list(range(n)), [0] * n, score)):
        steps = np.diff(fit(RatingTable.from_columns(*columns)).objectives)
        assert (steps > -1e-9).all()


def test_that_a_big_table_with_prompts_all_alike_ends_at_the_maximum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = sparse_panel(0, prompts=2000, raters=60, prompt_sd=0.0, sd=0.6).table
    quick = fit(table)
    monkeypatch.setattr("prefdesk.ratings.em.BIG_TOLERANCE", 1e-5)
    full = fit(table)
    assert quick.tau2 == pytest.approx(full.tau2, rel=0.02)
    assert quick.objectives[-1] == pytest.approx(full.objectives[-1], abs=0.1)

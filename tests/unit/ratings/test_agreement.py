import numpy as np
import pytest
from scipy import stats

from prefdesk.ratings import RatingTable, fit, leave_one_out
from prefdesk.ratings.agreement import MIN_RATINGS, leave_one_out_rank, others_mean
from tests.unit.ratings.panels import HONEST, PANEL, hidden, judged, sparse_panel


def test_that_r_is_the_correlation_with_the_others_weighted_mean() -> None:
    table = sparse_panel(0, prompts=10).table
    model = fit(table)
    found = leave_one_out(table, model, within=False)
    for rater in range(len(table.raters)):
        mine, theirs = [], []
        for n in np.flatnonzero(table.rater == rater):
            rest = np.flatnonzero((table.item == table.item[n]) & (table.rater != rater))
            who = table.rater[rest]
            value = table.score[rest] - model.bias[who]
            theirs.append(np.average(value, weights=1 / model.inconsistency[who] ** 2))
            mine.append(table.score[n])
        assert found.r[rater] == pytest.approx(stats.pearsonr(mine, theirs)[0], abs=1e-9)
        assert found.n[rater] == len(mine)


def test_that_the_interval_is_fishers() -> None:
    table = sparse_panel(0).table
    found = leave_one_out(table, fit(table), within=False)
    one = found[0]
    half = 1.959963985 / np.sqrt(found.n[0] - 3)
    assert np.arctanh(one.high) - np.arctanh(one.value) == pytest.approx(half)
    assert np.arctanh(one.value) - np.arctanh(one.low) == pytest.approx(half)


def test_that_his_own_ratings_are_never_inside() -> None:
    table = RatingTable.from_columns(["a", "b", "c", "a"], ["x"] * 4, [10, 2, 4, 0])
    model = fit(table)
    others = others_mean(table, model)
    precision = 1 / model.inconsistency**2
    value = np.array([2, 4]) - model.bias[1:]
    assert others[[0, 3]] == pytest.approx(np.average(value, weights=precision[1:]))


def test_that_nobody_else_gives_no_figure() -> None:
    table = RatingTable.from_columns(["a"] * 10, list(range(10)), list(range(10)))
    found = leave_one_out(table, fit(table))
    assert np.isnan(found.r).all()
    assert not found[0].known


def test_that_fewer_than_eight_ratings_are_too_few() -> None:
    scores = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7]
    table = RatingTable.from_columns(["a"] * 8 + ["b"] * 7, [*range(8), *range(7)], scores)
    assert MIN_RATINGS == 8
    found = leave_one_out(table, fit(table))
    assert found.n.tolist() == [7, 7]
    assert np.isnan(found.r).all()


def test_that_easy_prompts_do_not_pass_for_agreement() -> None:
    table = sparse_panel(4, prompts=150, prompt_sd=3.0, sd=0.0, rounded=False).table
    model = fit(table)
    assert leave_one_out(table, model, within=False).r.min() > 0.6
    within = leave_one_out(table, model)
    assert within.within
    assert np.abs(within.r).max() < 0.2


def test_that_comparisons_within_prompts_cost_one_rating_a_prompt() -> None:
    table = judged(hidden(0), HONEST, 0)
    found = leave_one_out(table, fit(table))
    assert set(found.n.tolist()) == {30 * 3 + 1}


def test_that_random_and_inverted_raters_show() -> None:
    table = judged(hidden(0), PANEL, 0)
    found = leave_one_out(table, fit(table))
    assert found.low[:5].min() > 0.5
    assert found.low[5] < 0.1 < found.high[5] + 0.2
    assert found.high[6] < 0


def test_that_a_rater_who_never_varies_agrees_with_nobody() -> None:
    table = judged(hidden(0), HONEST[:4], 0)
    same = np.where(table.rater == 2, 5.0, table.score)
    table = table.with_scores(same)
    assert leave_one_out(table, fit(table)).r[2] == 0


def test_that_raters_who_never_vary_do_not_agree_or_disagree_by_what_rounding_left() -> None:
    cells = [(r, i, level) for r, level in enumerate((0.1, 0.3, 0.7)) for i in range(20)]
    table = RatingTable.from_columns(*zip(*cells, strict=True))
    assert leave_one_out(table, fit(table)).r.tolist() == [0, 0, 0]


def test_that_ties_among_the_others_means_are_ties_in_spearmans_correlation() -> None:
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(60, 1)) + rng.normal(size=(60, 3))
    scores = np.digitize(seen, [-0.7, 0.7]).astype(float)
    table = RatingTable.from_columns(
        [0, 1, 2] * 60, np.repeat(np.arange(60), 3).tolist(), scores.ravel()
    )
    model = fit(table, scale=(0, 2))
    for rater, found in enumerate(leave_one_out_rank(table, model)):
        others = [k for k in range(3) if k != rater]
        weights = 1 / model.inconsistency[others] ** 2
        expected = (scores[:, others] - model.bias[others]) @ weights / weights.sum()
        exact = stats.spearmanr(scores[:, rater], np.round(expected, 9)).statistic
        assert found.value == pytest.approx(exact, abs=1e-12)

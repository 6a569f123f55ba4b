import numpy as np
import pytest

from prefdesk.ratings import RatingTable, fit
from prefdesk.ratings.slopes import LEAST, scale_use, without
from tests.unit.ratings.panels import Truth, sparse_panel


def bent(seed: int, slope: float, **design: int) -> Truth:
    """A panel whose rater 0 turns the scale about its middle by `slope`."""
    truth = sparse_panel(seed, rounded=False, **design)
    table = truth.table
    noise = table.score - truth.quality[table.item]
    turned = 5.5 + slope * (truth.quality[table.item] - 5.5) + noise
    return truth._replace(table=table.with_scores(np.where(table.rater == 0, turned, table.score)))


@pytest.mark.parametrize("slope", [1.0, 0.4, 0.0, -1.0])
@pytest.mark.parametrize("answers", [4, 1])
def test_that_the_interval_holds_the_slope_and_is_not_diluted_by_noise(
    slope: float, answers: int
) -> None:
    design = {"prompts": 240 // answers, "answers": answers, "raters": 8}
    found = []
    for seed in range(40):
        table = bent(seed, slope, **design).table
        found.append([v[0] for v in scale_use(table, fit(table))])
    value, low, high = np.array(found).T
    # One of eight who inverts makes the fitted qualities differ a little less than they do.
    assert value.mean() == pytest.approx(slope, abs=0.1)
    assert np.mean((low <= slope) & (slope <= high)) >= 0.85


def test_that_who_inverts_the_scale_is_below_zero_and_nobody_else_is() -> None:
    table = bent(3, -1.0, prompts=60, raters=6).table
    high = scale_use(table, fit(table)).high
    assert high[0] < 0
    assert (high[1:] > 0.5).all()


def test_that_a_slope_equals_least_squares_with_prompts_left_out_one_by_one() -> None:
    table = sparse_panel(1, prompts=12, raters=4).table
    model = fit(table)
    found = scale_use(table, model)
    others, _ = without(model, 2)
    rows = np.flatnonzero(table.rater == 2)
    prompts = np.unique(table.prompt[rows])

    def least_squares(of: np.ndarray) -> float:
        return float(np.polyfit(others[table.item[of]], table.score[of], 1)[0])

    value = least_squares(rows)
    left = np.array([least_squares(rows[table.prompt[rows] != p]) for p in prompts])
    sd = np.sqrt((len(left) - 1) / len(left) * ((left - value) ** 2).sum())
    assert found.value[2] == pytest.approx(value)
    assert (found.high[2] - found.low[2]) / sd == pytest.approx(2 * 2.2009852, rel=1e-6)


def test_that_what_the_others_think_is_the_model_without_the_raters_rows() -> None:
    table = sparse_panel(0, prompts=6, raters=4).table
    model = fit(table)
    post = model.posterior
    at, bias = post.variances, post.bias
    rows = table.rater != 1
    found, seen = without(model, 1)
    # Dense: prior covariance of q, ratings of the others with biases known.
    same = table.item_prompt[:, None] == table.item_prompt
    prior = at.tau_m2 * same + at.tau2 * np.eye(len(table.items))
    reads = np.eye(len(table.items))[table.item[rows]]
    cov = reads @ prior @ reads.T + np.diag(at.v2[table.rater[rows]])
    rest = table.score[rows] - post.mu - bias[table.rater[rows]]
    assert found == pytest.approx(post.mu + prior @ reads.T @ np.linalg.solve(cov, rest))
    assert (seen == (np.bincount(table.item[rows], minlength=len(table.items)) > 0)).all()


def test_that_too_few_or_equal_items_have_no_slope() -> None:
    n = LEAST - 1
    few = RatingTable.from_columns([0, 1] * n, np.repeat(np.arange(n), 2).tolist(), [3, 5] * n)
    alone = RatingTable.from_columns([0] * 20, list(range(20)), [float(i % 7) for i in range(20)])
    same = RatingTable.from_columns([0, 1] * 20, [0] * 40, [float(i % 7) for i in range(40)])
    for table in (few, alone, same):
        assert np.isnan(scale_use(table, fit(table))).all()


def test_that_a_rater_left_out_of_the_model_still_has_a_slope() -> None:
    table = bent(3, -1.0, prompts=60, raters=6).table
    model = fit(table, credibility={table.raters[0]: 0})
    assert scale_use(table, model).high[0] < 0

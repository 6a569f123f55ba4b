import numpy as np
import pytest

from prefdesk.ratings import (
    Interval,
    RatingTable,
    alpha_interval,
    krippendorff,
    mean_interval,
    within_alpha_interval,
    within_prompts,
)
from prefdesk.ratings.alpha import alphas, item_values
from tests.unit.ratings.panels import sparse_panel


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_that_an_interval_encloses_alpha_and_repeats_with_its_seed(metric: str) -> None:
    table = sparse_panel(0).table
    first = alpha_interval(table, metric, 300, seed=4)  # type: ignore[arg-type]
    assert first.value == krippendorff(table, metric)  # type: ignore[arg-type]
    assert first.low < first.value < first.high
    assert first == alpha_interval(table, metric, 300, seed=4)  # type: ignore[arg-type]
    assert first != alpha_interval(table, metric, 300, seed=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_that_drawn_items_give_the_alpha_of_the_table_they_make(metric: str) -> None:
    table = sparse_panel(2, prompts=5).table
    counts, values = item_values(table)
    drawn = np.random.default_rng(0).integers(0, 20, 20)
    weights = np.bincount(drawn, minlength=20).astype(float)[:, None]
    rows = [np.flatnonzero(table.item == i) for i in drawn]
    copies = [f"{n}" for n, r in enumerate(rows) for _ in r]
    index = np.concatenate(rows)
    made = RatingTable.from_columns(table.rater[index].tolist(), copies, table.score[index])
    found = alphas(counts, values, weights, metric)[0]  # type: ignore[arg-type]
    assert found == pytest.approx(krippendorff(made, metric), abs=1e-12)  # type: ignore[arg-type]


def test_that_intervals_cover_the_alpha_of_many_items() -> None:
    # One big table is the population, so that all samples have the same raters.
    table = sparse_panel(99, prompts=20_000, answers=1, rounded=False, bias_sd=0.0).table
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(60):
        found = alpha_interval(table.rows(np.isin(table.item, rng.integers(0, 20_000, 60))), n=300)
        hits += found.low <= krippendorff(table) <= found.high
    assert 50 <= hits < 60


def test_that_the_interval_within_prompts_encloses_its_value() -> None:
    table = sparse_panel(0).table
    found = within_alpha_interval(table, n=300)
    assert found.value == pytest.approx(within_prompts(table), abs=1e-12)
    assert found.low < found.value < found.high


def test_that_too_little_to_draw_gives_no_limits() -> None:
    table = RatingTable.from_columns(["a", "b"] * 1, [0, 0], [1, 2])
    found = alpha_interval(table)
    assert not found.known
    assert np.isnan(found.low)
    assert not mean_interval([]).known
    assert mean_interval([3.0]).value == 3.0
    assert not mean_interval([3.0]).known


def test_that_the_mean_has_the_interval_of_its_standard_error() -> None:
    values = np.random.default_rng(1).standard_normal(400)
    found = mean_interval(values, n=4000)
    half = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.01)
    assert found.high == pytest.approx(values.mean() + half, abs=0.01)


def test_that_constant_values_have_an_interval_of_no_width() -> None:
    assert mean_interval([2.0, 2.0, 2.0]) == Interval(2.0, 2.0, 2.0)


def test_that_answers_to_one_prompt_are_drawn_together() -> None:
    panel = sparse_panel(3, prompts=12, answers=6, raters=4, per_item=4, prompt_sd=2.0, sd=0.4)
    table = panel.table
    alone = table._replace(
        prompt=table.item, prompts=table.items, item_prompt=np.arange(len(table.items))
    )
    together, apart = alpha_interval(table, n=400), alpha_interval(alone, n=400)
    assert together.value == pytest.approx(apart.value)
    assert together.high - together.low > 1.3 * (apart.high - apart.low)


@pytest.mark.parametrize("level", [0.1, 0.3, 5.1])
@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_that_draws_in_which_nothing_varies_are_left_out(level: float, metric: str) -> None:
    cells = [(r, i, level) for i in range(9) for r in range(2)]
    cells += [(0, 9, level + 0.6), (1, 9, level + 0.7)]
    counts, values = item_values(RatingTable.from_columns(*zip(*cells, strict=True)))
    drawn = np.ones((10, 12)) * np.arange(1, 13)
    drawn[9] = 0
    assert np.isnan(alphas(counts, values, drawn, metric)).all()  # type: ignore[arg-type]

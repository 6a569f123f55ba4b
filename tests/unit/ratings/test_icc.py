"""ICC against the analysis of variance, stored figures and the rater model; Kendall's W; kappa."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from prefdesk.errors import InputError
from prefdesk.ratings import (
    RatingTable,
    block_iccs,
    f_interval,
    fit,
    kappa_interval,
    mean_kappa,
    model_iccs,
    weighted_kappa,
)
from tests.unit.ratings.panels import real, sparse_panel

SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
PUBLISHED = {
    "icc_1_1": 0.17, "icc_2_1": 0.29, "icc_3_1": 0.71,
    "icc_1_k": 0.44, "icc_2_k": 0.62, "icc_3_k": 0.91,
}  # fmt: skip
"""Shrout & Fleiss 1979, tables 2 and 4."""

NAMES = {
    "ICC(1,1)": "icc_1_1", "ICC(A,1)": "icc_2_1", "ICC(C,1)": "icc_3_1",
    "ICC(1,k)": "icc_1_k", "ICC(A,k)": "icc_2_k", "ICC(C,k)": "icc_3_k",
}  # fmt: skip


def block(scores) -> RatingTable:
    cells = [
        (f"r{r}", f"i{i}", float(x)) for i, row in enumerate(scores) for r, x in enumerate(row)
    ]
    raters, items, values = zip(*cells, strict=True)
    return RatingTable.from_columns(raters, items, values)


def values(found) -> dict[str, float]:
    return {c.form: c.these.value for c in found}


def test_that_the_published_example_comes_out() -> None:
    found = values(block_iccs(block(SHROUT_FLEISS), draws=10))
    for form, published in PUBLISHED.items():
        assert found[form] == pytest.approx(published, abs=0.006), form


@pytest.mark.parametrize(
    "name", ["sureal_nflx_public", "sureal_vqeghd3", "sureal_vqeg_frtv1_525_low"]
)
def test_that_the_stored_figures_and_f_intervals_come_out(name: str, real_data: Path) -> None:
    found = real(real_data, name)
    got = values(block_iccs(found.table, draws=2))
    for stored, form in NAMES.items():
        reference = found.reference["icc"][stored]
        assert got[form] == pytest.approx(reference["icc"], abs=1e-9)
        value, low, high = f_interval(found.table, form)
        assert value == pytest.approx(reference["icc"], abs=1e-9)
        assert [low, high] == pytest.approx(reference["ci"], abs=0.0051)


def test_that_kendalls_w_is_the_textbook_figure_with_ties() -> None:
    scores = np.array([[1, 1, 2], [2, 3, 1], [2, 2, 3], [4, 5, 5], [3, 4, 4], [6, 6, 6], [5, 7, 7]])
    ranks = np.apply_along_axis(stats.rankdata, 0, scores)
    n, k = ranks.shape
    ties = sum(
        float((c**3 - c).sum()) for c in (np.unique(col, return_counts=True)[1] for col in scores.T)
    )
    s = float(((ranks.sum(axis=1) - ranks.sum() / n) ** 2).sum())
    expected = 12 * s / (k**2 * (n**3 - n) - k * ties)
    assert values(block_iccs(block(scores), draws=5))["kendall_w"] == pytest.approx(expected)


def test_that_the_interval_over_raters_contains_the_truth_more_widely() -> None:
    rng = np.random.default_rng(5)
    quality, bias = rng.normal(size=60), rng.normal(size=8)
    scores = quality[:, None] + bias + rng.normal(size=(60, 8))
    found = {c.form: c for c in block_iccs(block(scores), draws=300)}
    two = found["icc_2_1"]
    assert two.like_these.low < 1 / 3 < two.like_these.high
    assert two.like_these.high - two.like_these.low > two.these.high - two.these.low


def test_that_a_design_with_gaps_gets_the_model_based_form_and_a_reason() -> None:
    panel = sparse_panel(1, prompts=120)
    assert all("every item" in c.reason for c in block_iccs(panel.table))
    found = {c.form: c.these for c in model_iccs(fit(panel.table))}
    truth = panel.quality.var() / (
        panel.quality.var() + panel.bias.var() + float(np.mean(panel.noise**2))
    )
    assert found["icc_model"].value == pytest.approx(truth, abs=0.1)
    assert found["icc_model_k"].value > found["icc_model"].value
    assert found["icc_model"].low < found["icc_model"].value < found["icc_model"].high


def test_that_weighted_kappa_is_the_hand_worked_figure() -> None:
    x, y = [0, 0, 1, 2, 2], [0, 1, 1, 2, 0]
    # squared gaps seen: 0, 1, 0, 0, 4 of 5; by chance from the two margins (2,1,2) and (2,2,1)
    expected = (
        sum(p * q * (a - b) ** 2 for a, p in enumerate((2, 1, 2)) for b, q in enumerate((2, 2, 1)))
        / 25
    )
    assert weighted_kappa(x, y) == pytest.approx(1 - 1 / expected)
    assert weighted_kappa(x, x, "nominal") == 1
    assert np.isnan(weighted_kappa([1, 1], [1, 1]))
    with pytest.raises(InputError):
        weighted_kappa([1], [1, 2])


def test_that_kappa_of_a_table_is_the_mean_over_pairs_with_enough_shared_items() -> None:
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 4, (30, 1)) + rng.integers(0, 2, (30, 3))
    pairs = [(0, 1), (0, 2), (1, 2)]
    expected = np.mean([weighted_kappa(scores[:, a], scores[:, b]) for a, b in pairs])
    whole = mean_kappa(block(scores), draws=300)
    assert whole.these.value == pytest.approx(expected)
    assert whole.these.low < expected < whole.these.high
    assert whole.like_these.high - whole.like_these.low > whole.these.high - whole.these.low
    found = kappa_interval(scores[:, 0], scores[:, 1], draws=200)
    assert found.low < found.value < found.high
    assert np.isnan(kappa_interval([1, 2], [1, 2]).value)


@pytest.mark.parametrize("weights", ["nominal", "linear", "quadratic"])
def test_that_mean_kappa_and_its_limits_are_those_of_the_pair_where_there_is_one(weights) -> None:
    rng = np.random.default_rng(5)
    scores = rng.integers(0, 4, (40, 1)) + rng.integers(0, 3, (40, 2))
    got = mean_kappa(block(scores), weights, draws=2000)
    alone = kappa_interval(scores[:, 0], scores[:, 1], weights, draws=2000)
    assert got.these.value == pytest.approx(alone.value)
    assert got.these[1:] == pytest.approx(alone[1:], abs=0.03)
    assert got.reason  # with two raters nothing is said of others like them
    assert np.isnan(got.like_these.low)


def test_that_sparse_pairs_count_where_they_share_enough_and_nobody_agrees_with_himself() -> None:
    rng = np.random.default_rng(6)
    quality = rng.integers(0, 4, 60)
    rows = [(r, i, float(quality[i] + rng.integers(0, 3))) for i in range(60)
            for r in rng.choice(5, 3, replace=False).tolist()]  # fmt: skip
    rows += [("late", i, 1.0 * i) for i in range(5)]  # shares too few with anybody
    raters, items, scores = zip(*rows, strict=True)
    found = RatingTable.from_columns(raters, items, scores)
    by = {(r, i): s for r, i, s in rows}
    each = []
    for a in range(5):
        for b in range(a):
            both = [i for i in range(60) if (a, i) in by and (b, i) in by]
            each.append(weighted_kappa([by[a, i] for i in both], [by[b, i] for i in both]))
    assert mean_kappa(found, draws=20).these.value == pytest.approx(np.mean(each))
    noise = [(r, i, float(rng.integers(4))) for r in range(4) for i in range(80)]
    chance = mean_kappa(RatingTable.from_columns(*zip(*noise, strict=True)), draws=400)
    assert chance.like_these.low < 0 < chance.like_these.high
    assert chance.like_these.high < 0.25


def test_that_the_mean_over_many_pairs_of_few_items_lies_within_its_limits() -> None:
    rng = np.random.default_rng(7)
    quality = rng.normal(size=300)
    rows = [(r, i, float(np.rint(2 * quality[i] + rng.normal()))) for i in range(300)
            for r in rng.choice(20, 4, replace=False).tolist()]  # fmt: skip
    found = mean_kappa(RatingTable.from_columns(*zip(*rows, strict=True)), draws=200)
    for interval in (found.these, found.like_these):
        assert interval.low < interval.value < interval.high


def test_that_no_pair_with_enough_items_has_a_reason() -> None:
    rows = [(r, i, float(i)) for r in "ab" for i in range(6)]
    found = mean_kappa(RatingTable.from_columns(*zip(*rows, strict=True)))
    assert np.isnan(found.these.value)
    assert "8 items" in found.reason


def test_that_a_model_of_ratings_without_overlap_gives_no_figure() -> None:
    alone = [("a", f"i{k}", float(k % 5)) for k in range(12)]
    raters, items, scores = zip(*alone, strict=True)
    for c in model_iccs(fit(RatingTable.from_columns(raters, items, scores))):
        assert np.isnan(c.these).all()
        assert "two raters" in c.reason


def test_that_what_prompts_differ_in_is_no_agreement_about_their_answers() -> None:
    panel = sparse_panel(2, prompts=100, prompt_sd=3.0, sd=0.6, rounded=False)
    found = {c.form: c.these.value for c in model_iccs(fit(panel.table))}
    noise = panel.bias.var() + float(np.mean(panel.noise**2))
    assert found["icc_model"] > 0.7
    assert found["icc_model_within"] == pytest.approx(0.36 / (0.36 + noise), abs=0.08)
    assert found["icc_model_within_k"] > found["icc_model_within"]


def test_that_two_raters_who_contradict_each_other_get_reasons_for_what_is_missing() -> None:
    found = {c.form: c for c in block_iccs(block([[k, 5 - k] for k in range(6)]), draws=20)}
    assert found["icc_3_1"].these.value == pytest.approx(-1)
    assert np.isnan(found["icc_3_k"].these.value)
    assert "no meaning" in found["icc_3_k"].reason
    assert "three raters" in found["icc_3_1"].reason


def test_that_raters_in_full_agreement_have_a_closed_f_interval() -> None:
    same = block([[k, k, k] for k in range(6)])
    assert f_interval(same, "icc_3_1") == (1, 1, 1)
    assert f_interval(same, "icc_2_k").value == pytest.approx(1)


@pytest.mark.parametrize("form", ["icc_2_1", "icc_2_k"])
def test_that_full_agreement_has_a_closed_interval_whatever_was_rounded(form: str) -> None:
    halves = block([[k % 2, k % 2] for k in range(8)])
    assert f_interval(halves, form) == pytest.approx((1, 1, 1))


def test_that_limits_of_a_mean_of_raters_stay_on_their_sides_where_raters_disagree() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        table = block(rng.normal(size=(6, 3)).tolist())
        value, low, high = f_interval(table, "icc_2_k")
        stored = values(block_iccs(table, draws=1))["icc_2_k"]
        assert value == pytest.approx(stored, nan_ok=True)
        assert np.isnan(value) or low <= value <= high <= 1


def test_that_a_mean_without_a_lower_limit_says_so() -> None:
    contrary = block([[1, 3, 4], [4, 4, 3], [2, 0, 4], [4, 3, 2], [4, 1, 0]])
    value, low, high = f_interval(contrary, "icc_2_k")
    assert value == pytest.approx(-0.6)
    assert low == -np.inf
    assert 0.8 < high < 1


def test_that_hardly_any_freedom_leaves_the_limits_apart() -> None:
    rows = [[0.2, -1.8, 1.6], [-0.8, -0.6, 1.3], [0.2, 0.0, -0.6], [-1.6, 0.2, 1.2]]
    value, low, high = f_interval(block(rows), "icc_2_1")
    assert low < value < high


@pytest.mark.parametrize("rows", [[[7, 0.7]] * 5, [[0, 1], [0, 1], [1, 0], [1, 0]]])
def test_that_nothing_to_divide_by_is_no_crash_and_no_full_agreement(rows: list) -> None:  # type: ignore[type-arg]
    for form, stored in values(block_iccs(block(rows), draws=1)).items():
        if form != "kendall_w":
            found = f_interval(block(rows), form).value
            assert np.isnan(found) or found == pytest.approx(stored)


def test_that_answers_to_one_prompt_are_drawn_together() -> None:
    rng = np.random.default_rng(6)
    # Ten answers to a prompt that are nearly the prompt itself: ten prompts, not a hundred items.
    quality = 2 * rng.normal(size=10).repeat(10) + 0.1 * rng.normal(size=100)
    alone = block(quality[:, None] + rng.normal(size=(100, 3)))
    cells = (alone.rater.tolist(), alone.item.tolist(), alone.score)
    grouped = RatingTable.from_columns(*cells, [item // 10 for item in cells[1]])
    for a, b in zip(block_iccs(alone, draws=200), block_iccs(grouped, draws=200), strict=True):
        assert a.these.value == b.these.value
        if "_1" in a.form:
            assert b.these.high - b.these.low > 1.5 * (a.these.high - a.these.low)
            assert b.like_these.high - b.like_these.low > a.like_these.high - a.like_these.low

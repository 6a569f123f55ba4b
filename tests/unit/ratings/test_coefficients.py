"""Coefficients against published formulas by hand, stored figures of libraries, and symmetry."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefdesk.ratings import RatingTable, coefficients, krippendorff
from prefdesk.ratings.coefficients import Counted, categories_of
from tests.unit.ratings.panels import SCALES, real, sparse_panel

FORMS = ("alpha_nominal", "alpha_ordinal", "alpha_interval", "ac1", "ac2", "fleiss_kappa")


def table(rows: list[tuple[str, str, float]]) -> RatingTable:
    raters, items, scores = zip(*rows, strict=True)
    return RatingTable.from_columns(raters, items, scores)


def block(scores: list[list[float]]) -> RatingTable:
    """Rows are items, columns raters."""
    return table([(f"r{r}", f"i{i}", x) for i, row in enumerate(scores) for r, x in enumerate(row)])


def values(found) -> dict[str, float]:
    return {c.form: c.these.value for c in found}


def test_that_two_raters_on_four_items_give_the_figures_worked_out_by_hand() -> None:
    found = values(coefficients(block([[0, 0], [0, 1], [1, 1], [1, 1]]), draws=20))

    # 3 of 4 items agree; the share of ones is 5/8.
    assert found["fleiss_kappa"] == pytest.approx((3 / 4 - 34 / 64) / (1 - 34 / 64))
    assert found["ac1"] == pytest.approx((3 / 4 - 30 / 64) / (1 - 30 / 64))
    # D_o = 2/8; D_e = 2 * 3 * 5 / (8 * 7).
    assert found["alpha_nominal"] == pytest.approx(1 - (2 / 8) / (30 / 56))


def test_that_ac2_counts_a_near_miss_as_part_of_an_agreement() -> None:
    near = block([[0, 1], [2, 2], [0, 0], [2, 2]])
    found = values(coefficients(near, scale=(0, 2), draws=20))
    share = np.array([3, 1, 4]) / 8
    agreed = (0.75 + 3) / 4
    chance = (3 + 4 * 0.75) / 6 * float((share * (1 - share)).sum())
    assert found["ac2"] == pytest.approx((agreed - chance) / (1 - chance))


def test_that_categories_nobody_used_count_in_gwets_coefficients() -> None:
    scores = block([[4, 4], [5, 5], [4, 5], [5, 5]])
    narrow, wide = (values(coefficients(scores, scale=s, draws=20)) for s in ((4, 5), (0, 10)))
    assert wide["ac1"] > narrow["ac1"]
    assert wide["alpha_ordinal"] == narrow["alpha_ordinal"]


@pytest.mark.parametrize("name", [n for n in SCALES if "last4" not in n])
def test_that_the_figures_of_other_libraries_come_out(name: str, real_data: Path) -> None:
    found = real(real_data, name)
    got = values(coefficients(found.table, scale=None, draws=10))
    for metric in ("nominal", "ordinal", "interval"):
        stored = found.reference[f"alpha_{metric}"]
        assert got[f"alpha_{metric}"] == pytest.approx(stored, abs=1e-9)
    if "ac2_quadratic" in found.reference:
        stored = found.reference["ac2_quadratic"]["coef"]
        assert got["ac2"] == pytest.approx(stored, abs=1e-5)


@pytest.mark.parametrize("name", list(SCALES))
def test_that_three_classes_give_the_stored_gwet_and_fleiss(name: str, real_data: Path) -> None:
    found = real(real_data, name)
    binned = found.table.with_scores(np.digitize(found.table.score, found.reference["cuts"]))
    got = values(coefficients(binned, scale=(0, 2), draws=10))
    assert got["ac1"] == pytest.approx(found.reference["ac1_3"]["coef"], abs=1e-5)
    assert got["ac2"] == pytest.approx(found.reference["ac2_3_quadratic"]["coef"], abs=1e-5)
    assert got["fleiss_kappa"] == pytest.approx(found.reference["fleiss3_irrcac"]["coef"], abs=1e-5)
    if "fleiss3" in found.reference and found.reference["fleiss3"] is not None:
        assert got["fleiss_kappa"] == pytest.approx(found.reference["fleiss3"], abs=1e-9)


def test_that_raters_like_these_are_less_sure_than_these_raters() -> None:
    for c in coefficients(sparse_panel(3).table, scale=(0, 10), draws=300):
        width = [i.high - i.low for i in (c.these, c.like_these)]
        assert width[1] > 1.1 * width[0], c.form


def test_that_drawing_a_rater_twice_does_not_make_the_panel_agree() -> None:
    rng = np.random.default_rng(0)
    noise = block(rng.integers(0, 11, (200, 4)).astype(float).tolist())
    for c in coefficients(noise, scale=(0, 10), draws=200):
        if c.form != "ac2":
            assert c.like_these.low < 0 < c.like_these.high, c.form


def test_that_doubled_weights_of_a_rater_pair_him_with_others_only() -> None:
    scores = block([[1, 2, 9], [3, 4, 0], [5, 6, 5], [7, 7, 2], [8, 9, 1], [2, 3, 8]])
    counted = Counted(scores, categories_of(scores.score, (0, 10)))
    only_two = counted.parts(np.array([1.0, 1.0, 0.0]))
    doubled = counted.parts(np.array([2.0, 2.0, 0.0]))
    one = np.ones((counted.n_items, 1))
    np.testing.assert_allclose(
        counted.figures(only_two, one)[3:], counted.figures(doubled, one)[3:], atol=1e-12
    )


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([("a", f"i{i}", float(i)) for i in range(9)], "two raters"),
        ([(r, f"i{i}", 4.0) for r in "ab" for i in range(9)], "the same"),
        ([("a", "i", 1.0), ("b", "i", 2.0)], "fewer than 8"),
    ],
)
def test_that_what_cannot_be_said_has_a_reason(
    rows: list[tuple[str, str, float]], word: str
) -> None:
    for c in coefficients(table(rows)):
        assert np.isnan(c.these.value)
        assert word in c.reason


def test_that_a_continuous_scale_has_alpha_but_no_categories() -> None:
    rng = np.random.default_rng(1)
    quality = rng.normal(size=80)
    scores = block((quality[:, None] + 0.3 * rng.normal(size=(80, 3))).tolist())
    found = {c.form: c for c in coefficients(scores, draws=50)}
    assert found["alpha_interval"].these.value > 0.8
    assert np.isnan(found["ac1"].these.value)
    assert "continuous" in found["ac1"].reason


small = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 5), st.integers(0, 3)), min_size=8, max_size=40
)


@settings(max_examples=60, deadline=None)
@given(small, st.randoms())
def test_that_order_and_names_change_nothing_and_alpha_is_that_of_the_long_way(
    rows, random
) -> None:
    keys = {(r, i): s for r, i, s in rows}
    shuffled = list(keys.items())
    random.shuffle(shuffled)
    first = table([(f"r{r}", f"i{i}", float(s)) for (r, i), s in keys.items()])
    second = table([(f"x{9 - r}", f"y{i}", float(s)) for (r, i), s in shuffled])
    a, b = (values(coefficients(t, scale=(0, 3), draws=5)) for t in (first, second))
    for form in FORMS:
        assert a[form] == pytest.approx(b[form], abs=1e-9, nan_ok=True)
    if np.isfinite(a["alpha_ordinal"]):
        assert a["alpha_ordinal"] == pytest.approx(krippendorff(first, "ordinal"), abs=1e-9)


def test_that_a_single_shared_item_has_a_reason_and_no_interval_of_width_nought() -> None:
    for c in coefficients(table([(f"r{k}", "i", float(k)) for k in range(9)])):
        assert np.isnan(c.these.low)
        assert "one item" in c.reason


def test_that_no_figure_depends_on_the_unit_of_the_scale() -> None:
    panel = sparse_panel(4).table
    plain = coefficients(panel, draws=40)
    for factor in (1e-9, 1e9):
        moved = coefficients(panel.with_scores(factor * (panel.score + 3)), draws=40)
        for a, b in zip(plain, moved, strict=True):
            np.testing.assert_allclose([*a.these, *a.like_these], [*b.these, *b.like_these])


def test_that_a_slider_with_as_many_values_as_ratings_needs_no_table_of_them() -> None:
    rng = np.random.default_rng(3)
    n, raters = 60_000, 12
    item, rater = np.repeat(np.arange(n // 3), 3), np.tile(np.arange(3), n // 3)
    rater = (rater + item * 5) % raters
    score = rng.normal(size=n // 3)[item] + rng.normal(size=n)
    slider = RatingTable.from_columns(rater.tolist(), item.tolist(), score)
    found = {c.form: c.these.value for c in coefficients(slider, draws=2)}
    assert found["alpha_interval"] == pytest.approx(0.5, abs=0.02)
    assert found["alpha_ordinal"] == pytest.approx(krippendorff(slider, "ordinal"), abs=1e-9)


def test_that_a_draw_in_which_nothing_varies_has_no_alpha_however_many_items_it_has() -> None:
    rare = Counted(block([[1, 4], [1, 3]] + [[7, 7]] * 9000), None)
    weights = np.ones((rare.n_items, 1))
    weights[:2] = 0
    assert np.isnan(rare.figures(rare.once, weights)[:3]).all()

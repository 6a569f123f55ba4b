"""Means, z-scores and screening against hand-worked cases and stored figures."""

import csv
from pathlib import Path

import numpy as np
import pytest

from prefdesk.ratings import RatingTable, item_scores, screen
from tests.unit.ratings.panels import SCALES, real, sparse_panel


def block(scores) -> RatingTable:
    cells = [
        (f"r{r}", f"i{i}", float(x)) for i, row in enumerate(scores) for r, x in enumerate(row)
    ]
    raters, items, values = zip(*cells, strict=True)
    return RatingTable.from_columns(raters, items, values)


@pytest.mark.parametrize("name", list(SCALES))
def test_that_means_are_the_stored_ones(name: str, real_data: Path) -> None:
    found = real(real_data, name)
    with (real_data / found.reference["items_file"]).open(newline="") as file:
        stored = {row["item"]: row for row in csv.DictReader(file)}
    for column, rule in (("mos", "mean"), ("br_mos", "bias_removed")):
        expected = [float(stored[str(item)][column]) for item in found.table.items]
        np.testing.assert_allclose(item_scores(found.table, rule), expected, atol=1e-6)


@pytest.mark.parametrize("name", [n for n in SCALES if n.startswith("sureal")])
def test_that_screening_rejects_whom_the_library_rejects_on_complete_panels(
    name: str, real_data: Path
) -> None:
    found = real(real_data, name)
    got, stored = screen(found.table, "all"), found.reference["bt500"]
    names = np.array(found.table.raters)
    assert set(names[got.rejected]) == set(stored["rejected"])
    for statistic, key in ((got.share, "stat1"), (got.balance, "stat2")):
        expected = [stored[key][str(r)] or 0 for r in names]
        np.testing.assert_allclose(statistic, expected, atol=1e-6)


def test_that_screening_counts_a_raters_own_ratings_in_a_design_with_gaps() -> None:
    rng = np.random.default_rng(0)
    scores = 5 + 0.3 * rng.normal(size=(400, 12))
    # The last rater is wild on both sides, but judged one item in ten.
    cells = [(r, i) for i in range(400) for r in range(12) if r < 11 or i % 10 == 0]
    wild = {i: 5 + 0.8 * (-1) ** (i // 10) for i in range(0, 400, 10)}
    values = [wild[i] if r == 11 else scores[i, r] for r, i in cells]
    table = RatingTable.from_columns([r for r, _ in cells], [i for _, i in cells], values)
    last = table.raters.index(11)
    assert screen(table).share[last] > 0.5 > 0.1 >= screen(table, "all").share[last]


def test_that_bias_is_no_reason_to_reject() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(200, 10)) * 0.5 + np.array([1.0] + [0.0] * 9)
    found = screen(block(scores))
    assert found.share[0] > 0.05
    assert not found.rejected.any()


def test_that_means_by_hand_come_out() -> None:
    table = block([[1, 3], [2, 6]])
    assert item_scores(table).tolist() == [2, 4]
    # Biases are (-1 - 2) / 2 and +3/2; taking them out leaves the means of a full table.
    assert item_scores(table, "bias_removed").tolist() == [2, 4]
    assert item_scores(table, "z").tolist() == [-1, 1]


def test_that_one_item_all_equal_or_unrated_gives_no_false_figure() -> None:
    same = screen(block([[3, 3, 3]] * 5))
    assert not same.rejected.any()
    table = block([[1, 3], [2, 6]])
    part = table.rows(table.item == 0)
    assert np.isnan(item_scores(part)[1])
    empty = screen(table.rows(table.rater == 0))
    assert np.isnan(empty.share[1])


def test_that_the_unit_of_the_scale_does_not_change_whom_screening_rejects() -> None:
    table = sparse_panel(5, per_item=5, rounded=False).table
    first, second = screen(table), screen(table.with_scores(7 * table.score - 30))
    np.testing.assert_allclose(first.share, second.share)


@pytest.mark.parametrize("same", [0.1, 0.3, 0.7, 5.1])
def test_that_a_rater_whose_scores_are_all_the_same_has_z_scores_of_nought(same: float) -> None:
    rows = [[same, float(k)] for k in range(6)]
    z = (np.arange(6) - 2.5) / np.arange(6).std()
    np.testing.assert_allclose(item_scores(block(rows), "z"), z / 2)

from pathlib import Path

import numpy as np
import pytest

from prefdesk.ratings import RatingTable, krippendorff, within_prompts
from tests.unit.ratings.panels import SCALES, real, sparse_panel

# The example with missing values in Krippendorff (2011), "Computing Krippendorff's Alpha".


def published() -> RatingTable:
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
    cells = [(r, i, v) for r, row in enumerate(rows) for i, v in enumerate(row) if v]
    raters, items, scores = zip(*cells, strict=True)
    return RatingTable.from_columns(raters, items, scores)


@pytest.mark.parametrize(
    ("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_that_alpha_equals_the_published_example(metric: str, value: float) -> None:
    assert krippendorff(published(), metric) == pytest.approx(value, abs=5e-4)  # type: ignore[arg-type]


def test_that_alpha_equals_a_value_worked_by_hand() -> None:
    # Items (1,1), (2,3): observed 2·1/(2-1) over 4 values; expected: ordered pairs of 1,1,2,3
    # give 2·(1+4+1+4+1) = 22 over 3. Alpha = 1 - 2 / (22/3) = 8/11.
    table = RatingTable.from_columns([0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 2, 3])
    assert krippendorff(table) == pytest.approx(8 / 11, abs=1e-12)


@pytest.mark.parametrize("name", list(SCALES))
@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_that_alpha_equals_the_reference_on_real_ratings(
    real_data: Path, name: str, metric: str
) -> None:
    found = real(real_data, name)
    if f"alpha_{metric}" not in found.reference:
        pytest.skip("no reference value is stored for this set")
    expected = found.reference[f"alpha_{metric}"]
    assert krippendorff(found.table, metric) == pytest.approx(expected, abs=1e-9)  # type: ignore[arg-type]


def test_that_alpha_is_undefined_without_overlap_or_variation() -> None:
    apart = RatingTable.from_columns(["a", "b"], ["x", "y"], [1, 2])
    same = RatingTable.from_columns(["a", "b"] * 3, [0, 0, 1, 1, 2, 2], [5] * 6)
    for table in (apart, same):
        assert np.isnan(krippendorff(table))
        assert np.isnan(within_prompts(table))


def test_that_nobody_agrees_with_himself() -> None:
    table = RatingTable.from_columns(["a", "a", "a", "a"], [0, 0, 1, 1], [1, 1, 9, 9])
    assert np.isnan(krippendorff(table))


def test_that_easy_prompts_do_not_pass_for_agreement() -> None:
    truth = sparse_panel(3, prompts=200, prompt_sd=3.0, sd=0.0, bias_sd=0.0, rounded=False)
    assert krippendorff(truth.table) > 0.7
    assert abs(within_prompts(truth.table)) < 0.08


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_that_full_agreement_within_prompts_is_one(metric: str) -> None:
    scores = [1, 1, 5, 5, 2, 2, 9, 9]
    table = RatingTable.from_columns(
        ["a", "b"] * 4, [0, 0, 1, 1, 2, 2, 3, 3], scores, [0] * 4 + [1] * 4
    )
    assert within_prompts(table, metric) == pytest.approx(1)  # type: ignore[arg-type]


def test_that_alpha_within_prompts_equals_a_value_worked_by_hand() -> None:
    # One prompt, items (1,2) and (5,4) by raters a and b. Same item: (1-2)², (5-4)², mean 1.
    # Different items and raters: (1-4)² = 9 and (2-5)² = 9, mean 9. 1 - 1/9.
    table = RatingTable.from_columns(["a", "b", "a", "b"], [0, 0, 1, 1], [1, 2, 5, 4], [0] * 4)
    assert within_prompts(table) == pytest.approx(8 / 9, abs=1e-12)


def test_that_alpha_within_prompts_estimates_a_ratio_of_variances() -> None:
    truth = sparse_panel(1, prompts=2000, raters=12, rounded=False)
    noise = float(np.mean(truth.noise**2) + np.var(truth.bias, ddof=1))
    assert within_prompts(truth.table) == pytest.approx(1.69 / (1.69 + noise), abs=0.02)


@pytest.mark.parametrize("level", [0.1, 0.3, 1.7, 5.1])
def test_that_prompts_in_which_nothing_varies_have_no_alpha_within(level: float) -> None:
    # Three raters, two answers a prompt; only the prompts differ.
    cells = [(r, i, level * (1 + i // 2 % 3), i // 2) for i in range(12) for r in range(3)]
    raters, items, scores, prompts = zip(*cells, strict=True)
    table = RatingTable.from_columns(raters, items, scores, prompts)
    assert np.isnan(within_prompts(table))

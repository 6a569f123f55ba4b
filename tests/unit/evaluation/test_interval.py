"""Bootstrap intervals and paired comparisons."""

import itertools

import numpy as np
import pytest

from prefdesk import evaluation
from prefdesk.evaluation import Interval, interval


def test_that_the_mean_lies_in_its_interval_and_repeats_bit_by_bit() -> None:
    values = np.random.default_rng(5).normal(6, 2, 40)
    one, two = evaluation.mean_interval(values, 3), evaluation.mean_interval(list(values), 3)
    assert one == two
    assert one.value == pytest.approx(values.mean(), rel=1e-12)
    assert one.low < one.value < one.high
    assert one.n == 40
    assert one != evaluation.mean_interval(values, 4)
    value, low, high = one
    assert (value, low, high) == (one.value, one.low, one.high)


def test_that_the_interval_is_that_of_all_resamples() -> None:
    values = [0.0, 1.0, 5.0]
    means = [np.mean(r) for r in itertools.product(values, repeat=3)]
    found = evaluation.mean_interval(values, 0, level=0.8, resamples=40_000)
    assert [found.low, found.high] == pytest.approx(np.percentile(means, [10, 90]), abs=1e-9)


def test_that_the_interval_has_the_width_theory_gives() -> None:
    values = np.random.default_rng(1).normal(0, 3, 400)
    found = evaluation.mean_interval(values)
    width = 2 * 1.96 * values.std() / np.sqrt(400)
    assert found.high - found.low == pytest.approx(width, rel=0.06)
    narrow = evaluation.mean_interval(values, level=0.5)
    assert narrow.high - narrow.low == pytest.approx(width * 0.6745 / 1.96, rel=0.08)


def test_that_intervals_cover_as_often_as_they_say() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for trial in range(300):
        found = evaluation.mean_interval(rng.normal(5, 1, 40), trial, resamples=500)
        hits += found.low <= 5 <= found.high
    assert 0.90 <= hits / 300 <= 0.98


def test_that_resampling_in_pieces_gives_the_same_interval_width(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.default_rng(1).normal(0, 3, 50)
    whole = evaluation.mean_interval(values)
    monkeypatch.setattr(interval, "_CELLS", 700)
    assert evaluation.mean_interval(values) == whole


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_that_an_interval_of_too_little_is_an_error(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"at least two|not finite"):
        evaluation.mean_interval(values)
    with pytest.raises(ValueError, match="level"):
        evaluation.mean_interval([1.0, 2.0], level=1.0)


def test_that_a_comparison_counts_wins_ties_and_losses() -> None:
    found = evaluation.paired([1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 2.0, 8.0])
    assert (found.win, found.tie, found.loss, found.n) == (0.5, 0.25, 0.25, 4)
    assert found.win_rate.value == 0.625
    assert found.difference.value == 1.0
    assert found.difference == evaluation.mean_interval([1.0, 0.0, -1.0, 4.0])
    near = evaluation.paired([1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 2.0, 8.0], margin=1.0)
    assert (near.win, near.tie, near.loss) == (0.25, 0.75, 0.0)


def test_that_a_comparison_turned_round_is_its_mirror() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=30), rng.normal(0.3, 1, size=30)
    there, back = evaluation.paired(a, b, 1), evaluation.paired(b, a, 1)
    assert (there.win, there.loss) == (back.loss, back.win)
    assert there.difference.low == pytest.approx(-back.difference.high, abs=1e-12)
    assert there.win_rate.high == pytest.approx(1 - back.win_rate.low, abs=1e-12)


def test_that_equal_answers_tie_everywhere() -> None:
    found = evaluation.paired([3.0] * 5, [3.0] * 5)
    assert found.difference == Interval(0.0, 0.0, 0.0, 5)
    assert (found.tie, found.win_rate.value) == (1.0, 0.5)


def test_that_prompts_must_match() -> None:
    with pytest.raises(ValueError, match="2 values before but 3 after"):
        evaluation.paired([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="at least two"):
        evaluation.paired([1.0], [2.0])

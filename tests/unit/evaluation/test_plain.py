"""Figures that need only counts."""

import math

import pytest

from prefdesk import evaluation


def test_that_perplexity_is_the_inverse_of_the_mean_probability() -> None:
    assert evaluation.perplexity(3 * math.log(0.25), 3) == pytest.approx(4)
    assert evaluation.perplexity(math.log(0.5) + math.log(0.125), 2) == pytest.approx(4)
    assert evaluation.perplexity(0.0, 7) == 1
    assert evaluation.perplexity(-1e6, 1) == math.inf


@pytest.mark.parametrize(("total", "n"), [(-1.0, 0), (-1.0, -2), (math.nan, 3)])
def test_that_perplexity_of_nothing_is_an_error(total: float, n: int) -> None:
    with pytest.raises(ValueError, match="no perplexity"):
        evaluation.perplexity(total, n)


def test_that_distinct_counts_different_n_grams_over_all_texts() -> None:
    texts = ["the cat the cat", "the dog"]
    assert evaluation.distinct(texts, 1) == pytest.approx(3 / 6)
    assert evaluation.distinct(texts, 2) == pytest.approx(3 / 4)
    assert evaluation.distinct(texts, 4) == 1
    assert evaluation.distinct(texts, 5) == 0
    assert evaluation.distinct([], 1) == 0
    with pytest.raises(ValueError, match="at least one word"):
        evaluation.distinct(texts, 0)


def test_that_lengths_and_truncation_are_plain_shares() -> None:
    assert evaluation.mean_length([1, 2, 6]) == 3
    assert evaluation.mean_length([]) == 0
    assert evaluation.truncated_share([True, False, False, True]) == 0.5
    assert evaluation.truncated_share([]) == 0

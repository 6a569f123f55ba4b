"""Rates and weights from step to step, against numbers worked out by hand."""

import math

import pytest

from prefdesk.training.schedule import rate_factor, steered


def factors(total: int, shape: str, warmup: float = 0.0) -> list[float]:
    return [rate_factor(step, total, shape, warmup) for step in range(1, total + 1)]


def test_that_rates_fall_from_the_whole_to_one_step_before_nothing() -> None:
    assert factors(4, "constant") == [1, 1, 1, 1]
    assert factors(4, "linear") == pytest.approx([1, 0.75, 0.5, 0.25])
    half = math.sqrt(0.5)
    assert factors(4, "cosine") == pytest.approx([1, (1 + half) / 2, 0.5, (1 - half) / 2])


def test_that_rates_rise_in_equal_parts_first() -> None:
    assert factors(5, "constant", 0.6) == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert factors(6, "linear", 0.5) == pytest.approx([0.25, 0.5, 0.75, 1, 2 / 3, 1 / 3])
    assert factors(2, "cosine", 1.0) == pytest.approx([1 / 3, 2 / 3])
    assert factors(1, "linear") == [1]


def test_that_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(ValueError, match="stairs"):
        rate_factor(1, 1, "stairs", 0)


@pytest.mark.parametrize(
    ("seen", "factor"),
    [(2.0, 1.0), (2.2, 1.01), (1.9, 0.995), (9.0, 1.02), (0.0, 0.98)],
)
def test_that_the_weight_of_the_divergence_follows_its_error_up_to_a_limit(
    seen: float, factor: float
) -> None:
    assert steered(0.05, seen, 2.0) == pytest.approx(0.05 * factor)


def test_that_without_a_target_the_weight_stays() -> None:
    assert steered(0.05, 9.0, 0.0) == 0.05

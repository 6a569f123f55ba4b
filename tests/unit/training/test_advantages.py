"""Advantages against numbers worked out by hand."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from prefdesk.training import Baseline
from prefdesk.training.advantages import (
    FLOOR,
    group_sizes,
    leave_one_out,
    moved,
    reinforce,
    rloo,
    spread,
)


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def ones(n: int) -> torch.Tensor:
    return torch.ones(n, dtype=torch.float64)


def test_that_each_reward_is_compared_with_the_mean_of_the_others() -> None:
    found = leave_one_out(column(1, 2, 6), torch.zeros(3, dtype=torch.int64), ones(3))
    assert found.tolist() == pytest.approx([1 - 4, 2 - 3.5, 6 - 1.5])


def test_that_groups_do_not_mix_wherever_their_members_stand() -> None:
    found = leave_one_out(column(1, 10, 3, 30), torch.tensor([7, 2, 7, 2]), ones(4))
    assert found.tolist() == pytest.approx([-2, -20, 2, 20])


def test_that_a_group_of_one_has_no_advantage() -> None:
    groups = torch.tensor([0, 1, 1])
    found = rloo(column(5, 1, 2), column(9, 0, 0), groups, ones(3))
    assert found.tolist() == pytest.approx([0, -1, 1])
    assert group_sizes(groups).tolist() == [1, 2, 2]


def test_that_the_others_count_by_their_weights() -> None:
    groups = torch.zeros(3, dtype=torch.int64)
    found = leave_one_out(column(1, 2, 6), groups, column(1, 3, 1))
    assert found.tolist() == pytest.approx([1 - 12 / 4, 2 - 7 / 2, 6 - 7 / 4])


def test_that_others_without_weight_give_no_comparison() -> None:
    found = leave_one_out(column(1, 2), torch.zeros(2, dtype=torch.int64), column(1, 0))
    assert found.tolist() == pytest.approx([0, 1])


def test_that_weights_scale_rewards_and_leave_the_penalty() -> None:
    groups = torch.zeros(2, dtype=torch.int64)
    found = rloo(column(3, 1), column(-0.5, -0.1), groups, column(0.5, 0.5))
    assert found.tolist() == pytest.approx([0.5 * 2 - 0.4, 0.5 * -2 + 0.4])


def test_that_nothing_is_divided_by_a_spread() -> None:
    groups = torch.zeros(2, dtype=torch.int64)
    small = rloo(column(0.01, 0), column(0, 0), groups, ones(2))
    assert small.tolist() == pytest.approx([0.01, -0.01])


def test_that_the_leave_one_out_advantage_is_that_of_grpo_made_unbiased() -> None:
    """Mean of 1, 2, 6 is 3; with k = 3 the factor is 3 / 2."""
    found = rloo(column(1, 2, 6), column(0, 0, 0), torch.zeros(3, dtype=torch.int64), ones(3))
    assert found.tolist() == pytest.approx([-2 * 1.5, -1 * 1.5, 3 * 1.5])


def test_that_a_spread_is_that_of_the_group_or_pooled_over_the_step() -> None:
    """Groups 1, 2, 6 and 10, 14: squared gaps 4 + 1 + 9 = 14 and 4 + 4 = 8, one group of one."""
    rewards, groups = column(1, 10, 2, 14, 6, 99), torch.tensor([0, 1, 0, 1, 0, 2])
    assert spread(rewards, groups, "none").tolist() == [1] * 6
    one, two = math.sqrt(14 / 2) + FLOOR, math.sqrt(8 / 1) + FLOOR
    assert spread(rewards, groups, "group").tolist() == pytest.approx(
        [one, two, one, two, one, FLOOR]
    )
    assert spread(rewards, groups, "batch").tolist() == pytest.approx(
        [math.sqrt(22 / 3) + FLOOR] * 6
    )
    with pytest.raises(ValueError, match="median"):
        spread(rewards, groups, "median")


def test_that_rewards_that_differ_by_rounding_alone_stay_without_advantage() -> None:
    rewards, groups = column(0.1 + 0.2, 0.3), torch.zeros(2, dtype=torch.int64)
    scaled = rewards / spread(rewards, groups, "group")
    assert rloo(scaled, column(0, 0), groups, ones(2)).abs().max() < 1e-9


def test_that_reinforce_subtracts_each_one_s_own_mean() -> None:
    found = reinforce(column(2, 0), column(-1, 0), column(0.5, -0.5), column(1, 0.5))
    assert found.tolist() == pytest.approx([0.5, 0.25])


def test_that_the_running_mean_starts_at_nothing_and_carries_over() -> None:
    first = moved(Baseline(), column(1, 2), column(0, -1), ones(2))
    assert first == pytest.approx((1.0, 2.0))
    assert moved(first, column(4), column(0), ones(1)) == pytest.approx((2.0, 3.0))
    assert moved(Baseline(), column(1), column(0), column(0)) == Baseline()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(-5, 5)), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_that_order_does_not_matter_and_advantages_add_up_to_nothing(rows, random) -> None:  # type: ignore[no-untyped-def]
    def found(some):  # type: ignore[no-untyped-def]
        groups = torch.tensor([g for g, _ in some])
        return rloo(
            column(*(r for _, r in some)), torch.zeros(len(some)).double(), groups, ones(len(some))
        )

    mixed = list(range(len(rows)))
    random.shuffle(mixed)
    straight = found(rows)
    turned = found([rows[i] for i in mixed])
    assert torch.allclose(straight[mixed], turned, atol=1e-9)
    for group in {g for g, _ in rows}:
        inside = [i for i, (g, _) in enumerate(rows) if g == group]
        assert float(straight[inside].sum()) == pytest.approx(0, abs=1e-9)

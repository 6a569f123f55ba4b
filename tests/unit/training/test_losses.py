"""Losses, weights and divergences against numbers worked out by hand."""

import math

import pytest
import torch

from prefdesk.training import losses


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


OWNER = torch.tensor([0, 0, 1])


def test_that_tokens_are_added_up_by_their_sequence() -> None:
    assert losses.per_sequence(column(1, 2, 5), OWNER, 2).tolist() == [3, 5]


@pytest.mark.parametrize(
    ("aggregation", "factors"),
    [("sequence", [1 / 4, 1 / 4]), ("sequence_mean", [1 / 8, 1 / 4]), ("token", [1 / 9, 1 / 9])],
)
def test_that_denominators_are_of_the_whole_step(aggregation: str, factors: list[float]) -> None:
    found = losses.scales(column(2, 1), aggregation, n=4, n_tokens=9)
    assert found.tolist() == pytest.approx(factors)


def test_that_an_unknown_aggregation_is_refused() -> None:
    with pytest.raises(ValueError, match="median"):
        losses.scales(column(1), "median", 1, 1)


def test_that_importance_weights_stop_at_their_limit() -> None:
    log_weight = column(0, math.log(3), 1000)
    assert losses.clipped_weight(log_weight, 2.0).tolist() == pytest.approx([1, 2, 2])
    assert losses.clipped_weight(log_weight[:2], 0.0).tolist() == pytest.approx([1, 3])


def test_that_no_gradient_flows_through_weight_and_advantage() -> None:
    logp = column(-1, -2, -3).requires_grad_()
    weight, advantage = column(2, 3).requires_grad_(), column(0.5, -1).requires_grad_()
    loss = losses.policy_loss(logp, OWNER, weight, advantage, column(0.25, 0.25))
    assert float(loss.detach()) == pytest.approx(-0.25 * (2 * 0.5 * -3 + 3 * -1 * -3))
    loss.backward()
    assert logp.grad is not None
    assert logp.grad.tolist() == pytest.approx([-0.25, -0.25, 0.75])
    assert weight.grad is None and advantage.grad is None


def test_that_a_clipped_ratio_has_no_gradient_and_its_bound_counts() -> None:
    """Ratios 2, 1, 0.5 with advantages 1, 1, -1: the first and last are outside of 0.8 to 1.2."""
    behaviour = column(-1, -2, -3)
    logp = (behaviour + column(2, 1, 0.5).log()).requires_grad_()
    advantage, scale = column(1, -1), column(0.5, 0.25)
    loss = losses.clipped_loss(logp, behaviour, OWNER, advantage, scale, (0.8, 1.2))
    assert float(loss.detach()) == pytest.approx(-(0.5 * (1.2 + 1) + 0.25 * -0.8))
    loss.backward()
    assert logp.grad is not None
    assert logp.grad.tolist() == pytest.approx([0, -0.5 * 1, 0])
    low, high = losses.clipped_tokens(logp, behaviour, OWNER, advantage, (0.8, 1.2))
    assert low.tolist() == [0, 1] and high.tolist() == [1, 0]


def test_that_a_ratio_outside_is_not_clipped_where_it_makes_things_worse() -> None:
    """Ratios 2 and 0.5 with advantages -1 and 1: the smaller value is the unclipped one."""
    behaviour = column(-1, -1)
    logp = (behaviour + column(2, 0.5).log()).requires_grad_()
    owner, advantage = torch.tensor([0, 1]), column(-1, 1)
    loss = losses.clipped_loss(logp, behaviour, owner, advantage, column(1, 1), (0.8, 1.2))
    assert float(loss.detach()) == pytest.approx(2 - 0.5)
    loss.backward()
    assert logp.grad is not None and logp.grad.tolist() == pytest.approx([2, -0.5])
    low, high = losses.clipped_tokens(logp, behaviour, owner, advantage, (0.8, 1.2))
    assert low.tolist() == high.tolist() == [0, 0]


def test_that_upper_and_lower_bound_may_differ() -> None:
    logp, behaviour = column(0.25, -0.25), column(0, 0)
    owner, advantage = torch.tensor([0, 1]), column(1, -1)
    loss = losses.clipped_loss(logp, behaviour, owner, advantage, column(1, 1), (0.9, 1.5))
    assert float(loss) == pytest.approx(-(math.exp(0.25) - 0.9))


def test_that_k3_is_zero_where_policies_agree_and_positive_elsewhere() -> None:
    found = losses.k3(column(-1, -1, -1), column(-1, -2, 0))
    assert found.tolist() == pytest.approx([0, math.exp(-1) - 1 + 1, math.e - 1 - 1])


def test_that_k3_keeps_its_digits_for_policies_that_nearly_agree() -> None:
    assert float(losses.k3(column(0), column(1e-8))) == pytest.approx(5e-17, rel=1e-3, abs=0)


def test_that_the_divergence_in_the_loss_moves_the_ratio_too() -> None:
    """With d = log ref - log pi, the slope of ratio * k3 in log pi is ratio * (k3 + 1 - exp d)."""
    logp = column(-1.0, -2.0, -0.5).requires_grad_()
    behaviour, reference = column(-1.5, -2.0, -0.5), column(-1.2, -1.0, -0.7)
    loss = losses.kl_loss(logp, behaviour, reference, OWNER, column(0.5, 0.5))
    loss.backward()
    gap = (reference - logp).detach()
    ratio = (logp - behaviour).detach().exp()
    expected = 0.5 * ratio * ((gap.exp() - 1 - gap) + 1 - gap.exp())
    assert logp.grad is not None
    assert logp.grad.tolist() == pytest.approx(expected.tolist())


def test_that_the_penalty_is_the_coefficient_times_the_log_ratio_and_has_no_gradient() -> None:
    logp = column(-1, -2, -3).requires_grad_()
    found = losses.kl_penalty(logp, column(-2, -2.5, -1), OWNER, 2, kl_coef=0.1)
    assert found.tolist() == pytest.approx([-0.15, 0.2])
    assert not found.requires_grad


def test_that_effective_sample_size_counts_equal_weights_fully_and_one_heavy_one_once() -> None:
    assert losses.effective_sample_size(column(3, 3, 3, 3)) == pytest.approx(1)
    assert losses.effective_sample_size(column(500, 0, 0, 0)) == pytest.approx(0.25)
    # W = 1, 2: (1 + 2)^2 / (2 (1 + 4))
    assert losses.effective_sample_size(column(0, math.log(2))) == pytest.approx(0.9)


def test_that_an_expected_length_is_weighted_by_importance() -> None:
    assert losses.expected_mean(column(0, math.log(3)), column(2, 6)) == pytest.approx(20 / 4)


def test_that_measured_divergence_is_weighted_by_importance() -> None:
    per_token, per_sequence = losses.measured_kl(
        column(0, math.log(3)), divergence=column(4, 8), lengths=column(2, 6)
    )
    assert per_sequence == pytest.approx((4 + 3 * 8) / 4)
    assert per_token == pytest.approx((4 + 3 * 8) / (2 + 3 * 6))

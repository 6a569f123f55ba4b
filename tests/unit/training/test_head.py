"""Log-probs block by block against all logits at once."""

import pytest
import torch
from torch import Tensor

from prefdesk.training import head

HEAT = torch.tensor([1.0, 0.7, 1.0, 2.0, 1.0], dtype=torch.float64)
TARGETS = torch.tensor([0, 3, 5, 3, 1])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "BLOCK", 2)


def made(trained: bool) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(5, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(6, 4, generator=generator, dtype=torch.float64, requires_grad=trained)
    return hidden, weight


def test_that_values_equal_those_from_all_logits() -> None:
    hidden, weight = made(trained=False)
    found = head.head_logprobs(hidden, weight, TARGETS, HEAT)
    plain = head.logits_logprobs(hidden @ weight.T, TARGETS, HEAT)
    for ours, theirs in zip(found, plain):
        assert torch.allclose(ours, theirs, atol=1e-12)
    logits = (hidden[1] @ weight.T / 0.7).log_softmax(-1)
    assert float(found[0][1].detach()) == pytest.approx(float(logits[3].detach()))
    assert float(found[1][1]) == pytest.approx(-float((logits.exp() * logits).sum().detach()))


@pytest.mark.parametrize("step", [500.0, -500.0])
def test_that_logits_far_apart_neither_overflow_nor_vanish(step: float) -> None:
    hidden = torch.tensor([[1.0], [-1.0]], dtype=torch.float64, requires_grad=True)
    weight = step * torch.arange(6, dtype=torch.float64)[:, None]
    targets, heat = torch.tensor([5, 2]), torch.ones(2, dtype=torch.float64)
    found = head.head_logprobs(hidden, weight, targets, heat)
    plain = head.logits_logprobs(hidden @ weight.T, targets, heat)
    assert torch.allclose(found[0], plain[0]) and torch.allclose(found[1], torch.zeros(()).double())


@pytest.mark.parametrize("trained", [False, True])
def test_that_gradients_equal_finite_differences(trained: bool) -> None:
    hidden, weight = made(trained)

    def logp(h: Tensor, w: Tensor) -> Tensor:
        return head.head_logprobs(h, w, TARGETS, HEAT)[0]

    assert torch.autograd.gradcheck(logp, (hidden, weight))


def test_that_entropy_carries_no_gradient() -> None:
    hidden, weight = made(trained=True)
    assert not head.head_logprobs(hidden, weight, TARGETS, HEAT)[1].requires_grad
    assert not head.logits_logprobs(hidden @ weight.T, TARGETS, HEAT)[1].requires_grad


def test_that_half_precision_is_summed_in_single() -> None:
    hidden, weight = (t.detach().bfloat16() for t in made(trained=False))
    logp, _ = head.head_logprobs(hidden, weight, TARGETS, HEAT.float())
    assert logp.dtype == torch.float32
    truth = ((hidden @ weight.T).float() / HEAT.float()[:, None]).log_softmax(-1)
    assert torch.allclose(logp, truth.gather(1, TARGETS[:, None])[:, 0], atol=1e-6)


@pytest.mark.parametrize("trained", [False, True])
def test_that_gradients_of_likely_tokens_are_not_rounded_off(
    trained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "BLOCK", 64)
    generator = torch.Generator().manual_seed(0)
    weight = torch.randint(2, (64, 32), generator=generator).mul(2).sub(1).bfloat16()
    targets = torch.arange(64).repeat(4)
    hidden = weight[targets] / 2  # so that logits are whole numbers, which bfloat16 knows
    slopes = []
    for dtype, fine in ((torch.bfloat16, torch.float32), (torch.float64, torch.float64)):
        h = hidden.to(dtype).requires_grad_()
        w = weight.to(dtype).requires_grad_(trained)
        logp, _ = head.head_logprobs(h, w, targets, torch.ones(256, dtype=fine))
        slopes.append(torch.autograd.grad(logp.sum(), (h, w) if trained else (h,)))
    assert float(logp.detach().exp().median()) > 0.98
    for found, truth in zip(*slopes):
        assert float((found - truth).norm() / truth.norm()) < 0.01


def test_that_a_gradient_of_the_gradient_is_refused() -> None:
    hidden, weight = made(trained=False)
    logp, _ = head.head_logprobs(hidden, weight, TARGETS, HEAT)
    (slope,) = torch.autograd.grad(logp.square().sum(), hidden, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()

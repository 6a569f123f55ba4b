"""Attention written out, against torch's own."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from prefdesk.models import attention as room
from prefdesk.models.attention import attention, wide

SCALE = 0.3


def parts(dtype: torch.dtype = torch.float64) -> list[Tensor]:
    """Queries of 6 heads, keys and values of 2; the keys reach 3 places further back."""
    generator = torch.Generator().manual_seed(0)
    shapes = ((2, 6, 5, 4), (2, 2, 8, 4), (2, 2, 8, 4))
    made = [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
    return [one.to(dtype).requires_grad_() for one in made]


def causal(dtype: torch.dtype) -> Tensor:
    return torch.full((5, 8), -torch.inf, dtype=dtype).triu(4)


def plainly(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    key, value = key.repeat_interleave(3, 1), value.repeat_interleave(3, 1)
    mask = causal(query.dtype)
    return functional.scaled_dot_product_attention(query, key, value, mask, scale=SCALE)


@pytest.mark.parametrize("table", [room.TABLE, 1])
def test_that_values_and_gradients_are_those_of_torch(
    table: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "TABLE", table)
    mine, theirs = parts(), parts()
    found, truth = attention(*mine, causal(torch.float64), SCALE), plainly(*theirs)
    assert torch.allclose(found, truth, atol=1e-12)
    slope = torch.linspace(-1, 1, truth.numel(), dtype=torch.float64).view_as(truth)
    found.backward(slope)
    truth.backward(slope)
    for one, other in zip(mine, theirs):
        assert one.grad is not None
        assert torch.allclose(one.grad, other.grad, atol=1e-12)


def test_that_scores_of_bfloat16_are_added_up_in_float32() -> None:
    query, key, value = (part.detach() for part in parts(torch.bfloat16))
    query = 16 * query  # scores as large as 64, which bfloat16 knows to a quarter
    found = attention(query, key, value, causal(wide(torch.bfloat16)), SCALE)
    truth = plainly(query.double(), key.double(), value.double())
    assert found.dtype == torch.bfloat16
    assert float((found.double() - truth).abs().max()) < 0.012

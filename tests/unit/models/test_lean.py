"""Norms and gated layers that keep less, against the classes of transformers."""

from typing import Any

import pytest
import torch
from torch import nn
from transformers.models.gemma.modeling_gemma import GemmaRMSNorm
from transformers.models.llama.modeling_llama import LlamaMLP, LlamaRMSNorm
from transformers.models.phi3.modeling_phi3 import Phi3MLP
from transformers.models.qwen3.modeling_qwen3 import Qwen3RMSNorm

from prefdesk.models.lean import way_of
from prefdesk.models.library import transformers


def shaped(kind: str = "silu") -> Any:
    return transformers.LlamaConfig(
        hidden_size=8, intermediate_size=12, num_attention_heads=2, hidden_act=kind
    )


def norm() -> nn.Module:
    made = LlamaRMSNorm(8, eps=0.01)
    nn.init.normal_(made.weight, generator=torch.Generator().manual_seed(0))
    return made


def mlp() -> nn.Module:
    torch.manual_seed(0)
    return LlamaMLP(shaped())


def slopes(layer: nn.Module, forward: Any) -> list[torch.Tensor]:
    x = torch.linspace(-2, 3, 48).view(2, 3, 8).requires_grad_()
    found = forward(x)
    found.backward(torch.linspace(1, -1, found.numel()).view_as(found))
    assert x.grad is not None
    given = [found.detach(), x.grad, *(p.grad for p in layer.parameters() if p.grad is not None)]
    layer.zero_grad()
    return given


@pytest.mark.parametrize("layer", [norm(), mlp()])
def test_that_values_and_gradients_are_those_of_the_class(layer: nn.Module) -> None:
    way = way_of(layer)
    assert way
    ours = slopes(layer, lambda x: way(layer, layer.forward, x))
    theirs = slopes(layer, layer.forward)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs):
        assert torch.allclose(one, other, atol=1e-5)


def test_that_other_formulas_go_their_own_way() -> None:
    assert way_of(Qwen3RMSNorm(8))
    for layer in (GemmaRMSNorm(8), LlamaMLP(shaped("gelu")), Phi3MLP(shaped()), nn.Linear(2, 2)):
        assert way_of(layer) is None


def test_that_a_norm_of_other_numbers_than_its_input_is_left_alone() -> None:
    layer = norm().double()
    way = way_of(layer)
    x = torch.ones(1, 8, dtype=torch.float64)
    assert way and way(layer, lambda _: "as it was", x) == "as it was"


class Widened(LlamaRMSNorm):  # type: ignore[misc]
    """The formula, in other numbers than those that come in."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).double()


class Paired(LlamaMLP):  # type: ignore[misc]
    """The formula, with more beside it."""

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, None]:
        return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x)), None


def test_that_a_class_which_answers_otherwise_goes_its_own_way() -> None:
    assert way_of(Widened(8)) is None
    assert way_of(Paired(shaped())) is None

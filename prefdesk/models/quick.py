"""The linear layers of a model, and the adapters on them, by the faster products, differentiable.

While `quick` holds, layers whose shape is known multiply by oneDNN both ways, and an adapter adds
its low-rank product to that of its layer in one go; norms and gated layers keep less for the
gradient. Everything else goes on as transformers and peft wrote it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from prefdesk.models import lean
from prefdesk.models.products import added, is_quick, multiplied


@contextmanager
def quick(model: nn.Module) -> Iterator[None]:
    """Let `model` multiply the faster way meanwhile; within itself it is idle."""
    changed = []
    try:
        for layer in model.modules():
            way = _way(layer)
            if way and "forward" not in vars(layer):
                layer.forward = partial(way, layer, layer.forward)
                changed.append(layer)
        yield
    finally:
        for layer in changed:
            del layer.forward


def unhurried(model: nn.Module) -> None:
    """Take the faster way from a copy that was made of a model while `quick` held."""
    for layer in model.modules():
        vars(layer).pop("forward", None)


def _way(layer: nn.Module) -> Callable[..., Tensor] | None:
    if type(layer) is nn.Linear:
        return _plain
    is_adapter = hasattr(layer, "lora_A") and hasattr(layer, "scaling")
    is_known = is_adapter and type(getattr(layer, "base_layer", None)) is nn.Linear
    return _adapted if is_known else lean.way_of(layer)


def _plain(layer: nn.Linear, _slow: Callable[..., Tensor], x: Tensor) -> Tensor:
    if not _fits(x, layer.weight):
        return functional.linear(x, layer.weight, layer.bias)
    found: Tensor = _Linear.apply(x, layer.weight, layer.bias)  # type: ignore[no-untyped-call]
    return found


def _adapted(layer: Any, slow: Callable[..., Tensor], x: Tensor, *rest: Any, **more: Any) -> Tensor:
    base, name = layer.base_layer, _adapter(layer)
    if name is None or rest or more or not _fits(x, base.weight):
        return slow(x, *rest, **more)
    a, b = layer.lora_A[name].weight, layer.lora_B[name].weight
    found: Tensor = _LowRank.apply(x, base.weight, base.bias, a, b, layer.scaling[name])  # type: ignore[no-untyped-call]
    return found


def _adapter(layer: Any) -> str | None:
    """The one adapter that counts, if it is two matrices beside a frozen one and nothing else."""
    names = [name for name in layer.active_adapters if name in layer.lora_A]
    if len(names) != 1 or layer.disable_adapters or layer.merged or layer.training:
        return None
    (name,) = names
    a, b = layer.lora_A[name], layer.lora_B[name]
    is_trained = any(weight.requires_grad for weight in layer.base_layer.parameters())
    is_more = is_trained or getattr(layer, "lora_variant", {}).get(name)
    return name if {type(a), type(b)} == {nn.Linear} and b.bias is None and not is_more else None


def _fits(x: Tensor, weight: Tensor) -> bool:
    is_plain = x.dtype == weight.dtype and x.dim() > 1 and x.numel() > 0
    return is_plain and is_quick(x) and not torch.is_autocast_enabled("cpu")


class _Linear(torch.autograd.Function):
    """`x @ weight.T + bias`."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x if ctx.needs_input_grad[1] else None, weight)
        return multiplied(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        to_x, to_weight, to_bias = ctx.needs_input_grad
        return (
            multiplied(slope, weight.t()) if to_x else None,
            _outer(slope, x) if to_weight else None,
            slope.flatten(0, -2).sum(0) if to_bias else None,
        )


class _LowRank(torch.autograd.Function):
    """`x @ weight.T + bias + scale * (x @ a.T) @ b.T` for a frozen weight (Hu et al. 2021).

    `a` and `b` may be of a wider type of numbers than `x`; they are rounded to its type, as their
    gradients are before they take that of `a` and `b`.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, a: Tensor, b: Tensor, scale: float
    ) -> Tensor:
        down, up = a.to(x.dtype), b.to(x.dtype)
        inner = multiplied(x, down).mul_(scale)
        ctx.scale, ctx.dtype = scale, a.dtype
        ctx.save_for_backward(x, inner, weight, down, up)
        return added(multiplied(x, weight, bias), inner, up)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        x, inner, weight, down, up = ctx.saved_tensors
        to_inner = multiplied(slope, up.t()).mul_(ctx.scale)
        to_x = None
        if ctx.needs_input_grad[0]:
            to_x = added(multiplied(slope, weight.t()), to_inner, down.t())
        # As rows of the low rank: the wide matrix is then read as it lies.
        to_a, to_b = _outer(to_inner, x), _outer(inner, slope).t()
        return to_x, None, None, to_a.to(ctx.dtype), to_b.to(ctx.dtype), None


def _outer(one: Tensor, other: Tensor) -> Tensor:
    """Sum over all rows of outer products: [size of one, size of other]."""
    return multiplied(one.flatten(0, -2).t(), other.flatten(0, -2).t())

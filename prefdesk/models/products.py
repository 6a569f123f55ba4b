"""Matrix products by oneDNN where it offers them, laid out ahead or as they lie.

A decode step multiplies few rows with every weight of the model, and laying a weight out anew
costs about as much as the product itself: `Product` does it once. Training multiplies hundreds of
rows, where the layout costs little; but on some processors (measured: AMD Zen 5, float32) the
library behind torch's own products reaches less than half of what oneDNN does.
"""

import functools

import torch
from torch import Tensor
from torch.nn import functional

KINDS = (torch.float32, torch.bfloat16)
"""Types of numbers that oneDNN multiplies; others go the plain way."""


class Product:
    """`x @ weight.T + bias` for rows x [..., inputs]; `rows` is how many are expected at once."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None, *, rows: int = 16) -> None:
        self.bias = bias
        self._packed = _pack(weight, rows) if is_quick(weight) else None
        self._plain = weight if self._packed is None else None

    def __call__(self, x: Tensor) -> Tensor:
        if self._plain is not None:
            return functional.linear(x, self._plain, self.bias)
        return multiplied(x, self._packed, self.bias)


def is_quick(x: Tensor) -> bool:
    """True if oneDNN multiplies this; where not, `multiplied` and `added` must not be called."""
    return x.device.type == "cpu" and x.dtype in KINDS and _agrees(x.dtype)


def multiplied(x: Tensor, weight: Tensor | None, bias: Tensor | None = None) -> Tensor:
    """`x @ weight.T + bias` for a weight that is packed, or of any strides; no gradients."""
    row = bias if bias is None else bias.contiguous()  # of a bias, oneDNN overlooks the strides
    found: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, row, "none", [], "")
    return found


def added(total: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """`total + x @ weight.T` in one go; no gradients."""
    found: Tensor = torch.ops.mkldnn._linear_pointwise.binary(x, total, weight, None, "add")
    return found


def product(x: Tensor, weight: Tensor) -> Tensor:
    """`x @ weight.T` the faster way, without gradients."""
    return multiplied(x, weight) if is_quick(x) and is_quick(weight) else x @ weight.t()


def _pack(weight: Tensor, rows: int) -> Tensor:
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), rows)
    return packed


@functools.cache
def _agrees(dtype: torch.dtype) -> bool:
    """True if this torch has all of it, and it multiplies as the plain way does."""
    weight = torch.linspace(-1, 1, 33 * 17).view(33, 17).to(dtype)
    x = torch.linspace(-1, 1, 5 * 17).view(5, 17).to(dtype)
    try:
        ways = [multiplied(x, w) for w in (_pack(weight, 5), weight, weight.t().contiguous().t())]
        ways.append(added(torch.zeros_like(ways[0]), x, weight))
    except (AttributeError, RuntimeError, TypeError, NotImplementedError):
        return False
    truth, limit = functional.linear(x.double(), weight.double()), 50 * torch.finfo(dtype).eps
    return all(float((found.double() - truth).abs().max()) <= limit for found in ways)

"""Matrix products with weights that were laid out once for the processor.

A decode step multiplies few rows with every weight of the model, and laying a weight out anew
costs about as much as the product itself. Where oneDNN offers it, the layout is made once.
"""

import functools

import torch
from torch import Tensor
from torch.nn import functional

PACKED = (torch.float32, torch.bfloat16)
"""Types of numbers that oneDNN multiplies; others go the plain way."""


class Product:
    """`x @ weight.T + bias` for rows x [..., inputs]; `rows` is how many are expected at once."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None, *, rows: int = 16) -> None:
        self.bias = bias
        usable = weight.device.type == "cpu" and weight.dtype in PACKED and can_pack(weight.dtype)
        self._packed = _pack(weight, rows) if usable else None
        self._plain = None if usable else weight

    def __call__(self, x: Tensor) -> Tensor:
        if self._plain is not None:
            return functional.linear(x, self._plain, self.bias)
        return _packed_product(x, self._packed, self.bias)


@functools.cache
def can_pack(dtype: torch.dtype) -> bool:
    """True if this torch packs weights of `dtype`, and multiplies them as the plain way does."""
    weight = torch.linspace(-1, 1, 33 * 17).view(33, 17).to(dtype)
    x = torch.linspace(-1, 1, 5 * 17).view(5, 17).to(dtype)
    try:
        found = _packed_product(x, _pack(weight, 5), None)
    except (AttributeError, RuntimeError, TypeError, NotImplementedError):
        return False
    truth = functional.linear(x.double(), weight.double())
    return float((found.double() - truth).abs().max()) <= 50 * torch.finfo(dtype).eps


def _pack(weight: Tensor, rows: int) -> Tensor:
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), rows)
    return packed


def _packed_product(x: Tensor, packed: Tensor | None, bias: Tensor | None) -> Tensor:
    found: Tensor = torch.ops.mkldnn._linear_pointwise(x, packed, bias, "none", [], "")
    return found

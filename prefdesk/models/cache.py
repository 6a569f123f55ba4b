"""A key-value cache that grows in place, so that a new token does not copy all older ones."""

from typing import Any

from torch import Tensor
from transformers.cache_utils import DynamicLayer

STEP = 64
"""Tokens of room made at a time."""


class GrowingLayer(DynamicLayer):  # type: ignore[misc]
    """A `DynamicLayer` whose tensors are views into larger ones with room at the end.

    Keys and values have the shape [rows, heads, tokens, size of a head].
    """

    def __init__(self, filled: DynamicLayer) -> None:
        super().__init__()
        self.dtype, self.device = filled.keys.dtype, filled.keys.device
        self.is_initialized = True
        self._rooms = (filled.keys, filled.values)
        self._show(filled.keys.shape[-2])

    def _show(self, length: int) -> None:
        self.keys, self.values = (room[:, :, :length] for room in self._rooms)

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Append keys and values of new tokens; returns all of them."""
        old = self.keys.shape[-2]
        new = old + key_states.shape[-2]
        if new > self._rooms[0].shape[-2]:
            self._rooms = (_larger(self.keys, new + STEP), _larger(self.values, new + STEP))
        for room, states in zip(self._rooms, (key_states, value_states)):
            room[:, :, old:new] = states
        self._show(new)
        return self.keys, self.values

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep the rows in `indices`, which may name a row several times."""
        length = self.keys.shape[-2]
        self._rooms = tuple(room[indices] for room in self._rooms)
        self._show(length)


def _larger(filled: Tensor, length: int) -> Tensor:
    rows, heads, old, size = filled.shape
    room = filled.new_empty(rows, heads, length, size)
    room[:, :, :old] = filled
    return room


def grow_in_place(cache: Any) -> None:
    """Let the plain layers of a filled `DynamicCache` grow in place; others stay as they are."""
    for at, layer in enumerate(cache.layers):
        if type(layer) is DynamicLayer and layer.is_initialized and layer.keys.ndim == 4:
            cache.layers[at] = GrowingLayer(layer)

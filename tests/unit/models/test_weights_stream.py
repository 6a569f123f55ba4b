"""Weights that come as a stream go straight into the model, and never in half."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from prefdesk.errors import ModelError
from prefdesk.models import tensors, weights

Fresh = Callable[..., Any]


class Stream(io.BytesIO):
    """Remembers where it was told to write."""

    def __init__(self, data: bytes, at_once: int = 2**30) -> None:
        super().__init__(data)
        self.size_bytes = len(data)
        self.at_once = at_once
        self.places: list[tuple[int, int]] = []

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)[: self.at_once]
        if len(view):
            self.places.append((np.frombuffer(view, np.uint8).ctypes.data, len(view)))
        return super().readinto(view)


@pytest.fixture
def changed(fresh: Fresh, tmp_path: Path) -> tuple[dict[str, torch.Tensor], bytes]:
    """Weights other than those of the model folder, and the file they make."""
    mine = fresh()
    with torch.no_grad():
        for weight in mine.model.parameters():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)))
    weights.save(mine, tmp_path / "w.safetensors")
    return mine.model.state_dict(), (tmp_path / "w.safetensors").read_bytes()


def same(policy: Any, state: dict[str, torch.Tensor]) -> bool:
    mine = policy.model.state_dict()
    return mine.keys() == state.keys() and all(torch.equal(mine[k], state[k]) for k in state)


@pytest.mark.parametrize("at_once", [2**30, 1000])
def test_that_weights_go_straight_into_the_memory_of_the_model(
    fresh: Fresh, changed: tuple[dict[str, torch.Tensor], bytes], at_once: int
) -> None:
    stream = Stream(changed[1])
    policy = fresh(weights=stream)
    assert same(policy, changed[0])
    own = {w.data_ptr(): w.numel() * w.element_size() for w in policy.model.parameters()}
    # The first two reads are the header.
    assert sorted(stream.places[2:]) == sorted(own.items())
    slow = Stream(changed[1])
    policy = fresh()
    header = tensors.read_stream_header(slow, slow.size_bytes, Path("w"))
    slow.at_once = at_once
    for tensor in sorted(header.tensors, key=lambda t: t.start):
        weights._fill(policy.model.state_dict()[tensor.name], tensor, slow)
    assert same(policy, changed[0])


def test_that_other_number_types_are_converted(
    fresh: Fresh, changed: tuple[dict[str, torch.Tensor], bytes]
) -> None:
    policy = fresh(weights=Stream(changed[1]), dtype="bfloat16")
    assert same(policy, {k: v.to(torch.bfloat16) for k, v in changed[0].items()})


def test_that_a_stream_that_ends_early_is_refused(
    fresh: Fresh, changed: tuple[dict[str, torch.Tensor], bytes]
) -> None:
    for kept in (0, 4, 100, len(changed[1]) - 1):
        stream = Stream(changed[1][:kept])
        stream.size_bytes = len(changed[1])
        with pytest.raises(ModelError):
            fresh(weights=stream)

"""Numbers that are none are found wherever they lie in a file of weights."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from prefdesk.errors import ModelError
from prefdesk.models import finite

KINDS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_largest_and_smallest_numbers_pass(tmp_path: Path, kind: torch.dtype) -> None:
    limits = torch.finfo(kind)
    values = [limits.max, limits.min, limits.tiny, limits.tiny / 2, 0.0, -0.0, 1.0]
    whole = torch.tensor([-1, 2**31 - 1], dtype=torch.int32)
    some = {"a": torch.tensor(values, dtype=kind), "none": torch.zeros(0, dtype=kind), "i": whole}
    save_file(some, tmp_path / "w")
    finite.require(tmp_path / "w")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["nan", "-nan", "inf", "-inf"])
@pytest.mark.parametrize("at", [0, 700, -1])
def test_that_one_bad_number_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: torch.dtype, value: str, at: int
) -> None:
    monkeypatch.setattr(finite, "PIECE_BYTES", 1 << 10)
    bad = torch.ones(1234, dtype=kind)
    bad[at] = float(value)
    save_file({"good": torch.ones(5, dtype=kind), "bad": bad}, tmp_path / "w")
    with pytest.raises(ModelError, match=r"not finite \(in bad\)"):
        finite.require(tmp_path / "w")

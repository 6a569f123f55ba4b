"""Are all numbers of a safetensors file finite? Read in pieces, without torch."""

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from prefdesk.errors import ModelError
from prefdesk.models import tensors

PIECE_BYTES = 1 << 22

_EXPONENTS = {"F64": 0x7FF << 52, "F32": 0xFF << 23, "F16": 0x1F << 10, "BF16": 0xFF << 7}
"""The bits that are all set in NaN and infinity, by kind of number; whole numbers have none."""


def require(path: Path) -> None:
    """Raise `ModelError` if a number in the file at `path` is NaN or infinite."""
    header = tensors.read_header(path)
    with path.open("rb") as file:
        bad = [t.name for t in header.tensors if t.dtype in _EXPONENTS and not _finite(file, t)]
    if bad:
        others = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise ModelError(
            f"The weights hold numbers that are not finite (in {bad[0]}{others}), so they are "
            "not kept.",
            "Start again from the checkpoint before, with a lower learning rate.",
        )


def _finite(file: BinaryIO, tensor: tensors.Tensor) -> bool:
    size = tensors.DTYPE_BYTES[tensor.dtype]
    file.seek(tensor.start)
    left = tensor.end - tensor.start
    buffer = np.empty(min(left, PIECE_BYTES), np.uint8)
    while left:
        piece = buffer[: min(left, PIECE_BYTES)]
        _fill(file, piece)
        if not _all_finite(piece.view(f"<u{size}"), _EXPONENTS[tensor.dtype]):
            return False
        left -= len(piece)
    return True


def _fill(file: BinaryIO, piece: "NDArray[np.uint8]") -> None:
    if file.readinto(piece.data) != len(piece):  # type: ignore[attr-defined]
        raise ModelError("The file of weights became shorter while it was read.", "Try again.")


def _all_finite(bits: "NDArray[np.unsignedinteger[Any]]", exponent: int) -> bool:
    # Comparing the bits needs no type that numpy lacks (bf16) and raises no floating-point flag.
    mask = bits.dtype.type(exponent)
    return not bool(((bits & mask) == mask).any())

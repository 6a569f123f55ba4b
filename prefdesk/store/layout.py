"""Where a file of weights is cut into pieces, and what kind of number lies in each.

The header of a safetensors file makes pieces of its own, and a cut lies wherever the width of
the numbers changes. So the pieces of the tensors depend on nothing but the tensors: a longer
note in the header moves none of them, equal tensors stay equal pieces, and every piece holds
whole numbers of one width. Any other file is cut every MiB and holds plain bytes.
"""

import itertools
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PIECE_BYTES = 2**20
"""One piece at most."""

_MAX_HEADER_BYTES = 16 << 20
_MAX_TENSORS = 20_000
_WIDTHS = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4}
_WIDTHS |= {"F16": 2, "BF16": 2, "I16": 2, "U16": 2}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file, in bytes, and the width of its numbers (1 for plain bytes)."""

    start: int
    size: int
    width: int


def pieces(path: Path) -> list[Piece]:
    """The pieces of a file in order; together they are the whole file."""
    size = path.stat().st_size
    stretches = _stretches(path, size) or [Piece(0, size, 1)]
    return [piece for stretch in stretches for piece in _cut(stretch)]


def _cut(stretch: Piece) -> Iterator[Piece]:
    end = stretch.start + stretch.size
    for start in range(stretch.start, end, PIECE_BYTES):
        yield Piece(start, min(PIECE_BYTES, end - start), stretch.width)


def _stretches(path: Path, size: int) -> list[Piece]:
    """Header, then stretches of equal width; empty if the file is no plain safetensors file."""
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= min(_MAX_HEADER_BYTES, size - 8):
            return []
        tensors = _tensors(file.read(length))
    at = first = 8 + length
    found = [Piece(0, first, 1)]
    for width, group in itertools.groupby(tensors, key=lambda t: t[2]):
        start_of_group = at
        for begin, end, _ in group:
            if first + begin != at or end < begin:
                return []
            at = first + end
        if (at - start_of_group) % width:
            return []
        found.append(Piece(start_of_group, at - start_of_group, width))
    return [piece for piece in found if piece.size] if at == size else []


def _tensors(header: bytes) -> list[tuple[int, int, int]]:
    """(begin, end, width) of each tensor in the order of the file; empty if unreadable."""
    try:
        entries = json.loads(header)
        entries.pop("__metadata__", None)
        found = [_tensor(entry) for entry in entries.values()]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return []
    return sorted(found) if len(found) <= _MAX_TENSORS else []


def _tensor(entry: Any) -> tuple[int, int, int]:
    begin, end = entry["data_offsets"]
    if type(begin) is not int or type(end) is not int:
        raise TypeError("offsets are whole numbers")
    return begin, end, _WIDTHS.get(entry["dtype"], 1)

"""Check the header of a safetensors file before any library opens it; standard library only."""

import json
import math
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from prefdesk.errors import ModelError, UnsafeModel

DTYPE_BYTES = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
}
"""Kinds of number that may lie in a model, with their size in bytes."""

MAX_HEADER_BYTES = 16 << 20
MAX_TENSORS = 20_000
MAX_DIMENSIONS = 6

_NAME = re.compile(r"[\x21-\x7e]{1,256}")
_PICKLES = (b"PK\x03\x04", *(b"\x80" + bytes([protocol]) for protocol in range(2, 6)))


class Stream(Protocol):
    """Anything that fills a buffer with the next bytes of a file."""

    def readinto(self, buffer: Any, /) -> int | None:
        """Fill a writable buffer; returns how many bytes there were."""
        ...


class SizedStream(Stream, Protocol):
    """The bytes of a file from first to last, and how many there are."""

    size_bytes: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """One entry of a header; `start` and `end` are byte positions in the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a safetensors file says about itself, checked against its size."""

    tensors: tuple[Tensor, ...]
    metadata: Mapping[str, str]
    size_bytes: int

    @property
    def n_parameters(self) -> int:
        """Numbers in all tensors together."""
        return sum(math.prod(t.shape) for t in self.tensors)


def is_pickle(path: Path) -> bool:
    """True if the file begins like a pickle or a zipped torch file, whatever its name says."""
    with path.open("rb") as file:
        return file.read(4).startswith(_PICKLES)


def read_header(path: Path) -> Header:
    """The header of the file at `path`.

    Raises `ModelError` when sizes, names, kinds of number or positions do not fit the file
    exactly, and `UnsafeModel` when it is a pickle under another name.
    """
    with path.open("rb") as file:
        return read_stream_header(file, path.stat().st_size, path)


def read_stream_header(stream: Stream, size: int, path: Path) -> Header:
    """The same from a stream of `size` bytes at its beginning, which then stands at the first
    tensor; `path` is only named in messages."""
    start = _read(stream, min(8, size))
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
    if not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
        # Asked only here: a header of 1152 bytes begins as a pickle does.
        if start.startswith(_PICKLES):
            raise UnsafeModel(
                f"{path.name} is a pickled file under another name; opening it could run a "
                "program.",
                "Use a copy of the model with safetensors weights.",
            )
        raise _damaged(path, "the header's length does not fit the file")
    raw = _read(stream, length)
    entries = _entries(path, raw)
    metadata = entries.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _damaged(path, "its notes are not text")
    if len(entries) > MAX_TENSORS:
        raise _damaged(path, f"it names more than {MAX_TENSORS} tensors")
    tensors = [_tensor(path, name, entry, 8 + length) for name, entry in entries.items()]
    _check_cover(path, tensors, 8 + length, size)
    return Header(tuple(tensors), metadata, size)


def _read(stream: Stream, size: int) -> bytes:
    buffer = bytearray(size)
    n = stream.readinto(buffer) or 0
    return bytes(buffer[:n])


def _entries(path: Path, raw: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _damaged(path, "a name appears twice")
        return found

    try:
        entries = json.loads(raw, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "the header is not JSON") from error
    if not isinstance(entries, dict):
        raise _damaged(path, "the header is not a table")
    return entries


def _tensor(path: Path, name: str, entry: Any, base: int) -> Tensor:
    if not _NAME.fullmatch(name):
        raise _damaged(path, "a tensor's name holds characters that do not belong there")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _damaged(path, f"the entry of {name} is incomplete")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if dtype not in DTYPE_BYTES:
        raise ModelError(
            f"{path.name} stores {name} as {dtype!r}, which prefdesk does not read.",
            "Use a copy of the model in float32, float16 or bfloat16.",
        )
    if not _whole(shape) or len(shape) > MAX_DIMENSIONS or not _whole(offsets) or len(offsets) != 2:
        raise _damaged(path, f"the shape or place of {name} is not valid")
    if offsets[1] - offsets[0] != math.prod(shape) * DTYPE_BYTES[dtype]:
        raise _damaged(path, f"the size of {name} does not fit its shape")
    return Tensor(name, dtype, tuple(shape), base + offsets[0], base + offsets[1])


def _whole(values: Any) -> bool:
    """True for a list of whole numbers of at most 48 bits (a bool is no number here)."""
    return isinstance(values, list) and all(type(v) is int and 0 <= v < 2**48 for v in values)


def _check_cover(path: Path, tensors: list[Tensor], base: int, size: int) -> None:
    """The tensors lie one after the other and fill the file to its last byte."""
    at = base
    for tensor in sorted(tensors, key=lambda t: (t.start, t.end)):
        if tensor.start != at:
            raise _damaged(path, f"{tensor.name} overlaps another tensor or leaves a hole")
        at = tensor.end
    if at > size:
        raise ModelError(
            f"{path.name} is cut short: {size:,} of {at:,} bytes are there.",
            "Copy or download the file again.",
        )
    if at < size:
        raise _damaged(path, "bytes follow the last tensor")


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(
        f"{path.name} is damaged or no safetensors file: {why}.",
        "Copy or download the file again.",
    )

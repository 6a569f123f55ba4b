"""Check a GGUF file's header before any library opens it; standard library only.

The layout is the public GGUF specification, versions 2 and 3, little-endian: magic, version,
counts, key-value pairs, tensor entries, then the aligned data.
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from prefdesk.errors import ModelError

MAX_TENSORS = 20_000
MAX_PAIRS = 10_000
MAX_STRING_BYTES = 16 << 20
MAX_ARRAY_ITEMS = 4 << 20

_SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9

BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 40),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    20: (32, 18),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    29: (256, 56),
    30: (1, 2),
    34: (256, 54),
    35: (256, 66),
    39: (32, 17),
    40: (64, 36),
    41: (128, 18),
}
"""Numbers per block and bytes per block of each kind of tensor."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file says about itself; `facts` holds its short values, no arrays."""

    facts: dict[str, Any]
    n_tensors: int
    n_parameters: int
    size_bytes: int

    @property
    def architecture(self) -> str:
        """The name of the architecture, such as llama."""
        return str(self.facts.get("general.architecture", ""))


class _Reader:
    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self.file, self.path, self.size = file, path, size

    def bad(self, why: str) -> ModelError:
        return ModelError(
            f"{self.path.name} is damaged or no GGUF file: {why}.",
            "Copy or download the file again.",
        )

    def take(self, count: int) -> bytes:
        raw = self.file.read(count)
        if len(raw) != count:
            raise self.bad("it ends too early")
        return raw

    def number(self, code: str) -> Any:
        return struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]

    def text(self, longest: int = MAX_STRING_BYTES) -> str:
        length = self.number("Q")
        if length > min(longest, self.size):
            raise self.bad("a text in it is too long")
        return self.take(length).decode("utf-8", errors="replace")

    def value(self, kind: int) -> Any:
        if kind in _SCALARS:
            return self.number(_SCALARS[kind])
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            self.skip_array()
            return None
        raise self.bad(f"it holds a value of unknown kind {kind}")

    def skip_array(self) -> None:
        kind, count = self.number("I"), self.number("Q")
        if count > MAX_ARRAY_ITEMS:
            raise self.bad("a list in it is too long")
        if kind in _SCALARS:
            self.take(count * struct.calcsize("<" + _SCALARS[kind]))
        elif kind == _STRING:
            for _ in range(count):
                self.text(1 << 20)
        else:
            raise self.bad("a list in it holds values of unknown kind")


def read_header(path: Path) -> GgufHeader:
    """The checked header of the GGUF file at `path`; `ModelError` when anything does not fit."""
    size = path.stat().st_size
    with path.open("rb") as file:
        reader = _Reader(file, path, size)
        if file.read(4) != b"GGUF":
            raise reader.bad("it does not begin with GGUF")
        version = reader.number("I")
        if version not in (2, 3):
            raise ModelError(
                f"{path.name} is a GGUF file of version {version}; versions 2 and 3 are read.",
                "Use a newer copy of the model.",
            )
        n_tensors, n_pairs = reader.number("Q"), reader.number("Q")
        if n_tensors > MAX_TENSORS or n_pairs > MAX_PAIRS:
            raise reader.bad("it names too many parts")
        facts = _facts(reader, n_pairs)
        alignment = facts.get("general.alignment", 32)
        if type(alignment) is not int or not 8 <= alignment <= 4096 or alignment % 8:
            raise reader.bad("its alignment is not valid")
        n_parameters, end = _tensors(reader, n_tensors)
        begin = -(-file.tell() // alignment) * alignment
    if begin + end > size:
        raise ModelError(
            f"{path.name} is cut short: {size:,} of {begin + end:,} bytes are there.",
            "Copy or download the file again.",
        )
    return GgufHeader(facts, n_tensors, n_parameters, size)


def _facts(reader: _Reader, count: int) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for _ in range(count):
        key = reader.text(1 << 16)
        if key in facts:
            raise reader.bad("a key appears twice")
        facts[key] = reader.value(reader.number("I"))
    return facts


def _tensors(reader: _Reader, count: int) -> tuple[int, int]:
    """How many numbers all tensors hold, and where the last of them ends."""
    numbers, end = 0, 0
    names: set[str] = set()
    for _ in range(count):
        name = reader.text(256)
        dimensions = reader.number("I")
        if name in names or dimensions > 4:
            raise reader.bad("a tensor's entry is not valid")
        names.add(name)
        shape = [reader.number("Q") for _ in range(dimensions)]
        kind, offset = reader.number("I"), reader.number("Q")
        if kind not in BLOCKS:
            raise reader.bad(f"a tensor is of unknown kind {kind}")
        items, (per_block, block_bytes) = math.prod(shape), BLOCKS[kind]
        if items > 2**44 or items % per_block:
            raise reader.bad("a tensor's size does not fit")
        numbers += items
        end = max(end, offset + items // per_block * block_bytes)
    return numbers, end

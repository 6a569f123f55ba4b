"""What the modules of the nouns share: blobs of numbers, lists of ids, patterns."""

import json
import struct
from collections.abc import Iterable, Sequence
from typing import Any


def pack_ints(values: Sequence[int]) -> bytes:
    """Token ids as unsigned 32-bit little-endian numbers."""
    return struct.pack(f"<{len(values)}I", *values)


def unpack_ints(data: bytes) -> tuple[int, ...]:
    """The inverse of `pack_ints`."""
    return struct.unpack(f"<{len(data) // 4}I", data)


def pack_floats(values: Sequence[float]) -> bytes:
    """Numbers bit for bit: 4 bytes each if all of them are 32-bit floats, else 8 bytes each."""
    try:
        short = struct.pack(f"<{len(values)}f", *values)
    except OverflowError:
        return struct.pack(f"<{len(values)}d", *values)
    if struct.unpack(f"<{len(values)}f", short) == tuple(values):
        return short
    return struct.pack(f"<{len(values)}d", *values)


def unpack_floats(data: bytes, count: int) -> tuple[float, ...]:
    """The inverse of `pack_floats` for `count` numbers."""
    return struct.unpack(f"<{count}{'f' if len(data) == 4 * count else 'd'}", data)


def texts(data: str) -> tuple[str, ...]:
    """A stored list of texts; `ValueError` if it is something else."""
    if data == "[]":
        return ()  # as nearly all of them are
    found = json.loads(data)
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise ValueError("not a list of texts")
    return tuple(found)


def mapping(data: str) -> dict[str, Any]:
    """A stored object of JSON; `ValueError` if it is something else."""
    if data == "{}":
        return {}
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def id_list(ids: Iterable[int]) -> str:
    """Ids as JSON for `IN (SELECT value FROM json_each(?))`, which has no limit of length."""
    return json.dumps([int(i) for i in ids])


def text_list(texts: Iterable[str]) -> str:
    """Texts as JSON for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(texts))


def contains(text: str) -> str:
    """A LIKE pattern (escape character is the backslash) for texts that contain `text`."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def where(conditions: Iterable[str]) -> str:
    """A WHERE clause of all conditions, empty without any."""
    joined = " AND ".join(conditions)
    return f" WHERE {joined}" if joined else ""

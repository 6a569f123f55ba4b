"""How the bytes of a piece are kept: as they are, compressed, or as a difference from another.

A codec is a number in the file, so its meaning never changes:

    0           the bytes as they are
    1, 2, 4, 8  numbers of so many bytes: first all their first bytes, then all their second
                bytes, … (a byte shuffle), then zstandard; 1 is plain zstandard
    10 + those  the same, of the difference from the base piece, number by number: modulo 2^bits,
                with the sign in the lowest bit (zigzag), so that small steps give small numbers

Weights have random mantissas and very alike exponents: sorted by place the exponents compress,
and after a small training step hardly more than the last bits differ.
"""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

RAW, DELTA = 0, 10
WIDTHS = (1, 2, 4, 8)
LARGEST_BYTES = 4 * 2**20
"""No piece has more raw bytes than this, whatever a file says."""

_LEVEL = 1  # level 3 was never better by more than 0.3 % of the size, and takes twice as long
_WINDOW_BYTES = 2**23
_WORTH_IT = 0.97
_DELTA_AT_MOST = 0.6
_DELTA_SURELY = 0.25


class CodecError(ValueError):
    """A piece cannot be read as its codec says: it is damaged, or was never written here."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A piece as it is kept: a codec, and the bytes that go into the file."""

    codec: int
    data: bytes | Bytes

    @property
    def is_delta(self) -> bool:
        """True if it cannot be read without its base."""
        return self.codec > DELTA


def pack(raw: Bytes, width: int, base: Bytes | None = None) -> Packed:
    """The smallest form of a piece of numbers of `width` bytes; `base` has the same size.

    A difference must keep under 0.6 of the raw size, else it is not worth its dependence; under
    a quarter it is taken without a look at the alternative.
    """
    if width not in WIDTHS or raw.size % width:
        width = 1
    best = Packed(RAW, raw)
    if base is not None:
        best = _smaller(best, DELTA + width, _compress(raw, width, base), _DELTA_AT_MOST * raw.size)
        if len(best.data) <= _DELTA_SURELY * raw.size:
            return best
    limit = min(_WORTH_IT * raw.size, len(best.data) - 1)
    return _smaller(best, width, _compress(raw, width, None), limit)


def _smaller(best: Packed, codec: int, data: bytes, limit: float) -> Packed:
    return Packed(codec, data) if len(data) <= limit else best


def unpack(codec: int, data: bytes, out: Bytes, base: Bytes | None = None) -> None:
    """Fill `out`, which has exactly the raw size, with the raw bytes of a piece.

    Nothing is decompressed before the frame itself has declared that size, so a hostile file
    cannot fill the memory. Raises `CodecError`.
    """
    is_delta = codec > DELTA
    width = codec - DELTA if is_delta else codec
    if codec != RAW and width not in WIDTHS:
        raise CodecError("is stored in a way that this prefdesk does not know")
    if is_delta != (base is not None) or (base is not None and base.size != out.size):
        raise CodecError("does not fit the piece it depends on")
    if codec == RAW:
        if len(data) != out.size:
            raise CodecError("has another size than it says")
        out[:] = np.frombuffer(data, np.uint8)
        return
    if out.size % width:
        raise CodecError("has a size that does not fit its kind of number")
    planes = _decompress(data, out.size).reshape(width, -1)
    values = out.view(f"<u{width}")
    _unshuffle(planes, values)
    if base is not None:
        _add_back(values, base.view(values.dtype))


class _Tools(threading.local):
    """Compressors and buffers, made once for each thread."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        self._buffers: dict[str, Bytes] = {}

    def buffer(self, name: str, size: int) -> Bytes:
        """The first `size` bytes of a buffer that stays."""
        found = self._buffers.get(name)
        if found is None or found.size < size:
            found = self._buffers[name] = np.empty(max(size, 2**20), np.uint8)
        return found[:size]


_tools = _Tools()


def _compress(raw: Bytes, width: int, base: Bytes | None) -> bytes:
    values: Any = raw.view(f"<u{width}")
    if base is not None:
        values = _difference(values, base.view(values.dtype))
    if width > 1:
        values = _shuffle(values)
    return _tools.compressor.compress(values.view(np.uint8))


def _difference(values: Any, base: Any) -> Any:
    size = values.size * values.itemsize
    bits = 8 * values.itemsize
    step = _tools.buffer("difference", size).view(values.dtype)
    sign = _tools.buffer("other", size).view(values.dtype)
    np.subtract(values, base, out=step)
    # An arithmetic shift spreads the sign over all bits: 0 or all ones.
    np.right_shift(
        step.view(f"<i{values.itemsize}"), bits - 1, out=sign.view(f"<i{values.itemsize}")
    )
    np.left_shift(step, 1, out=step)
    return np.bitwise_xor(step, sign, out=step)


def _add_back(zigzag: Any, base: Any) -> None:
    """Turn zigzag differences into the numbers themselves, in place."""
    sign = _tools.buffer("other", zigzag.size * zigzag.itemsize).view(zigzag.dtype)
    np.bitwise_and(zigzag, 1, out=sign)
    np.negative(sign, out=sign)
    np.right_shift(zigzag, 1, out=zigzag)
    np.bitwise_xor(zigzag, sign, out=zigzag)
    np.add(zigzag, base, out=zigzag)


def _shuffle(values: Any) -> Bytes:
    width = values.itemsize
    planes = _tools.buffer("planes", values.size * width).reshape(width, -1)
    shifted = _tools.buffer("other", values.size * width).view(values.dtype)
    # A narrowing copy keeps the lowest byte; three times as fast as a transposed copy.
    np.copyto(planes[0], values, casting="unsafe")
    for place in range(1, width):
        np.right_shift(values, 8 * place, out=shifted)
        np.copyto(planes[place], shifted, casting="unsafe")
    return planes.reshape(-1)


def _unshuffle(planes: Bytes, values: Any) -> None:
    np.copyto(values, planes[-1])
    for plane in planes[-2::-1]:
        np.left_shift(values, 8, out=values)
        np.bitwise_or(values, plane, out=values)


def _decompress(data: bytes, raw_size: int) -> Bytes:
    try:
        frame = zstandard.get_frame_parameters(data)
        if frame.content_size != raw_size or raw_size > LARGEST_BYTES:
            raise CodecError("declares another size than it has")
        if frame.window_size > _WINDOW_BYTES:
            raise CodecError("asks for too much memory")
        raw = _tools.decompressor.decompress(data, max_output_size=raw_size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise CodecError("cannot be decompressed") from error
    if len(raw) != raw_size:
        raise CodecError("has another size than it declares")
    return np.frombuffer(raw, np.uint8)

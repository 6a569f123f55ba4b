"""Pieces packed and unpacked: every byte comes back, and nothing hostile gets in."""

import json
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefdesk.store import codec, layout

MIB = 2**20


def array(data: bytes) -> codec.Bytes:
    return np.frombuffer(data, np.uint8)


def unpacked(packed: codec.Packed, size: int, base: codec.Bytes | None = None) -> bytes:
    out = np.full(size, 255, np.uint8)
    codec.unpack(packed.codec, bytes(packed.data), out, base if packed.is_delta else None)
    return out.tobytes()


def weights(n: int, seed: int = 0, rms: float = 0.0) -> codec.Bytes:
    """n numbers in bf16, and the same ones after a step of this rms."""
    chance = np.random.default_rng(seed)
    values = chance.normal(0, 0.02, n).astype(np.float32)
    if rms:
        values += chance.normal(0, rms, n).astype(np.float32)
    return (values.view(np.uint32) >> 16).astype("<u2").view(np.uint8)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from([1, 2, 4, 8, 3]), st.integers(1, 300))
def test_that_pieces_of_any_bytes_width_and_size_come_back(
    data: st.DataObject, width: int, size: int
) -> None:
    raw, base = (array(data.draw(st.binary(min_size=size, max_size=size))) for _ in range(2))
    assert unpacked(codec.pack(raw, width), size) == raw.tobytes()
    packed = codec.pack(raw, width, base)
    assert unpacked(packed, size, base) == raw.tobytes()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([1, 2, 4, 8]), st.integers(1, 2000), st.integers(0, 3), st.integers(0, 99))
def test_that_differences_of_any_width_come_back(width: int, n: int, step: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    kind = f"<u{width}"
    base = chance.integers(0, 256, n * width, np.uint8)
    raw = (base.view(kind) + chance.integers(0, step + 1, n).astype(kind)).view(np.uint8)
    packed = codec.pack(raw, width, base)
    assert packed.is_delta or n * width < 200
    assert unpacked(packed, raw.size, base) == raw.tobytes()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 7), st.integers(1, 100))
def test_that_a_piece_may_end_up_at_any_place_in_memory(offset: int, n: int) -> None:
    raw, base = weights(n, rms=1e-5), weights(n)
    memory = np.zeros(raw.size + offset, np.uint8)
    packed = codec.pack(raw, 2, base)
    codec.unpack(
        packed.codec, bytes(packed.data), memory[offset:], base if packed.is_delta else None
    )
    assert memory[offset:].tobytes() == raw.tobytes() and not memory[:offset].any()


def test_that_the_smallest_form_is_kept() -> None:
    base = weights(MIB // 2)
    near, far = weights(MIB // 2, rms=1e-5), weights(MIB // 2, seed=1)
    noise = array(np.random.default_rng(2).bytes(MIB))
    forms = [codec.pack(near, 2, base), codec.pack(far, 2, base), codec.pack(near, 2),
             codec.pack(noise, 2, base), codec.pack(noise, 1)]  # fmt: skip
    assert [p.codec for p in forms] == [12, 2, 2, codec.RAW, codec.RAW]
    sizes = [len(p.data) / MIB for p in forms]
    assert sizes[0] < 0.15 and 0.5 < sizes[1] < 0.75 and sizes[3] == 1


def test_that_a_difference_of_more_than_six_tenths_is_dropped() -> None:
    base = array(np.random.default_rng(0).bytes(64 * 1024))
    raw = base.copy()
    for share, is_delta in ((0.5, True), (0.7, False)):
        changed = int(share * raw.size)
        raw[:changed] = array(np.random.default_rng(1).bytes(changed))
        assert codec.pack(raw, 1, base).is_delta is is_delta


def test_that_the_numbers_of_the_codecs_never_change() -> None:
    raw = np.arange(64, dtype="<u2").view(np.uint8)
    shuffled = zstandard.compress(bytes(range(64)) + bytes(64))
    steps = zstandard.compress(bytes([1] + [0] * 62 + [2]) + bytes(64))
    out = np.empty(128, np.uint8)
    codec.unpack(0, raw.tobytes(), out)
    assert (out == raw).all()
    codec.unpack(2, shuffled, out)
    assert (out == raw).all()
    codec.unpack(1, zstandard.compress(raw.tobytes()), out)
    assert (out == raw).all()
    codec.unpack(12, steps, out, raw)
    expected = np.arange(64, dtype="<i4")
    expected[0] -= 1
    expected[-1] += 1
    assert (out.view("<u2") == expected.astype("<u2")).all()


@pytest.mark.parametrize(
    ("number", "data", "size", "base"),
    [
        (0, b"four", 5, None),
        (7, b"", 4, None),
        (3, b"", 4, None),
        (99, b"", 4, bytes(4)),
        (1, b"no frame at all", 4, None),
        (1, zstandard.compress(b"four"), 5, None),
        (1, zstandard.compress(b"four")[:-1], 4, None),
        (1, zstandard.compress(b"four") + b"more", 4, None),
        (2, zstandard.compress(b"three"), 5, None),
        (12, zstandard.compress(b"four"), 4, None),
        (12, zstandard.compress(b"four"), 4, bytes(6)),
        (2, zstandard.compress(b"four"), 4, bytes(4)),
        (1, zstandard.ZstdCompressor(write_content_size=False).compress(b"four"), 4, None),
        (1, b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip", 4, None),
    ],
)
def test_that_what_does_not_fit_is_refused(
    number: int, data: bytes, size: int, base: bytes | None
) -> None:
    with pytest.raises(codec.CodecError):
        codec.unpack(number, data, np.empty(size, np.uint8), None if base is None else array(base))


def test_that_a_bomb_does_not_fill_the_memory() -> None:
    bomb = zstandard.compress(bytes(300 * MIB))
    tracemalloc.start()
    for size in (MIB, codec.LARGEST_BYTES):
        with pytest.raises(codec.CodecError, match="another size"):
            codec.unpack(1, bomb, np.empty(size, np.uint8))
    assert tracemalloc.get_traced_memory()[1] < 20 * MIB
    tracemalloc.stop()
    # Written by hand: four bytes of content that ask for a window of 128 MiB.
    wide = b"\x28\xb5\x2f\xfd\x80\x88" + struct.pack("<I", 4) + b"\x21\x00\x00four"
    with pytest.raises(codec.CodecError, match="too much memory"):
        codec.unpack(1, wide, np.empty(4, np.uint8))


def test_that_damage_is_an_error_or_other_bytes_but_never_a_crash() -> None:
    raw, base = weights(5000, rms=1e-5), weights(5000)
    packed = codec.pack(raw, 2, base)
    chance = np.random.default_rng(3)
    out = np.empty(raw.size, np.uint8)
    for _ in range(500):
        data = bytearray(packed.data)
        data[chance.integers(len(data))] ^= 1 << int(chance.integers(8))
        try:
            codec.unpack(packed.codec, bytes(data), out, base)
        except codec.CodecError:
            continue


def safetensors(path: Path, tensors: list[tuple[str, int]], note: str = "") -> bytes:
    """A file with tensors of these kinds and sizes in bytes, filled with a counter."""
    entries: dict[str, object] = {"__metadata__": {"note": note}} if note else {}
    at = 0
    for number, (dtype, size) in enumerate(tensors):
        entries[f"t{number}"] = {"dtype": dtype, "shape": [size], "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(i % 251 for i in range(at)))
    return path.read_bytes()


def test_that_each_piece_holds_numbers_of_one_width(tmp_path: Path) -> None:
    path = tmp_path / "w"
    tensors = [("BF16", MIB), ("F16", MIB + 6), ("F32", 12), ("F32", 8), ("I8", 3), ("BF16", 4)]
    whole = safetensors(path, tensors)
    pieces = layout.pieces(path)
    assert [p.width for p in pieces] == [1, 2, 2, 2, 4, 1, 2]
    assert [p.size for p in pieces][1:] == [MIB, MIB, 6, 20, 3, 4]
    assert all(p.size % p.width == 0 for p in pieces)
    assert b"".join(whole[p.start : p.start + p.size] for p in pieces) == whole


def test_that_a_longer_note_moves_no_piece_of_the_tensors(tmp_path: Path) -> None:
    found = []
    for note in ("", "n" * 1000):
        whole = safetensors(tmp_path / "w", [("BF16", 3 * MIB), ("F32", 400)], note)
        pieces = layout.pieces(tmp_path / "w")
        found.append([whole[p.start : p.start + p.size] for p in pieces[1:]])
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        bytes(8),
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"null",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2) + b"{}rest",
        struct.pack("<Q", 8) + b'{"a": 1}',
        *(
            struct.pack("<Q", len(text)) + text + bytes(4)
            for text in (
                b'{"a": {"dtype": "F32", "data_offsets": [0, 5]}}',
                b'{"a": {"dtype": "F32", "data_offsets": [0, 3]}}',
                b'{"a": {"dtype": "F32", "data_offsets": [4, 0]}}',
                b'{"a": {"dtype": "F32", "data_offsets": [-4, 4]}}',
                b'{"a": {"dtype": "F32", "data_offsets": [0, true]}}',
                b'{"a": {"dtype": [], "data_offsets": [0, 4]}}',
                b'{"a": {"dtype": "I8", "data_offsets": [0, 3]},'
                b' "b": {"dtype": "F32", "data_offsets": [2, 4]}}',
                b'{"a": {"dtype": "I8", "data_offsets": [0, 2]},'
                b' "b": {"dtype": "F32", "data_offsets": [2, 4]}}',
            )
        ),
    ],
)
def test_that_any_other_file_is_plain_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w").write_bytes(content)
    assert layout.pieces(tmp_path / "w") == [layout.Piece(0, len(content), 1)]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["BF16", "F16", "F32", "F64", "I8", "BOOL", "F8_E4M3"]),
            st.integers(0, 3000),
        ),
        max_size=8,
    ),
    st.integers(0, 60),
)
def test_that_files_of_any_tensors_come_back_piece_by_piece(
    tmp_path: Path, tensors: list[tuple[str, int]], note: int
) -> None:
    widths = {"BF16": 2, "F16": 2, "F32": 4, "F64": 8}
    sized = [(kind, size * widths.get(kind, 1)) for kind, size in tensors]
    whole = safetensors(tmp_path / "w", sized, "n" * note)
    found = b""
    for piece in layout.pieces(tmp_path / "w"):
        raw = array(whole[piece.start : piece.start + piece.size])
        base = np.roll(raw, piece.width)
        packed = codec.pack(raw, piece.width, base)
        found += unpacked(packed, raw.size, base)
        assert packed.codec in (0, piece.width, 10 + piece.width)
    assert found == whole

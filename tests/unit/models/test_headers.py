"""Hostile and damaged headers of safetensors and GGUF files are refused in a sentence."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import load_file

from prefdesk.errors import ModelError
from prefdesk.models import gguf_header, tensors

Check = Callable[[st.DataObject], None]
TRIES = pytest.mark.parametrize("tries", [200, pytest.param(2000, marks=pytest.mark.heavy)])


def try_often(tries: int, check: Check) -> None:
    settings(max_examples=tries, deadline=None)(given(st.data())(check))()


def write(path: Path, header: Any, data: bytes = b"", length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    return path


def entry(shape: list[Any], start: Any, end: Any, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def test_that_a_sound_header_is_read(tmp_path: Path) -> None:
    file = write(tmp_path / "x", {"__metadata__": {"a": "b"}, "w": entry([2, 3], 0, 24)}, bytes(24))
    header = tensors.read_header(file)
    assert header.n_parameters == 6
    assert header.metadata == {"a": "b"}
    [tensor] = header.tensors
    assert (tensor.start, tensor.end) == (header.size_bytes - 24, header.size_bytes)


BAD: dict[str, tuple[Any, bytes]] = {
    "no table": ([], b""),
    "notes that are not text": ({"__metadata__": {"a": 1}}, b""),
    "unknown kind of number": ({"w": entry([1], 0, 4, "F8_E4M3")}, bytes(4)),
    "negative shape": ({"w": entry([-1], 0, 4)}, bytes(4)),
    "shape of truth values": ({"w": entry([True], 0, 4)}, bytes(4)),
    "shape of fractions": ({"w": entry([1.0], 0, 4)}, bytes(4)),
    "product too large": ({"w": entry([2**47, 2**47], 0, 4)}, bytes(4)),
    "size that does not fit": ({"w": entry([2], 0, 4)}, bytes(4)),
    "a hole": ({"w": entry([1], 4, 8)}, bytes(8)),
    "an overlap": ({"v": entry([1], 0, 4), "w": entry([1], 2, 6)}, bytes(6)),
    "bytes behind": ({"w": entry([1], 0, 4)}, bytes(5)),
    "too few bytes": ({"w": entry([1], 0, 4)}, bytes(3)),
    "seven dimensions": ({"w": entry([1] * 7, 0, 4)}, bytes(4)),
    "an extra key": ({"w": {**entry([1], 0, 4), "x": 1}}, bytes(4)),
    "a missing key": ({"w": {"dtype": "F32", "shape": [1]}}, bytes(4)),
    "a name with a blank": ({"a b": entry([1], 0, 4)}, bytes(4)),
    "a name without end": ({"w" * 300: entry([1], 0, 4)}, bytes(4)),
    "a name twice": (b'{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":1}', b""),
    "nested without end": (b'{"w":' + b"[" * 100_000, b""),
}


@pytest.mark.parametrize("name", BAD)
def test_that_a_hostile_safetensors_header_is_refused(tmp_path: Path, name: str) -> None:
    header, data = BAD[name]
    with pytest.raises(ModelError):
        tensors.read_header(write(tmp_path / "x.safetensors", header, data))


@pytest.mark.parametrize("length", [0, 1, 2**63, 2**64 - 1, 10_000])
def test_that_a_wrong_header_length_is_refused(tmp_path: Path, length: int) -> None:
    with pytest.raises(ModelError):
        tensors.read_header(write(tmp_path / "x", {"w": entry([1], 0, 4)}, bytes(4), length))


@pytest.mark.parametrize("content", [b"", b"1234567", b"PK\x03\x04", b"\x80\x04\x95abcdefghij"])
def test_that_a_stump_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ModelError):
        tensors.read_header(tmp_path / "x")


@pytest.mark.parametrize("length", [0x0280, 0x0380, 0x0480, 0x0580])
def test_that_a_header_whose_length_looks_like_a_pickle_is_read(
    tmp_path: Path, length: int
) -> None:
    note = "x" * length
    spare = len(json.dumps({"__metadata__": {"a": note}})) - length
    path = write(tmp_path / "a", {"__metadata__": {"a": "x" * (length - spare)}})
    assert path.read_bytes()[:1] == b"\x80"
    assert tensors.read_header(path).metadata == {"a": "x" * (length - spare)}


def test_that_too_many_tensors_are_refused(tmp_path: Path) -> None:
    many = {f"w{i}": entry([0], 0, 0) for i in range(tensors.MAX_TENSORS + 1)}
    with pytest.raises(ModelError):
        tensors.read_header(write(tmp_path / "x", many))


@TRIES
def test_that_mutated_safetensors_files_are_refused_or_mean_the_same(
    tries: int, tiny_folder: Path, tmp_path: Path
) -> None:
    def check(data: st.DataObject) -> None:
        raw = bytearray((tiny_folder / "model.safetensors").read_bytes())
        length = struct.unpack("<Q", raw[:8])[0]
        for _ in range(data.draw(st.integers(1, 3))):
            raw[data.draw(st.integers(0, length + 7))] = data.draw(st.integers(0, 255))
        file = tmp_path / "mutated.safetensors"
        file.write_bytes(raw)
        try:
            header = tensors.read_header(file)
        except ModelError:
            return
        try:
            loaded = load_file(file)
        except (SafetensorError, KeyError, UnicodeDecodeError):
            return
        assert {t.name: t.shape for t in header.tensors} == {k: v.shape for k, v in loaded.items()}
        for tensor in header.tensors:
            assert loaded[tensor.name].tobytes() == bytes(raw[tensor.start : tensor.end])

    try_often(tries, check)


def test_that_a_gguf_header_is_read(tiny_gguf: Path) -> None:
    header = gguf_header.read_header(tiny_gguf)
    assert header.architecture == "llama"
    assert header.n_parameters == 26_912
    assert header.facts["llama.context_length"] == 2048


def test_that_the_block_sizes_are_those_of_the_gguf_library() -> None:
    from gguf.constants import GGML_QUANT_SIZES

    assert {int(k): v for k, v in GGML_QUANT_SIZES.items()} == gguf_header.BLOCKS


def _gguf(version: int = 3, n_tensors: int = 0, pairs: bytes = b"", n_pairs: int = 0) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, n_tensors, n_pairs) + pairs + bytes(64)


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


BAD_GGUF = {
    "empty": b"",
    "another magic": b"GGML" + bytes(20),
    "old version": _gguf(version=1),
    "too many tensors": _gguf(n_tensors=10**9),
    "too many pairs": _gguf(n_pairs=2**60),
    "a text of 2^62 bytes": _gguf(n_pairs=1, pairs=struct.pack("<Q", 2**62)),
    "an unknown kind": _gguf(n_pairs=1, pairs=_text("a") + struct.pack("<I", 99)),
    "a list of 2^60": _gguf(n_pairs=1, pairs=_text("a") + struct.pack("<IIQ", 9, 4, 2**60)),
    "a list of lists": _gguf(n_pairs=1, pairs=_text("a") + struct.pack("<IIQ", 9, 9, 1)),
    "a key twice": _gguf(n_pairs=2, pairs=2 * (_text("a") + struct.pack("<II", 4, 1))),
    "alignment of nothing": _gguf(
        n_pairs=1, pairs=_text("general.alignment") + struct.pack("<II", 4, 0)
    ),
    "alignment beyond reason": _gguf(
        n_pairs=1, pairs=_text("general.alignment") + struct.pack("<II", 4, 2**31)
    ),
    "tensor beyond the end": _gguf(
        n_tensors=1, pairs=_text("w") + struct.pack("<IQIQ", 1, 32, 0, 0)
    ),
    "tensor of 2^80 numbers": _gguf(
        n_tensors=1, pairs=_text("w") + struct.pack("<IQQIQ", 2, 2**40, 2**40, 0, 0)
    ),
    "tensor of half a block": _gguf(
        n_tensors=1, pairs=_text("w") + struct.pack("<IQIQ", 1, 1, 2, 0)
    ),
    "tensor far away": _gguf(n_tensors=1, pairs=_text("w") + struct.pack("<IQIQ", 1, 0, 0, 2**63)),
    "a tensor twice": _gguf(n_tensors=2, pairs=2 * (_text("w") + struct.pack("<IQIQ", 1, 1, 0, 0))),
    "five dimensions": _gguf(n_tensors=1, pairs=_text("w") + struct.pack("<I", 5)),
    "unknown kind of tensor": _gguf(
        n_tensors=1, pairs=_text("w") + struct.pack("<IQIQ", 1, 32, 99, 0)
    ),
}


def test_that_the_smallest_sound_gguf_files_are_read(tmp_path: Path) -> None:
    pair = _text("a") + struct.pack("<II", 4, 7)
    tensor = _text("w") + struct.pack("<IQIQ", 1, 4, 0, 0)
    for raw, n in ((_gguf(n_pairs=1, pairs=pair), 0), (_gguf(n_tensors=1, pairs=tensor), 4)):
        (tmp_path / "x.gguf").write_bytes(raw)
        assert gguf_header.read_header(tmp_path / "x.gguf").n_parameters == n


@pytest.mark.parametrize("name", BAD_GGUF)
def test_that_a_hostile_gguf_header_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.gguf").write_bytes(BAD_GGUF[name])
    with pytest.raises(ModelError):
        gguf_header.read_header(tmp_path / "x.gguf")


@TRIES
def test_that_mutated_gguf_headers_never_crash(tries: int, tiny_gguf: Path, tmp_path: Path) -> None:
    def check(data: st.DataObject) -> None:
        raw = bytearray(tiny_gguf.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, 4000))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(raw)))
        (tmp_path / "x.gguf").write_bytes(raw[:cut] if data.draw(st.booleans()) else raw)
        try:
            header = gguf_header.read_header(tmp_path / "x.gguf")
        except ModelError:
            return
        assert 0 <= header.n_tensors <= gguf_header.MAX_TENSORS

    try_often(tries, check)

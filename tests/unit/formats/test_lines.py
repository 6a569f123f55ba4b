"""Bytes to numbered lines."""

import os
from pathlib import Path

import pytest

from prefdesk.errors import Cancelled, InputError
from prefdesk.formats import lines
from prefdesk.formats.lines import read_lines


def made(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a\n"]),
        (b"a\r\nb\rc\nd", ["a\r\n", "b\r", "c\n", "d"]),
        (b"\n\n", ["\n", "\n"]),
        (b"\xef\xbb\xbfa\n", ["a\n"]),
        ("a\u2028b\x85c\x0cd\x1ce\n".encode(), ["a\u2028b\x85c\x0cd\x1ce\n"]),
        ("ä\n€\n".encode("utf-16"), ["ä\n", "€\n"]),
        (b"\xfe\xff" + "ä\n€".encode("utf-16-be"), ["ä\n", "€"]),
        ("x\r\ny".encode("utf-32"), ["x\r\n", "y"]),
    ],
)
def test_that_lines_end_where_files_end_them(
    tmp_path: Path, data: bytes, expected: list[str]
) -> None:
    assert [text for _, text in read_lines(made(tmp_path, data))] == expected


@pytest.mark.parametrize("chunk", [1, 2, 3, 7])
def test_that_the_size_of_a_chunk_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    text = "ä\r\n€ 👩‍🚀\r\rb\n"
    monkeypatch.setattr(lines, "CHUNK_BYTES", max(chunk, 3))
    found = list(read_lines(made(tmp_path, b"\xef\xbb\xbf" + text.encode())))
    assert found == [(1, "ä\r\n"), (2, "€ 👩‍🚀\r"), (3, "\r"), (4, "b\n")]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r", b""])
def test_that_an_oversized_line_is_skipped_and_its_number_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 20)
    monkeypatch.setattr(lines, "CHUNK_BYTES", 8)
    tail = b"end" if ending else b""
    data = b"first\n" + b"x" * 50 + ending + tail
    found = list(read_lines(made(tmp_path, data)))
    assert found == [(1, "first\n"), (2, None)] + ([(3, "end")] if ending else [])


def test_that_other_encodings_are_refused_with_line_and_byte(tmp_path: Path) -> None:
    path = made(tmp_path, "one\ncafé au lait\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"line 2, byte 4 is 0xE9") as caught:
        list(read_lines(path))
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04rest", "zip"),
        (b"PAR1rest", "Parquet"),
        (b"\x1f\x8bxx", "compressed"),
        (b"SQLite format 3\x00xxx", "database"),
        ("plain".encode("utf-16-le"), "UTF-16"),
        (b"\xff\xfea", "UTF-16"),
        (b"\xff\xfe\x00\xd8\x41\x00", "UTF-16"),
        (b"ok\n\xed\xa0\x80\n", "line 2, byte 1"),
        (b"ok\n\xe2\x82", "line 2, byte 1"),
    ],
)
def test_that_what_is_no_text_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        list(read_lines(made(tmp_path, data)))


def test_that_only_files_are_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, tmp_path / "none.txt", Path("a\0b.txt")):
        with pytest.raises(InputError):
            list(read_lines(path))


def test_that_progress_runs_to_the_end_and_a_stop_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "CHUNK_BYTES", 10)
    path = made(tmp_path, b"0123456789\n" * 5)
    told: list[tuple[int, int]] = []
    list(read_lines(path, notify=lambda done, size: told.append((done, size))))
    assert told[-1] == (55, 55)
    assert len(told) == 6
    with pytest.raises(Cancelled):
        list(read_lines(path, cancelled=lambda: True))

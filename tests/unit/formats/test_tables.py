"""Tables on their way out."""

import csv
import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefdesk import formats
from prefdesk.errors import DiskFull, InputError
from prefdesk.formats.guard import guarded, unguarded


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


ROWS = [
    {"rater": "Ana", "score": 7.5, "kept": True, "note": 'a "quote",\r\nand more', "why": None},
    {"rater": "=Ben", "score": -1, "kept": False, "note": "- item", "why": ["x", "ü"]},
]


def test_that_csv_has_a_header_and_harmless_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert formats.write_csv(path, ROWS) == 2
    with path.open(encoding="utf-8", newline="") as handle:
        read = list(csv.reader(handle))
    assert read == [
        ["rater", "score", "kept", "note", "why"],
        ["Ana", "7.5", "true", 'a "quote",\r\nand more', ""],
        ["'=Ben", "-1", "false", "'- item", '["x", "ü"]'],
    ]


def test_that_json_lines_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    rows = [*ROWS, {"text": "a\u2028b\0c=\r\n", "n": 2**60, "x": 0.1}]
    assert formats.write_jsonl(path, rows) == 3
    assert [json.loads(line) for line in path.read_bytes().decode().split("\n")[:-1]] == rows


def test_that_columns_choose_and_order(tmp_path: Path) -> None:
    formats.write_csv(tmp_path / "t.csv", ROWS, columns=("score", "rater", "none"))
    assert (tmp_path / "t.csv").read_text().splitlines()[1] == "7.5,Ana,"
    formats.write_jsonl(tmp_path / "t.jsonl", ROWS, columns=("score",))
    assert (tmp_path / "t.jsonl").read_text().splitlines()[0] == '{"score": 7.5}'
    formats.write_csv(tmp_path / "none.csv", [], columns=("a", "=b"))
    assert (tmp_path / "none.csv").read_text() == "a,'=b\n"


def test_that_numbers_that_are_not_finite_are_left_empty(tmp_path: Path) -> None:
    rows = [{"a": float("nan"), "b": [float("inf"), 1.5]}]
    formats.write_table(tmp_path / "t.csv", rows)
    formats.write_table(tmp_path / "t.jsonl", rows)
    assert (tmp_path / "t.csv").read_text().splitlines()[1] == ',"[null, 1.5]"'
    assert (tmp_path / "t.jsonl").read_text() == '{"a": null, "b": [null, 1.5]}\n'
    with pytest.raises(InputError, match="no kind"):
        formats.write_table(tmp_path / "t.xlsx", rows)


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_that_a_file_is_overwritten_only_when_asked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    formats.write_table(path, ROWS[:1])
    before = path.read_bytes()
    with pytest.raises(InputError, match="exists already"):
        formats.write_table(path, (pytest.fail("rows were asked for") for _ in ROWS))
    assert path.read_bytes() == before
    formats.write_table(path, ROWS, overwrite=True)
    assert path.read_bytes() != before
    assert names(tmp_path) == [name]


def test_that_a_file_made_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"

    def rows() -> Iterator[dict[str, Any]]:
        yield {"a": 1}
        path.write_text("somebody else's")

    with pytest.raises(InputError, match="exists already"):
        formats.write_csv(path, rows())
    assert path.read_text() == "somebody else's"
    assert names(tmp_path) == ["t.csv"]


def test_that_a_failure_halfway_leaves_nothing(tmp_path: Path) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield {"a": 1}
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        formats.write_csv(tmp_path / "t.csv", rows())
    with pytest.raises(InputError, match="half a character"):
        formats.write_csv(tmp_path / "t.csv", [{"a": "\ud800"}])
    assert names(tmp_path) == []


def test_that_errors_of_the_disk_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        formats.write_csv(tmp_path / "nowhere" / "t.csv", ROWS)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="no space left"):
        formats.write_csv(tmp_path / "t.csv", ROWS)
    assert names(tmp_path) == []


def test_that_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep")
    link = tmp_path / "t.csv"
    link.symlink_to(target)
    with pytest.raises(InputError, match="exists already"):
        formats.write_csv(link, ROWS)
    formats.write_csv(link, ROWS, overwrite=True)
    assert target.read_text() == "keep"
    assert not link.is_symlink()


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://x")', "+1+cmd|' /C calc'!A0", "-2", "@SUM(1)", "\t=1", "\r=1", "＝1+1",
     " =1", "\u00a0=1", "\ufeff=1", "'=1", "''-1", "|x", "%x", "\nx", "＠x"],
)  # fmt: skip
def test_that_formulas_are_guarded(text: str) -> None:
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "a", "a=b", "'", "'quoted'", "''", "1-2", "ü", " a", "don't"])
def test_that_plain_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text == unguarded(text)


@given(st.text(alphabet=st.sampled_from("'=+-@ \t\r\na\ufeff＝"), max_size=8))
def test_that_the_guard_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text

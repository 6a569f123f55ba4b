"""A list of objects in one JSON file: read in pieces, each with its line."""

import json
import random
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefdesk import formats
from prefdesk.formats import jsonlist
from prefdesk.formats.jsonlist import Broken, elements

VALUES = [
    {"prompt": 'a "quoted" text, with [brackets] and {braces}'},
    {"prompt": "ends with a backslash \\", "tags": ["x", "y, z"]},
    {"prompt": "über\u2028zeilen\n", "columns": {"a": {"b": [1, [2, {}], []]}}},
    "just a text, with a comma",
    {},
    [],
    None,
    12.5,
    '\\"',
]


def numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), 1) if "\n" in text else iter([(1, text)])


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("separators", [(",", ":"), (" , ", " : ")])
def test_that_a_list_comes_apart_into_its_elements(
    indent: int | None, separators: tuple[str, str]
) -> None:
    for n in range(len(VALUES) + 1):
        text = json.dumps(VALUES[:n], indent=indent, separators=separators, ensure_ascii=False)
        assert [json.loads(one or "") for _, one in elements(numbered(text))] == VALUES[:n]


def test_that_each_element_has_the_line_it_begins_on() -> None:
    text = '[\n\n  {"a":\n 1}, {"b": 2},\n{"c": 3}\n\n,\n\n 4 ]\n\n'
    assert [line for line, _ in elements(numbered(text))] == [3, 4, 5, 9]


@pytest.mark.parametrize(
    "text, line, reason",
    [
        ('[{"a": 1},\n{"a": 2}', 2, "not closed; the file"),
        ("[", 1, "not closed; the file"),
        ('[{"a": "x\n"}]', 1, "a text opens here"),
        ('[{"a": "x\\"}]', 1, "a text opens here"),
        ('[{"a": 1}]\n{"a": 2}', 2, "something follows"),
        ("[1] 2", 1, "something follows"),
        ("[1]]", 1, "something follows"),
        ("[1]\n[2]", 2, "something follows"),
        ("[1,\n]", 2, "a comma with nothing"),
        ("[,1]", 1, "a comma with nothing"),
        ("[1,,2]", 1, "a comma with nothing"),
    ],
)
def test_that_a_broken_list_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(Broken, match=reason) as caught:
        list(elements(numbered(text)))
    assert caught.value.line == line


def test_that_an_element_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlist, "MAX_LINE_BYTES", 10)
    text = '[{"a":\n' + "1,\n" * 50 + '"b": 2}, 7]'
    assert list(elements(numbered(text))) == [(1, None), (52, "7")]


def test_that_quotes_and_backslashes_take_no_time() -> None:
    started = time.monotonic()
    for text in ('["' + '\\"' * 10**6, '["' + "\\" * 10**6, "[" + '"' * (2 * 10**6 + 1)):
        with pytest.raises(Broken):
            list(elements(numbered(text)))
    assert time.monotonic() - started < 3


def test_that_any_text_is_cut_or_refused_and_never_cut_wrongly() -> None:
    chance = random.Random(1)
    signs = ["[", "]", "{", "}", ",", ":", '"', "\\", "\n", " ", "1", "a", "true", '"x"']
    for _ in range(5000):
        text = "[" + "".join(chance.choices(signs, k=chance.randrange(12)))
        try:
            found = [one for _, one in elements(numbered(text))]
        except Broken:
            with pytest.raises(ValueError):
                json.loads(text, strict=True)
            continue
        try:
            whole = json.loads(text)
        except ValueError:
            continue
        assert [json.loads(one or "") for one in found] == whole


def test_that_a_file_with_a_list_becomes_prompts_and_ratings(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('[\n {"prompt": "a"},\n {"prompt": ""},\n "b"\n]\n')
    read = formats.read_prompts(path)
    assert [row.content for row in read.rows] == ["a", "b"]
    assert [(bad.line, bad.reason) for bad in read.bad] == [(3, "the prompt is empty")]
    path.write_text('[{"rater": "Ana", "completion": 1, "score": 7}]')
    assert [row.value for row in formats.read_ratings(path).rows] == [7.0]


def test_that_a_list_cut_off_is_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('[\n{"prompt": "a"},\n{"prompt": "b"')
    read = formats.read_prompts(path)
    assert [(bad.line, "cut off" in bad.reason) for bad in read.bad] == [(3, True)]


def test_that_a_long_list_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    with path.open("w") as file:
        file.write("[\n")
        file.writelines(f'{{"a": "{"x" * 1000}"}},\n' for _ in range(10_000))
        file.write("1]\n")
    tracemalloc.start()
    with path.open() as file:
        assert sum(1 for _ in elements(enumerate(file, 1))) == 10_001
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20

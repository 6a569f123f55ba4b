"""Prompts from files of four kinds."""

import json
from pathlib import Path
from typing import Any

import pytest

from prefdesk import formats
from prefdesk.errors import InputError, RowErrors
from prefdesk.formats import prompts
from prefdesk.records import Message


def made(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def jsonl(tmp_path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return made(tmp_path, "p.jsonl", "\n".join(lines) + "\n")


def test_that_json_lines_become_prompts(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        {
            "prompt": "Say hello.",
            "task": "help",
            "split": "test",
            "references": ["Hello.", "Hi."],
            "source": "a passage",
            "tags": ["short", "easy", "short"],
            "difficulty": 3,
        },
        '"A bare string."',
        {"question": "Why?", "answer": "Because.", "tags": "a, b"},
    )
    read = formats.read_prompts(path)
    assert read.bad == ()
    first, second, third = read.rows
    assert (first.content, first.task, first.split) == ("Say hello.", "help", "evaluation")
    assert (first.references, first.source) == (("Hello.", "Hi."), "a passage")
    assert (first.tags, first.columns) == (("short", "easy"), {"difficulty": "3"})
    assert (second.content, second.split) == ("A bare string.", "train")
    assert (third.content, third.references, third.tags) == ("Why?", ("Because.",), ("a", "b"))
    assert read.columns[:2] == ("prompt", "task")
    assert read.preview[0]["references"] == '["Hello.", "Hi."]'


def test_that_conversations_are_kept_and_single_questions_are_plain(tmp_path: Path) -> None:
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi."},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Who are you?"},
    ]
    path = jsonl(
        tmp_path,
        {"messages": turns},
        {"prompt": turns},
        {"prompt": [{"role": "user", "content": "Alone."}]},
        {"messages": json.dumps(turns[1:2])},
    )
    read = formats.read_prompts(path)
    assert read.bad == ()
    assert read.rows[0].content == tuple(Message(t["role"], t["content"]) for t in turns)
    assert [r.content for r in read.rows[1:]] == [read.rows[0].content, "Alone.", "Hi."]


BAD_LINES = [
    ("{", "not valid JSON"),
    ('{"prompt": "a"} x', "not valid JSON at character 17"),
    ("[1, 2]", "a list, not an object"),
    ("3", "the value 3"),
    ("null", "null"),
    ('{"prompt": NaN}', "NaN"),
    ('{"prompt": "a", "x": -Infinity}', "Infinity"),
    ('{"prompt": "a", "x": 1e999}', "too large"),
    ('{"prompt": "a", "x": ' + "9" * 5000 + "}", "5000 digits"),
    ('{"prompt": "a", "prompt": "b"}', "'prompt' appears twice"),
    ('{"prompt": "a", "x": {"k": 1, "k": 2}}', "'k' appears twice"),
    ('{"prompt": "a\\u0000b"}', "NUL"),
    ('{"prompt": "a\\ud800b"}', "half of a character"),
    ('{"prompt": "a", "\\ud800": 1}', "half of a character"),
    ('{"prompt": "a", "x": ' + "[" * 200_000 + "]" * 200_000 + "}", "nested too deeply"),
    ('{"prompt": ""}', "the prompt is empty"),
    ('{"prompt": " \\n "}', "the prompt is empty"),
    ('{"prompt": null}', "the prompt is null"),
    ('{"prompt": 7}', "the prompt is 7"),
    ('{"other": "a"}', "no column for the prompt"),
    ('{"prompt": "a", "split": "maybe"}', "'maybe' is neither train nor evaluation"),
    ('{"prompt": "a", "references": [["b"]]}', "references"),
    ('{"prompt": []}', "no messages"),
    ('{"prompt": ["a"]}', "message 1 is not"),
    ('{"prompt": [{"role": "user", "content": [1]}]}', "message 1 is not"),
    ('{"prompt": [{"role": "bot", "content": "a"}]}', "role 'bot'"),
    ('{"prompt": [{"role": "user", "content": " "}]}', "message 1 is empty"),
    (
        '{"prompt": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]}',
        "only the first",
    ),
    (
        '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
        "ends with the assistant",
    ),
    ('{"messages": "no list"}', "not valid JSON"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_that_a_bad_line_is_named_and_the_others_are_read(
    tmp_path: Path, line: str, reason: str
) -> None:
    read = formats.read_prompts(jsonl(tmp_path, {"prompt": "one"}, "", line, {"prompt": "two"}))
    assert [r.content for r in read.rows] == ["one", "two"]
    (bad,) = read.bad
    assert (bad.file, bad.line) == ("p.jsonl", 3)
    assert reason in bad.reason


def test_that_line_separators_inside_json_stay(tmp_path: Path) -> None:
    read = formats.read_prompts(made(tmp_path, "p.jsonl", '{"prompt": "a\u2028b\x85c"}\r\n'))
    assert read.rows[0].content == "a\u2028b\x85c"


def test_that_a_csv_becomes_prompts(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "p.csv",
        "\ufeffQuestion,Answer,Held Out,split\r\n"
        '"Say ""a"",\r\nplease",a,x,dev\r\n\r\nWhy?,,y,\r\n',
    )
    read = formats.read_prompts(path)
    assert read.bad == ()
    assert [r.content for r in read.rows] == ['Say "a",\r\nplease', "Why?"]
    assert [r.references for r in read.rows] == [("a",), ()]
    assert [r.split for r in read.rows] == ["evaluation", "train"]
    assert read.rows[1].columns == {"Held Out": "y"}
    assert read.mapping == {"prompt": "Question", "references": "Answer", "split": "split"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.csv", "prompt;task\na, b;t\n"),
        ("p.csv", "prompt\ttask\na, b\tt\n"),
        ("p.tsv", "prompt\ttask\na, b\tt\n"),
        ("p.csv", '"prompt",task\r"a, b",t\r'),
        ("P.CSV", '\n"prompt",task\n"a, b",t\n'),
    ],
)
def test_that_delimiters_and_line_ends_are_recognised(tmp_path: Path, name: str, text: str) -> None:
    (row,) = formats.read_prompts(made(tmp_path, name, text)).rows
    assert (row.content, row.task) == ("a, b", "t")


def test_that_utf_16_with_its_mark_is_read(tmp_path: Path) -> None:
    read = formats.read_prompts(made(tmp_path, "p.csv", "prompt\nGrüße\n".encode("utf-16")))
    assert read.rows[0].content == "Grüße"


def test_that_ragged_and_broken_rows_are_named_by_their_first_line(tmp_path: Path) -> None:
    text = 'prompt,task\na,t\nb\nc,t,u\n"d\nd",t\n"e"e,t\nf\0,t\ng,t\n"h,t\ni,t\n'
    read = formats.read_prompts(made(tmp_path, "p.csv", text))
    assert [r.content for r in read.rows] == ["a", "d\nd", "g"]
    assert [(b.line, b.reason.split(";")[0]) for b in read.bad] == [
        (3, "1 cells where the header has 2"),
        (4, "3 cells where the header has 2"),
        (7, "text after a closing quote"),
        (8, "column 'prompt' holds a NUL character"),
        (10, "a quote opens here and is not closed"),
    ]


def test_that_a_cell_longer_than_the_csv_default_is_read(tmp_path: Path) -> None:
    long = "word " * 40_000
    read = formats.read_prompts(made(tmp_path, "p.csv", f"prompt\n{long}\n"))
    assert read.rows[0].content == long


def test_that_text_files_hold_a_prompt_on_each_line(tmp_path: Path) -> None:
    read = formats.read_prompts(made(tmp_path, "p.txt", "one\n\n  two \r\nthree"), task="help")
    assert [r.content for r in read.rows] == ["one", "  two ", "three"]
    assert {r.task for r in read.rows} == {"help"}
    assert read.columns == ("text",)


def test_that_a_cell_may_hold_a_list_of_references(tmp_path: Path) -> None:
    rows = ['["a", "b"]', "[1]", "[laughs] a", "[]", ""]
    table = tmp_path / "p.csv"
    formats.write_csv(table, [{"prompt": "Why?", "answer": row} for row in rows])
    read = formats.read_prompts(table)
    assert [r.references for r in read.rows] == [("a", "b"), ("[1]",), ("[laughs] a",), (), ()]
    lines = jsonl(tmp_path, *({"prompt": "Why?", "answer": row} for row in rows))
    assert [r.references for r in formats.read_prompts(lines).rows] == [
        ('["a", "b"]',), ("[1]",), ("[laughs] a",), ("[]",), (),
    ]  # fmt: skip


def test_that_a_mapping_overrides_the_usual_names(tmp_path: Path) -> None:
    path = made(tmp_path, "p.csv", "prompt,Real Question,answer,gold\nx,Why?,no,yes\n")
    read = formats.read_prompts(path, mapping={"prompt": "real question", "reference": "gold"})
    assert (read.rows[0].content, read.rows[0].references) == ("Why?", ("yes",))
    assert read.rows[0].columns == {"prompt": "x", "answer": "no"}
    without = formats.read_prompts(path, mapping={"references": ""})
    assert without.rows[0].references == ()


def test_that_a_column_asked_for_is_not_guessed_for_another_field(tmp_path: Path) -> None:
    path = made(tmp_path, "p.csv", "Answer,target\nWhy?,yes\n")
    read = formats.read_prompts(path, mapping={"prompt": "answer"})
    assert read.mapping == {"prompt": "Answer", "references": "target"}


def test_that_a_template_is_filled_from_columns(tmp_path: Path) -> None:
    path = made(tmp_path, "p.csv", "text,lang,answer\nGood day,German,Guten Tag\n ,French,x\n")
    read = formats.read_prompts(
        path, template="Translate into {lang} {{now}}: {Text}", split="train"
    )
    assert read.rows[0].content == "Translate into German {now}: Good day"
    assert read.rows[0].references == ("Guten Tag",)
    assert read.rows[0].columns == {"text": "Good day", "lang": "German"}
    assert [(b.line, b.reason) for b in read.bad] == [(3, "column 'Text' is empty")]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("Say {nothing}", "no column 'nothing' for the template; its columns are 'text', 'answer'"),
        ("Say {text", "lone brace at character 5"),
        ("Say text}", "lone brace at character 9"),
        ("Say {}", "lone brace"),
        ("Say text", "names no column"),
    ],
)
@pytest.mark.parametrize("name", ["p.csv", "p.jsonl"])
def test_that_a_wrong_template_is_an_error(
    tmp_path: Path, name: str, template: str, reason: str
) -> None:
    text = "text,answer\na,b\n" if name == "p.csv" else '{"text": "a", "answer": "b"}\n'
    with pytest.raises(InputError, match=reason):
        formats.read_prompts(made(tmp_path, name, text), template=template)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("p.csv", "", "is empty"),
        ("p.csv", "\n\n", "is empty"),
        ("p.jsonl", "\n \n", "is empty"),
        ("p.txt", "\ufeff\n", "is empty"),
        ("p.csv", "prompt,task\n", "a header and no rows"),
        ("p.csv", "name,size\na,1\n", "no column for the prompt; its columns are 'name', 'size'"),
        ("p.jsonl", '{"name": "a"}\n{"size": 2}\n', "no column for the prompt; .*'name', 'size'"),
        ("p.csv", "prompt,prompt\na,b\n", "two columns called 'prompt'"),
        ("p.csv", '"prompt,task\na,b\n', "header of p.csv cannot be read: a quote"),
        ("p.csv", ",".join(f"c{i}" for i in range(2000)) + "\n", "2000 columns"),
        ("p.json", '{\n"prompt": "a"\n}\n', "one JSON object over several lines"),
        ("p.json", "[]\n", "is empty"),
        ("p.xlsx", "x", "Known are .jsonl"),
        ("p", "x", "no kind"),
    ],
)
def test_that_a_file_of_no_use_is_one_sentence(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        formats.read_prompts(made(tmp_path, name, text))


def test_that_a_mapping_to_nothing_names_the_columns_found(tmp_path: Path) -> None:
    path = made(tmp_path, "p.csv", "prompt,task\na,t\n")
    with pytest.raises(InputError, match="column 'gold'; its columns are 'prompt', 'task'"):
        formats.read_prompts(path, mapping={"references": "gold"})
    with pytest.raises(InputError, match="no field called 'colour'"):
        formats.read_prompts(path, mapping={"colour": "task"})


def test_that_formula_guards_are_taken_off_on_import(tmp_path: Path) -> None:
    read = formats.read_prompts(made(tmp_path, "p.csv", "prompt\n'=1+1?\n'quoted'\n"))
    assert [r.content for r in read.rows] == ["=1+1?", "'quoted'"]


def test_that_a_limit_stops_early(tmp_path: Path) -> None:
    path = made(tmp_path, "p.txt", "a\nb\nc\n")
    assert len(formats.read_prompts(path, limit=2).rows) == 2


def test_that_too_many_bad_rows_refuse_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "MAX_BAD_ROWS", 3)
    with pytest.raises(RowErrors) as caught:
        formats.read_prompts(jsonl(tmp_path, {"prompt": "a"}, "1", "2", "3", "4", "5"))
    assert [b.line for b in caught.value.rows] == [2, 3, 4, 5]


def test_that_column_names_are_limited_in_json_lines(tmp_path: Path) -> None:
    wide = {f"c{i}": 1 for i in range(2000)}
    read = formats.read_prompts(jsonl(tmp_path, {"prompt": "a"}, {"prompt": "b", **wide}))
    assert [r.content for r in read.rows] == ["a"]
    assert "1000 column names" in read.bad[0].reason


def test_that_an_oversized_line_is_a_bad_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prefdesk.formats.lines.MAX_LINE_BYTES", 100)
    for name, header in (("p.jsonl", ""), ("p.csv", "prompt\n"), ("p.txt", "")):
        lines = '"ok"\n"' + "x" * 200 + '"\n"fine"\n'
        read = formats.read_prompts(made(tmp_path, name, header + lines))
        assert len(read.rows) == 2
        assert [(b.line, b.reason) for b in read.bad] == [(2 + bool(header), "longer than 16 MB")]


def test_that_real_prompts_are_read(real_data: Path) -> None:
    read = formats.read_prompts(
        real_data / "hanna_prompts.jsonl", mapping={"references": "human_story"}
    )
    assert read.bad == ()
    assert len(read.rows) == 72
    assert all(r.references for r in read.rows)

"""Tables stay tables whatever people write: aligned, one line a row, without power over the
terminal."""

import json

import pytest

from prefdesk.cli.output import document, say, show
from prefdesk.cli.tables import lines, width


def test_that_wide_characters_count_twice_and_marks_not_at_all():
    assert width("abc") == 3
    assert width("雪国") == 4
    assert width("e\u0301") == 1
    assert width("👍") == 2


def test_that_columns_stay_aligned_beside_wide_characters_and_marks():
    rows = [("雪国", 1), ("e\u0301clair", 22), ("plain", 333)]
    made = lines(("name", "n"), rows)
    assert {width(line) for line in made} == {width(made[0])}
    assert made[2].endswith("  1")
    assert made[4] == "plain   333"


def test_that_no_cell_can_act_on_the_terminal_or_break_its_row():
    hostile = "\x1b[2J\x1b]0;owned\x07 \u202eevil\r\nnext\tcell"
    made = lines(("name",), [(hostile,)])
    assert len(made) == 3
    assert not set(made[2]) & set("\x1b\x07\u202e\r\n\t")
    assert "⟦U+001B⟧" in made[2]
    assert "⟦U+202E⟧" in made[2]


def test_that_no_sentence_can_act_on_the_terminal(capsys):
    show("\x1b[31mred")
    say("\u202eevil")
    out, err = capsys.readouterr()
    assert out == "⟦U+001B⟧[31mred\n"
    assert err == "⟦U+202E⟧evil\n"


def test_that_a_table_without_rows_is_its_head():
    assert lines(("name", "n"), []) == ["name  n", "----  -"]


def test_that_nothing_is_not_shown_with_a_sign():
    assert lines(("x",), [(-0.001,), (-0.01,)])[2:] == [" 0.00", "-0.01"]


def test_that_a_document_is_json_also_where_numbers_are_not_finite(capsys):
    document({"a": float("nan"), "b": [float("inf"), 1.5], "c": b"\x01", 4: {2, 1}, "d": True})
    body = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert body == {"a": None, "b": [None, 1.5], "c": "01", "4": [1, 2], "d": True}

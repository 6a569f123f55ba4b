"""Content that cannot be right: said in sentences that name it, never a traceback."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import InputError, ProjectError
from prefdesk.store import engine, rows

from .conftest import Filled

BAD = "CAST(x'41ff42' AS TEXT)"


def spoil(path: Path, *statements: str) -> None:
    """Change a file behind the program's back."""
    c = engine.dbapi.connect(str(path), isolation_level=None)
    c.execute("PRAGMA foreign_keys=OFF")
    for sql in statements:
        assert c.execute(sql).rowcount != 0, sql
    c.close()


def rated(path: Path) -> Path:
    with store.open(path) as opened:
        opened.write(
            lambda c: store.events.append(c, rater_id=1, completion_id=1, kind="score", value=3)
        ).result()
    return path


def read_all(c: store.Connection) -> None:
    """Read everything as the program does."""
    store.prompts.page(c)
    store.completions.page(c)
    store.completions.draws(c, split=None)
    store.checkpoints.all(c)
    store.raters.all(c)
    store.events.history(c)
    store.events.current(c)
    store.queue.criteria(c)
    store.meta.all(c)


UNREADABLE = [
    (f"UPDATE prompt SET text = {BAD} WHERE id = 3", "The text of prompt 3 is no text."),
    (f"UPDATE rater SET name = {BAD} WHERE id = 2", "The name of rater 2 is no text."),
    (f"UPDATE completion SET text = {BAD} WHERE id = 5", "The text of completion 5 is no text."),
    (f"UPDATE meta SET value = {BAD} WHERE key = 'uid'", "The value of meta uid is no text."),
    (f"UPDATE checkpoint SET header = {BAD}", "The header of checkpoint 1 is no text."),
    ("UPDATE prompt SET messages = '[[1, 2]]' WHERE id = 2", "Prompt 2 cannot be read."),
    ("UPDATE prompt SET messages = '[\"ab\"]' WHERE id = 2", "Prompt 2 cannot be read."),
    ("UPDATE prompt SET columns = '[]' WHERE id = 2", "Prompt 2 cannot be read."),
    ("UPDATE prompt SET columns = '{\"a\"' WHERE id = 4", "Prompt 4 cannot be read."),
    ("UPDATE prompt SET tags = '\"abc\"' WHERE id = 1", "Prompt 1 cannot be read."),
    ("UPDATE prompt SET reference_texts = '[1]' WHERE id = 1", "Prompt 1 cannot be read."),
    ("INSERT INTO meta VALUES('queue_criteria', '7')",
     "The value queue_criteria of the project cannot be read."),
    ("UPDATE draw SET token_ids = x'0102' WHERE id = 3", "Draw 3 has token ids that are cut off"),
    ("UPDATE draw SET logprobs = x'01020304' WHERE id = 3",
     "Draw 3 has 2 tokens and 4 bytes of log-probabilities."),
]  # fmt: skip
ONLY_CHECKED = [
    ("INSERT INTO meta VALUES('settings', '[]')",
     "The value settings of the project cannot be read."),
    ("INSERT INTO meta VALUES('report/agreement', '{')",
     "The value report/agreement of the project cannot be read."),
    ("UPDATE meta SET value = 'x' WHERE key = 'log_bases'",
     "The value log_bases of the project cannot be read."),
    ("UPDATE checkpoint SET header = 'x'", "The header of checkpoint 1 cannot be read."),
    ("UPDATE sampling SET settings = '7'", "The settings of sampling 1 cannot be read."),
    ("UPDATE draw SET logprobs = x'0000c07f0000c07f' WHERE id = 3",
     "Draw 3 has a log-probability that is not a number."),
    ("INSERT INTO encoded_prompt VALUES('f', 2, x'010203')",
     "The token ids of prompt 2 are cut off: 3 bytes are there."),
    ("UPDATE event SET utc_ms = 9223372036854775807", "was changed after it was written"),
    ("UPDATE event SET utc_ms = 281474976710656", "was changed after it was written"),
    ("UPDATE event SET value = 9e999", "was changed after it was written"),
    (f"UPDATE event SET verb = {BAD}", "is no text"),
    ("DELETE FROM event", "A row of rating speaks of event "),
    ("DELETE FROM prompt WHERE id = 1", "3 rows of completion speak of prompt 1, which is not"),
]  # fmt: skip


@pytest.mark.parametrize("sql, words", UNREADABLE)
def test_that_reading_what_cannot_be_right_is_a_known_error(
    filled_path: Path, sql: str, words: str
) -> None:
    spoil(filled_path, sql)
    with store.open(filled_path) as opened:
        with pytest.raises(ProjectError, match="is damaged") as caught, opened.read() as c:
            read_all(c)
        with pytest.raises(ProjectError, match="is damaged"):
            opened.write(read_all).result()
    assert "prefdesk check" in caught.value.hint


@pytest.mark.parametrize("sql, words", UNREADABLE + ONLY_CHECKED)
def test_that_a_check_names_what_cannot_be_right(filled_path: Path, sql: str, words: str) -> None:
    spoil(rated(filled_path), sql)
    with store.open(filled_path, "r") as opened:
        found = opened.check()
    assert any(words in sentence for sentence in found), found
    assert not any("None" in sentence for sentence in found)
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in found)


def test_that_one_damaged_part_does_not_hide_the_others(filled_path: Path) -> None:
    spoil(
        rated(filled_path),
        f"UPDATE rater SET name = {BAD} WHERE id = 2",
        "UPDATE checkpoint SET header = 'x'",
        "UPDATE rating SET value = 9",
    )
    with store.open(filled_path, "r") as opened:
        found = " ".join(opened.check())
    for words in ("name of rater 2", "header of checkpoint 1", "not what the events say"):
        assert words in found


def test_that_a_schema_that_is_no_text_is_a_known_error(filled_path: Path) -> None:
    data = filled_path.read_bytes()
    place = data.index(b"CREATE TABLE rater(")
    filled_path.write_bytes(data[: place + 8] + b"\xff" + data[place + 9 :])
    for mode in ("r", "w"):
        with pytest.raises(ProjectError, match=r"damaged|other tables"):
            store.open(filled_path, mode)


@pytest.mark.parametrize("hlc", [2**63 - 1, 2**63 - 2, 2**62])
def test_that_a_time_at_the_end_of_time_is_no_overflow(filled_path: Path, hlc: int) -> None:
    spoil(rated(filled_path), f"UPDATE event SET hlc = {hlc}")

    def rate(c: store.Connection) -> int:
        return store.events.append(c, rater_id=1, completion_id=2, kind="score", value=4).hlc

    with store.open(filled_path) as opened:
        if hlc == 2**63 - 1:
            with pytest.raises(ProjectError, match="time after which there can be none"):
                opened.write(rate).result()
        else:
            assert opened.write(rate).result() == hlc + 1
        assert any("was changed" in sentence for sentence in opened.check())


def test_that_half_a_character_from_outside_is_the_callers_mistake(filled: Filled) -> None:
    """The other way round, from the program into the file, it is an input and no damage."""
    with pytest.raises(InputError, match="half a character"):
        filled.store.write(lambda c: store.raters.add(c, "a\ud800")).result()


@pytest.mark.parametrize("read", [rows.texts, rows.mapping])
@pytest.mark.parametrize("text", ["", "7", "null", "[" * 100_000, '"a"', "[[]]", "{"])
def test_that_only_the_stored_form_is_read(read: Callable[[str], object], text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read(text)
    assert rows.texts(json.dumps(["a"])) == ("a",)

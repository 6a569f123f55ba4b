"""Looks into the rows of a project: texts, JSON and numbers that no check of the pages sees."""

import math
from collections.abc import Callable, Iterator

from prefdesk.errors import PrefdeskError
from prefdesk.store import faults, generation, prompts, rows
from prefdesk.store.engine import Connection

# Table, column of JSON, and what a row is called.
_DOCUMENTS = (
    ("checkpoint", "header", "The header of checkpoint"),
    ("sampling", "settings", "The settings of sampling"),
    ("round", "config", "The settings of round"),
    ("job", "settings", "The settings of job"),
)


def texts(c: Connection) -> Iterator[str]:
    """Texts that are none."""
    tables = c.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = c.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
        key = ", ".join(f"CAST({name} AS BLOB)" for name, _, pk in columns if pk)
        for name in (name for name, type, _ in columns if type == "TEXT"):
            for value, *of in c.execute(f"SELECT CAST({name} AS BLOB), {key} FROM {table}"):
                if not _is_text(value):
                    yield f"The {name} of {table} {_name(of)} is no text."


def _is_text(value: bytes | None) -> bool:
    try:
        return value is None or value.decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _name(key: list[bytes]) -> str:
    parts = [part.decode("ascii", "replace") if part.isascii() else part.hex() for part in key]
    return " / ".join(part[:60] for part in parts)


def values(c: Connection) -> Iterator[str]:
    """Settings and reports that are not what the program writes."""
    for (key,) in c.execute("SELECT key FROM meta ORDER BY key").fetchall():
        read = reader_of(key)
        if read is not None:
            sql = "SELECT value FROM meta WHERE key = ?"
            yield from _trouble(c, f"The value {key} of the project", sql, key, read)


def reader_of(key: str) -> Callable[[str], object] | None:
    """What reads the value of this key and raises if it is not what the program writes."""
    if key == "settings" or key.startswith("report/"):
        return rows.mapping
    if key == "queue_criteria":
        return rows.texts
    if key == generation.KEY:
        return lambda text: [int(number) for number in text.split()]
    return None


def documents(c: Connection) -> Iterator[str]:
    """Headers and settings of rows that are not JSON objects."""
    for table, column, what in _DOCUMENTS:
        sql = f"SELECT {column} FROM {table} WHERE id = ?"
        for (id,) in c.execute(f"SELECT id FROM {table} ORDER BY id").fetchall():
            yield from _trouble(c, f"{what} {id}", sql, id, rows.mapping)


def _trouble(
    c: Connection, what: str, sql: str, key: object, read: Callable[[str], object]
) -> Iterator[str]:
    try:
        with faults.reading(what):
            read(c.execute(sql, (key,)).fetchone()[0])
    except PrefdeskError:
        yield f"{what} cannot be read."


def questions(c: Connection) -> Iterator[str]:
    """Prompts that cannot be read."""
    for id in prompts.ids(c):
        try:
            with faults.reading(f"prompt {id}"):
                prompts.get(c, id)
        except PrefdeskError:
            yield f"Prompt {id} cannot be read."


def numbers(c: Connection) -> Iterator[str]:
    """Token ids and log-probabilities that do not go together, or are no numbers."""
    for id, ids, logprobs in c.execute("SELECT id, token_ids, logprobs FROM draw ORDER BY id"):
        trouble = _draw_trouble(ids, logprobs)
        if trouble:
            yield f"Draw {id} {trouble}."
    for prompt_id, size in c.execute(
        "SELECT prompt_id, length(token_ids) FROM encoded_prompt WHERE length(token_ids) % 4"
    ):
        yield f"The token ids of prompt {prompt_id} are cut off: {size} bytes are there."


def _draw_trouble(ids: bytes, logprobs: bytes) -> str:
    count, rest = divmod(len(ids), 4)
    if rest:
        return f"has token ids that are cut off: {len(ids)} bytes are there"
    if len(logprobs) not in (4 * count, 8 * count):
        return f"has {count} tokens and {len(logprobs)} bytes of log-probabilities"
    if not math.isfinite(sum(rows.unpack_floats(logprobs, count))):
        return "has a log-probability that is not a number"
    return ""


def references(c: Connection) -> Iterator[str]:
    """Rows that speak of something that is not there."""
    broken = {(t, other, fk) for t, _, other, fk in c.execute("PRAGMA foreign_key_check")}
    for table, other, number in sorted(broken):
        column, key = c.execute(
            'SELECT "from", coalesce("to", (SELECT name FROM pragma_table_info(?) WHERE pk = 1))'
            " FROM pragma_foreign_key_list(?) WHERE id = ?",
            (other, table, number),
        ).fetchone()
        for value, count in c.execute(
            f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL"
            f" AND {column} NOT IN (SELECT {key} FROM {other}) GROUP BY {column}"
        ).fetchall():
            name = value.hex() if isinstance(value, bytes) else value
            who = f"A row of {table} speaks" if count == 1 else f"{count} rows of {table} speak"
            yield f"{who} of {other} {name}, which is not there."

"""How a file becomes a project of the current format, one numbered step after another.

Each step runs in one transaction together with its own record. An older file is migrated on a
copy; the file as it was stays beside it.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefdesk.store import durable, engine, keeping, meta, schema
from prefdesk.store.engine import Connection
from prefdesk.store.faults import damaged


@dataclass(frozen=True)
class Step:
    """One change of the format: `number` is the format it leads to, `why` the reason for it."""

    number: int
    name: str
    why: str
    run: Callable[[Connection], None]


_FIRST_EXCLUSION = """CREATE TABLE exclusion(
  uid BLOB PRIMARY KEY CHECK(length(uid) = 16),
  scope TEXT NOT NULL CHECK(scope IN ('rater', 'rating')),
  rater_id INTEGER NOT NULL REFERENCES rater,
  event_uid BLOB REFERENCES event,
  reason TEXT NOT NULL,
  statistic TEXT NOT NULL,
  author TEXT NOT NULL,
  utc_ms INTEGER NOT NULL,
  restored_by TEXT,
  restored_ms INTEGER
) STRICT, WITHOUT ROWID"""
_OF_FORMAT_2 = ("exclusion", "credibility", "next_best")
_OF_FORMAT_3 = ("prompt_finding", "prompt_decision")


def released() -> list[tuple[str, ...]]:
    """Tables and indexes of every format that files can have, in the order of their making; the
    current one first."""
    second = tuple(sql for sql in schema.TABLES if _table(sql) not in _OF_FORMAT_3)
    kept = [_FIRST_EXCLUSION if _table(sql) == "exclusion" else sql for sql in second]
    newer = set(_OF_FORMAT_2) - {"exclusion"}
    first = tuple(sql for sql in kept if _table(sql) not in newer)
    return [schema.TABLES, second, first]


def _first_tables(connection: Connection) -> None:
    for sql in released()[-1]:
        connection.execute(sql)


def _weighing(connection: Connection) -> None:
    """Exclusions get their figures and a place in time; raters a weight given by hand."""
    kept = connection.execute("SELECT * FROM exclusion").fetchall()
    connection.execute("DELETE FROM exclusion")
    for sql in schema.TABLES:
        if _name(sql) == "exclusion":
            # In its place on the disk, so that every project lies there alike (see `damaged`).
            connection.execute("PRAGMA writable_schema=ON")
            connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'exclusion'", (sql,))
            connection.execute("PRAGMA writable_schema=RESET")
        elif _name(sql) in _OF_FORMAT_2:
            connection.execute(sql)
    connection.executemany(
        f"INSERT INTO exclusion VALUES({', '.join('?' * 15)})",
        [widened("exclusion", tuple(row)) for row in kept],
    )


def _preprocessing(connection: Connection) -> None:
    """What was found about prompts, and what people decided about it."""
    for sql in schema.TABLES:
        if _table(sql) in _OF_FORMAT_3:
            connection.execute(sql)


def widened(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of an older format as it is in the current one."""
    if table == "exclusion" and len(row) == 10:
        return (*row, None, None, None, None, "")
    return row


def absent(connection: Connection) -> frozenset[str]:
    """Tables of the current format that a file of an older one, damaged or not, never had."""
    there = {name for kind, name, _ in actual(connection) if kind == "table"}
    return frozenset(
        name for kind, name, _ in schema.expected() if kind == "table" and name not in there
    )


def _name(sql: str) -> str:
    return sql.split("(", 1)[0].split()[2]


def _table(sql: str) -> str:
    """The table that a statement makes or indexes."""
    words = sql.split("(", 1)[0].split()
    return words[words.index("ON") + 1] if "INDEX" in words else words[2]


STEPS: list[Step] = [
    Step(
        1,
        "first_tables",
        "Prompts, completions, raters, their events, rounds and checkpoints in one file.",
        _first_tables,
    ),
    Step(
        2,
        "weighing",
        "A rater's weight can be set by hand and a rater be left out from some moment on, "
        "decisions keep their figures, and the ratings that would teach most come first.",
        _weighing,
    ),
    Step(
        3,
        "preprocessing",
        "What preprocessing found about prompts is kept, and every decision about it, with undo.",
        _preprocessing,
    ),
]


def build(path: Path, values: Mapping[str, str]) -> None:
    """Make an empty project file with `values` in its meta table; `path` must not exist."""
    path.touch(mode=0o644, exist_ok=False)
    connection = engine.connect(path, read_only=False)
    try:
        connection.execute(f"PRAGMA page_size={engine.PAGE_SIZE}")
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        for sql in schema.LEDGER:
            connection.execute(sql)
        _apply(connection)
        connection.execute("BEGIN")
        for key, value in values.items():
            meta.put(connection, key, value)
        connection.execute("COMMIT")
    finally:
        connection.close()


def migrate(path: Path, version: int) -> Path:
    """Bring an older file to the current format; returns where the old one is kept.

    The caller holds the lock and no connection. A failure leaves the file as it was.
    """
    _settle_log(path)
    copy = path.with_name(f"{path.name}.migrating")
    copy.unlink(missing_ok=True)
    try:
        shutil.copy2(path, copy)
        connection = engine.connect(copy, read_only=False)
        try:
            _apply(connection)
            if actual(connection) != schema.expected():
                raise damaged(path, "its tables are not those of its format")
        finally:
            connection.close()
        durable.sync(copy)
        kept = keeping.free_name(path.with_name(f"{path.name}.v{version}"), ".bak")
        keeping.keep(path, kept)
        copy.replace(path)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    durable.sync_folder(path.parent)
    return kept


def told(path: Path, version: int, kept: Path) -> str:
    """The sentence for a person about a migration and where the older file is."""
    return (
        f"{path.name} was made by an older prefdesk (format {version}) and was brought up to date "
        f"(format {schema.FORMAT}). The file as it was is kept beside it as {kept.name}."
    )


def actual(connection: Connection) -> frozenset[tuple[str, str, str]]:
    """What the schema table of an open file holds; SQLite's own indexes have no SQL."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    return frozenset(
        (kind, name, sql)
        for kind, name, sql in rows
        if not (sql is None and kind == "index" and name.startswith("sqlite_autoindex_"))
    )


def _apply(connection: Connection) -> None:
    # Imported here because it takes a second, and a current file never needs it.
    from sqlite_utils import Database, Migrations

    steps = Migrations("prefdesk")
    for step in STEPS:
        steps(name=f"{step.number:04d}_{step.name}")(_with_version(step))
    steps.apply(Database(connection))  # type: ignore[arg-type,unused-ignore]


def _with_version(step: Step) -> Any:
    def run(db: Any) -> None:
        step.run(db.conn)
        db.conn.execute(f"PRAGMA user_version={step.number:d}")

    run.__name__ = step.name
    return run


def _settle_log(path: Path) -> None:
    connection = engine.connect(path, read_only=False)
    try:
        engine.empty_log(connection)
        engine.end_log(connection)
    finally:
        connection.close()

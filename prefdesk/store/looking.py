"""The look at a stranger's project, in a process of its own that may die of it.

`main` limits its own memory, time and files, then lets SQLite read every page that the program
would read later. What the file holds decides nothing here but one question: can it be opened
without crashing, waiting or filling the memory of the program? The answer is one JSON document
on standard output; damage alone is no reason to refuse, because the program names it better.
"""

import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from prefdesk.store import engine, faults, generation, header, migrations, schema
from prefdesk.store.engine import Connection

MOST_BYTES = 64 * 2**20
"""No cell that the program writes is larger."""

MOST_CHUNK_BYTES = 5 * 2**20
"""A piece of weights has 4 MiB at most, and is not stored where compressing it makes it larger."""

OTHER_TABLES = "it holds other tables than a prefdesk project"

SCHEMA_S = 2.0
"""SQLite reads our list of tables in a millisecond, and one of a hundred thousand in minutes."""

_MEMORY_BYTES = 256 * 2**20
_HEAP_BYTES = 128 * 2**20
_FILES = 64
_WRITTEN_BYTES = 16 * 2**20

# Whether a file may be read here is told by the opening itself, in its own words.
_TOLD_LATER = {3, 5, 6, 8, 14}  # PERM, BUSY, LOCKED, READONLY, CANTOPEN

_WHERE = re.compile(r"\bWHERE\b.*", re.DOTALL)


class Refused(Exception):
    """Why the file is not opened: the end of a sentence."""


def main(name: str, limit_s: float) -> int:
    """Look at one file and say what was found; the exit status is 0 if there is an answer."""
    path = Path(name)
    _limit(limit_s)
    answer: dict[str, Any] = {"fine": True}
    try:
        look(path)
    except Refused as why:
        answer = {"refused": str(why)}
    except MemoryError:
        answer = {"refused": "reading it takes more memory than any project needs"}
    _say(answer)
    return 0


def _say(answer: dict[str, Any]) -> None:
    os.write(1, json.dumps(answer).encode())


def look(path: Path) -> None:
    """Read everything once, with the log beside the file and without; `Refused` says why not."""
    size = path.stat().st_size + header.log_size_bytes(path)
    if header.log_size_bytes(path) and not _has_own_log(path):
        # A log that belongs to another file is put aside later, and then the bare file counts.
        _read(path, size, bare=True)
    _read(path, size, bare=False)


def _has_own_log(path: Path) -> bool:
    """True where the opening will judge that the log belongs to the file, as after a crash."""
    try:
        with closing(engine.connect(path, read_only=True)) as connection:
            connection.execute("BEGIN")
            return generation.judge(connection, path) == "belongs"
    except (engine.dbapi.Error, UnicodeDecodeError):
        return False


def _read(path: Path, size_bytes: int, *, bare: bool) -> None:
    try:
        with closing(engine.connect(path, read_only=True, bare=bare)) as connection:
            for kind, name, sql in _entries(connection):
                if kind == "table":
                    _survived(_walk_table, connection, name, size_bytes)
                else:
                    _survived(_walk_index, connection, name, sql)
    except engine.dbapi.Error as error:
        _judge(error)


def _entries(connection: Connection) -> list[tuple[str, str, str]]:
    """The tables and indexes, which must be those of the format, word for word."""
    # Counted first: a list of a hundred thousand tables is not worth reading.
    with _deadline(SCHEMA_S, OTHER_TABLES):
        count = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if count > 4 * len(schema.expected()):
        raise Refused(OTHER_TABLES)
    found = migrations.actual(connection)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version >= schema.FORMAT and found != schema.expected():
        raise Refused(OTHER_TABLES)
    if not all(_is_plain(*entry) for entry in found):
        raise Refused(OTHER_TABLES)
    return sorted(found)


@contextmanager
def _deadline(limit_s: float, why: str) -> Iterator[None]:
    """End this process with an answer if the block takes longer; SQLite cannot be interrupted
    while it reads a schema."""
    timer = threading.Timer(limit_s, _give_up, (why,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _give_up(why: str) -> None:
    _say({"refused": why})
    os._exit(0)


def _is_plain(kind: str, name: str, sql: str) -> bool:
    # An older format has other tables, but never had anything that runs.
    return (kind in ("table", "index") and name.isidentifier()) and (
        sql.startswith(("CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX "))
    )


def _survived(walk: Any, connection: Connection, name: str, what: Any) -> None:
    """Walk once; a damaged table does not keep the others from being read."""
    try:
        walk(connection, name, what)
    except (engine.dbapi.Error, UnicodeDecodeError) as error:
        _judge(error)


def _judge(error: Exception) -> None:
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if isinstance(error, engine.dbapi.Error) and code == 7:
        raise MemoryError
    if not faults.is_damage(error) and code not in _TOLD_LATER:
        raise Refused(f"SQLite says of it: {error}") from None


def _walk_table(connection: Connection, table: str, size_bytes: int) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
    lengths = [f"coalesce(octet_length({column}), 0)" for column in columns]
    largest = ", ".join(f"max({length})" for length in lengths)
    found = connection.execute(
        f"SELECT sum({' + '.join(lengths)}), {largest} FROM {table} NOT INDEXED"
    ).fetchone()
    _judge_sizes(table, columns, found, size_bytes)
    if table != "chunk":
        # Pieces of weights are checked by their hash whenever they are read.
        connection.execute(f"PRAGMA quick_check('{table}')").fetchall()


def _judge_sizes(
    table: str, columns: list[str], found: tuple[int | None, ...], size_bytes: int
) -> None:
    most = MOST_CHUNK_BYTES if table == "chunk" else MOST_BYTES
    for column, largest in zip(columns, found[1:]):
        if (largest or 0) > most:
            raise Refused(
                f"a cell of {table}.{column} has {(largest or 0) / 1e6:.0f} MB, and "
                f"{most / 1e6:.0f} MB is the most"
            )
    # Numbers are counted as they are written, with more digits than they take in the file.
    if (found[0] or 0) > 4 * size_bytes:
        raise Refused(f"the table {table} claims to hold more than the whole file does")


def _walk_index(connection: Connection, index: str, sql: str) -> None:
    table = re.search(r"\bON (\w+)\(", sql)
    where = _WHERE.search(sql)
    assert table is not None
    connection.execute(
        f"SELECT count(*) FROM {table[1]} INDEXED BY {index} {where[0] if where else ''}"
    ).fetchall()


def _limit(limit_s: float) -> None:
    """Give this process little memory, time and few files, where the system can."""
    # Holds for the whole process, whatever connection says it.
    with closing(engine.dbapi.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA hard_heap_limit={_HEAP_BYTES}").fetchall()
    if sys.platform == "win32":
        return
    import resource

    wanted = {
        resource.RLIMIT_CPU: int(limit_s) + 1,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: _WRITTEN_BYTES,
    }
    taken = _taken_bytes()
    if taken:
        wanted[resource.RLIMIT_AS] = taken + _MEMORY_BYTES
    for kind, value in wanted.items():
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))


def _taken_bytes() -> int:
    """The address space of this process, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

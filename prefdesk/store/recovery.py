"""What is put right when a project is opened for writing after a crash."""

import time
from pathlib import Path

from prefdesk.errors import ProjectError
from prefdesk.store import checkpoints, engine, header, jobs, rounds
from prefdesk.store.engine import Connection

# Chunks are covered by their own hashes, and reading them all would take minutes.
_UNCHECKED = frozenset({"chunk"})


def take_in_log(path: Path) -> None:
    """Make sure that a log left by a crash fits the file before anything is written.

    A log beside another version of the file (an older copy put back, say) would destroy the
    file if SQLite took it in. It is read first without writing; if the whole then is not
    sound, the log is renamed and the file opens as it was without it.
    """
    if not header.log_size_bytes(path) or _is_sound(path):
        return
    aside = Path(f"{path}-wal.{time.strftime('%Y%m%d-%H%M%S')}.set-aside")
    Path(f"{path}-wal").rename(aside)
    Path(f"{path}-shm").unlink(missing_ok=True)
    if not _is_sound(path):
        aside.rename(f"{path}-wal")
        Path(f"{path}-shm").unlink(missing_ok=True)
        raise ProjectError(
            f"{path.name} was not closed and cannot be restored.",
            "Keep the file and the files beside it, and open a backup.",
        )


def tidy(connection: Connection) -> None:
    """Close the books on work that a crash cut off: jobs, rounds, half-written checkpoints."""
    unfinished = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM job WHERE status = 'running')"
        " OR EXISTS(SELECT 1 FROM round WHERE status = 'running')"
        " OR EXISTS(SELECT 1 FROM checkpoint WHERE state = 'writing')"
    ).fetchone()[0]
    if not unfinished:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        jobs.mark_crashed(connection)
        rounds.mark_crashed(connection)
        checkpoints.sweep(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise


def _is_sound(path: Path) -> bool:
    # A read-only connection never takes the log in, not even when it closes last.
    connection = engine.connect(path, read_only=True)
    try:
        connection.execute("BEGIN")
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return all(_table_is_sound(connection, name) for (name,) in names if name not in _UNCHECKED)
    except engine.dbapi.DatabaseError:
        return False
    finally:
        connection.close()


def _table_is_sound(connection: Connection, name: str) -> bool:
    quoted = name.replace("'", "''")
    return connection.execute(f"PRAGMA integrity_check('{quoted}')").fetchall() == [("ok",)]

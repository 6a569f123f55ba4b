"""What is put right when a project is opened for writing after a crash."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from prefdesk.errors import DamagedProject, ProjectError
from prefdesk.store import (
    checking,
    checkpoints,
    engine,
    faults,
    generation,
    header,
    jobs,
    keeping,
    rounds,
)
from prefdesk.store.engine import Connection
from prefdesk.store.generation import Marker, Verdict

# Chunks are covered by their own hashes, and reading them all would take minutes.
_UNCHECKED = frozenset({"chunk"})


class Found(NamedTuple):
    """A file looked at with its log: where the log is from, whether the pages and the rows fit."""

    verdict: Verdict
    pages: bool
    rows: bool


def take_in_log(path: Path, *, held_here: bool) -> tuple[str, ...]:
    """Make sure that a log left by a crash fits the file before anything is written.

    A log beside another version of the file (an older copy put back, say) would destroy the
    file if SQLite took it in. It is read first without writing. A log that belongs elsewhere is
    renamed, the file opens as it was without it, and the sentences that are returned say so.
    `held_here` is true where this process has the file open already.

    Raises `ProjectError` if the file is damaged and leaving the log out would not help.
    """
    if not header.log_size_bytes(path):
        return ()
    with _no_trace(path):
        return _take_in_log(path, held_here)


def _take_in_log(path: Path, held_here: bool) -> tuple[str, ...]:
    found = look(path, held_here=held_here)
    if found.verdict == "belongs" and found.pages:
        return ()
    if found.verdict == "unknown" and found.pages and (found.rows or not _bare(path).rows):
        # Rows that do not fit without the log either were there before it.
        return ()
    if found.verdict == "belongs" or not _bare(path).pages:
        raise DamagedProject(
            f"{path.name} was not closed and cannot be restored.",
            f"Keep the file and the files beside it. {header.WAY_OUT}",
        )
    return (_set_aside(path),)


def told_of_copy(path: Path, *, held_here: bool) -> tuple[str, ...]:
    """What to say of a file that was copied while it was open; nothing of any other."""
    if held_here or not header.lost_its_log(path):
        return ()
    return (
        f"{path.name} was copied while it was open, without the log that lay beside it: what was "
        "changed last may be missing here. Close the original, then copy it again, or save a copy "
        "from the window.",
    )


def require_own_log(path: Path, *, held_here: bool) -> None:
    """Refuse a file beside which another file's log lies, and change nothing.

    The caller makes sure that no other process writes the file.
    """
    if not header.log_size_bytes(path):
        return
    with _no_trace(path):
        found = look(path, held_here=held_here)
        fits = found.verdict == "unknown" and found.pages and found.rows
        if found.verdict != "belongs" and not fits:
            raise ProjectError(
                f"The log {path.name}-wal does not belong to this version of {path.name}.",
                "Open the project for writing once: the log is put aside, and the file opens "
                "without it.",
            )


@contextmanager
def _no_trace(path: Path) -> Iterator[None]:
    # Reading a log makes an index of it beside the file, which a refused file does not keep.
    index = Path(f"{path}-shm")
    there = index.exists()
    try:
        yield
    except BaseException:
        if not there:
            with suppress(OSError):  # on a read-only disk none was made, and none can be removed
                index.unlink(missing_ok=True)
        raise


def look(path: Path, *, held_here: bool) -> Found:
    """Look at a file through its log, as far as is needed to know if the two belong together."""
    # A read-only connection never takes the log in, not even when it closes last. The bare file
    # cannot be looked at by hand while this process has it open.
    with closing(engine.connect(path, read_only=True)) as connection:
        return _look(connection, None if held_here else path)


def _bare(path: Path) -> Found:
    with closing(engine.connect(path, read_only=True, bare=True)) as connection:
        return _look(connection, None)


def _look(connection: Connection, path: Path | None) -> Found:
    verdict: Verdict = "unknown"
    try:
        connection.execute("BEGIN")
        if path is not None:
            verdict = generation.judge(connection, path)
        if verdict == "foreign":
            return Found(verdict, False, False)
        pages = _pages_are_sound(connection)
        # A log that belongs to the file cannot be the reason why rows do not fit.
        return Found(verdict, pages, pages and verdict == "unknown" and checking.fits(connection))
    except (engine.dbapi.DatabaseError, UnicodeDecodeError) as error:
        # Only damage is an answer; a full disk or a lock is a fault to be told as what it is.
        if not faults.is_damage(error):
            raise
        return Found(verdict, False, False)


def _set_aside(path: Path) -> str:
    aside = keeping.free_name(Path(f"{path}-wal.{time.strftime('%Y%m%d-%H%M%S')}"), ".set-aside")
    Path(f"{path}-wal").rename(aside)
    Path(f"{path}-shm").unlink(missing_ok=True)
    return (
        f"The log beside {path.name} belongs to another version of the file and was put aside as "
        f"{aside.name}. The project is as the file itself has it. If that is an older copy, close "
        f"it, put the newer file back and rename the log to {path.name}-wal; otherwise the log "
        "can be deleted."
    )


def tidy(connection: Connection, marker: Marker) -> None:
    """Close the books on work that a crash cut off: jobs, rounds, half-written checkpoints."""
    unfinished = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM job WHERE status = 'running')"
        " OR EXISTS(SELECT 1 FROM round WHERE status = 'running')"
        " OR EXISTS(SELECT 1 FROM checkpoint WHERE state = 'writing')"
    ).fetchone()[0]
    if unfinished:
        marker.transact(lambda: _tidy(connection))


def _tidy(connection: Connection) -> None:
    jobs.mark_crashed(connection)
    rounds.mark_crashed(connection)
    checkpoints.sweep(connection)


def _pages_are_sound(connection: Connection) -> bool:
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return all(_table_is_sound(connection, name) for (name,) in names if name not in _UNCHECKED)


def _table_is_sound(connection: Connection, name: str) -> bool:
    quoted = name.replace("'", "''")
    return connection.execute(f"PRAGMA integrity_check('{quoted}')").fetchall() == [("ok",)]

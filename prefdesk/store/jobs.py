"""Long work, written down so that a crash is recognised at the next start."""

from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import JobRow, JobStatus
from prefdesk.store.clock import given_or_now
from prefdesk.store.engine import Connection

CRASHED = "The program ended while this ran; the ratings are safe."
_COLUMNS = "id, kind, status, settings, started_ms, heartbeat_ms, done, total, message, detail"


def start(c: Connection, kind: str, settings: str, *, now_ms: int | None = None) -> int:
    """Write down that a job runs; returns its id."""
    now = given_or_now(now_ms)
    cursor = c.execute(
        "INSERT INTO job(kind, status, settings, started_ms, heartbeat_ms, done, total, message,"
        " detail, crashed) VALUES(?, 'running', ?, ?, ?, 0, 0, '', '', 0)",
        (kind, settings, now, now),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def beat(c: Connection, id: int, done: int, total: int, *, now_ms: int | None = None) -> None:
    """Write down that a job still runs and how far it is."""
    c.execute(
        "UPDATE job SET done = ?, total = ?, heartbeat_ms = ? WHERE id = ?",
        (done, total, given_or_now(now_ms), id),
    )


def end(
    c: Connection,
    id: int,
    status: JobStatus,
    message: str,
    detail: str = "",
    *,
    now_ms: int | None = None,
) -> None:
    """Write down how a job ended."""
    c.execute(
        "UPDATE job SET status = ?, message = ?, detail = ?, heartbeat_ms = ? WHERE id = ?",
        (status, message, detail, given_or_now(now_ms), id),
    )


def get(c: Connection, id: int) -> JobRow:
    """One job; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no job {id}.")
    return _job(row)


def all(c: Connection) -> list[JobRow]:
    """All jobs, oldest first."""
    return [_job(row) for row in c.execute(f"SELECT {_COLUMNS} FROM job ORDER BY id").fetchall()]


def crashed(c: Connection) -> list[JobRow]:
    """Jobs that a crash cut off and nobody dismissed yet, oldest first."""
    found = c.execute(f"SELECT {_COLUMNS} FROM job WHERE crashed = 1 ORDER BY id").fetchall()
    return [_job(row) for row in found]


def dismiss(c: Connection, id: int) -> None:
    """Take a job off the list of crashed ones: it was resumed, or nobody wants it back."""
    c.execute("UPDATE job SET crashed = 0 WHERE id = ?", (id,))


def mark_crashed(c: Connection) -> int:
    """Turn every job that still runs into a failed one; only right while nothing can run."""
    cursor = c.execute(
        "UPDATE job SET status = 'failed', message = ?, crashed = 1 WHERE status = 'running'",
        (CRASHED,),
    )
    return int(cursor.rowcount)


def _job(row: tuple[Any, ...]) -> JobRow:
    return JobRow(*row)

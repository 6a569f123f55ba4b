"""Weights of raters that people set by hand, each with a note. Nothing is ever erased."""

from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import Credibility
from prefdesk.store import decisions
from prefdesk.store.clock import given_or_now, random_uid, timed_uid
from prefdesk.store.engine import Connection

_COLUMNS = "uid, rater_id, value, note, author, utc_ms, restored_by, restored_ms"
MOST = 3.0


def add(
    c: Connection,
    rater_id: int,
    value: float | None,
    note: str,
    author: str = "",
    *,
    now_ms: int | None = None,
) -> Credibility:
    """Give a rater a weight (0 to 3, None: estimated again); `InputError` without a note."""
    if value is not None and not 0 <= value <= MOST:
        raise InputError(
            f"A credibility lies between 0 and {MOST:g}, not at {value:g}.",
            "1 is the panel's mean; 0 leaves the rater out.",
        )
    if not note.strip():
        raise InputError("A credibility set by hand needs a note.", "Say why in a few words.")
    decisions.check_rater(c, rater_id)
    now = given_or_now(now_ms)
    uid = timed_uid(now, random_uid())
    c.execute(
        f"INSERT INTO credibility({_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, NULL, NULL)",
        (uid, rater_id, value, note.strip(), author, now),
    )
    return get(c, uid)


def get(c: Connection, uid: bytes) -> Credibility:
    """One decision; `InputError` if there is none with this uid."""
    row = c.execute(f"SELECT {_COLUMNS} FROM credibility WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        raise InputError("There is no such credibility.")
    return _credibility(row)


def restore(c: Connection, uid: bytes, author: str, *, now_ms: int | None = None) -> Credibility:
    """Take a decision back; the one before it is in force again, and both stay in the log."""
    if get(c, uid).restored:
        raise InputError("This credibility is taken back already.")
    decisions.take_back(c, "credibility", uid, author, now_ms)
    return get(c, uid)


def active(c: Connection) -> list[Credibility]:
    """The newest decision about each rater that was not taken back, by rater."""
    found = c.execute(
        f"SELECT {_COLUMNS} FROM credibility WHERE restored_ms IS NULL ORDER BY utc_ms, uid"
    ).fetchall()
    newest = {row[1]: _credibility(row) for row in found}
    return [newest[rater_id] for rater_id in sorted(newest)]


def log(c: Connection) -> list[Credibility]:
    """Every decision in order of time: one that was taken back has a second entry."""
    found = c.execute(f"SELECT {_COLUMNS} FROM credibility ORDER BY utc_ms, uid").fetchall()
    return decisions.in_time((_credibility(row), row[6], row[7]) for row in found)


def _credibility(row: tuple[Any, ...]) -> Credibility:
    uid, rater_id, value, note, author, utc_ms, _, restored_ms = row
    return Credibility(uid, rater_id, value, note, author, utc_ms, restored_ms is not None)

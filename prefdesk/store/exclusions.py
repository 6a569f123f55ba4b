"""Ratings that count for no reward, with who decided it and why. Nothing is ever erased."""

from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import NO_FIGURES, Exclusion, Figures
from prefdesk.store import decisions
from prefdesk.store.clock import given_or_now, random_uid, timed_uid
from prefdesk.store.engine import Connection

_COLUMNS = (
    "uid, scope, rater_id, event_uid, reason, statistic, author, utc_ms, restored_by, restored_ms,"
    " after_hlc, p, q, threshold, model"
)


def add(
    c: Connection,
    *,
    scope: str,
    rater_id: int,
    event_uid: bytes | None = None,
    reason: str,
    statistic: str = "",
    author: str = "",
    figures: Figures = NO_FIGURES,
    after_hlc: int | None = None,
    now_ms: int | None = None,
) -> Exclusion:
    """Leave a rater, one rating, or what a rater said from one rating on out of every reward.

    `InputError` if it is out already. A later rating is one with a later clock reading (hlc);
    `after_hlc` is where the moment lies, up to the reading of the rating, which is the default.
    """
    if scope not in ("rater", "rating", "rater-after-order"):
        raise InputError(f"There is no scope {scope!r}.", "Use rater, rating or rater-after-order.")
    if (scope != "rater") != (event_uid is not None):
        raise InputError("Excluding one rating needs its event; excluding a rater has none.")
    if not reason.strip():
        raise InputError("An exclusion needs a reason.")
    _check_target(c, rater_id, event_uid)
    there = c.execute(
        "SELECT 1 FROM exclusion WHERE scope = ? AND rater_id = ? AND event_uid IS ?"
        " AND restored_ms IS NULL",
        (scope, rater_id, event_uid),
    ).fetchone()
    if there:
        what = (
            "This rating and what follows it" if scope == "rater-after-order" else f"This {scope}"
        )
        raise InputError(f"{what} is excluded already.")
    now = given_or_now(now_ms)
    uid = timed_uid(now, random_uid())
    c.execute(
        f"INSERT INTO exclusion({_COLUMNS})"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?)",
        (
            *(uid, scope, rater_id, event_uid, reason.strip(), statistic, author, now),
            _moment(c, event_uid, after_hlc) if scope == "rater-after-order" else None,
            *(figures.p, figures.q, figures.threshold, figures.model),
        ),
    )
    return get(c, uid)


def _moment(c: Connection, event_uid: bytes | None, wanted: int | None) -> int:
    own = int(c.execute("SELECT hlc FROM event WHERE uid = ?", (event_uid,)).fetchone()[0])
    return own if wanted is None else min(own, wanted)


def _check_target(c: Connection, rater_id: int, event_uid: bytes | None) -> None:
    decisions.check_rater(c, rater_id)
    if event_uid is not None:
        row = c.execute("SELECT rater_id, kind FROM event WHERE uid = ?", (event_uid,)).fetchone()
        if row is None or row[0] != rater_id or row[1] not in ("score", "label"):
            raise InputError("There is no such rating of this rater.")


def get(c: Connection, uid: bytes) -> Exclusion:
    """One exclusion; `InputError` if there is none with this uid."""
    row = c.execute(f"SELECT {_COLUMNS} FROM exclusion WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        raise InputError("There is no such exclusion.")
    return _exclusion(row)


def restore(c: Connection, uid: bytes, author: str, *, now_ms: int | None = None) -> Exclusion:
    """Let what was excluded count again; the exclusion stays in the log."""
    if get(c, uid).restored:
        raise InputError("This exclusion is lifted already.")
    decisions.take_back(c, "exclusion", uid, author, now_ms)
    return get(c, uid)


def active(c: Connection) -> list[Exclusion]:
    """Exclusions in force, oldest first."""
    found = c.execute(
        f"SELECT {_COLUMNS} FROM exclusion WHERE restored_ms IS NULL ORDER BY utc_ms, uid"
    ).fetchall()
    return [_exclusion(row) for row in found]


def log(c: Connection) -> list[Exclusion]:
    """Every decision in order of time: a lifted exclusion has a second entry."""
    found = c.execute(f"SELECT {_COLUMNS} FROM exclusion ORDER BY utc_ms, uid").fetchall()
    return decisions.in_time((_exclusion(row), row[8], row[9]) for row in found)


def _exclusion(row: tuple[Any, ...]) -> Exclusion:
    uid, scope, rater_id, event_uid, reason, statistic, author, utc_ms = row[:8]
    what = (uid, scope, rater_id, event_uid, reason, statistic, author, utc_ms)
    return Exclusion(*what, row[9] is not None, row[10], Figures(*row[11:]))

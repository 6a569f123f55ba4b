"""Decisions about raters that can be taken back: kept for good, with who took each back and when.

What exclusions and weights set by hand have in common. Their tables have the columns
`restored_by` and `restored_ms`, their records the fields `author`, `utc_ms` and `restored`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeVar

from prefdesk.errors import InputError
from prefdesk.records import Credibility, Exclusion
from prefdesk.store.clock import given_or_now
from prefdesk.store.engine import Connection

D = TypeVar("D", Exclusion, Credibility)
Table = Literal["exclusion", "credibility"]


def check_rater(c: Connection, rater_id: int) -> None:
    """Raise `InputError` if there is no such rater."""
    if c.execute("SELECT 1 FROM rater WHERE id = ?", (rater_id,)).fetchone() is None:
        raise InputError(f"There is no rater {rater_id}.")


def take_back(c: Connection, table: Table, uid: bytes, author: str, now_ms: int | None) -> None:
    """Let a decision count no more; it stays in the log."""
    c.execute(
        f"UPDATE {table} SET restored_by = ?, restored_ms = ? WHERE uid = ?",
        (author, given_or_now(now_ms), uid),
    )


def in_time(made: Iterable[tuple[D, str, int]]) -> list[D]:
    """Every decision in order of time: one that was taken back has a second entry.

    Each comes with who took it back and when, if somebody did.
    """
    entries: list[D] = []
    for decision, by, at in made:
        entries.append(replace(decision, restored=False))
        if decision.restored:
            entries.append(replace(decision, author=by, utc_ms=at))
    return sorted(entries, key=lambda e: (e.utc_ms, e.restored))

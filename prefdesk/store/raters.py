"""The people who judge, and the simulated ones."""

from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import Rater
from prefdesk.store.clock import random_uid
from prefdesk.store.engine import Connection

_COLUMNS = "id, uid, name, simulated"


def add(c: Connection, name: str, simulated: bool = False, *, uid: bytes | None = None) -> Rater:
    """A new rater; `InputError` for a blank name or one that exists, whatever its case.

    `uid` is given for somebody who comes from another copy of the project.
    """
    name = _usable(c, name)
    cursor = c.execute(
        "INSERT INTO rater(uid, name, folded_name, simulated) VALUES(?, ?, ?, ?)",
        (uid or random_uid(), name, name.casefold(), int(simulated)),
    )
    assert cursor.lastrowid is not None
    return get(c, cursor.lastrowid)


def get(c: Connection, id: int) -> Rater:
    """One rater; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_COLUMNS} FROM rater WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no rater {id}.")
    return _rater(row)


def all(c: Connection) -> list[Rater]:
    """All raters in the order in which they came."""
    return [_rater(r) for r in c.execute(f"SELECT {_COLUMNS} FROM rater ORDER BY id").fetchall()]


def by_name(c: Connection, name: str) -> Rater | None:
    """The rater of this name, whatever its case, or None."""
    row = c.execute(
        f"SELECT {_COLUMNS} FROM rater WHERE folded_name = ?", (_tidy(name).casefold(),)
    ).fetchone()
    return None if row is None else _rater(row)


def by_uid(c: Connection, uid: bytes) -> Rater | None:
    """The rater of this identity, or None."""
    row = c.execute(f"SELECT {_COLUMNS} FROM rater WHERE uid = ?", (uid,)).fetchone()
    return None if row is None else _rater(row)


def rename(c: Connection, id: int, name: str) -> Rater:
    """Give a rater another name; the ratings stay theirs."""
    get(c, id)
    name = _usable(c, name, own=id)
    c.execute(
        "UPDATE rater SET name = ?, folded_name = ? WHERE id = ?", (name, name.casefold(), id)
    )
    return get(c, id)


def _usable(c: Connection, name: str, own: int | None = None) -> str:
    name = _tidy(name)
    if not name:
        raise InputError("A rater needs a name.")
    taken = by_name(c, name)
    if taken is not None and taken.id != own:
        raise InputError(f"There is already a rater called {taken.name}.", "Use another name.")
    return name


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _rater(row: tuple[Any, ...]) -> Rater:
    id, uid, name, simulated = row
    return Rater(id, uid, name, bool(simulated))

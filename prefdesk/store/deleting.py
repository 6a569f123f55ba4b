"""Weights out of the file, a few pieces in each transaction, so that ratings are not held up.

The first transaction takes the checkpoint out of sight (state `deleting`); whatever comes
between, the rest goes on from there, at the next start if need be.
"""

import time
from typing import TYPE_CHECKING

from prefdesk.store import chunks
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

PIECES_AT_ONCE = 64

_IS_USED = (
    "EXISTS(SELECT 1 FROM completion WHERE checkpoint_id = :id)"
    " OR EXISTS(SELECT 1 FROM sampling WHERE checkpoint_id = :id)"
    " OR EXISTS(SELECT 1 FROM checkpoint WHERE parent_id = :id)"
    " OR EXISTS(SELECT 1 FROM round WHERE parent_checkpoint_id = :id OR checkpoint_id = :id)"
)


def begin(c: Connection, id: int) -> None:
    """Take a checkpoint, and the state to resume from it, out of sight; no piece goes yet."""
    c.execute(
        "UPDATE checkpoint SET state = 'deleting'"
        " WHERE id = ? OR (kind = 'resume' AND parent_id = ?)",
        (id, id),
    )


def begin_unfinished(c: Connection) -> int:
    """The same for every checkpoint that was never finished; returns how many."""
    found: int = c.execute(
        "UPDATE checkpoint SET state = 'deleting' WHERE state = 'writing'"
    ).rowcount
    return found


def step(c: Connection) -> bool:
    """Remove some pieces of what is to be deleted; True if there is more to do."""
    # The state to resume from goes before the checkpoint it belongs to, which it refers to.
    row = c.execute(
        "SELECT id FROM checkpoint WHERE state = 'deleting' ORDER BY kind <> 'resume', id LIMIT 1"
    ).fetchone()
    if row is None:
        return False
    _drop_some(c, row[0])
    return is_waiting(c)


def _drop_some(c: Connection, id: int) -> None:
    found = c.execute(
        "SELECT seq, chunk_id FROM checkpoint_chunk WHERE checkpoint_id = ? ORDER BY seq LIMIT ?",
        (id, PIECES_AT_ONCE + 1),
    ).fetchall()
    some = found[:PIECES_AT_ONCE]
    if some:
        c.execute(
            "DELETE FROM checkpoint_chunk WHERE checkpoint_id = ? AND seq <= ?", (id, some[-1][0])
        )
        chunks.drop_unused(c, [chunk_id for _, chunk_id in some])
    if len(found) <= PIECES_AT_ONCE:
        _forget(c, id)


def _forget(c: Connection, id: int) -> None:
    """The row itself goes, or only its weights are marked as gone where others speak of it."""
    if c.execute(f"SELECT {_IS_USED}", {"id": id}).fetchone()[0]:
        c.execute("UPDATE checkpoint SET state = 'deleted' WHERE id = ?", (id,))
    else:
        c.execute("DELETE FROM checkpoint WHERE id = ?", (id,))


def is_waiting(c: Connection) -> bool:
    """True if a deletion is not finished."""
    found: int = c.execute(
        "SELECT EXISTS(SELECT 1 FROM checkpoint WHERE state = 'deleting')"
    ).fetchone()[0]
    return found > 0


def finish(store: "Store", budget_s: float | None = None) -> bool:
    """Go on deleting until nothing is left (True), or until the time is over."""
    ends = time.monotonic() + budget_s if budget_s is not None else None
    with store.read() as c:
        more = is_waiting(c)
    while more and (ends is None or time.monotonic() < ends):
        more = store.write(step).result()
    return not more

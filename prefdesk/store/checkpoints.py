"""States of the model. Weights lie in chunks; a checkpoint is visible only once it is whole."""

from prefdesk.errors import InputError
from prefdesk.records import Checkpoint
from prefdesk.store import deleting, weights
from prefdesk.store.clock import content_uid, given_or_now
from prefdesk.store.deleting import finish as finish_deleting
from prefdesk.store.engine import Connection
from prefdesk.store.streaming import WeightsStream, open_weights, read_into
from prefdesk.store.transfer import export_to, ingest, keep_resume_state
from prefdesk.store.weights import add_chunk, begin, complete, has_weights, read, sweep

_COLUMNS = "id, uid, kind, name, parent_id, round_id, header, size_bytes, created_ms, note"
__all__ = [
    "WeightsStream",
    "add_base",
    "add_chunk",
    "all",
    "begin",
    "complete",
    "delete",
    "export_to",
    "finish_deleting",
    "get",
    "has_weights",
    "ingest",
    "keep_resume_state",
    "note",
    "open_weights",
    "read",
    "read_into",
    "rename",
    "set_header",
    "sweep",
]


def add_base(c: Connection, name: str, header: str, *, now_ms: int | None = None) -> Checkpoint:
    """The checkpoint that stands for a model folder; the same header gives the same one."""
    uid = content_uid(["base", header])
    found = c.execute("SELECT id FROM checkpoint WHERE uid = ?", (uid,)).fetchone()
    if found is not None:
        return get(c, found[0])
    cursor = c.execute(
        weights.INSERT,
        (uid, "base", "complete", name, None, None, header, 0, 0, given_or_now(now_ms)),
    )
    assert cursor.lastrowid is not None
    return get(c, cursor.lastrowid)


def all(c: Connection) -> list[Checkpoint]:
    """All whole checkpoints, oldest first."""
    return [
        Checkpoint(*row)
        for row in c.execute(
            f"SELECT {_COLUMNS} FROM checkpoint WHERE state = 'complete' AND kind <> 'resume'"
            " ORDER BY id"
        ).fetchall()
    ]


def get(c: Connection, id: int) -> Checkpoint:
    """One checkpoint, also one whose weights were deleted; `InputError` without one."""
    row = c.execute(
        f"SELECT {_COLUMNS} FROM checkpoint WHERE id = ?"
        " AND state <> 'writing' AND kind <> 'resume'",
        (id,),
    ).fetchone()
    if row is None:
        raise InputError(f"There is no checkpoint {id}.")
    return Checkpoint(*row)


def delete(c: Connection, id: int) -> None:
    """Remove the weights of a checkpoint; its name stays where others speak of it.

    Of a large one only the first pieces go in this transaction, the rest with
    `finish_deleting`; out of sight it is at once.
    """
    checkpoint = get(c, id)
    if checkpoint.kind == "base":
        raise InputError("The base checkpoint stays: all others start from it.")
    deleting.begin(c, id)
    deleting.step(c)


def note(c: Connection, id: int, text: str) -> Checkpoint:
    """Write a note on a checkpoint."""
    c.execute("UPDATE checkpoint SET note = ? WHERE id = ?", (text, id))
    return get(c, id)


def set_header(c: Connection, id: int, header: str) -> Checkpoint:
    """Write another header, such as the new place of a model folder."""
    c.execute("UPDATE checkpoint SET header = ? WHERE id = ?", (header, id))
    return get(c, id)


def rename(c: Connection, id: int, name: str) -> Checkpoint:
    """Give a checkpoint another name."""
    if not name.strip():
        raise InputError("A checkpoint needs a name.")
    c.execute("UPDATE checkpoint SET name = ? WHERE id = ?", (name.strip(), id))
    return get(c, id)

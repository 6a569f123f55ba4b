"""The pieces of a checkpoint's weights: in, out, compared with what was handed in."""

import hashlib
from collections.abc import Iterator, Sequence

from prefdesk.errors import InputError, ProjectError
from prefdesk.store import chunks, deleting, resuming
from prefdesk.store.chunks import New
from prefdesk.store.clock import given_or_now, random_uid
from prefdesk.store.engine import Connection

INSERT = (
    "INSERT INTO checkpoint(uid, kind, state, name, parent_id, round_id, header, size_bytes,"
    " n_chunks, created_ms, note) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
)


def begin(
    c: Connection,
    kind: str,
    name: str,
    parent_id: int | None,
    round_id: int | None,
    header: str,
    size_bytes: int,
    n_chunks: int,
    *,
    now_ms: int | None = None,
) -> int:
    """Start to store a checkpoint, which stays invisible until `complete`; returns its id."""
    if kind not in ("lora", "full", "resume"):
        raise InputError(f"A checkpoint of kind {kind!r} holds no weights.")
    cursor = c.execute(
        INSERT,
        (
            random_uid(),
            kind,
            "writing",
            name,
            parent_id,
            round_id,
            header,
            size_bytes,
            n_chunks,
            given_or_now(now_ms),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def add_chunk(c: Connection, id: int, seq: int, data: bytes) -> None:
    """Add piece number `seq` (from 0) of a checkpoint that is being written, as plain bytes."""
    _require_writing(c, id)
    _link(c, id, seq, chunks.put(c, data))


def add_packed(c: Connection, id: int, first_seq: int, pieces: Sequence[New]) -> None:
    """Add several pieces, from number `first_seq`, that were packed elsewhere."""
    _require_writing(c, id)
    for seq, piece in enumerate(pieces, first_seq):
        _link(c, id, seq, chunks.insert(c, piece))


def _require_writing(c: Connection, id: int) -> None:
    row = c.execute("SELECT state FROM checkpoint WHERE id = ?", (id,)).fetchone()
    if row is None or row[0] != "writing":
        raise ProjectError(f"Checkpoint {id} is not being written.")


def _link(c: Connection, id: int, seq: int, chunk_id: int) -> None:
    c.execute(
        "INSERT INTO checkpoint_chunk(checkpoint_id, seq, chunk_id) VALUES(?, ?, ?)",
        (id, seq, chunk_id),
    )


def complete(c: Connection, id: int, sha256: bytes) -> None:
    """Read a checkpoint again, compare size and SHA-256, and make it visible."""
    digest = hashlib.sha256()
    for data in pieces(c, id):
        digest.update(data)
    seal(c, id, sha256, digest.digest())


def seal(c: Connection, id: int, wanted: bytes, found: bytes) -> None:
    """Make a checkpoint visible whose pieces were read again and gave `found` as SHA-256."""
    row = c.execute(
        "SELECT k.size_bytes, k.n_chunks, k.state, count(x.seq), coalesce(sum(h.raw_size), 0)"
        " FROM checkpoint k LEFT JOIN checkpoint_chunk x ON x.checkpoint_id = k.id"
        " LEFT JOIN chunk h ON h.id = x.chunk_id WHERE k.id = ? GROUP BY k.id",
        (id,),
    ).fetchone()
    if row is None or row[2] != "writing":
        raise ProjectError(f"Checkpoint {id} is not being written.")
    if wanted != found or row[0] != row[4] or row[1] != row[3]:
        raise ProjectError("The weights in the file are not those that were handed in.")
    c.execute("UPDATE checkpoint SET state = 'complete', sha256 = ? WHERE id = ?", (wanted, id))
    resuming.drop_older(c, id)


def has_weights(c: Connection, id: int) -> bool:
    """True if the file holds the weights of this checkpoint."""
    row = c.execute("SELECT state, n_chunks FROM checkpoint WHERE id = ?", (id,)).fetchone()
    return row is not None and row[0] == "complete" and row[1] > 0


def all_stored(c: Connection) -> list[tuple[int, str]]:
    """Id and name of everything whose bytes the file holds, states to resume from among them."""
    rows: list[tuple[int, str]] = c.execute(
        "SELECT k.id, coalesce('the resume state of round ' || r.number, k.name) FROM checkpoint k"
        " LEFT JOIN round r ON r.id = k.round_id AND k.kind = 'resume'"
        " WHERE k.state = 'complete' AND k.n_chunks > 0 ORDER BY k.id"
    ).fetchall()
    return rows


def read(c: Connection, id: int) -> Iterator[bytes]:
    """The weights piece by piece; raises `ProjectError` where a piece or the whole is damaged."""
    wanted = sha256(c, id)
    digest = hashlib.sha256()
    for data in pieces(c, id):
        digest.update(data)
        yield data
    if digest.digest() != wanted:
        raise ProjectError(f"Checkpoint {id} is damaged.", "Open a backup, or delete it.")


def sha256(c: Connection, id: int) -> bytes:
    """The SHA-256 of the weights; `InputError` if the file holds none of this checkpoint."""
    row = c.execute(
        "SELECT sha256 FROM checkpoint WHERE id = ? AND state = 'complete'", (id,)
    ).fetchone()
    if row is None or row[0] is None:
        raise InputError(f"The project holds no weights of checkpoint {id}.")
    return bytes(row[0])


def size_bytes(c: Connection, id: int) -> int:
    """The size of the file that the weights came from; 0 without weights."""
    row = c.execute("SELECT size_bytes FROM checkpoint WHERE id = ?", (id,)).fetchone()
    return 0 if row is None else int(row[0])


def pieces(c: Connection, id: int) -> Iterator[bytes]:
    """The pieces that are there, in order, each compared with its hash."""
    for chunk_id in chunk_ids(c, id):
        yield chunks.get(c, chunk_id)


def chunk_ids(c: Connection, id: int) -> list[int]:
    """The ids of the pieces of a checkpoint, in order."""
    found = c.execute(
        "SELECT chunk_id FROM checkpoint_chunk WHERE checkpoint_id = ? ORDER BY seq", (id,)
    ).fetchall()
    return [row[0] for row in found]


def sweep(c: Connection) -> int:
    """Begin to remove checkpoints that were never finished; returns how many there were.

    Up to 64 pieces go at once, the rest with `deleting.finish`.
    """
    found = deleting.begin_unfinished(c)
    deleting.step(c)
    return found


def discard(c: Connection, id: int) -> None:
    """Begin to remove one checkpoint that is being written."""
    row = c.execute("SELECT state FROM checkpoint WHERE id = ?", (id,)).fetchone()
    if row is not None and row[0] == "writing":
        deleting.begin(c, id)
        deleting.step(c)

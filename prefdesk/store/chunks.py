"""Pieces of weights, named by the hash of their bytes, so that equal pieces are kept once."""

import hashlib

from prefdesk.errors import InputError, ProjectError
from prefdesk.store.engine import Connection

SIZE_BYTES = 2**20
"""One piece; one piece is one transaction, so a rating never waits longer than for this much."""

_LARGEST_BYTES = 4 * 2**20
_RAW = 0


def hash_of(data: bytes) -> bytes:
    """The name of a piece: blake2b-256 of its raw bytes."""
    return hashlib.blake2b(data, digest_size=32).digest()


def put(c: Connection, data: bytes) -> int:
    """Keep a piece and return its id; the id of the one that is there if it is there."""
    if not 1 <= len(data) <= _LARGEST_BYTES:
        raise InputError(f"A chunk has 1 to {_LARGEST_BYTES} bytes, not {len(data)}.")
    name = hash_of(data)
    found = c.execute("SELECT id FROM chunk WHERE hash = ?", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    cursor = c.execute(
        "INSERT INTO chunk(hash, codec, raw_size, data) VALUES(?, ?, ?, ?)",
        (name, _RAW, len(data), data),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def get(c: Connection, id: int) -> bytes:
    """The raw bytes of a piece; `ProjectError` if they do not match their hash."""
    row = c.execute("SELECT hash, codec, raw_size, data FROM chunk WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise ProjectError(f"Chunk {id} is missing.")
    name, codec, raw_size, data = row
    if codec != _RAW:
        raise ProjectError(f"Chunk {id} is stored in a way that this prefdesk does not know.")
    if len(data) != raw_size or hash_of(data) != name:
        raise ProjectError(f"Chunk {id} is damaged.", "Open a backup, or delete its checkpoint.")
    return bytes(data)


def drop_unused(c: Connection, ids: list[int]) -> int:
    """Remove those of the given pieces that no checkpoint needs; returns how many."""
    dropped = 0
    for id in ids:
        cursor = c.execute(
            "DELETE FROM chunk WHERE id = ?"
            " AND NOT EXISTS(SELECT 1 FROM checkpoint_chunk WHERE chunk_id = ?)",
            (id, id),
        )
        dropped += cursor.rowcount
    return dropped


def ids(c: Connection) -> list[int]:
    """All ids in order."""
    return [row[0] for row in c.execute("SELECT id FROM chunk ORDER BY id").fetchall()]

"""Pieces of weights, named by the hash of their bytes, so that equal pieces are kept once.

A piece may be kept as the difference from another one, its base, which itself is never a
difference: to read a piece takes two rows at most. A base stays for as long as a difference
needs it, whatever becomes of the checkpoints it came from.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from blake3 import blake3

from prefdesk.errors import DamagedProject, InputError
from prefdesk.store import codec
from prefdesk.store.codec import Bytes, Packed
from prefdesk.store.engine import Connection

# A hostile file may hold a blob of a gigabyte here: none of ours is larger than its raw bytes.
_FETCH = (
    "SELECT id, hash, codec, raw_size, base_id, CASE WHEN length(data) <= raw_size THEN data END"
    " FROM chunk WHERE id = ?"
)
_IS_NEEDED = (
    "EXISTS(SELECT 1 FROM checkpoint_chunk WHERE chunk_id = chunk.id)"
    " OR EXISTS(SELECT 1 FROM chunk AS other WHERE other.base_id = chunk.id)"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it lies in the file, and the row of its base; nothing is checked yet."""

    id: int
    hash: bytes
    codec: int
    raw_size: int
    base_id: int | None
    data: bytes
    base: "Stored | None" = None


@dataclass(frozen=True, slots=True)
class New:
    """A piece on its way in: its raw bytes, their name, and the form in which to keep them.

    `packed` is None if a piece of this name was there already; `base` is the one that a
    difference was taken from.
    """

    hash: bytes
    raw: Bytes
    packed: Packed | None
    base: Stored | None = None


def hash_of(raw: Bytes) -> bytes:
    """The name of a piece: BLAKE3-256 of its raw bytes."""
    return blake3(raw.data).digest()


def put(c: Connection, data: bytes) -> int:
    """Keep a piece of plain bytes and return its id; equal ones are kept once."""
    if not 1 <= len(data) <= codec.LARGEST_BYTES:
        raise InputError(f"A chunk has 1 to {codec.LARGEST_BYTES} bytes, not {len(data)}.")
    raw = np.frombuffer(data, np.uint8)
    return insert(c, New(hash_of(raw), raw, codec.pack(raw, 1)))


def insert(c: Connection, new: New) -> int:
    """Keep a piece that was packed elsewhere and return its id.

    What the packing relied on may have been deleted meanwhile; then the raw bytes are kept.
    """
    found = id_of(c, new.hash)
    if found is not None:
        return found
    packed, base_id = new.packed, None
    if packed is not None and packed.is_delta and new.base is not None:
        # Ids are used again after a deletion: the name decides whether it is still the same.
        base_id = new.base.id if id_of(c, new.base.hash) == new.base.id else None
    if packed is None or packed.is_delta != (base_id is not None):
        packed = Packed(codec.RAW, new.raw)
    cursor = c.execute(
        "INSERT INTO chunk(hash, codec, raw_size, base_id, data) VALUES(?, ?, ?, ?, ?)",
        (new.hash, packed.codec, new.raw.size, base_id, packed.data),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def id_of(c: Connection, name: bytes) -> int | None:
    """The id of the piece of this name, None without one."""
    row = c.execute("SELECT id FROM chunk WHERE hash = ?", (name,)).fetchone()
    return None if row is None else int(row[0])


def get(c: Connection, id: int) -> bytes:
    """The raw bytes of a piece; `ProjectError` if they do not match their hash."""
    return unpacked(fetch(c, id)).tobytes()


def fetch(c: Connection, id: int) -> Stored:
    """The row of a piece and of its base, to be unpacked after the read has ended."""
    found = _row(c, id)
    if found.base_id is None:
        return found
    base = _row(c, found.base_id)
    if base.base_id is not None:
        raise damaged(id, "depends on a piece that depends on another")
    return replace(found, base=base)


def _row(c: Connection, id: int) -> Stored:
    row = c.execute(_FETCH, (id,)).fetchone()
    if row is None:
        raise DamagedProject(f"Chunk {id} is missing.", _WAY_OUT)
    if row[5] is None or not 1 <= row[3] <= codec.LARGEST_BYTES:
        raise damaged(id, "has an impossible size")
    return Stored(*row)


def unpacked(stored: Stored) -> Bytes:
    """The raw bytes of a piece in new memory, compared with their hash."""
    out = np.empty(stored.raw_size, np.uint8)
    unpack(stored, out)
    return out


def unpack(stored: Stored, out: Bytes) -> None:
    """Fill `out` (`raw_size` bytes) with the raw bytes of a piece, compared with their hash.

    Raises `ProjectError` that names the damaged piece, which may be the base.
    """
    try:
        base = None if stored.base is None else _decoded(stored.base)
        codec.unpack(stored.codec, stored.data, out, base)
    except codec.CodecError as error:
        _blame_base(stored)
        raise damaged(stored.id, str(error)) from error
    if hash_of(out) != stored.hash:
        _blame_base(stored)
        raise damaged(stored.id, "does not match its hash")


def _decoded(stored: Stored) -> Bytes:
    # The hash of the result covers the base too, so the base is hashed only to find who is guilty.
    out = np.empty(stored.raw_size, np.uint8)
    codec.unpack(stored.codec, stored.data, out)
    return out


def _blame_base(stored: Stored) -> None:
    if stored.base is not None:
        unpacked(stored.base)


_WAY_OUT = "Open a backup, or delete its checkpoint."


def damaged(id: int, why: str) -> DamagedProject:
    """The error for a piece that is not what was stored."""
    return DamagedProject(f"Chunk {id} is damaged: it {why}.", _WAY_OUT)


def drop_unused(c: Connection, ids: Iterable[int]) -> int:
    """Remove those of the given pieces that nothing needs, then their bases; returns how many."""
    dropped, bases = 0, set()
    for id in ids:
        row = c.execute("SELECT base_id FROM chunk WHERE id = ?", (id,)).fetchone()
        if row is not None and _drop(c, id):
            dropped += 1
            bases.add(row[0])
    bases.discard(None)
    return dropped + sum(_drop(c, id) for id in bases)


def _drop(c: Connection, id: int) -> bool:
    found: int = c.execute(f"DELETE FROM chunk WHERE id = ? AND NOT ({_IS_NEEDED})", (id,)).rowcount
    return found > 0


def unused(c: Connection) -> int:
    """How many pieces belong to no checkpoint, neither themselves nor through a difference."""
    found: int = c.execute(f"SELECT count(*) FROM chunk WHERE NOT ({_IS_NEEDED})").fetchone()[0]
    return found


def ids(c: Connection) -> list[int]:
    """All ids in order."""
    return [row[0] for row in c.execute("SELECT id FROM chunk ORDER BY id").fetchall()]

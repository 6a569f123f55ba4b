"""Which pieces a new checkpoint may be kept as a difference from.

Always the first checkpoint of its run that is still there: never the one before, because a
chain would make every checkpoint depend on all earlier ones. A run is everything of one kind
that stems from the same root.
"""

from prefdesk.store import chunks
from prefdesk.store.chunks import Stored
from prefdesk.store.engine import Connection

_FIRST = """
WITH RECURSIVE
  up(id, parent_id) AS (
    SELECT id, parent_id FROM checkpoint WHERE id = :parent
    UNION SELECT k.id, k.parent_id FROM checkpoint k JOIN up ON k.id = up.parent_id
  ),
  tree(id) AS (
    SELECT id FROM up WHERE parent_id IS NULL
    UNION SELECT k.id FROM checkpoint k JOIN tree ON k.parent_id = tree.id
  )
SELECT min(k.id) FROM checkpoint k JOIN tree USING(id)
WHERE k.kind = :kind AND k.state = 'complete' AND k.n_chunks > 0
"""

_PIECES = """
SELECT k.n_chunks - x.seq, coalesce(h.base_id, h.id), h.raw_size
FROM checkpoint k JOIN checkpoint_chunk x ON x.checkpoint_id = k.id
JOIN chunk h ON h.id = x.chunk_id WHERE k.id = ?
"""


class Bases:
    """The pieces of a run's first checkpoint, by their distance from the end.

    Counted from the end, because headers may differ in length and the tensors come last. Where
    the first checkpoint itself is a difference, its base serves as well.
    """

    def __init__(self, c: Connection, kind: str, parent_id: int | None) -> None:
        self._found: dict[int, tuple[int, int]] = {}
        first = first_of_run(c, kind, parent_id)
        if first is not None:
            rows = c.execute(_PIECES, (first,)).fetchall()
            self._found = {place: (id, size) for place, id, size in rows}

    def fetch(self, c: Connection, from_end: int, raw_size: int) -> Stored | None:
        """The piece at this place if it has this size and is still there, else None."""
        id, size = self._found.get(from_end, (0, 0))
        if size != raw_size or not c.execute("SELECT 1 FROM chunk WHERE id = ?", (id,)).fetchone():
            return None
        found = chunks.fetch(c, id)
        return found if found.base_id is None and found.raw_size == raw_size else None


def first_of_run(c: Connection, kind: str, parent_id: int | None) -> int | None:
    """The first whole checkpoint of this kind that stems from the same root as `parent_id`."""
    found: int | None = c.execute(_FIRST, {"kind": kind, "parent": parent_id}).fetchone()[0]
    return found

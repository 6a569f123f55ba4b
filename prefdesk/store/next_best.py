"""Which completions one more rating would teach most about: worked out elsewhere, kept here.

The list is short, so that finding the first entry that a rater has not judged stays far below a
millisecond. It is used for completions that have as many raters as the project wants.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from prefdesk.store import meta
from prefdesk.store.engine import Connection

MOST = 500
"""So many completions are kept in order of their gain."""

_TARGET = "next_best_target"


class Kept(NamedTuple):
    """A completion, by how much one more rating cuts the variance of its prompt's advantages, and
    that variance now."""

    completion_id: int
    gain: float
    variance: float


def put(c: Connection, target: int, found: Iterable[Kept | tuple[int, float, float]]) -> None:
    """Replace the list, best first; `target` is the number of raters wanted of every completion."""
    c.execute("DELETE FROM next_best")
    c.executemany(
        "INSERT INTO next_best(rank, completion_id, gain, variance) VALUES(?, ?, ?, ?)",
        [(rank, *one) for rank, one in enumerate(list(found)[:MOST], 1)],
    )
    meta.put(c, _TARGET, str(target))


def kept(c: Connection, limit: int) -> list[Kept]:
    """The front of the list."""
    found = c.execute(
        "SELECT completion_id, gain, variance FROM next_best ORDER BY rank LIMIT ?", (limit,)
    )
    return [Kept(*row) for row in found.fetchall()]


def target(c: Connection) -> int | None:
    """How many raters every completion should have before the list counts; None without a list."""
    text = meta.get(c, _TARGET, "")
    return int(text) if text.isdecimal() else None


def upcoming(c: Connection, rater_id: int, limit: int, exclude: Collection[int]) -> Sequence[int]:
    """The front of the list without what the rater judged or skipped."""
    found = c.execute(
        "SELECT completion_id FROM next_best b WHERE NOT EXISTS (SELECT 1 FROM rating r"
        " WHERE r.completion_id = b.completion_id AND r.rater_id = ? AND r.kind <> 'comment')"
        " ORDER BY rank LIMIT ?",
        (rater_id, limit + len(exclude)),
    ).fetchall()
    return [id for (id,) in found if id not in exclude][:limit]

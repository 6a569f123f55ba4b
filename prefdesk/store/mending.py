"""Makes the rows that were saved fit each other again.

A rating whose answer was lost still counts as a rating, so what is missing behind it gets a
stand-in that says so. Everything else that speaks of lost rows goes.
"""

import itertools
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from prefdesk.errors import PrefdeskError
from prefdesk.store import content, deleting, eventlog, faults, generation, transfer, weights
from prefdesk.store.backup import KEY
from prefdesk.store.clock import random_uid
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

LOST = "(lost)"
"""The text of a stand-in."""

Known = Mapping[tuple[str, int], bytes]
"""Uids of rows that may be lost themselves, by table and id."""

_PASSES = 12
# The child row stays and forgets the lost row.
_FORGET = frozenset({("checkpoint", "parent_id"), ("checkpoint", "round_id")})
_FORGET |= frozenset({("round", "checkpoint_id"), ("prompt_decision", "made_id")})
_STAND_IN = frozenset({"checkpoint", "prompt", "rater", "completion"})
_COPIES = frozenset({"rating", "item_stat", "queue", "next_best"})
_COPIES |= frozenset({"encoded_prompt", "checkpoint_chunk", "chunk"})
_COPIES |= frozenset({"prompt_finding", "prompt_decision"})


def references(c: Connection, uids: Known, links: Mapping[int, tuple[int, int]]) -> dict[str, int]:
    """Put every reference right; returns the number of stand-ins of each table.

    `links`: (prompt id, checkpoint id) of completions whose own rows may be lost.
    """
    made = dict.fromkeys(sorted(_STAND_IN), 0)
    for _ in range(_PASSES):
        if not sum(_mend(c, uids, links, made, *one) for one in _keys(c)):
            break
    return made


def _keys(c: Connection) -> list[tuple[str, str, str, str]]:
    """Table, column, table that it speaks of, key of that table."""
    tables = [name for (name,) in c.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    found = []
    for table in tables:
        for row in c.execute("SELECT * FROM pragma_foreign_key_list(?)", (table,)).fetchall():
            parent, column = row[2], row[3]
            found.append((table, column, parent, "uid" if parent == "event" else "id"))
    return found


def _mend(
    c: Connection,
    uids: Known,
    links: Mapping[int, tuple[int, int]],
    made: dict[str, int],
    table: str,
    column: str,
    parent: str,
    key: str,
) -> int:
    lost = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})"
    if (table, column) in _FORGET:
        return int(c.execute(f"UPDATE {table} SET {column} = NULL WHERE {lost}").rowcount)
    if parent not in _STAND_IN or table in _COPIES:
        return int(c.execute(f"DELETE FROM {table} WHERE {lost}").rowcount)
    ids = [id for (id,) in c.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {lost}")]
    for id in ids:
        _stand_in(c, parent, id, uids.get((parent, id)) or random_uid(), links.get(id, (0, 0)))
        made[parent] += 1
    return len(ids)


def _stand_in(c: Connection, table: str, id: int, uid: bytes, link: tuple[int, int]) -> None:
    if table == "prompt":
        c.execute(
            "INSERT INTO prompt VALUES(?, ?, ?, NULL, '', 'train', '', '[]', '[]', '{}')",
            (id, uid, LOST),
        )
    elif table == "rater":
        name = _free_name(c, f"Rater {id}")
        c.execute(
            "INSERT INTO rater VALUES(?, ?, ?, ?, 0, NULL, 0)", (id, uid, name, name.casefold())
        )
    elif table == "checkpoint":
        c.execute(
            "INSERT INTO checkpoint VALUES(?, ?, 'full', 'deleted', ?, NULL, NULL, '{}', 0, 0,"
            " NULL, 0, '')",
            (id, uid, LOST),
        )
    else:
        prompt_id, checkpoint_id = link
        c.execute(
            "INSERT INTO completion VALUES(?, ?, ?, ?, ?, 0, 0, 1)",
            (id, uid, prompt_id or _any(c, "prompt"), checkpoint_id or _any(c, "checkpoint"), LOST),
        )


def _any(c: Connection, table: str) -> int:
    """The stand-in for a row whose id is not known either, or an id for a new one."""
    column = "name" if table == "checkpoint" else "text"
    row = c.execute(f"SELECT id FROM {table} WHERE {column} = ?", (LOST,)).fetchone()
    row = row or c.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
    return int(row[0])


def _free_name(c: Connection, stem: str) -> str:
    for name in itertools.chain((stem,), (f"{stem} ({n})" for n in itertools.count(2))):
        taken = c.execute("SELECT 1 FROM rater WHERE folded_name = ?", (name.casefold(),))
        if taken.fetchone() is None:
            return name
    raise AssertionError


def derived(c: Connection) -> None:
    """Make again what follows from other rows: what counts, the queues, how often drawn."""
    eventlog.rebuild(c)
    c.execute(
        "UPDATE completion SET multiplicity ="
        " (SELECT count(*) FROM draw WHERE completion_id = completion.id)"
    )


def values(c: Connection, fresh: Mapping[str, str]) -> list[str]:
    """Put settings right: unreadable ones go, `fresh` ones take the place of missing ones.

    Returns the keys that had to be made anew.
    """
    c.execute("DELETE FROM meta WHERE key IN (?, ?)", (KEY, generation.KEY))
    for key, value in c.execute("SELECT key, value FROM meta").fetchall():
        read = content.reader_of(key)
        if read is not None and not _is_readable(read, value):
            c.execute("DELETE FROM meta WHERE key = ?", (key,))
    there = {key for (key,) in c.execute("SELECT key FROM meta").fetchall()}
    missing = [key for key in fresh if key not in there]
    for key in missing:
        c.execute("INSERT INTO meta VALUES(?, ?)", (key, fresh[key]))
    return missing


def _is_readable(read: object, value: str) -> bool:
    assert callable(read)
    with suppress(PrefdeskError), faults.reading("a value"):
        read(value)
        return True
    return False


def drop_broken_weights(store: "Store") -> list[str]:
    """Mark checkpoints whose weights are not whole as deleted; returns their names."""
    with store.read() as c:
        stored = weights.all_stored(c)
    broken = []
    for id, name in stored:
        try:
            transfer.verify(store, id)
        except PrefdeskError:
            broken.append(name)
            store.write(lambda c, id=id: deleting.begin(c, id)).result()  # type: ignore[misc]
    deleting.finish(store)
    return broken

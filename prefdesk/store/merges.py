"""The record of merged packs: which events each one brought, and the way to take it back.

To undo a merge is to retract every event that it brought, in one act; to merge the pack again
retracts those retractions. Both take many small transactions, so the record says what is under
way, and doing the same again finishes it.
"""

from collections.abc import Iterable, Iterator, Sequence

from prefdesk.errors import InputError
from prefdesk.records import Event, PackMerge
from prefdesk.store import eventlog, rows
from prefdesk.store.clock import given_or_now
from prefdesk.store.engine import Connection
from prefdesk.store.undo import is_alive, retract_all

PART = 250
_COLUMNS = "id, uid, pack_uid, rater_id, state, seal, started_ms, report"


def begin(
    c: Connection,
    uid: bytes,
    pack_uid: bytes,
    rater_id: int,
    seal: str,
    *,
    now_ms: int | None = None,
) -> PackMerge:
    """The record of a merge, running from now on; one pack for one rater has one record.

    `InputError` while the merge is being undone.
    """
    row = c.execute(f"SELECT {_COLUMNS} FROM pack_merge WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        values = (uid, pack_uid, rater_id, seal, given_or_now(now_ms))
        c.execute(
            "INSERT INTO pack_merge(uid, pack_uid, rater_id, state, seal, started_ms, report)"
            " VALUES(?, ?, ?, 'running', ?, ?, '{}')",
            values,
        )
    elif row[4] == "undoing":
        raise InputError("This merge is being undone.", "Finish undoing it first.")
    elif row[4] == "undone":
        c.execute("DELETE FROM pack_merge_part WHERE merge_id = ?", (row[0],))
    c.execute("UPDATE pack_merge SET state = 'running', seal = ? WHERE uid = ?", (seal, uid))
    return by_uid(c, uid)


def by_uid(c: Connection, uid: bytes) -> PackMerge:
    """One record; `InputError` if there is none."""
    row = c.execute(f"SELECT {_COLUMNS} FROM pack_merge WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        raise InputError("There is no such merge.")
    return PackMerge(*row)


def get(c: Connection, id: int) -> PackMerge:
    """One record; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_COLUMNS} FROM pack_merge WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no merge {id}.")
    return PackMerge(*row)


def all(c: Connection) -> list[PackMerge]:
    """All records, oldest first."""
    found = c.execute(f"SELECT {_COLUMNS} FROM pack_merge ORDER BY id").fetchall()
    return [PackMerge(*row) for row in found]


def add_part(c: Connection, id: int, event_uids: Sequence[bytes]) -> None:
    """Remember that these events count because of the merge, in parts of `PART` events."""
    for first in range(0, len(event_uids), PART):
        c.execute(
            "INSERT INTO pack_merge_part(merge_id, seq, event_uids) VALUES(?,"
            " (SELECT coalesce(max(seq), -1) + 1 FROM pack_merge_part WHERE merge_id = ?), ?)",
            (id, id, b"".join(event_uids[first : first + PART])),
        )


def parts(c: Connection, id: int) -> list[int]:
    """The numbers of a merge's parts, in order."""
    found = c.execute("SELECT seq FROM pack_merge_part WHERE merge_id = ? ORDER BY seq", (id,))
    return [seq for (seq,) in found.fetchall()]


def brought(c: Connection, id: int) -> int:
    """How many events count because of the merge."""
    sql = "SELECT coalesce(sum(length(event_uids)), 0) / 16 FROM pack_merge_part WHERE merge_id = ?"
    return int(c.execute(sql, (id,)).fetchone()[0])


def quarantine(c: Connection, id: int, held: Iterable[tuple[bytes, str, str]]) -> None:
    """Keep (event uid, reason, JSON) of judgements that fit no item here, so none is lost."""
    c.executemany(
        "INSERT OR REPLACE INTO quarantine(merge_id, event_uid, reason, body) VALUES(?, ?, ?, ?)",
        [(id, *one) for one in held],
    )


def quarantined(c: Connection, id: int) -> list[tuple[bytes, str, str]]:
    """What `quarantine` kept for a merge."""
    return list(
        c.execute(
            "SELECT event_uid, reason, body FROM quarantine WHERE merge_id = ? ORDER BY event_uid",
            (id,),
        ).fetchall()
    )


def finish(c: Connection, id: int, state: str, report: str | None = None) -> PackMerge:
    """Write how a merge stands now, with its counts if there are new ones."""
    c.execute(
        "UPDATE pack_merge SET state = ?, report = coalesce(?, report) WHERE id = ?",
        (state, report, id),
    )
    return get(c, id)


def begin_undo(c: Connection, id: int) -> bytes:
    """The act that takes a merge back, begun now or earlier; `InputError` if it is undone."""
    if get(c, id).state == "undone":
        raise InputError("This merge is undone already.", "Merge the pack again to bring it back.")
    # One act for good: what an interrupted merging-again left retracted is found by it.
    act = c.execute("SELECT undo_act FROM pack_merge WHERE id = ?", (id,)).fetchone()[0]
    act = act or eventlog.new_act()
    c.execute("UPDATE pack_merge SET state = 'undoing', undo_act = ? WHERE id = ?", (act, id))
    return bytes(act)


def undo_parts(c: Connection, id: int, seqs: Iterable[int], act: bytes) -> int:
    """Retract some parts of what a merge brought; returns how many events that took back.

    Retracted ones too: what a retraction of the same pack took back would live again.
    """
    uids = _uids_of(c, id, seqs)
    done = {event.target for event in _unmerged(c, uids)}
    return retract_all(c, "unmerge", _events(c, [u for u in uids if u not in done]), act)


def _uids_of(c: Connection, id: int, seqs: Iterable[int]) -> list[bytes]:
    """The events of some parts of a merge."""
    found = c.execute(
        "SELECT event_uids FROM pack_merge_part WHERE merge_id = ?"
        " AND seq IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (id, rows.id_list(seqs)),
    ).fetchall()
    whole = b"".join(data for (data,) in found)
    return [whole[i : i + 16] for i in range(0, len(whole), 16)]


def begin_redo(c: Connection, id: int) -> bytes:
    """The act that brings an undone merge back; `InputError` if the merge is not undone.

    A merge whose bringing back was cut off is running, and begins again.
    """
    found = get(c, id)
    taken = c.execute("SELECT undo_act IS NOT NULL FROM pack_merge WHERE id = ?", (id,)).fetchone()
    if not (found.state == "undone" or (found.state == "running" and taken[0])):
        raise InputError("This merge is not taken back.")
    c.execute("UPDATE pack_merge SET state = 'running' WHERE id = ?", (id,))
    return eventlog.new_act()


def redo_parts(c: Connection, id: int, seqs: Iterable[int], act: bytes) -> int:
    """Bring some parts of an undone merge back; returns how many events count again."""
    return len(restore(c, get(c, id).rater_id, _uids_of(c, id, seqs), act))


def restore(c: Connection, rater_id: int, uids: Iterable[bytes], act: bytes) -> list[bytes]:
    """Bring back those of the events that an undone merge of this file took; returns their uids."""
    undone = c.execute(
        "SELECT 1 FROM pack_merge WHERE rater_id = ? AND undo_act IS NOT NULL LIMIT 1", (rater_id,)
    ).fetchone()
    if undone is None:
        return []
    found = list(_unmerged(c, uids))
    retract_all(c, "remerge", found, act)
    return [event.target for event in found if event.target is not None]


def _unmerged(c: Connection, uids: Iterable[bytes]) -> Iterator[Event]:
    """The living retractions of these events that undoing a merge in this file made."""
    found = eventlog.select(
        c,
        "WHERE target IN (SELECT unhex(value) FROM json_each(?)) AND verb = 'unmerge'"
        " AND act IN (SELECT undo_act FROM pack_merge WHERE undo_act IS NOT NULL)",
        (rows.text_list(uid.hex() for uid in uids),),
    )
    return (event for event in found if is_alive(c, event))


def _events(c: Connection, uids: Iterable[bytes]) -> list[Event]:
    return eventlog.select(
        c,
        "WHERE uid IN (SELECT unhex(value) FROM json_each(?)) ORDER BY hlc, uid",
        (rows.text_list(uid.hex() for uid in uids),),
    )

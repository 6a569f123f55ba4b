"""What each rater is asked next: the completions they neither judged nor skipped yet.

Completions with the fewest raters come first; among equals each rater has a random order of
their own, which stays the same as long as the project lives.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from itertools import groupby

from prefdesk.errors import InputError
from prefdesk.store import meta, rows
from prefdesk.store.engine import Connection
from prefdesk.store.faults import reading

_CRITERIA_KEY = "queue_criteria"
_COVERAGE = (
    "SELECT completion_id, count(DISTINCT rater_id) FROM rating"
    " WHERE kind IN ('score', 'label') AND completion_id > ? GROUP BY completion_id"
)
_INSERT = (
    "INSERT OR IGNORE INTO queue(rater_id, coverage, position, completion_id) VALUES(?, ?, ?, ?)"
)


def fill(c: Connection, rater_id: int, seed: int) -> int:
    """Queue the completions that came since the last time; returns how many came in.

    The seed of a rater's first filling decides their order for good.
    """
    row = c.execute(
        "SELECT uid, coalesce(queue_seed, ?), queue_filled_id FROM rater WHERE id = ?",
        (seed, rater_id),
    ).fetchone()
    if row is None:
        raise InputError(f"There is no rater {rater_id}.")
    rater_uid, seed, filled_id = row
    new = c.execute("SELECT id, uid FROM completion WHERE id > ?", (filled_id,)).fetchall()
    coverage = dict(c.execute(_COVERAGE, (filled_id,)).fetchall())
    done = _done_by(c, rater_id, filled_id)
    wanted = [
        (rater_id, coverage.get(id, 0), _position(seed, rater_uid, uid), id)
        for id, uid in new
        if id not in done
    ]
    c.executemany(_INSERT, wanted)
    c.execute(
        "UPDATE rater SET queue_seed = ?, queue_filled_id = ? WHERE id = ?",
        (seed, max((id for id, _ in new), default=filled_id), rater_id),
    )
    return len(wanted)


def upcoming(c: Connection, rater_id: int, limit: int, exclude: Collection[int] = ()) -> list[int]:
    """The next completion ids for a rater, at most `limit`, without those in `exclude`."""
    found = c.execute(
        "SELECT completion_id FROM queue WHERE rater_id = ?"
        " ORDER BY coverage, position, completion_id LIMIT ?",
        (rater_id, limit + len(exclude)),
    ).fetchall()
    return [id for (id,) in found if id not in exclude][:limit]


def remaining(c: Connection, rater_id: int) -> int:
    """How many completions a rater still has before them."""
    return int(
        c.execute("SELECT count(*) FROM queue WHERE rater_id = ?", (rater_id,)).fetchone()[0]
    )


def criteria(c: Connection) -> tuple[str, ...]:
    """The criteria that must all be answered before a completion leaves a queue; empty: any one."""
    with reading("the list of criteria"):
        return rows.texts(meta.get(c, _CRITERIA_KEY, "[]"))


def set_criteria(c: Connection, names: Iterable[str]) -> None:
    """Name the criteria that must all be answered, and make every queue again by that rule."""
    meta.put(c, _CRITERIA_KEY, json.dumps(list(names)))
    refresh(c)


def settle(c: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """After the fold of (completion id, rater id) pairs changed: who is done, how many judged."""
    needed = set(criteria(c))
    for completion_id, group in groupby(sorted(pairs), key=lambda pair: pair[0]):
        coverage = _coverage(c, completion_id)
        for _, rater_id in group:
            _settle_pair(c, completion_id, rater_id, coverage, needed)
        c.execute(
            "UPDATE queue SET coverage = ? WHERE completion_id = ? AND coverage <> ?",
            (coverage, completion_id, coverage),
        )


def refresh(c: Connection) -> None:
    """Make the queues of all raters who have one from scratch; each keeps its order."""
    c.execute("DELETE FROM queue")
    c.execute("UPDATE rater SET queue_filled_id = 0")
    started = c.execute("SELECT id, queue_seed FROM rater WHERE queue_seed IS NOT NULL").fetchall()
    for rater_id, seed in started:
        fill(c, rater_id, seed)


def _settle_pair(
    c: Connection, completion_id: int, rater_id: int, coverage: int, needed: set[str]
) -> None:
    answers = c.execute(
        "SELECT kind, criterion FROM rating"
        " WHERE completion_id = ? AND rater_id = ? AND kind <> 'comment'",
        (completion_id, rater_id),
    ).fetchall()
    if _is_done(answers, needed):
        c.execute(
            "DELETE FROM queue WHERE completion_id = ? AND rater_id = ?", (completion_id, rater_id)
        )
        return
    row = c.execute(
        "SELECT r.uid, r.queue_seed, k.uid FROM rater r JOIN completion k ON k.id = ?"
        " WHERE r.id = ? AND r.queue_filled_id >= k.id",
        (completion_id, rater_id),
    ).fetchone()
    if row is not None:
        rater_uid, seed, completion_uid = row
        position = _position(seed, rater_uid, completion_uid)
        c.execute(_INSERT, (rater_id, coverage, position, completion_id))


def _is_done(answers: Collection[tuple[str, str]], needed: set[str]) -> bool:
    if any(kind == "skip" for kind, _ in answers):
        return True
    judged = {criterion for _, criterion in answers}
    return needed <= judged if needed else bool(judged)


def _done_by(c: Connection, rater_id: int, after_id: int) -> set[int]:
    needed = set(criteria(c))
    found = c.execute(
        "SELECT completion_id, kind, criterion FROM rating"
        " WHERE rater_id = ? AND completion_id > ? AND kind <> 'comment' ORDER BY completion_id",
        (rater_id, after_id),
    ).fetchall()
    return {
        id
        for id, group in groupby(found, key=lambda row: row[0])
        if _is_done([(kind, criterion) for _, kind, criterion in group], needed)
    }


def _coverage(c: Connection, completion_id: int) -> int:
    return int(
        c.execute(
            "SELECT count(DISTINCT rater_id) FROM rating"
            " WHERE completion_id = ? AND kind IN ('score', 'label')",
            (completion_id,),
        ).fetchone()[0]
    )


def _position(seed: int, rater_uid: bytes, completion_uid: bytes) -> int:
    digest = hashlib.blake2b(
        seed.to_bytes(8, "big", signed=True) + rater_uid + completion_uid, digest_size=8
    ).digest()
    # The highest bit stays free: SQLite's integers are signed.
    return int.from_bytes(digest, "big") >> 1

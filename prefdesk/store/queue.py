"""What each rater is asked next: the completions they neither judged nor skipped yet.

Completions with the fewest raters come first; among equals each rater has a random order of
their own, which stays the same as long as the project lives. In a working copy of a rating pack
they come as they stand in the pack.

A row is found by its whole key: the position of a completion follows from the rater's seed, and
how many judged it stands in `item_stat`, so no second index is kept for that.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby

from prefdesk.errors import InputError
from prefdesk.store import meta, next_best, rows, statistics
from prefdesk.store.engine import Connection
from prefdesk.store.faults import reading

IN_ORDER = -1
"""The seed of a rater who is asked in the order in which the completions came in."""

AT_ONCE = 20_000
"""So many new completions are queued in one transaction; `filling` takes more of them apart."""

Answers = Collection[tuple[str, str]]
"""Kind and criterion of what counts of one rater on one completion."""

_CRITERIA_KEY = "queue_criteria"
INSERT = (
    "INSERT OR IGNORE INTO queue(rater_id, coverage, position, completion_id) VALUES(?, ?, ?, ?)"
)
_DELETE = (
    "DELETE FROM queue WHERE rater_id = ? AND coverage = ? AND position = ? AND completion_id = ?"
)
_MOVE = (
    "UPDATE queue SET coverage = ?"
    " WHERE rater_id = ? AND coverage = ? AND position = ? AND completion_id = ?"
)


def fill(c: Connection, rater_id: int, seed: int) -> int:
    """Queue the completions that came since the last time; returns how many came in.

    The seed of a rater's first filling decides their order for good.
    """
    rater_uid, seed, filled_id = line_of(c, rater_id, seed)
    new = c.execute("SELECT id, uid FROM completion WHERE id > ?", (filled_id,)).fetchall()
    last_id = max((id for id, _ in new), default=filled_id)
    coverage = statistics.raters_of(c, filled_id + 1, last_id)
    done = done_by(c, rater_id, filled_id)
    wanted = [
        (rater_id, coverage.get(id, 0), position(seed, rater_uid, uid, id), id)
        for id, uid in new
        if id not in done
    ]
    c.executemany(INSERT, wanted)
    set_filled(c, rater_id, seed, last_id)
    return len(wanted)


def line_of(c: Connection, rater_id: int, seed: int) -> tuple[bytes, int, int]:
    """A rater's uid, the seed of their order (`seed` before the first filling), and the newest
    completion that they were queued for."""
    row = c.execute(
        "SELECT uid, coalesce(queue_seed, ?), queue_filled_id FROM rater WHERE id = ?",
        (seed, rater_id),
    ).fetchone()
    if row is None:
        raise InputError(f"There is no rater {rater_id}.")
    return row[0], int(row[1]), int(row[2])


def set_filled(c: Connection, rater_id: int, seed: int, filled_id: int) -> None:
    """Write down a rater's seed and up to which completion they are queued."""
    c.execute(
        "UPDATE rater SET queue_seed = ?, queue_filled_id = ? WHERE id = ?",
        (seed, filled_id, rater_id),
    )


def behind(c: Connection, rater_id: int) -> int:
    """About how many completions a rater is not queued for yet, never too few; takes no time."""
    row = c.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM completion) - queue_filled_id FROM rater"
        " WHERE id = ?",
        (rater_id,),
    ).fetchone()
    return 0 if row is None else max(0, int(row[0]))


def upcoming(c: Connection, rater_id: int, limit: int, exclude: Collection[int] = ()) -> list[int]:
    """The next completion ids for a rater, at most `limit`, without those in `exclude`.

    What has as many raters as are wanted comes after all else, first that of which one more
    rating would teach most (`next_best`).
    """
    found = c.execute(
        "SELECT completion_id, coverage, position FROM queue WHERE rater_id = ?"
        " ORDER BY coverage, position, completion_id LIMIT ?",
        (rater_id, limit + len(exclude)),
    ).fetchall()
    line = [(id, coverage) for id, coverage, _ in found if id not in exclude][:limit]
    wanted = next_best.target(c)
    asked_in_order = bool(found) and found[0][2] == found[0][0]
    if wanted is None or asked_in_order or not line or line[-1][1] < wanted:
        return [id for id, _ in line]
    short = [id for id, coverage in line if coverage < wanted]
    best = [id for id in next_best.upcoming(c, rater_id, limit, exclude) if id not in short]
    rest = [id for id, _ in line if id not in short and id not in best]
    return (short + best + rest)[:limit]


def remaining(c: Connection, rater_id: int) -> int:
    """How many completions a rater still has before them, those not yet queued included."""
    if behind(c, rater_id):
        total = c.execute("SELECT count(*) FROM completion").fetchone()[0]
        return int(total) - _count_done(c, rater_id)
    return int(
        c.execute("SELECT count(*) FROM queue WHERE rater_id = ?", (rater_id,)).fetchone()[0]
    )


def criteria(c: Connection) -> tuple[str, ...]:
    """The criteria that must all be answered before a completion leaves a queue; empty: any one."""
    with reading("the list of criteria"):
        return rows.texts(meta.get(c, _CRITERIA_KEY, "[]"))


def set_criteria(c: Connection, names: Iterable[str]) -> None:
    """Name the criteria that must all be answered; if that is new, every queue is made again."""
    listed = json.dumps(list(names))
    if meta.get(c, _CRITERIA_KEY, "") != listed:
        meta.put(c, _CRITERIA_KEY, listed)
        refresh(c)


def settle(
    c: Connection,
    answers: Mapping[tuple[int, int], Answers],
    covered: Mapping[int, tuple[int, int]],
) -> None:
    """After a change of what counts: who is done leaves, and how many judged is put right.

    `answers`: what counts now of each (completion id, rater id) that changed. `covered`: how
    many raters had judged each of those completions before, and have now.
    """
    needed = set(criteria(c))
    deleted, moved, inserted = [], [], []
    lines = c.execute(
        "SELECT id, uid, queue_seed FROM rater WHERE queue_seed IS NOT NULL"
    ).fetchall()
    for id, uid in _uids(c, covered):
        before, after = covered[id]
        for rater_id, rater_uid, seed in lines:
            own = answers.get((id, rater_id))
            if own is None and before == after:
                continue
            place = position(seed, rater_uid, uid, id)
            if own is None:
                moved.append((after, rater_id, before, place, id))
            elif is_done(own, needed):
                deleted.append((rater_id, before, place, id))
            else:
                moved.append((after, rater_id, before, place, id))
                inserted.append((rater_id, after, place, id))
    c.executemany(_DELETE, deleted)
    c.executemany(_MOVE, [row for row in moved if row[0] != row[2]])
    c.executemany(INSERT, inserted)


def _uids(c: Connection, ids: Iterable[int]) -> list[tuple[int, bytes]]:
    return list(
        c.execute(
            "SELECT id, uid FROM completion WHERE id IN (SELECT value FROM json_each(?))",
            (rows.id_list(ids),),
        ).fetchall()
    )


def refresh(c: Connection) -> None:
    """Make the queues of all raters who have one from scratch; each keeps its order.

    In a large project they are only emptied, and filled when somebody rates (`filling`).
    """
    c.execute("DELETE FROM queue")
    c.execute("UPDATE rater SET queue_filled_id = 0")
    started = c.execute("SELECT id, queue_seed FROM rater WHERE queue_seed IS NOT NULL").fetchall()
    for rater_id, seed in started:
        if behind(c, rater_id) <= AT_ONCE:
            fill(c, rater_id, seed)


def differences(c: Connection) -> Iterator[str]:
    """What is wrong with the queues, in sentences."""
    moved = c.execute(
        "SELECT q.rater_id, count(*) FROM queue q LEFT JOIN item_stat s"
        " ON s.completion_id = q.completion_id AND s.criterion = ''"
        " WHERE q.coverage <> coalesce(s.n_raters, 0) GROUP BY q.rater_id"
    ).fetchall()
    for rater_id, count in moved:
        yield f"{count} completions stand in the wrong place in the queue of rater {rater_id}."
    for rater_id, filled_id in c.execute("SELECT id, queue_filled_id FROM rater").fetchall():
        wrong = _wrong_in(c, rater_id, filled_id)
        if wrong:
            yield f"{wrong} completions are wrongly in the queue of rater {rater_id} or miss there."


def _wrong_in(c: Connection, rater_id: int, filled_id: int) -> int:
    sql = "SELECT completion_id FROM queue WHERE rater_id = ?"
    listed = [id for (id,) in c.execute(sql, (rater_id,))]
    held, done = set(listed), done_by(c, rater_id, 0)
    due = {id for (id,) in c.execute("SELECT id FROM completion WHERE id <= ?", (filled_id,))}
    return len(held & done) + len(due - done - held) + len(listed) - len(held)


def is_done(answers: Answers, needed: set[str]) -> bool:
    """True if a completion leaves a rater's queue with these answers."""
    if any(kind == "skip" for kind, _ in answers):
        return True
    judged = {criterion for kind, criterion in answers if kind != "comment"}
    return needed <= judged if needed else bool(judged)


def done_by(c: Connection, rater_id: int, after_id: int) -> set[int]:
    """The completions with an id above `after_id` that wait for this rater no more."""
    needed = set(criteria(c))
    found = c.execute(
        "SELECT completion_id, kind, criterion FROM rating"
        " WHERE rater_id = ? AND completion_id > ? AND kind <> 'comment' ORDER BY completion_id",
        (rater_id, after_id),
    )
    return {
        id
        for id, group in groupby(found, key=lambda row: row[0])
        if is_done([(kind, criterion) for _, kind, criterion in group], needed)
    }


def _count_done(c: Connection, rater_id: int) -> int:
    """How many completions `done_by` holds, counted inside an index."""
    needed = criteria(c)
    counts = "criterion IN (SELECT value FROM json_each(?))" if needed else "? <> ''"
    found = c.execute(
        "SELECT count(*) FROM (SELECT 1 FROM rating WHERE rater_id = ?"
        f" AND (kind = 'skip' OR (kind IN ('score', 'label') AND {counts})) GROUP BY completion_id"
        " HAVING max(kind = 'skip') OR count(DISTINCT criterion) >= ?)",
        (rater_id, rows.text_list(needed), len(set(needed)) or 1),
    )
    return int(found.fetchone()[0])


def position(seed: int, rater_uid: bytes, completion_uid: bytes, completion_id: int) -> int:
    """Where a completion stands in a rater's own order, among those with as many raters."""
    if seed == IN_ORDER:
        return completion_id
    digest = hashlib.blake2b(
        seed.to_bytes(8, "big", signed=True) + rater_uid + completion_uid, digest_size=8
    ).digest()
    # The highest bit stays free: SQLite's integers are signed.
    return int.from_bytes(digest, "big") >> 1

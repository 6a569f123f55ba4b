"""Bringing the index of words up to date with the project, a batch at a time.

Prompts and completions get their ids in order, and equal uids mean equal texts. So what is new
lies above the last id, and a checksum over ids and uids tells whether what lies below is still
what was indexed: prompts can be deleted and their ids given again, and a backup that was
restored has other rows under the same ids.

Comments change with the events of the log: an event later than the `last` one names a rater and
a completion, whose comments are indexed again. Events can also come in below it (a merge); then
their number does not fit any more, and all comments are indexed again.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prefdesk.events import Progress
from prefdesk.store import engine, eventlog, search_cache
from prefdesk.store.clock import now_ms
from prefdesk.store.engine import Connection
from prefdesk.store.search_cache import Mark
from prefdesk.store.words import spaced

if TYPE_CHECKING:
    from prefdesk.store.file import Store

ROWS = 2000
CHARACTERS = 4_000_000
CHECKED_ROWS = 50_000
BATCHES_PER_CHECKPOINT = 16
FEW_ROWS = 500
_ALL = 2**64
_CANNOT = (engine.dbapi.Error, OSError, MemoryError)

TEXTS = {
    "prompt": f"SELECT id, uid, {search_cache.PROMPT_TEXT} FROM prompt",
    "completion": "SELECT id, uid, text FROM completion",
}
_COMMENT = (
    "SELECT completion_id, rater_id, hlc, event_uid, body FROM rating"
    " WHERE kind = 'comment' AND body <> ''"
)
Comment = tuple[int, int, int, bytes, str]


@dataclass(slots=True)
class _Count:
    done: int
    total: int
    path: Path
    batches: int = 0


Steps = Generator[Progress, None, bool]
"""Yields after each batch; the generator's result is True if everything was done."""


def update(store: "Store", path: Path, uid: str, *, verify: bool = True) -> Steps:
    """Index what is new; what is done stays if nobody goes on.

    `verify` compares all of what is indexed with the project first. Where the index cannot be
    kept (no space, a folder that cannot be written, another process at it) this ends early and
    raises nothing; a damaged index is thrown away and made again, one that met a full disk is
    only thrown away.
    """
    for last_try in (False, True):
        with search_cache.filling(path, uid) as cache:
            if cache is None:
                return False
            try:
                return (yield from _update(store, cache, path, verify))
            except _CANNOT as error:
                damaged = search_cache.is_damaged(error)
                if not damaged and not search_cache.is_full(error):
                    return False
        search_cache.discard(path)
        if last_try or not damaged:
            break
    return False


def is_behind(store: "Store", cache: Connection, most: int = FEW_ROWS) -> tuple[bool, bool]:
    """Whether anything is not indexed yet, and whether that is more than `most` rows of a kind."""
    marks = {table: search_cache.mark(cache, table) for table in TEXTS}
    comments = search_cache.mark(cache, "comment")
    with store.read() as c:
        found = [_some(c, f"{t} WHERE id > ?", (mark.last,), most) for t, mark in marks.items()]
        above = _some(c, "event WHERE hlc > ?", (comments.last,), most + comments.sum)
    found.append(above - comments.sum)
    return any(found), max(found) > most


def _some(c: Connection, of: str, values: tuple[int], most: int) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {of} LIMIT ?)"
    return int(c.execute(sql, (*values, most + 1)).fetchone()[0])


def _update(store: "Store", cache: Connection, path: Path, verify: bool) -> Steps:
    for table in TEXTS:
        if verify:
            sound = yield from _verified(store, cache, table)
        else:
            # Completions stay as long as the project is open.
            sound = table != "prompt" or _seem_the_same(store, cache)
        if not sound:
            with search_cache.transaction(cache):
                search_cache.empty(cache, table)
    if not _events_fit(store, cache):
        with search_cache.transaction(cache):
            search_cache.empty(cache, "comment")
    count = _count(store, cache, path)
    for table in TEXTS:
        yield from _fill(store, cache, table, count)
    yield from _fill_comments(store, cache, count)
    with search_cache.transaction(cache):
        search_cache.set_ready(cache, True)
    yield Progress(count.total, count.total, "Indexing")
    return True


def seems_of(store: "Store", cache: Connection) -> bool:
    """False if the index is of another state of the project, as after a backup was restored.

    Looks at the last rows only; `update` compares all of them.
    """
    mark = search_cache.mark(cache, "completion")
    with store.read() as c:
        last = c.execute("SELECT uid FROM completion WHERE id = ?", (mark.last,)).fetchone()
    return (not mark.n or last == (mark.uid,)) and _seem_the_same(store, cache)


def _seem_the_same(store: "Store", cache: Connection) -> bool:
    """False if prompts that are indexed were deleted; an id is given again only after the last
    one went."""
    mark = search_cache.mark(cache, "prompt")
    with store.read() as c:
        later = _number(c, "SELECT count(*) FROM prompt WHERE id > ?", (mark.last,))
        n = _number(c, "SELECT count(*) FROM prompt") - later
        last = c.execute("SELECT uid FROM prompt WHERE id = ?", (mark.last,)).fetchone()
    return n == mark.n and (not n or last == (mark.uid,))


def _count(store: "Store", cache: Connection, path: Path) -> _Count:
    done = sum(search_cache.mark(cache, table).n for table in TEXTS)
    with store.read() as c:
        total = sum(_number(c, f"SELECT count(*) FROM {table}") for table in TEXTS)
    return _Count(done, max(done, total), path)


def _number(c: Connection, sql: str, values: tuple[object, ...] = ()) -> int:
    return int(c.execute(sql, values).fetchone()[0])


def _part(id: int, uid: bytes) -> int:
    return int.from_bytes(uid[:8], "little") * (2 * id + 1)


def _verified(store: "Store", cache: Connection, table: str) -> Steps:
    """Whether the rows that were indexed are still those."""
    mark, after, n, total = search_cache.mark(cache, table), b"", 0, 0
    if not mark.n:
        return True
    while True:
        # In order of the uids, because their index is small and holds the ids too.
        with store.read() as c:
            found = c.execute(
                f"SELECT id, uid FROM {table} WHERE uid > ? ORDER BY uid LIMIT ?",
                (after, CHECKED_ROWS),
            ).fetchall()
        for id, uid in found:
            if id <= mark.last:
                n += 1
                total += _part(id, uid)
        if len(found) < CHECKED_ROWS:
            return (n, total % _ALL) == (mark.n, mark.sum)
        after = found[-1][1]
        yield Progress(0, mark.n, "Checking")


def _fill(store: "Store", cache: Connection, table: str, count: _Count) -> Iterator[Progress]:
    while True:
        mark = search_cache.mark(cache, table)
        with store.read() as c:
            found = list(_texts(c, table, mark.last))
        if not found:
            return
        last, uid, _ = found[-1]
        total = mark.sum + sum(_part(id, one) for id, one, _ in found)
        with search_cache.transaction(cache):
            cache.executemany(
                f"INSERT INTO {table}_words(rowid, text) VALUES(?, ?)",
                ((id, spaced(text)) for id, _, text in found),
            )
            new = Mark(last, uid, mark.n + len(found), total % _ALL)
            search_cache.put_mark(cache, table, new)
        count.done += len(found)
        yield _step(cache, count)


def _texts(c: Connection, table: str, after: int) -> Iterator[tuple[int, bytes, str]]:
    size = 0
    sql = f"{TEXTS[table]} WHERE id > ? ORDER BY id LIMIT ?"
    for row in c.execute(sql, (after, ROWS)):
        yield row
        size += len(row[2])
        if size > CHARACTERS:
            return


def _step(cache: Connection, count: _Count) -> Progress:
    count.batches += 1
    if not count.batches % BATCHES_PER_CHECKPOINT:
        search_cache.checkpoint(cache)
        search_cache.require_space(count.path)
    return Progress(min(count.done, count.total), max(count.done, count.total), "Indexing")


# Of comments, a mark says: up to which hlc events are indexed for good (`last`), how many there
# are up to it (`n`), how many were seen above it (`sum`: clocks that are ahead), and in `uid`, as
# text, the completion up to which a first pass over all ratings has come, or nothing.


def _events_fit(store: "Store", cache: Connection) -> bool:
    mark = search_cache.mark(cache, "comment")
    with store.read() as c:
        return _fits(c, mark)


def _fits(c: Connection, mark: Mark) -> bool:
    return mark.n == _number(c, "SELECT count(*) FROM event WHERE hlc <= ?", (mark.last,))


def _fill_comments(store: "Store", cache: Connection, count: _Count) -> Iterator[Progress]:
    mark = search_cache.mark(cache, "comment")
    if not mark.last:
        with store.read() as c:
            mark = _now(c, b"0")
        with search_cache.transaction(cache):
            search_cache.put_mark(cache, "comment", mark)
    if mark.uid:
        yield from _first_pass(store, cache, mark, count)
    yield from _later(store, cache, mark.last, count)


def _later(store: "Store", cache: Connection, last: int, count: _Count) -> Iterator[Progress]:
    # Read before the events, so that what is written meanwhile comes again next time.
    mark = search_cache.mark(cache, "comment")
    with store.read() as c:
        new = _now(c, b"") if _fits(c, mark) else None
    after = (last, b"\xff" * 17)
    while True:
        with store.read() as c:
            found = c.execute(
                "SELECT hlc, uid, completion_id, rater_id, kind FROM event"
                " WHERE (hlc, uid) > (?, ?) ORDER BY hlc, uid LIMIT ?",
                (*after, ROWS),
            ).fetchall()
            pairs = {(row[2], row[3]) for row in found if row[4] in ("comment", "retract")}
            rows = [row for pair in pairs for row in _of_pair(c, *pair)]
        if not found:
            break
        after = found[-1][:2]
        if pairs:
            with search_cache.transaction(cache):
                _forget(cache, pairs)
                _put(cache, rows)
        yield _step(cache, count)
    if new is not None and new != mark:
        with search_cache.transaction(cache):
            search_cache.put_mark(cache, "comment", new)


def _first_pass(store: "Store", cache: Connection, mark: Mark, count: _Count) -> Iterator[Progress]:
    at = int(mark.uid)
    with store.read() as c:
        end = _number(c, "SELECT coalesce(max(completion_id), 0) FROM rating")
    while at < end:
        with store.read() as c:
            sql = f"{_COMMENT} AND completion_id > ? AND completion_id <= ?"
            rows = c.execute(sql, (at, at + ROWS)).fetchall()
        at += ROWS
        with search_cache.transaction(cache):
            _forget(cache, {(row[0], row[1]) for row in rows})
            _put(cache, rows)
            new = Mark(mark.last, str(at).encode(), mark.n, mark.sum)
            search_cache.put_mark(cache, "comment", new)
        yield _step(cache, count)
    with search_cache.transaction(cache):
        search_cache.put_mark(cache, "comment", Mark(mark.last, b"", mark.n, mark.sum))


def _now(c: Connection, at: bytes) -> Mark:
    believed = (now_ms() + eventlog.AHEAD_MS) << 16
    last = _number(c, "SELECT coalesce(max(hlc), 1) FROM event WHERE hlc <= ?", (believed,))
    n = _number(c, "SELECT count(*) FROM event WHERE hlc <= ?", (last,))
    above = _number(c, "SELECT count(*) FROM event WHERE hlc > ?", (last,))
    return Mark(last, at, n, above)


def _of_pair(c: Connection, completion_id: int, rater_id: int) -> list[Comment]:
    sql = f"{_COMMENT} AND completion_id = ? AND rater_id = ?"
    return c.execute(sql, (completion_id, rater_id)).fetchall()


def _forget(cache: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    for pair in pairs:
        ids = cache.execute(
            "SELECT id FROM comment WHERE completion_id = ? AND rater_id = ?", pair
        ).fetchall()
        cache.executemany("DELETE FROM comment_words WHERE rowid = ?", ids)
        cache.executemany("DELETE FROM comment WHERE id = ?", ids)


def _put(cache: Connection, rows: Iterable[Comment]) -> None:
    """Index comments under ids in the order of their time, so that the newest has the highest."""
    taken: list[tuple[int, str]] = []
    for completion_id, rater_id, hlc, event_uid, body in sorted(rows, key=lambda row: row[2]):
        id = hlc
        while not cache.execute(
            "INSERT OR IGNORE INTO comment(id, completion_id, rater_id, event_uid)"
            " VALUES(?, ?, ?, ?)",
            (id, completion_id, rater_id, event_uid),
        ).rowcount:
            id -= 1
        taken.append((id, spaced(body)))
    cache.executemany("INSERT INTO comment_words(rowid, text) VALUES(?, ?)", sorted(taken))

"""Looks over a whole project file and says what is wrong, as far as it can be read."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prefdesk.errors import PrefdeskError
from prefdesk.store import checkpoints, chunks, eventlog, fold, transfer, weights
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

_MOST = 20


def problems(store: "Store") -> list[str]:
    """Every problem found, in sentences; one damaged part does not hide the others."""
    found: list[str] = []
    for look in (_pages, _references, _multiplicities, _events, _folds):
        found += _guarded(store, look)
    return found + list(_weights(store))


def _guarded(store: "Store", look: Callable[[Connection], Iterator[str]]) -> list[str]:
    found: list[str] = []
    try:
        with store.read() as c:
            for sentence in look(c):
                found.append(sentence)
                if len(found) == _MOST:
                    break
    except PrefdeskError as error:
        found.append(error.message)
    return found


def _pages(c: Connection) -> Iterator[str]:
    for (text,) in c.execute(f"PRAGMA integrity_check({_MOST})").fetchall():
        if text != "ok":
            yield f"The file's structure is damaged: {text}."


def _references(c: Connection) -> Iterator[str]:
    for table, row, other, _ in c.execute("PRAGMA foreign_key_check").fetchall():
        yield f"Row {row} of {table} speaks of something in {other} that is not there."


def _multiplicities(c: Connection) -> Iterator[str]:
    wrong = c.execute(
        "SELECT k.id, k.multiplicity, count(d.id) AS n FROM completion k"
        " LEFT JOIN draw d ON d.completion_id = k.id GROUP BY k.id HAVING n <> k.multiplicity"
    ).fetchall()
    for id, said, counted in wrong:
        yield f"Completion {id} says it was drawn {said} times, and {counted} draws are there."


def _events(c: Connection) -> Iterator[str]:
    uids = {
        table: {id: uid.hex() for id, uid in c.execute(f"SELECT id, uid FROM {table}").fetchall()}
        for table in ("completion", "rater")
    }
    for (completion_id, rater_id), events in eventlog.by_pair(c):
        completion_uid = uids["completion"].get(completion_id, "")
        rater_uid = uids["rater"].get(rater_id, "")
        for event in events:
            if eventlog.uid_of(event, completion_uid, rater_uid) != event.uid:
                yield f"Rating event {event.uid.hex()} was changed after it was written."


def _folds(c: Connection) -> Iterator[str]:
    pairs = 0
    for (completion_id, rater_id), events in eventlog.by_pair(c):
        replayed = {eventlog.rating_row(e) for e in fold.winners(events).values()}
        pairs += bool(replayed)
        if replayed != eventlog.folded(c, completion_id, rater_id):
            yield (
                f"What counts of rater {rater_id} on completion {completion_id} is not what the "
                "events say."
            )
    counted = c.execute(
        "SELECT count(*) FROM (SELECT 1 FROM rating GROUP BY completion_id, rater_id)"
    ).fetchone()[0]
    if counted > pairs:
        yield f"{counted - pairs} ratings count without an event behind them."


def _weights(store: "Store") -> Iterator[str]:
    with store.read() as c:
        whole = [k for k in checkpoints.all(c) if weights.has_weights(c, k.id)]
        unused = chunks.unused(c)
    for checkpoint in whole:
        try:
            transfer.verify(store, checkpoint.id)
        except PrefdeskError as error:
            yield f"The weights of {checkpoint.name} cannot be used: {error.message}"
    if unused:
        yield f"{unused} chunks of weights belong to no checkpoint."

"""Looks over a whole project file and says what is wrong, as far as it can be read."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prefdesk.errors import PrefdeskError
from prefdesk.records import Event
from prefdesk.store import (
    chunks,
    content,
    eventlog,
    faults,
    fold,
    queue,
    statistics,
    transfer,
    weights,
)
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

_MOST = 20


Tell = Callable[[int, int], None]
"""Called with how many looks are done, and how many there are."""


def problems(store: "Store", tell: Tell | None = None) -> list[str]:
    """Every problem found, in sentences; one damaged part does not hide the others.

    What `tell` raises ends the look.
    """
    looks: tuple[tuple[str, Callable[[Connection], Iterator[str]]], ...] = (
        ("The structure of the file", _pages),
        ("What refers to what", content.references),
        ("A text", content.texts),
        ("A value of the project", content.values),
        ("A header or a setting", content.documents),
        ("A prompt", content.questions),
        ("A draw", content.numbers),
        ("How often completions were drawn", _multiplicities),
        ("The log of ratings", changed_events),
        ("What counts of the ratings", _folds),
        ("The figures of completions", statistics.differences),
        ("The queues of the raters", queue.differences),
        ("The list of weights", _unused),
    )
    found: list[str] = []
    for done, (what, look) in enumerate(looks):
        if tell is not None:
            tell(done, len(looks) + _n_weights(store))
        found += _guarded(store, what, look)
    return found + _weights(store, tell, len(looks))


def fits(c: Connection) -> bool:
    """True if the rows fit each other: references, and what counts against the event log."""
    return not any(True for look in (content.references, changed_events, _folds) for _ in look(c))


def _guarded(store: "Store", what: str, look: Callable[[Connection], Iterator[str]]) -> list[str]:
    found: list[str] = []
    try:
        with faults.reading(what.lower()), store.read() as c:
            for sentence in look(c):
                found.append(sentence)
                if len(found) == _MOST:
                    break
    except PrefdeskError as error:
        found.append(f"{what} cannot be looked at as a whole: {error.message}")
    return found


def _pages(c: Connection) -> Iterator[str]:
    for (text,) in c.execute(f"PRAGMA integrity_check({_MOST})").fetchall():
        if text != "ok":
            yield f"The file's structure is damaged: {text}."


def _multiplicities(c: Connection) -> Iterator[str]:
    wrong = c.execute(
        "SELECT k.id, k.multiplicity, count(d.id) AS n FROM completion k"
        " LEFT JOIN draw d ON d.completion_id = k.id GROUP BY k.id HAVING n <> k.multiplicity"
    ).fetchall()
    for id, said, counted in wrong:
        yield f"Completion {id} says it was drawn {said} times, and {counted} draws are there."


def changed_events(c: Connection) -> Iterator[str]:
    """A sentence for each rating event that is not what its hash says."""
    uids = {
        table: {id: uid.hex() for id, uid in c.execute(f"SELECT id, uid FROM {table}").fetchall()}
        for table in ("completion", "rater")
    }
    for (completion_id, rater_id), events in eventlog.by_pair(c):
        completion_uid = uids["completion"].get(completion_id, "")
        rater_uid = uids["rater"].get(rater_id, "")
        for event in events:
            if not _is_as_written(event, completion_uid, rater_uid):
                yield f"Rating event {event.uid.hex()} was changed after it was written."


def _is_as_written(event: Event, completion_uid: str, rater_uid: str) -> bool:
    try:
        return eventlog.uid_of(event, completion_uid, rater_uid) == event.uid
    except (ValueError, OverflowError):
        # A time or a value that no event can have.
        return False


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


def _unused(c: Connection) -> Iterator[str]:
    unused = chunks.unused(c)
    if unused:
        yield f"{unused} chunks of weights belong to no checkpoint."


def _n_weights(store: "Store") -> int:
    try:
        with store.read() as c:
            return len(weights.all_stored(c))
    except PrefdeskError:
        return 0


def _weights(store: "Store", tell: Tell | None, before: int) -> list[str]:
    found = []
    try:
        with store.read() as c:
            whole = weights.all_stored(c)
    except PrefdeskError as error:
        return [f"The checkpoints cannot be looked at: {error.message}"]
    for done, (id, name) in enumerate(whole):
        if tell is not None:
            tell(before + done, before + len(whole))
        try:
            transfer.verify(store, id)
        except PrefdeskError as error:
            found.append(f"The weights of {name} cannot be used: {error.message}")
    return found

"""Events and items that come from another copy of the project, named by uids.

Events are a set that only grows: each has the identity of its content, what is there already is
passed over, and what counts is folded from the set. So packs may be merged in any order, twice,
or through one another, with one result.

*The clock.* The newest of a rater's events on a completion counts, by (hlc, uid): this order is
part of the events and asks for no receipt, so it cannot depend on when or in which order packs
arrive. A wrong clock does not win for ever because an event is always made later than
everything its rater did before as far as that copy knows (`eventlog.Appender`), and a new pack
tells its working copy where that is: whoever judges again after a merge wins, here and in every
pack made from then on. A clock that is ahead moves nobody's time but its own rater's, it is
flagged in the preview and in the record of the merge, and readings beyond the year 2200 are
refused, so there is always a later one. An undone merge (see `merges`) leaves no trace in
what counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prefdesk.errors import InputError
from prefdesk.records import Event, NewPrompt, Prompt
from prefdesk.store import eventlog, meta, prompts, queue, rows
from prefdesk.store.clock import content_uid, now_ms
from prefdesk.store.engine import Connection
from prefdesk.store.eventlog import AHEAD_MS, last_hlc, new_act, uid_of
from prefdesk.store.fold import winners

__all__ = [
    "AHEAD_MS",
    "Found",
    "add_events",
    "add_items",
    "completion_uids",
    "content_uid",
    "events_of",
    "find_items",
    "items_by_id",
    "known",
    "last_hlc",
    "new_act",
    "now_ms",
    "of_rater",
    "problem",
    "set_floor",
    "start_queue",
    "uid_of",
    "winners",
]

VERBS = frozenset(("rate", "skip", "comment", "move", "undo", "redo", "unmerge", "remerge"))


@dataclass(frozen=True, slots=True)
class Found:
    """A completion of this project with what its raters see."""

    completion_id: int
    uid: bytes
    prompt: Prompt
    text: str


_FOUND = "SELECT id, uid, prompt_id, text FROM completion WHERE"


def find_items(c: Connection, uids: Iterable[bytes]) -> dict[bytes, Found]:
    """Completions by uid; unknown ones are left out."""
    sql = f"{_FOUND} uid IN (SELECT unhex(value) FROM json_each(?))"
    return {one.uid: one for one in _found(c, sql, _uid_list(uids))}


def items_by_id(c: Connection, ids: Iterable[int]) -> dict[int, Found]:
    """Completions by id; unknown ones are left out."""
    sql = f"{_FOUND} id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return {one.completion_id: one for one in _found(c, sql, rows.id_list(ids))}


def _found(c: Connection, sql: str, listed: str) -> list[Found]:
    found = c.execute(sql, (listed,)).fetchall()
    asked = prompts.by_ids(c, {row[2] for row in found})
    return [Found(id, uid, asked[prompt_id], text) for id, uid, prompt_id, text in found]


def add_items(
    c: Connection, checkpoint_id: int, items: Iterable[tuple[bytes, NewPrompt, str]]
) -> None:
    """Put (completion uid, prompt, answer) of a pack into its working copy.

    Their multiplicity is 0: no draw stands behind them here. `InputError` if a prompt comes
    twice with different company, or a completion twice.
    """
    for uid, prompt, answer in items:
        prompts.add(c, [prompt])
        id = c.execute(
            "SELECT id FROM prompt WHERE uid = ?", (prompts.uid_of(prompt.content),)
        ).fetchone()[0]
        kept = prompts.get(c, id)
        if (kept.source, kept.references) != (prompt.source, prompt.references):
            raise InputError("This pack has one prompt with two sources.", "Ask for a new pack.")
        done = c.execute(
            "INSERT OR IGNORE INTO completion(uid, prompt_id, checkpoint_id, text, multiplicity,"
            " n_tokens, finished) VALUES(?, ?, ?, ?, 0, 0, 1)",
            (uid, id, checkpoint_id, answer),
        )
        if not done.rowcount:
            raise InputError("This pack has one item twice.", "Ask for a new pack.")


def start_queue(c: Connection, rater_id: int) -> int:
    """Queue all completions in the order in which they came in; returns how many."""
    return queue.fill(c, rater_id, queue.IN_ORDER)


def set_floor(c: Connection, hlc: int) -> None:
    """Make every later event of this file come after a clock reading of another copy."""
    meta.put(c, eventlog.FLOOR_KEY, str(hlc))


def problem(event: Event) -> str:
    """What is wrong with an event that somebody hands in, as a sentence, or an empty string."""
    if event.verb not in VERBS:
        return f"There is no act called {event.verb!r}."
    if event.kind == "retract":
        whole = event.target is not None and event.value is None and not event.body
        return "" if whole else "It takes something back without saying what."
    if event.target is not None:
        return "Only what takes something back names a target."
    return eventlog.problem(
        eventlog.Draft(
            event.completion_id,
            event.rater_id,
            event.kind,
            value=event.value,
            criterion=event.criterion,
            occasion=event.occasion,
            body=event.body,
            seconds=event.seconds,
        )
    )


def known(c: Connection, uids: Iterable[bytes]) -> set[bytes]:
    """Those of the events that the file holds."""
    found = c.execute(
        "SELECT uid FROM event WHERE uid IN (SELECT unhex(value) FROM json_each(?))",
        (_uid_list(uids),),
    ).fetchall()
    return {uid for (uid,) in found}


def add_events(c: Connection, events: Sequence[Event]) -> list[bytes]:
    """Add events with their own uids and fold what they touch; returns the uids that were new."""
    there = known(c, (event.uid for event in events))
    new = {event.uid: event for event in events if event.uid not in there}
    c.executemany(
        f"INSERT OR IGNORE INTO event({eventlog.COLUMNS}) VALUES({', '.join('?' * 14)})",
        [eventlog.as_row(event) for event in new.values()],
    )
    eventlog.refold(c, {(event.completion_id, event.rater_id) for event in new.values()})
    return list(new)


def events_of(c: Connection, rater_id: int, completion_ids: Iterable[int]) -> list[Event]:
    """All a rater did to some completions, by completion."""
    return eventlog.select(
        c,
        "WHERE completion_id IN (SELECT value FROM json_each(?)) AND rater_id = ?"
        " ORDER BY completion_id",
        (rows.id_list(completion_ids), rater_id),
    )


def of_rater(c: Connection, rater_id: int) -> Iterator[Event]:
    """All a rater ever did, in its order."""
    cursor = c.execute(
        f"SELECT {eventlog.COLUMNS} FROM event WHERE rater_id = ? ORDER BY hlc, uid", (rater_id,)
    )
    return (Event(*row) for row in cursor)


def completion_uids(c: Connection, rater_id: int) -> dict[int, bytes]:
    """The completions that a rater did something to, id to uid."""
    found = c.execute(
        "SELECT id, uid FROM completion WHERE id IN"
        " (SELECT completion_id FROM event WHERE rater_id = ?) ORDER BY id",
        (rater_id,),
    )
    return dict(found.fetchall())


def _uid_list(uids: Iterable[bytes]) -> str:
    return rows.text_list(uid.hex() for uid in uids)

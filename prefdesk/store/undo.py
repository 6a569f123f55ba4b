"""Undo and redo, read from the log alone, so that they work after a restart and on a copy.

To undo an act is to retract all its events in a new act; to redo it is to retract those
retractions. What a rater did to somebody else's ratings (a move) either of the two can undo.
"""

from collections.abc import Iterator, Sequence

from prefdesk.records import Event
from prefdesk.store import eventlog
from prefdesk.store.engine import Connection

# Taking a merged pack back has its own way back: merging it again.
_NO_STEPS = "('undo', 'redo', 'unmerge', 'remerge')"


def undo(c: Connection, rater_id: int, *, now_ms: int | None = None) -> tuple[Event, ...]:
    """Take back the rater's newest living act; returns the new events, none if nothing is left."""
    return _retract(c, "undo", _last_done(c, rater_id), now_ms)


def redo(c: Connection, rater_id: int, *, now_ms: int | None = None) -> tuple[Event, ...]:
    """Bring back what was undone last; a new act of the rater ends this. Returns the new events."""
    return _retract(c, "redo", _last_undone(c, rater_id), now_ms)


def take_back(c: Connection, acts: Sequence[bytes]) -> tuple[bytes, ...]:
    """Take named acts back, each in an act of its own; returns those, for `bring_back`."""
    return _reverse(c, "undo", acts)


def bring_back(c: Connection, undone: Sequence[bytes]) -> tuple[bytes, ...]:
    """Undo what `take_back` did; returns the acts that did it, for `take_back`."""
    return _reverse(c, "redo", undone)


def _reverse(c: Connection, verb: str, acts: Sequence[bytes]) -> tuple[bytes, ...]:
    found = []
    for act in acts:
        new = _retract(c, verb, [e for e in _events(c, act) if is_alive(c, e)], None)
        found += [new[0].act] if new else []
    return tuple(found)


def can_undo(c: Connection, rater_id: int) -> bool:
    """True if `undo` would do something."""
    return bool(_last_done(c, rater_id))


def can_redo(c: Connection, rater_id: int) -> bool:
    """True if `redo` would do something."""
    return bool(_last_undone(c, rater_id))


def is_alive(c: Connection, event: Event) -> bool:
    """True unless a later living retraction targets the event.

    Only the same rater's retraction on the same completion counts, as in the fold: whoever
    names somebody else's event in a pack does nothing to it.
    """
    retractions = eventlog.select(
        c,
        "WHERE target = ? AND completion_id = ? AND rater_id = ?",
        (event.uid, event.completion_id, event.rater_id),
    )
    return not any((r.hlc, r.uid) > (event.hlc, event.uid) and is_alive(c, r) for r in retractions)


def _retract(
    c: Connection, verb: str, events: list[Event], now_ms: int | None
) -> tuple[Event, ...]:
    if not events:
        return ()
    appender = eventlog.Appender(c, now_ms)
    new = appender.act(verb, [retraction(event) for event in events])
    appender.finish()
    return new


def retraction(event: Event) -> eventlog.Draft:
    """The draft of an event that takes `event` back."""
    return eventlog.Draft(
        event.completion_id,
        event.rater_id,
        "retract",
        criterion=event.criterion,
        occasion=event.occasion,
        target=event.uid,
    )


def retract_all(c: Connection, verb: str, events: Sequence[Event], act: bytes) -> int:
    """Take events back as part of the act `act`; returns how many events were written."""
    if not events:
        return 0
    appender = eventlog.Appender(c, None)
    new = appender.act(verb, [retraction(event) for event in events], act)
    appender.finish()
    return len(new)


def _last_done(c: Connection, rater_id: int) -> list[Event]:
    for act in _acts(c, rater_id, f"verb NOT IN {_NO_STEPS}", 0):
        events = _events(c, act)
        if any(is_alive(c, event) for event in events):
            return events
    return []


def _last_undone(c: Connection, rater_id: int) -> list[Event]:
    newest = c.execute(
        f"SELECT hlc FROM event WHERE rater_id = ? AND verb NOT IN {_NO_STEPS}"
        " ORDER BY hlc DESC LIMIT 1",
        (rater_id,),
    ).fetchone()
    for act in _acts(c, rater_id, "verb = 'undo'", newest[0] if newest else 0):
        events = _events(c, act)
        if any(is_alive(c, event) for event in events):
            return events
    return []


def _acts(c: Connection, rater_id: int, condition: str, after_hlc: int) -> Iterator[bytes]:
    """Acts of a rater from the newest to the oldest, each once, as far as they are asked for."""
    seen: set[bytes] = set()
    before = 2**63 - 1
    while True:
        row = c.execute(
            f"SELECT act, hlc FROM event WHERE rater_id = ? AND hlc < ? AND hlc > ? AND {condition}"
            " ORDER BY hlc DESC LIMIT 1",
            (rater_id, before, after_hlc),
        ).fetchone()
        if row is None:
            return
        act, before = row
        if act not in seen:
            seen.add(act)
            yield act


def _events(c: Connection, act: bytes) -> list[Event]:
    return eventlog.select(c, "WHERE act = ? ORDER BY hlc, uid", (act,))

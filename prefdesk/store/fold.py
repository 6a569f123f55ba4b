"""Which judgements count, given everything a rater ever did to one completion. No SQL.

An event is dead if a retraction that is itself alive targets it. A retraction acts on earlier
events only, so one pass from the newest to the oldest decides all of them.
"""

from collections.abc import Iterable, Iterator

from prefdesk.records import Event

Key = tuple[str, int, str]
"""Criterion, occasion, kind: within it the newest living event wins."""


def alive(events: Iterable[Event]) -> Iterator[Event]:
    """The living events, newest first."""
    dead: set[bytes] = set()
    for event in sorted(events, key=lambda e: (e.hlc, e.uid), reverse=True):
        if event.uid in dead:
            continue
        yield event
        if event.kind == "retract" and event.target is not None:
            dead.add(event.target)


def winners(events: Iterable[Event]) -> dict[Key, Event]:
    """The event that counts for each key; `events` belong to one rater and one completion."""
    found: dict[Key, Event] = {}
    for event in alive(events):
        if event.kind != "retract":
            found.setdefault((event.criterion, event.occasion, event.kind), event)
    return found

"""Undo and redo: what was taken back or brought back, and the item it belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from prefdesk.errors import PrefdeskError
from prefdesk.project.session import Item, RatingSession
from prefdesk.records import Event
from prefdesk.ui import background
from prefdesk.ui.rate.outbox import Outbox

Verb = Literal["undo", "redo"]
History = Callable[[int], list[Event]]
"""Every event of the rater on one completion."""


@dataclass(frozen=True)
class Retraced:
    """An item as it is now, and the event that was taken back or brought back.

    `is_one_of_many`: the act concerned several items, as when ratings were moved.
    """

    item: Item
    event: Event
    verb: Verb
    is_one_of_many: bool = False


class Retrace(QObject):
    """Sends undo and redo, waits for the writer, and reads the items concerned.

    *Signals*
    - `arrived(list[Retraced])`: in the order of asking, all that was asked meanwhile.
    - `found_nothing(str)`: there was nothing to undo or redo.
    - `failed(PrefdeskError)`
    """

    arrived = Signal(object)
    found_nothing = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        session: RatingSession,
        outbox: Outbox,
        history: History,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self._outbox, self._history = outbox, history
        self._asked = 0
        self._events: list[tuple[Verb, Event]] = []

    @property
    def is_busy(self) -> bool:
        """True while the item on the screen may change without a key."""
        return self._asked > 0

    def ask(self, verb: Verb) -> None:
        """Take the newest act back, or bring back the one undone last."""
        self._asked += 1
        write = self.session.undo if verb == "undo" else self.session.redo
        self._outbox.send(write, lambda error, events: self._on_settled(verb, error, events))

    def _on_settled(
        self, verb: Verb, error: BaseException | None, events: Sequence[Event] | None
    ) -> None:
        if error is not None:
            self.failed.emit(error)
        elif not events:
            self.found_nothing.emit(verb)
        self._events += [(verb, e) for e in events or ()]
        if self._asked > 1 or not self._events:
            self._asked -= 1
            return
        # The last one asked for stays counted until its item is on the screen, so that a key
        # pressed meanwhile does not hit another item.
        taken, self._events = self._events, []
        session, history = self.session, self._history
        background.query(
            self, lambda: _read(session, history, taken), self._on_read, self._on_failed
        )

    def _on_read(self, found: list[Retraced]) -> None:
        self._asked -= 1
        self.arrived.emit(found)

    def _on_failed(self, error: PrefdeskError) -> None:
        self._asked -= 1
        self.failed.emit(error)


def _read(
    session: RatingSession, history: History, events: Sequence[tuple[Verb, Event]]
) -> list[Retraced]:
    ids = list(dict.fromkeys(e.completion_id for _, e in events))
    items = {i.completion_id: i for i in session.items(ids)}
    written = {e.uid: e for i in ids for e in history(i)}
    reach: dict[bytes, set[int]] = {}
    for _, event in events:
        reach.setdefault(event.act, set()).add(event.completion_id)
    return [
        Retraced(items[e.completion_id], _origin(e, written), verb, len(reach[e.act]) > 1)
        for verb, e in events
        if e.completion_id in items and e.rater_id == session.rater.id
    ]


def _origin(event: Event, written: dict[bytes, Event]) -> Event:
    """The judgement at the end of a chain of retractions."""
    while event.target is not None and event.target in written:
        event = written[event.target]
    return event

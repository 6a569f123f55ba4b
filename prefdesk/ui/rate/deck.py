"""A rating session as the window sees it: what is on the screen and how one moves.

Answers are handed in and not waited for; what could not be written comes back to the screen.
"""

from PySide6.QtCore import QObject, Signal

from prefdesk.errors import PrefdeskError
from prefdesk.project.session import RatingSession
from prefdesk.ui.rate.answers import Answers
from prefdesk.ui.rate.clock import FocusClock
from prefdesk.ui.rate.feed import Feed
from prefdesk.ui.rate.outbox import Outbox
from prefdesk.ui.rate.retrace import History, Retrace, Retraced, Verb
from prefdesk.ui.rate.trail import Entry, Trail, entry_of


class Deck(QObject):
    """Moves through one rater's items.

    *Attributes*
    - `trail`, `outbox`, `clock`; `answers`: what the rater said.

    *Signals*
    - `shown()`: another item, or none, or the same one with other answers.
    - `restored()`: redo gave the item on the screen its answers back.
    - `said(str)`: what undo or redo did: "nothing", "many", or the kind of event it concerned.
    - `failed(str, str)`: a sentence and a hint; `lost_entries` came back if there are any.
    """

    shown = Signal()
    restored = Signal()
    said = Signal(str)
    failed = Signal(str, str)

    def __init__(
        self,
        session: RatingSession,
        history: History,
        remaining: int = 0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.trail, self.clock, self.outbox = Trail(), FocusClock(), Outbox(self)
        self.answers = Answers(session, self.outbox, remaining, self)
        self._feed = Feed(session, self)
        self._retrace = Retrace(session, self.outbox, history, self)
        self.answers.came_back.connect(self._on_came_back)
        self._feed.loaded.connect(self._on_loaded)
        self._feed.failed.connect(self._on_failed)
        self._retrace.arrived.connect(self._on_retraced)
        self._retrace.found_nothing.connect(lambda _: self.said.emit("nothing"))
        self._retrace.failed.connect(self._on_failed)

    @property
    def entry(self) -> Entry | None:
        """What is on the screen; None while nothing is."""
        return self.trail.current

    @property
    def session(self) -> RatingSession:
        """Who rates, and what is asked."""
        return self.answers.session

    @property
    def criteria(self) -> tuple[str, ...]:
        """The names of what is judged, in order."""
        return self.answers.criteria

    @property
    def remaining(self) -> int:
        """How many items wait."""
        return self.answers.remaining

    @property
    def is_busy(self) -> bool:
        """True while undo or redo is on its way: the item on the screen may change."""
        return self._retrace.is_busy

    @property
    def has_ended(self) -> bool:
        """True if nothing is on the screen because nothing waits."""
        return self.entry is None and self._feed.exhausted

    def lost_entries(self) -> list[Entry]:
        """Items with answers that could not be written."""
        return [e for e in self.trail if e.has_lost]

    def load(self) -> None:
        """Ask the project for items; the first one shows itself if nothing is on the screen."""
        held = [e.id for e in self.trail if e.unsaved or e.has_lost or not self.answers.is_done(e)]
        self._feed.load(held, [e.id for e in self.trail])

    def look_again(self, session: RatingSession) -> None:
        """Items may have come in: go on with a session that was opened after that."""
        self.answers.session = self._feed.session = self._retrace.session = session
        self.load()

    def answer(self, criterion: str, value: float) -> bool:
        """Give an answer to the item on the screen; True if the item is finished by it."""
        entry = self.entry
        if entry is None or self.is_busy:
            return False
        self.answers.answer(entry, criterion, value, self.clock.lap())
        return self.answers.is_done(entry)

    def skip(self, reason: str) -> None:
        """Pass over the item on the screen and go on."""
        if self.entry is not None and not self.is_busy:
            self.answers.skip(self.entry, reason, self.clock.lap())
            self.advance()

    def comment(self) -> None:
        """Keep the draft of a comment on the item on the screen, if it says something new."""
        if self.entry is not None:
            self.answers.comment(self.entry)

    def advance(self) -> None:
        """Show the next item that is not finished."""
        entry = self.trail.next_open(self.criteria)
        if entry is not None:
            self.trail.go_to(entry)
        else:
            item = self._feed.take()
            if item is None:
                self.trail.end()
            else:
                self.trail.append(entry_of(item))
        self._show()
        if self._feed.is_low:
            self.load()

    def back(self) -> bool:
        """Show the item before; False if there is none in this session."""
        return self._step(-1)

    def forward(self) -> bool:
        """Show the item after; False if there is none yet."""
        entry = self.entry
        if (
            entry is not None
            and self.trail.is_last
            and self.answers.is_done(entry)
            and not self.is_busy
        ):
            self.advance()
            return True
        return self._step(1)

    def retrace(self, verb: Verb) -> None:
        """Undo the rater's last act, or redo what was undone last, and show its item."""
        self._retrace.ask(verb)

    def retry(self) -> None:
        """Hand in once more what could not be written."""
        self.answers.retry(self.lost_entries())
        if self.entry is None or self.answers.is_done(self.entry):
            self.advance()

    def _step(self, by: int) -> bool:
        if self.is_busy or not self.trail.step(by):
            return False
        self._show()
        return True

    def _show(self) -> None:
        if self.entry is not None:
            self.clock.start(len(self.entry.item.prompt.text) + len(self.entry.item.text))
        self.shown.emit()

    def _on_came_back(self, entry: Entry, error: BaseException) -> None:
        self.trail.go_to(next((e for e in self.trail if e.has_lost), entry))
        self._show()
        self._on_failed(error)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, PrefdeskError):
            self.failed.emit(error.message, error.hint)
        else:
            self.failed.emit(str(error), "")

    def _on_loaded(self, remaining: int) -> None:
        if not self.outbox.unsaved and not self.lost_entries():
            self.answers.recount(remaining)
        if self.entry is None:
            self.advance() if not self._feed.exhausted else self._show()

    def _on_retraced(self, found: list[Retraced]) -> None:
        for one in found:
            self._feed.drop(one.item.completion_id)
            known = self.trail.find(one.item.completion_id)
            if known is not None:
                self.answers.correct(known, one)
            if one.is_one_of_many:  # a move changes many items and leads to none of them
                continue
            if known is not None:
                self.trail.go_to(known)
            else:
                self.trail.insert_here(entry_of(one.item))
                self.answers.welcome(self.trail.entries[self.trail.place])
        self._show()
        last = found[-1] if found else None
        if last is None or last.is_one_of_many:
            self.said.emit("many")
            self.load()
            return
        self.said.emit(last.event.kind)
        if last.verb == "redo" and self.entry is not None and self.answers.is_done(self.entry):
            self.restored.emit()

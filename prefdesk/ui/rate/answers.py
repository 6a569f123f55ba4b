"""What a rater said about items: handed in, counted, and remembered if it cannot be written."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Signal

from prefdesk.project.session import RatingSession
from prefdesk.records import LABELS
from prefdesk.ui.rate.outbox import Outbox
from prefdesk.ui.rate.retrace import Retraced
from prefdesk.ui.rate.trail import Entry, entry_of


class Answers(QObject):
    """Changes entries at once and sends the change after them.

    *Attributes*
    - `session`; `remaining`: items that wait; `rated`: items finished since the start.

    *Signals*
    - `counted()`: `remaining` or `rated` is another.
    - `came_back(Entry, error)`: something about this entry could not be written.
    """

    counted = Signal()
    came_back = Signal(object, object)

    def __init__(
        self, session: RatingSession, outbox: Outbox, remaining: int, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.session, self._outbox = session, outbox
        self.remaining, self.rated = remaining, 0

    @property
    def criteria(self) -> tuple[str, ...]:
        """The names of what is judged, in order."""
        return tuple(c.name for c in self.session.criteria)

    def is_done(self, entry: Entry) -> bool:
        """True if nothing is left to ask about this entry."""
        return entry.is_done(self.criteria)

    def recount(self, remaining: int) -> None:
        """The project said how many items wait."""
        self.remaining = remaining
        self.counted.emit()

    def answer(self, entry: Entry, criterion: str, value: float, seconds: float | None) -> None:
        """Give an answer; it takes the place of a skip."""
        count = self._counting(entry)
        entry.skipped = entry.lost_skip = None
        self._hand_in(entry, criterion, value, seconds)
        count()

    def skip(self, entry: Entry, reason: str, seconds: float | None) -> None:
        """Pass over an entry."""
        count = self._counting(entry)
        self._hand_in_skip(entry, reason, seconds)
        count()

    def comment(self, entry: Entry) -> None:
        """Keep the draft of a comment if it says something new."""
        words = entry.draft.strip()
        entry.lost_comment = False
        if words == entry.comment:
            return
        before, entry.comment, entry.draft = entry.comment, words, words

        def failed() -> bool:
            entry.lost_comment, entry.comment = True, before
            return True

        self._send(entry, lambda: self.session.comment(entry.id, words), failed)

    def keep_drafts(self, entries: Iterable[Entry]) -> None:
        """Hand in every comment that was begun; those that failed already wait for `retry`."""
        for entry in entries:
            if not entry.lost_comment:
                self.comment(entry)

    def retry(self, entries: Iterable[Entry]) -> None:
        """Hand in once more what could not be written."""
        for entry in entries:
            count = self._counting(entry)
            if entry.lost_skip is not None:
                self._hand_in_skip(entry, entry.lost_skip, None)
            if entry.lost_comment:
                self.comment(entry)
            for criterion, value in list(entry.lost.items()):
                self._hand_in(entry, criterion, value, None)
            count()

    def correct(self, entry: Entry, one: Retraced) -> None:
        """Undo or redo changed what counts for this entry."""
        fresh, count = entry_of(one.item), self._counting(entry)
        entry.answers, entry.comment, entry.draft = fresh.answers, fresh.comment, fresh.draft
        entry.lost, entry.lost_skip, entry.lost_comment = {}, None, False
        if one.event.kind == "skip":
            entry.skipped = one.event.body if one.verb == "redo" else None
        count()

    def welcome(self, entry: Entry) -> None:
        """An entry of an earlier session came up; it waits again if it lost its answer."""
        self.recount(self.remaining + (not self.is_done(entry)))

    def _counting(self, entry: Entry) -> Callable[[], None]:
        """Call the result after a change to `entry`: it counts what that finished or opened."""
        before = self.is_done(entry)

        def count() -> None:
            by = int(self.is_done(entry)) - int(before)
            self.rated += by
            self.recount(max(0, self.remaining - by))

        return count

    def _hand_in(self, entry: Entry, criterion: str, value: float, seconds: float | None) -> None:
        entry.answers[criterion] = value
        entry.lost.pop(criterion, None)

        def write() -> "Future[Any]":
            if self.session.question == "label":
                word = LABELS[int(value)]
                return self.session.label(entry.id, word, criterion=criterion, seconds=seconds)
            return self.session.score(entry.id, value, criterion=criterion, seconds=seconds)

        def failed() -> bool:
            if entry.answers.get(criterion) != value:
                return False  # another answer is on its way
            count = self._counting(entry)
            entry.lost[criterion] = entry.answers.pop(criterion)
            count()
            return True

        self._send(entry, write, failed)

    def _hand_in_skip(self, entry: Entry, reason: str, seconds: float | None) -> None:
        entry.skipped, entry.lost_skip = reason, None

        def failed() -> bool:
            if entry.skipped != reason:
                return False
            count = self._counting(entry)
            entry.skipped, entry.lost_skip = None, reason
            count()
            return True

        self._send(entry, lambda: self.session.skip(entry.id, reason, seconds=seconds), failed)

    def _send(
        self, entry: Entry, write: Callable[[], "Future[Any]"], failed: Callable[[], bool]
    ) -> None:
        entry.unsaved += 1

        def settle(error: BaseException | None, _: Any) -> None:
            entry.unsaved -= 1
            if error is not None and failed():
                self.came_back.emit(entry, error)

        self._outbox.send(write, settle)

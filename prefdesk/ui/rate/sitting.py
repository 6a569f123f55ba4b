"""One sitting of a rater: from Start to the moment everything is on disk and the window is back."""

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from prefdesk.project.session import RatingSession
from prefdesk.records import Changes, Event
from prefdesk.ui.desk import Desk
from prefdesk.ui.rate.deck import Deck
from prefdesk.ui.rate.session_view import SessionView
from prefdesk.ui.rate.surface import Surface
from prefdesk.ui.rate.who import RaterRow
from prefdesk.ui.widgets import Notice, shown


class Sitting(QObject):
    """Owns the deck and the view of one session.

    *Attributes*
    - `deck`, `view`

    *Signals*
    - `ended()`: it may be taken off the screen.
    """

    ended = Signal()

    def __init__(
        self,
        desk: Desk,
        row: RaterRow,
        surface: Surface,
        notice: Notice,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk, self._notice = desk, notice
        self._leaving = self._looking = False
        rater_id, project = row.rater.id, desk.project

        def history(completion_id: int) -> list[Event]:
            assert project is not None
            return project.ratings.history(rater_id=rater_id, completion_id=completion_id)

        self.deck = Deck(row.session, history, row.waiting, self)
        self.view = SessionView(desk, self.deck, surface, self)
        self.deck.failed.connect(self._on_failed)
        self.deck.outbox.emptied.connect(self._on_emptied)
        self.view.leave_wished.connect(self.leave)
        desk.changed.connect(self._on_changed)
        desk.project_moved.connect(self._on_project_moved)

    def begin(self, window: QWidget) -> None:
        """Load the first items; from now on the window asks before it closes."""
        window.installEventFilter(self)
        self.deck.load()
        self.view.surface.setFocus()

    def close(self) -> None:
        """Let go of the surface and the window."""
        self.view.surface.window().removeEventFilter(self)
        self.view.close()

    @Slot()
    def leave(self) -> None:
        """End once everything is on disk; ask if something could not be written."""
        if self.deck.lost_entries():
            self._ask_to_abandon()
            return
        self.view.settle()
        if self.deck.outbox.unsaved:
            self._leaving = True
            self.view.say_word(self.tr("Saving the last ratings"))
        else:
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window may close, but not over ratings that could not be written."""
        if event.type() == QEvent.Type.Close:
            if self.deck.lost_entries():
                event.ignore()
                self._ask_to_abandon()
                return True
            self.view.settle()
        return False

    def _ask_to_abandon(self) -> None:
        self._leaving = False
        self._notice.tell(
            self.tr("Some ratings could not be saved."),
            self.tr("Try their keys again, or leave without them."),
            kind="bad",
            action=self.tr("Leave without them"),
            on_action=self.ended.emit,
        )

    @Slot(str, str)
    def _on_failed(self, sentence: str, hint: str) -> None:
        self._leaving = False
        lost = bool(self.deck.lost_entries())
        if lost:
            sentence = self.tr("This could not be saved: {reason}").format(reason=sentence)
        self._notice.tell(
            shown(sentence),
            shown(hint),
            kind="bad",
            action=self.tr("Try again") if lost else "",
            on_action=self._retry,
        )

    def _retry(self) -> None:
        self.deck.retry()
        self.view.surface.setFocus()

    @Slot()
    def _on_project_moved(self) -> None:
        """The project goes on in another file: what the old one did not take goes there."""
        if self.deck.lost_entries():
            self._notice.hide()
            self._retry()

    @Slot()
    def _on_emptied(self) -> None:
        if self._leaving:
            self._leaving = False
            self.leave()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        """Answers came in while somebody rates: they join the queue."""
        if changes.touches("completions") and not self._looking:
            self._looking = True
            rater = self.deck.session.rater
            self._desk.mutate(lambda p: p.ratings.session(rater), self._on_session)

    def _on_session(self, session: RatingSession) -> None:
        self._looking = False
        self.deck.look_again(session)

"""Shows a rater's deck on the surface, and turns what is pressed into steps of the deck."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from prefdesk.ui.desk import Desk
from prefdesk.ui.preferences import RATED_SIZES
from prefdesk.ui.rate import keys
from prefdesk.ui.rate.deck import Deck
from prefdesk.ui.rate.surface import Surface
from prefdesk.ui.rate.trays import Trays
from prefdesk.ui.tokens import MOTION_MS

TOLD_MS = 4_000


class SessionView(QObject):
    """One rater's session on the screen.

    *Attributes*
    - `deck`: what is shown and how one moves. `surface`: where. `trays`: what can be opened.

    *Signals*
    - `leave_wished()`: Escape with nothing open, or a button.
    """

    leave_wished = Signal()

    def __init__(self, desk: Desk, deck: Deck, surface: Surface, parent: QObject) -> None:
        super().__init__(parent)
        self.deck, self.surface, self._preferences = deck, surface, desk.preferences
        self._active = deck.criteria[0]
        self._confirm, self._hush = self._timer(MOTION_MS), self._timer(TOLD_MS)
        self.trays = Trays(desk, deck, surface, lambda: self._active, self)
        self._links: list[Any] = []
        self._connect()
        surface.top.set_rater(deck.session.rater.name)
        deck.clock.set_active(surface.isActiveWindow())
        self._on_shown()
        self._on_counted()

    def close(self) -> None:
        """Let go of the surface, which the next session will use."""
        self._confirm.stop()
        self._hush.stop()
        self.surface.close_all()
        for link in (*self._links, *self.trays.links):
            QObject.disconnect(link)

    def do(self, verb: str) -> None:
        """Carry out a verb of `keys.verb`, which is also the name of a tool's button."""
        if self._confirm.isActive():
            self._on_confirmed()
        if verb in ("back", "forward", "undo", "redo"):
            self.trays.settle()
        handlers: dict[str, Callable[[], object]] = {
            "back": self._go_back,
            "forward": self._go_forward,
            "undo": lambda: self.deck.retrace("undo"),
            "redo": lambda: self.deck.retrace("redo"),
            "skip": self.trays.open_skip,
            "comment": self.trays.open_comment,
            "earlier": self.trays.toggle_earlier,
            "keys": self.surface.show_keys,
            "list": self.surface.overlay.hide,
            "leave": self._leave,
            "larger": lambda: self._resize_text(1),
            "smaller": lambda: self._resize_text(-1),
        }
        if verb in handlers:
            handlers[verb]()
        else:
            self.surface.item.scroll_answer(verb)

    def settle(self) -> None:
        """Before the session ends: nothing that was typed is lost."""
        self._confirm.stop()
        self.trays.settle()
        self.deck.answers.keep_drafts(self.deck.trail)

    def say_word(self, words: str) -> None:
        """Show a few words for a moment."""
        self.surface.top.say_word(words)
        self._hush.start()

    @Slot(int)
    def _on_answered(self, place: int) -> None:
        value = keys.value(place, self.deck.session.question)
        if not self.trays.choose_reason(place) and value is not None:
            self._choose(self._active, value)

    @Slot(int)
    def _on_looked(self, place: int) -> None:
        value = keys.value(place, self.deck.session.question)
        if value is not None:
            self.trays.look_at(self._active, value)

    @Slot(str, float)
    def _choose(self, criterion: str, value: float) -> None:
        entry, order = self.deck.entry, self.deck.criteria
        if entry is None or self._confirm.isActive() or self.deck.is_busy:
            self._show_answers()
            return
        self.trays.settle()
        was_finished, is_last = entry.is_done(order), criterion == order[-1]
        finished = self.deck.answer(criterion, value)
        if was_finished:
            self._active = order[min(order.index(criterion) + 1, len(order) - 1)]
        else:
            self._active = entry.next_criterion(order)
        self._show_answers()
        if finished and (is_last or not was_finished):
            self._confirm.start()

    @Slot()
    def _on_confirmed(self) -> None:
        self._confirm.stop()
        self.deck.advance()

    @Slot()
    def _on_shown(self) -> None:
        self._confirm.stop()
        entry = self.deck.entry
        if entry is None:
            self.surface.show_none(ended=self.deck.has_ended)
        else:
            self._active = entry.next_criterion(self.deck.criteria)
            self.surface.show_item(entry.item)
            self._show_answers()
        self.trays.follow()
        self._say_state()

    def _show_answers(self) -> None:
        entry = self.deck.entry
        if entry is not None:
            self.surface.questions.show_answers({**entry.lost, **entry.answers}, self._active)

    @Slot()
    def _say_state(self) -> None:
        entry, words = self.deck.entry, ""
        if entry is not None and entry.skipped is not None:
            words = self.tr("Skipped; any answer takes the skip's place")
        elif entry is not None and entry.comment:
            words = self.tr("You wrote a comment here (C)")
        self._hush.stop()
        self.surface.top.say_word(words)

    @Slot()
    def _on_tray_closed(self) -> None:
        self.surface.setFocus()
        self._say_state()

    def _go_back(self) -> None:
        if not self.deck.back() and not self.deck.is_busy:
            self.say_word(self.tr("The first of this session; Undo (U) goes further back"))

    def _go_forward(self) -> None:
        if not self.deck.forward() and not self.deck.is_busy:
            self.say_word(self.tr("Nothing newer yet; answer or skip this one"))

    @Slot(str)
    def _on_said(self, what: str) -> None:
        words = {
            "nothing": self.tr("There is nothing more to undo or redo"),
            "comment": self.tr("The comment is as it was before"),
            "many": self.tr("The last act was on several answers; they are as they were before"),
        }
        if what in words:
            self.say_word(words[what])

    def _leave(self) -> None:
        if not self.trays.escape():
            self.leave_wished.emit()

    def _resize_text(self, by: int) -> None:
        place = RATED_SIZES.index(self._preferences.rated_size) + by
        if 0 <= place < len(RATED_SIZES):
            self._preferences.set("rated_size", RATED_SIZES[place])

    @Slot()
    def _on_counted(self) -> None:
        self.surface.top.show_counts(self.deck.answers.rated, self.deck.remaining)
        lost = sum(e.n_lost for e in self.deck.lost_entries())
        self.surface.top.dot.show_state(self.deck.outbox.unsaved, lost)

    def _timer(self, wait_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(wait_ms)
        return timer

    def _connect(self) -> None:
        deck, surface = self.deck, self.surface
        deck.shown.connect(self._on_shown)
        deck.answers.counted.connect(self._on_counted)
        deck.restored.connect(self._confirm.start)
        deck.said.connect(self._on_said)
        deck.outbox.unsaved_changed.connect(self._on_counted)
        self.trays.closed.connect(self._on_tray_closed)
        self._confirm.timeout.connect(self._on_confirmed)
        self._hush.timeout.connect(self._say_state)
        self._links = [
            surface.keyboard.answered.connect(self._on_answered),
            surface.keyboard.looked.connect(self._on_looked),
            surface.keyboard.wished.connect(self.do),
            surface.keyboard.touched.connect(deck.clock.touch),
            surface.questions.chosen.connect(self._choose),
            surface.tools.pressed.connect(self.do),
            surface.top.keys_wished.connect(surface.show_keys),
            surface.top.leave_wished.connect(self.leave_wished),
            surface.end.button.clicked.connect(self.leave_wished),
            surface.overlay.closed.connect(surface.overlay.hide),
            surface.activated.connect(deck.clock.set_active),
        ]

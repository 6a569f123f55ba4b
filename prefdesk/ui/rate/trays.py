"""What opens between the text and the answers, and when it closes."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from prefdesk.ui.desk import Desk
from prefdesk.ui.rate import strip
from prefdesk.ui.rate.deck import Deck
from prefdesk.ui.rate.editors import CommentTray, SkipTray
from prefdesk.ui.rate.scale import choices
from prefdesk.ui.rate.surface import Surface


class Trays(QObject):
    """The comment, the reasons for a skip, the earlier answers.

    *Attributes*
    - `comment`, `skip`, `earlier`: the widgets. `links`: connections to them.

    *Signals*
    - `closed()`: a tray that had the keyboard focus is gone.
    """

    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        deck: Deck,
        surface: Surface,
        active: Callable[[], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk, self._deck, self._active = desk, deck, active
        self.comment, self.skip, self.earlier = surface.comment, surface.skip, surface.earlier
        self._questions, self._words = surface.questions, ""
        self.links = [
            self.comment.closed.connect(self.keep_draft),
            self.comment.editor.textChanged.connect(self._on_comment_typed),
            self.skip.closed.connect(self.escape),
            self.skip.chosen.connect(self._on_skip_chosen),
            self.earlier.closed.connect(self.earlier.hide),
            surface.questions.looked_at.connect(self.look_over),
        ]

    def escape(self) -> bool:
        """Close what was opened last; False if nothing is open."""
        if _is_open(self.comment):
            self.keep_draft()
        elif _is_open(self.skip):
            self._close_skip()
        elif _is_open(self.earlier):
            self.earlier.hide()
        else:
            return False
        return True

    def settle(self) -> None:
        """Before anything moves: the comment is kept, the question about a skip is dropped."""
        self.keep_draft()
        self._close_skip()

    def follow(self) -> None:
        """Another item is on the screen."""
        entry = self._deck.entry
        self.comment.hide()
        self.skip.hide()
        if entry is None:
            self.earlier.hide()
            return
        if entry.draft != entry.comment:  # it could not be written, or was interrupted
            self.comment.open(entry.draft)
        if _is_open(self.earlier):
            self._look_at_given()

    @Slot()
    def keep_draft(self) -> None:
        """Hand in the comment that is being written, and close."""
        if _is_open(self.comment):
            self._deck.comment()
            self.comment.hide()
            self.closed.emit()

    @Slot()
    def _on_comment_typed(self) -> None:
        if _is_open(self.comment) and self._deck.entry is not None:
            self._deck.entry.draft = self.comment.text()

    def open_comment(self) -> None:
        """Write or change the comment on this item."""
        if self._deck.entry is not None and not self._deck.is_busy:
            self._close_skip()
            self.comment.open(self._deck.entry.draft)

    def open_skip(self) -> None:
        """Ask why this item is skipped."""
        if self._deck.entry is not None and not self._deck.is_busy:
            self.keep_draft()
            self._questions.hide()  # while the reasons are open, their keys are not answers
            self.skip.open()

    def choose_reason(self, number: int) -> bool:
        """Take the reason with this number if the reasons are open."""
        if not _is_open(self.skip):
            return False
        self.skip.choose(number)
        return True

    def toggle_earlier(self) -> None:
        """Show or hide the earlier answers."""
        if _is_open(self.earlier):
            self.earlier.hide()
        else:
            self._look_at_given()

    def look_at(self, criterion: str, value: float) -> None:
        """Show the earlier answers that got this value."""
        entry, session = self._deck.entry, self._deck.session
        if entry is None:
            return
        words, but = choices(session.question)[int(value)].words, entry.id
        self._words = words
        self._desk.query(
            lambda project: strip.excerpts(project, session, criterion, value, but),
            self._on_excerpts,
            key="earlier",
        )

    def look_over(self, criterion: str, value: float) -> None:
        """The same for the button under the mouse, if the earlier answers are open."""
        if _is_open(self.earlier):
            self.look_at(criterion, value)

    def _look_at_given(self) -> None:
        entry, criterion = self._deck.entry, self._active()
        if entry is None:
            return
        given = entry.value(criterion)
        if given is None:
            before = [e.answers[criterion] for e in self._deck.trail if criterion in e.answers]
            middle = len(choices(self._deck.session.question)) // 2
            given = before[-1] if before else float(middle)
        self.look_at(criterion, given)

    def _on_excerpts(self, texts: list[str]) -> None:
        self.earlier.show_excerpts(self._words, texts)
        self.earlier.show()

    @Slot(str)
    def _on_skip_chosen(self, reason: str) -> None:
        self._close_skip()
        self._deck.skip(reason)

    def _close_skip(self) -> None:
        if _is_open(self.skip):
            self.skip.hide()
            self._questions.show()
            self.closed.emit()


def _is_open(tray: CommentTray | SkipTray | strip.EarlierTray) -> bool:
    return not tray.isHidden()

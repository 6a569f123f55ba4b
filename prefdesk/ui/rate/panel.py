"""The place Rate: the start page, and the session that takes the whole window."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from prefdesk.errors import PrefdeskError, ReadOnly
from prefdesk.project.settings import ProjectSettings
from prefdesk.ui.desk import Desk
from prefdesk.ui.place import Place
from prefdesk.ui.rate.gradual import Gradual
from prefdesk.ui.rate.mover import Mover
from prefdesk.ui.rate.session_view import SessionView
from prefdesk.ui.rate.sitting import Sitting
from prefdesk.ui.rate.start_page import Start, StartPage, read_start
from prefdesk.ui.rate.surface import Surface
from prefdesk.ui.tokens import SPACE_4, SPACE_5
from prefdesk.ui.widgets import EmptyState, PlainButton, PrimaryButton


class RatePlace(Place):
    """Who rates; then one answer after the other until the session is left.

    *Attributes*
    - `start_page`; `sitting`: the session that runs, or None.
    """

    name = "rate"
    icon = "rate"
    reacts_to = frozenset({"completions", "ratings", "raters", "settings"})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.sitting: Sitting | None = None
        self.surface: Surface | None = None
        self._reading = self._read_again = self._starting = False
        self._builder = Gradual(self)
        self._pages = QStackedWidget(self)
        self.start_page = StartPage(self._pages)
        self._pages.addWidget(self.start_page)
        self.read_only = EmptyState(icon="rate")
        self._pages.addWidget(self.read_only)
        self.body.addWidget(self._pages)
        self._mover = Mover(desk, self.start_page, self.notice, self)
        self.start_button, self.move_button = PrimaryButton("", "play"), PlainButton("", "person")
        self.set_primary(self.start_button)
        self.header_buttons.insertWidget(0, self.move_button)
        self._start, self._move, self._leave = QAction(self), QAction(self), QAction(self)
        self._connect()
        self._say_texts()
        self._on_start_changed()

    @property
    def view(self) -> SessionView | None:
        """The session on the screen."""
        return self.sitting.view if self.sitting is not None else None

    def title(self) -> str:
        """The title, translated."""
        return self.tr("Rate")

    def summary(self) -> str:
        """What the place is for."""
        return self.tr("Read one answer at a time and say how good it is.")

    def refresh(self) -> None:
        """Read who waits for how much; a session that runs is left alone."""
        if self.sitting is not None:
            self._stale = True
        elif self._reading:
            self._read_again = True
        else:
            self._reading = True
            self.desk.mutate(read_start, self._on_read, self._on_not_read)

    def clear(self) -> None:
        """The project was closed, or another one is open."""
        self._reading = self._read_again = self._starting = False
        self._mover.forget()
        self._on_ended()
        self.start_page.clear()
        self._pages.setCurrentWidget(self.start_page)

    def may_leave(self) -> bool:
        """Not while somebody rates."""
        return self.sitting is None

    def actions_offered(self) -> Sequence[QAction]:
        """The verbs of the place."""
        return [self._leave] if self.sitting is not None else [self._start, self._move]

    def can_undo(self) -> bool:
        """In a session one can always try; on the start page a move can be undone."""
        return self.sitting is not None or self._mover.can_undo

    def can_redo(self) -> bool:
        """In a session one can always try."""
        return self.sitting is not None

    def undo(self) -> None:
        """Take the rater's last act back, or the move."""
        if self.view is not None:
            self.view.do("undo")
        else:
            self._mover.undo()

    def redo(self) -> None:
        """Bring the rater's last act back."""
        if self.view is not None:
            self.view.do("redo")

    @Slot()
    def begin(self) -> None:
        """Start rating as whoever is chosen, as soon as the surface is ready."""
        row, surface = self.start_page.row, self.surface
        if row is None or surface is None or self.sitting is not None:
            return
        self._starting = not surface.is_ready
        if self._starting:
            return
        self._mover.forget()
        self.sitting = Sitting(self.desk, row, surface, self.notice, self)
        self.sitting.ended.connect(self._on_ended)
        self._show_only_session(True)
        self.sitting.begin(self.window())

    @Slot()
    def leave(self) -> None:
        """End the session as soon as everything is on disk."""
        if self.sitting is not None:
            self.sitting.leave()

    @Slot()
    def _on_ended(self) -> None:
        sitting, self.sitting = self.sitting, None
        if sitting is None:
            return
        sitting.close()
        sitting.deleteLater()
        self._show_only_session(False)
        self.mark_stale()

    def _show_only_session(self, on: bool) -> None:
        self.notice.hide()
        self.show_header(not on)
        self.start_page.open_move(False)
        self._pages.setCurrentWidget(self.surface if on and self.surface else self.start_page)
        layout = self.layout()
        if layout is not None:
            edges = (0, 0, 0, 0) if on else (SPACE_5, SPACE_4, SPACE_5, SPACE_4)
            layout.setContentsMargins(*edges)
        window = self.window()
        if on and hasattr(window, "enter_rating"):
            window.enter_rating(self)
        elif hasattr(window, "leave_rating"):
            window.leave_rating()

    def _on_read(self, start: Start) -> None:
        self._reading = False
        if self.sitting is None:
            self._pages.setCurrentWidget(self.start_page)
            self.start_page.show_start(start)
            self._prepare(start.settings)
        if self._read_again:
            self._read_again = False
            self.refresh()

    def _prepare(self, settings: ProjectSettings) -> None:
        """Make the surface ahead of time, bit by bit; one serves until the question changes."""
        old = self.surface
        if old is not None:
            if (old.question, old.criteria) == (settings.question, settings.criteria):
                return
            self._pages.removeWidget(old)
            old.deleteLater()
        self.surface = Surface(settings.question, settings.criteria, self._pages)
        self._pages.addWidget(self.surface)
        self._builder.start(self.surface.build())

    @Slot()
    def _on_built(self) -> None:
        if self._starting:
            self.begin()

    def _on_not_read(self, error: PrefdeskError) -> None:
        self._reading = self._read_again = False
        if isinstance(error, ReadOnly):
            self._pages.setCurrentWidget(self.read_only)
        else:
            self.notice.tell_error(error)

    @Slot()
    def _on_start_changed(self) -> None:
        page = self.start_page
        page.who.allow_adding(self.desk.mark is None)
        ready = page.row is not None
        self.start_button.setEnabled(ready)
        self.start_button.setVisible(page.has_answers)
        self.move_button.setVisible(page.can_move)
        self._start.setEnabled(ready)
        self._move.setEnabled(page.can_move)

    @Slot(str)
    def _on_add_wished(self, name: str) -> None:
        who = self.start_page.who
        self.desk.mutate(
            lambda p: p.raters.add(name), who.added, lambda error: who.refused(str(error))
        )

    def _connect(self) -> None:
        page = self.start_page
        page.changed.connect(self._on_start_changed)
        self.read_only.button.clicked.connect(lambda: self.desk.verb_requested.emit("work_in_copy"))
        page.data_wished.connect(lambda: self.desk.go("data"))
        page.who.add_wished.connect(self._on_add_wished)
        self._builder.finished.connect(self._on_built)
        self.start_button.clicked.connect(self.begin)
        self.move_button.clicked.connect(self._mover.toggle)
        self._start.triggered.connect(self.begin)
        self._move.triggered.connect(self._mover.toggle)
        self._leave.triggered.connect(self.leave)

    def _say_texts(self) -> None:
        sentence = self.read_only.set_sentence
        self.say(sentence, lambda: self.tr("Nobody can rate in a project that is open read-only."))
        self.say(self.read_only.set_action, lambda: self.tr("Work in a copy…"))
        self.say(self.start_button.setText, lambda: self.tr("Start rating"))
        self.say(self.move_button.setText, lambda: self.tr("Move ratings"))
        self.say(self._start.setText, lambda: self.tr("Start rating"))
        self.say(self._move.setText, lambda: self.tr("Move ratings to another rater"))
        self.say(self._leave.setText, lambda: self.tr("Leave the rating session"))

"""The base of the six places: a title line, one muted sentence, at most one filled button."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.records import Changes
from prefdesk.ui.desk import Desk
from prefdesk.ui.tokens import SPACE_2, SPACE_4, SPACE_5
from prefdesk.ui.widgets import Label, Notice, PrimaryButton, Speaking


class Place(Speaking, QWidget):
    """One of the six places. Subclasses fill `body` and implement `refresh`.

    A visible place refreshes when something it shows changed; a hidden one marks itself stale
    and refreshes when it is shown.

    *Class attributes*
    - `name`: overview, data, rate, raters, train or evaluate; `icon`: a file of resources/icons.
    - `reacts_to`: the kinds of change it shows, such as `{"prompts", "completions"}`.

    *Attributes*
    - `desk`: the `Desk`. `body`: the layout below the header. `notice`: a `Notice` above it.
    - `header_buttons`: a layout at the right of the title line for plain buttons.
    """

    name: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    reacts_to: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._stale = True
        self._title, self._summary = Label("", "title"), Label("", "muted", wrap=True)
        self.primary: PrimaryButton | None = None
        self.notice = Notice(parent=self)
        self.header_buttons = QHBoxLayout()
        self.body = QVBoxLayout()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "surface")
        self._lay_out()
        self.say(self._title.setText, self.title)
        self.say(self._summary.setText, self.summary)
        self.say(self.setAccessibleName, self.title)
        desk.changed.connect(self._on_changed)
        desk.project_opened.connect(self._on_project_changed)
        desk.project_closed.connect(self._on_project_changed)

    def title(self) -> str:
        """The title, translated. For subclasses."""
        return self.name.capitalize()

    def summary(self) -> str:
        """What the place is for, in one translated sentence. For subclasses."""
        return ""

    def refresh(self) -> None:
        """Show the present state: ask `desk.query` and draw in its callback. For subclasses."""

    def clear(self) -> None:
        """Forget what belonged to the project that was closed. For subclasses."""

    def actions_offered(self) -> Sequence[QAction]:
        """The verbs of this place, for the command palette and the list of shortcuts."""
        return ()

    def can_undo(self) -> bool:
        """True if `undo` would take something back. For subclasses."""
        return False

    def can_redo(self) -> bool:
        """True if `redo` would bring something back. For subclasses."""
        return False

    def undo(self) -> None:
        """Take the newest act back. For subclasses."""

    def redo(self) -> None:
        """Bring the act back that was undone last. For subclasses."""

    def take_files(self, paths: Sequence[str]) -> bool:
        """Take files dropped on the window; True if they were of use. For subclasses."""
        return False

    def may_leave(self) -> bool:
        """False while the user must stay, as during a rating session. For subclasses."""
        return True

    def set_primary(self, button: PrimaryButton) -> None:
        """Put the one filled button at the right of the title line."""
        if self.primary is not None:
            raise ValueError("a place has at most one filled button")
        self.primary = button
        self.header_buttons.addWidget(button)

    def mark_stale(self) -> None:
        """Refresh at once if visible, otherwise when shown."""
        self._stale = True
        if self.isVisible():
            self._refresh_if_stale()

    def show_header(self, on: bool) -> None:
        """Show or hide title, sentence and buttons (Rate hides them while rating)."""
        self._header.setVisible(on)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh_if_stale()

    def hideEvent(self, event: QHideEvent) -> None:
        """For subclasses that stop timers."""
        super().hideEvent(event)

    def _refresh_if_stale(self) -> None:
        if self._stale and self.desk.project is not None:
            self._stale = False
            self.refresh()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(*self.reacts_to):
            self.mark_stale()

    @Slot()
    def _on_project_changed(self) -> None:
        self.notice.hide()
        self.clear()
        self.mark_stale()

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_5, SPACE_4, SPACE_5, SPACE_4)
        outer.setSpacing(SPACE_4)
        self._header = QWidget()
        line = QHBoxLayout(self._header)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._summary)
        line.addLayout(words, 1)
        self.header_buttons.setSpacing(SPACE_2)
        line.addLayout(self.header_buttons)
        line.setAlignment(self.header_buttons, Qt.AlignmentFlag.AlignTop)
        self.body.setSpacing(SPACE_4)
        outer.addWidget(self._header)
        outer.addWidget(self.notice)
        outer.addLayout(self.body, 1)

"""The widgets of the rating surface. They know no rater; `SessionView` fills them."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from prefdesk.project.session import Item
from prefdesk.project.settings import Criterion
from prefdesk.ui import theme
from prefdesk.ui.rate.chrome import Tools, TopBar
from prefdesk.ui.rate.editors import CommentTray, SkipTray
from prefdesk.ui.rate.item_view import ItemView, SidePanel, TextColumn
from prefdesk.ui.rate.keyboard import Keyboard
from prefdesk.ui.rate.keys_help import KeysOverlay
from prefdesk.ui.rate.scale import Questions
from prefdesk.ui.rate.strip import EarlierTray
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_5
from prefdesk.ui.widgets import EmptyState, Speaking

WIDTH, WIDTH_OF_MANY = 800, 960
"""Least width of the answers, with one criterion and with several, at text zoom 100 %."""
POLISHED_AT_ONCE = 25


class Surface(Speaking, QWidget):
    """Made in small steps ahead of time, used for one session after the other.

    *Attributes*
    - `top`, `item`, `end`, `questions`, `tools`; `comment`, `skip`, `earlier`, `overlay`
    - `keyboard`: its signals say what was pressed.

    *Signals*
    - `activated(bool)`: the window came to the front or left it.
    """

    activated = Signal(bool)

    def __init__(
        self, question: str, criteria: Sequence[Criterion], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.question, self.criteria = question, tuple(criteria)
        self.is_ready = False

    def build(self) -> Iterator[None]:
        """Make the widgets; each step is short enough for a moment between two events."""
        self.top = TopBar()
        yield
        self.tools = Tools()
        yield from self.tools.build()
        texts = TextColumn()
        yield
        self.item = ItemView(texts, SidePanel())
        yield
        self.questions = Questions(self.question, self.criteria)
        yield
        self.comment, self.skip, self.earlier = CommentTray(), SkipTray(), EarlierTray()
        yield
        self.overlay = KeysOverlay(self.question, self)
        self.end = EmptyState("", "check")
        yield
        self._lay_out()
        yield
        widgets = self.findChildren(QWidget)
        for position, widget in enumerate(widgets):
            if isValid(widget):
                widget.ensurePolished()
            if position % POLISHED_AT_ONCE == POLISHED_AT_ONCE - 1:
                yield
        self.keyboard = Keyboard(self, self.overlay.isVisible)
        self.keyboard.watch()
        self.setFocusProxy(self.item.answer)
        self.is_ready = True

    def show_item(self, item: Item) -> None:
        """Show an item and what to answer."""
        self._pages.setCurrentWidget(self.item)
        self.questions.show()
        self.tools.enable(item=True)
        self.item.show_item(item)
        self._set_width()

    def show_none(self, *, ended: bool) -> None:
        """Show that nothing waits, or nothing at all while the project is asked."""
        self._pages.setCurrentWidget(self.end if ended else self._blank)
        self.questions.hide()
        self.tools.enable(item=False)

    def show_keys(self) -> None:
        """Cover everything with the list of keys."""
        self.overlay.resize(self.size())
        self.overlay.raise_()
        self.overlay.show()

    def close_all(self) -> None:
        """Close everything that can be opened."""
        for part in (self.comment, self.skip, self.earlier, self.overlay):
            part.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list of keys covers everything."""
        super().resizeEvent(event)
        if self.is_ready:
            self.overlay.resize(self.size())

    def changeEvent(self, event: QEvent) -> None:
        """Tell who counts time."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self.activated.emit(self.isActiveWindow())

    def restyle(self) -> None:
        """The column is as wide as its text wants."""
        if getattr(self, "is_ready", False):
            self._set_width()

    def _set_width(self) -> None:
        least = WIDTH_OF_MANY if len(self.criteria) > 1 else WIDTH
        wide = max(self.item.content_width(), theme.scaled(least, theme.theme().zoom))
        self._column.setMaximumWidth(wide + 2 * SPACE_5)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._column, self._blank, self._pages = QWidget(), QWidget(), QStackedWidget()
        for page in (self._blank, self.item, self.end):
            self._pages.addWidget(page)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(SPACE_5, SPACE_3, SPACE_5, SPACE_2)
        column.setSpacing(SPACE_3)
        column.addWidget(self._pages, 1)
        for part in (self.earlier, self.comment, self.skip, self.questions, self.tools):
            column.addWidget(part)
        middle = QHBoxLayout()
        middle.addStretch(0)
        middle.addWidget(self._column, 1)
        middle.addStretch(0)
        outer.addWidget(self.top)
        outer.addLayout(middle, 1)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.end.set_action(self.tr("Leave"))
        self.say(self.end.button.setText, lambda: self.tr("Leave"))
        self.say(
            self.end.set_sentence, lambda: self.tr("You have rated everything that waits for you.")
        )
        self.say(self.setAccessibleName, lambda: self.tr("Rating"))

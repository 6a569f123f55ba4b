"""The keys of the rating surface, wherever on it the keyboard focus is."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from prefdesk.ui.rate import keys

_KEYS = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress})
_TOUCH = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
    }
)
_ONCE = frozenset({"undo", "redo", "leave", "skip", "comment", "earlier", "keys"})


class Keyboard(QObject):
    """Watches a surface and all it contains; call `watch` when it is built.

    While somebody writes, only Escape and Ctrl+Enter are taken; while the list of keys is open,
    any key closes it.

    *Signals*
    - `answered(int)`: the place of a key on the number row, from 0. `looked(int)`: with Alt.
    - `wished(str)`: a verb of `keys.verb`, or "list" to close the list of keys.
    - `touched()`: any sign of life, for the clock.
    """

    answered = Signal(int)
    looked = Signal(int)
    wished = Signal(str)
    touched = Signal()

    def __init__(self, surface: QWidget, list_is_open: Callable[[], bool]) -> None:
        super().__init__(surface)
        self._surface, self._list_is_open = surface, list_is_open

    def watch(self) -> None:
        """See the keys of the surface and of everything on it."""
        for widget in (self._surface, *self._surface.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mean something here; the rest goes its usual way."""
        kind = event.type()
        if kind in _TOUCH:
            self.touched.emit()
        if kind not in _KEYS or not isinstance(event, QKeyEvent) or not self._takes(event):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut of the window may have this key
        else:
            self._act(event)
        return True

    def _takes(self, event: QKeyEvent) -> bool:
        if self._list_is_open():
            return True
        focus = self._surface.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if isinstance(focus, QPlainTextEdit | QLineEdit) and not focus.isReadOnly():
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            done = enter and bool(held) and isinstance(focus, QPlainTextEdit)
            return done or event.key() == Qt.Key.Key_Escape
        if event.key() == Qt.Key.Key_Space and isinstance(focus, QAbstractButton):
            return False
        return keys.score(event) is not None or bool(keys.verb(event))

    def _act(self, event: QKeyEvent) -> None:
        if self._list_is_open():
            self.wished.emit("list")
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wished.emit("leave")  # of the editor that has the focus
            return
        place, verb = keys.score(event), keys.verb(event)
        if place is not None:
            if not event.isAutoRepeat():
                alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
                (self.looked if alt else self.answered).emit(place)
        elif not (event.isAutoRepeat() and verb in _ONCE):
            self.wished.emit(verb)

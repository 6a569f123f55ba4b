"""The command palette: every verb of the window, found by a few letters."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import PairList, Speaking

WIDTH, HEIGHT, TOP = 520, 380, 64


class CommandPalette(Speaking, QFrame):
    """A panel above the window: type, choose with the arrows, Enter runs, Escape closes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setAutoFillBackground(True)
        self._over = parent
        self._actions: list[QAction] = []
        self._before: QWidget | None = None
        self.line, self.list = QLineEdit(), PairList()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_2, SPACE_2, SPACE_2, SPACE_2)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        self.line.textChanged.connect(self._on_text_changed)
        self.line.returnPressed.connect(self._on_return_pressed)
        self.list.itemClicked.connect(self._on_return_pressed)
        self.line.installEventFilter(self)
        self.say(self.line.setPlaceholderText, lambda: self.tr("What do you want to do?"))
        self.say(self.line.setAccessibleName, lambda: self.tr("Command"))
        self.say(self.list.setAccessibleName, lambda: self.tr("Commands"))
        self.hide()

    def open(self, actions: Sequence[QAction]) -> None:
        """Show the enabled verbs among these."""
        self._actions = [a for a in actions if a.isEnabled() and words(a)]
        parent = self._over
        self._before = parent.window().focusWidget()
        width = min(WIDTH, parent.width() - 32)
        self.setGeometry(
            (parent.width() - width) // 2, TOP, width, min(HEIGHT, parent.height() - 96)
        )
        self.line.clear()
        self._on_text_changed("")
        self.show()
        self.raise_()
        self.line.setFocus()

    def shut(self) -> None:
        """Close and give the keyboard back."""
        self.hide()
        if self._before is not None and isValid(self._before):  # it may have gone meanwhile
            self._before.setFocus()
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while one types; Escape or leaving closes."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if event.key() == Qt.Key.Key_Escape:
                self.shut()
                return True
            if step is not None:
                self.list.choose((self.list.row() + step) % max(1, self.list.count()))
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self.list.clear()
        found = sorted(
            ((score, n) for n, a in enumerate(self._actions) if (score := match(text, words(a)))),
            key=lambda pair: (-pair[0], pair[1]),
        )
        for _, number in found:
            action = self._actions[number]
            keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            self.list.add(words(action), keys, number)
        self.list.choose(0)

    @Slot()
    def _on_return_pressed(self) -> None:
        item = self.list.currentItem()
        number = self.list.value(item) if item is not None else None
        if isinstance(number, int):
            self.shut()
            self._actions[number].trigger()


def words(action: QAction) -> str:
    """An action's text without its mnemonic."""
    return action.text().replace("&", "").rstrip("…")


def match(wanted: str, text: str) -> int:
    """How well a text fits some letters: 0 not at all; more for words that begin with them."""
    needle, hay = wanted.casefold().strip(), text.casefold()
    if not needle:
        return 1
    if hay.startswith(needle):
        return 4
    if any(word.startswith(needle) for word in hay.split()):
        return 3
    if needle in hay:
        return 2
    rest = iter(hay)
    return int(all(letter in rest for letter in needle))

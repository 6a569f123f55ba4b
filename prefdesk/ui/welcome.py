"""The first screen: new, open, recent, and a starter project with a small real model."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui import icons
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_4, SPACE_5, SPACE_6
from prefdesk.ui.widgets import Button, Card, Label, PairList, PlainButton, PrimaryButton, Speaking

RECENT_SHOWN = 6


class Welcome(Speaking, QWidget):
    """Shown while no project is open.

    *Signals*
    - `new_wished()`, `open_wished()`, `starter_wished()`, `recent_wished(str)`
    """

    new_wished = Signal()
    open_wished = Signal()
    starter_wished = Signal()
    recent_wished = Signal(str)

    def __init__(self, preferences: Preferences, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "surface")
        self.starter = PrimaryButton("", "play")
        self.new, self.open = Button("", "add"), Button("", "open")
        self.recent = PairList()
        self._none, self._forget = Label("", "muted", wrap=True), PlainButton()
        self._lay_out()
        self.starter.clicked.connect(self.starter_wished)
        self.new.clicked.connect(self.new_wished)
        self.open.clicked.connect(self.open_wished)
        self.recent.itemActivated.connect(self._on_recent_activated)
        self.recent.itemClicked.connect(self._on_recent_activated)
        self._forget.clicked.connect(preferences.forget_recent)
        preferences.changed.connect(self._on_preference_changed)
        self._speak()
        self.refresh()

    def refresh(self) -> None:
        """List the recent projects that are still there."""
        self.recent.clear()
        for path in self._preferences.recent():
            self.recent.add(path.stem, _home(path.parent), str(path), more=str(path))
        some = self.recent.count() > 0
        self.recent.choose(0)
        self.recent.fit(RECENT_SHOWN)
        self.recent.setVisible(some)
        self._forget.setVisible(some)
        self._none.setVisible(not some)

    def restyle(self) -> None:
        """Row heights and colours follow the theme."""
        if hasattr(self, "_forget"):
            self.refresh()

    def _speak(self) -> None:
        say = self.say
        say(self._name.setText, lambda: "prefdesk")
        say(
            self._sentence.setText,
            lambda: self.tr(
                "Rate what a language model writes, see whether raters agree, train it on their "
                "judgement, and compare. Everything stays in one file on this machine."
            ),
        )
        say(self.starter.setText, lambda: self.tr("Start with an example"))
        say(
            self._starter_words.setText,
            lambda: self.tr(
                "Prompts and a small real model, ready to rate within minutes. What has to be "
                "fetched, and from where, is said first."
            ),
        )
        say(self.new.setText, lambda: self.tr("New project"))
        say(self.open.setText, lambda: self.tr("Open project"))
        say(self._own.set_title, lambda: self.tr("Your own project"))
        say(
            self._own_words.setText,
            lambda: self.tr("Bring your prompts and a model folder, or open a .prefdesk file."),
        )
        say(self._example.set_title, lambda: self.tr("First time here"))
        say(self._recent_card.set_title, lambda: self.tr("Recent projects"))
        say(self.recent.setAccessibleName, lambda: self.tr("Recent projects"))
        say(self._none.setText, lambda: self.tr("Projects you open will be listed here."))
        say(self._forget.setText, lambda: self.tr("Clear this list"))

    @Slot(QTreeWidgetItem)
    def _on_recent_activated(self, item: QTreeWidgetItem) -> None:
        self.recent_wished.emit(str(self.recent.value(item)))

    @Slot(str)
    def _on_preference_changed(self, name: str) -> None:
        if name == "recent":
            self.refresh()

    def _lay_out(self) -> None:
        self._name, self._sentence = Label("", "number"), Label("", "muted", wrap=True)
        self._example, self._own, self._recent_card = Card(" "), Card(" "), Card(" ")
        self._starter_words, self._own_words = (
            Label("", "muted", wrap=True),
            Label("", "muted", wrap=True),
        )
        picture = QLabel()
        picture.setPixmap(icons.app_icon().pixmap(48, 48))
        top = QHBoxLayout()
        top.setSpacing(SPACE_3)
        top.addWidget(picture)
        top.addWidget(self._name, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.new)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        self._example.body.addWidget(self._starter_words)
        self._example.body.addStretch(1)
        self._example.body.addWidget(self.starter, 0, Qt.AlignmentFlag.AlignLeft)
        self._own.body.addWidget(self._own_words)
        self._own.body.addStretch(1)
        self._own.body.addLayout(buttons)
        pair = QHBoxLayout()
        pair.setSpacing(SPACE_4)
        pair.addWidget(self._example, 1)
        pair.addWidget(self._own, 1)
        for part in (self._none, self.recent):
            self._recent_card.body.addWidget(part)
        self._recent_card.body.addWidget(self._forget, 0, Qt.AlignmentFlag.AlignLeft)
        self._frame(top, pair)

    def _frame(self, top: QHBoxLayout, pair: QHBoxLayout) -> None:
        inner, scrolled, area = QWidget(), QWidget(), QScrollArea()
        inner.setMaximumWidth(760)
        column = QVBoxLayout(inner)
        column.setSpacing(SPACE_4)
        column.addLayout(top)
        column.addWidget(self._sentence)
        column.addSpacing(SPACE_2)
        column.addLayout(pair)
        column.addWidget(self._recent_card)
        column.addStretch(1)
        middle = QHBoxLayout(scrolled)
        middle.setContentsMargins(SPACE_5, SPACE_6, SPACE_5, SPACE_5)
        middle.addStretch(1)
        middle.addWidget(inner, 8)
        middle.addStretch(1)
        scrolled.setProperty("role", "scrolled")
        area.setWidget(scrolled)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)


def _home(folder: Path) -> str:
    """A folder as people write it, with ~ for their own."""
    try:
        return f"~/{folder.relative_to(Path.home()).as_posix()}".rstrip("/.")
    except ValueError:
        return str(folder)

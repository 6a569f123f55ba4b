"""The real window on a real project file, with the rating place in front."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from prefdesk.project import Project
from prefdesk.ui.desk import Desk
from prefdesk.ui.rate.panel import RatePlace
from prefdesk.ui.rate.session_view import SessionView
from prefdesk.ui.rate.trail import Entry
from prefdesk.ui.window import Window
from tests.ui.rate.making import make_project

SHORT_CONFIRM_MS = 1


class Bench:
    """What a test does at the window: open, start, press, look."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot, self.desk = qtbot, desk
        self.window = Window(desk)
        self.window.show()
        with qtbot.waitActive(self.window):
            self.window.activateWindow()

    @property
    def project(self) -> Project:
        assert self.desk.project is not None
        return self.desk.project

    @property
    def place(self) -> RatePlace:
        place = self.window.places["rate"]
        assert isinstance(place, RatePlace)
        return place

    @property
    def view(self) -> SessionView:
        assert self.place.view is not None
        return self.place.view

    @property
    def entry(self) -> Entry:
        entry = self.view.deck.entry
        assert entry is not None
        return entry

    def open(self, path: Path) -> None:
        with self.qtbot.waitSignal(self.desk.project_opened, timeout=20_000):
            self.desk.open_project(path)
        self.window.show_place("rate")
        page = self.place.start_page
        self.wait(lambda: page.has_answers or page.empty.isVisible())

    def choose(self, name: str) -> None:
        """Choose a rater on the start page."""
        who = self.place.start_page.who

        def found() -> bool:
            for row in who._rows:
                if row.rater.name == name:
                    who._group.button(row.rater.id).setChecked(True)
                    return True
            return False

        self.wait(found)

    def start(self, name: str = "Ana") -> SessionView:
        """Begin a session and wait for the first item."""
        self.choose(name)
        self.place.start_button.click()
        self.wait(lambda: self.place.view is not None)
        self.view._confirm.setInterval(SHORT_CONFIRM_MS)
        self.wait(lambda: self.view.deck.entry is not None)
        return self.view

    def press(
        self,
        key: Qt.Key,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        settle: bool = True,
    ) -> None:
        """Press a key wherever the focus is; wait until the screen stands still."""
        QTest.keyClick(self.window.focusWidget() or self.window, key, held)
        if settle:
            self.settle()

    def write(self, editor: QWidget, text: str) -> None:
        """Type into an editor."""
        QTest.keyClicks(editor, text)

    def rate(self, key: Qt.Key = Qt.Key.Key_7) -> int:
        """Press an answer's key; the id of the item that got it."""
        rated = self.entry.id
        self.press(key)
        return rated

    def settle(self) -> None:
        """Wait for the confirmation, for undo and redo, and for the next item."""

        def still() -> bool:
            view = self.place.view
            if view is None:
                return True
            deck = view.deck
            waiting = view._confirm.isActive() or deck.is_busy
            return not waiting and (deck.entry is not None or deck.has_ended)

        self.wait(still)

    def saved(self) -> None:
        """Wait until nothing is on its way to the disk."""
        self.wait(lambda: self.place.view is None or not self.view.deck.outbox.unsaved)

    def leave(self) -> None:
        """Leave the session and wait for the start page."""
        self.press(Qt.Key.Key_Escape)
        self.wait(lambda: self.place.sitting is None and not self.place._reading)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=10_000)

    def close(self) -> None:
        done: list[bool] = []
        self.desk.close_project(lambda: done.append(True))
        self.wait(lambda: bool(done))
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def bench(qtbot: QtBot, desk: Desk) -> Iterator[Bench]:
    """The window without a project yet."""
    made = Bench(qtbot, desk)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Forty answers to ten prompts, and the raters Ana and Ben."""
    return make_project(tmp_path / "rating", raters=("Ana", "Ben"))

"""Every control that can have the keyboard has a name that a screen reader can say."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QFrame, QHeaderView, QLineEdit, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.project import Project
from prefdesk.ui import background
from prefdesk.ui import window as shell
from prefdesk.ui.crash import CrashDialog
from prefdesk.ui.desk import Desk
from prefdesk.ui.rail import PLACES
from prefdesk.ui.window import Window

Open = Callable[[], Project]
REAL_PLACES = shell.make_place


def nameless(root: QWidget) -> list[str]:
    """Focusable controls below `root` without a name."""
    below = [root, *root.findChildren(QWidget)]
    return [f"{w!r} in {w.parentWidget()!r}" for w in below if focusable(w) and not name(w)]


def focusable(widget: QWidget) -> bool:
    """True if the keyboard can get there; a button that is put away may be without a name."""
    if isinstance(widget, (QScrollBar, QHeaderView, QDialog)) or widget.isWindow():
        return False
    away = widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
    popup = isinstance(widget.window(), QFrame)  # the list that a combo box drops down
    inner = widget.objectName().startswith("qt_") or isinstance(widget.focusProxy(), QWidget)
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not (inner or away or popup)


def name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


@pytest.fixture(autouse=True)
def accessible() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def test_that_the_check_finds_a_nameless_control(qtbot: QtBot, window: Window) -> None:
    field = QLineEdit(window.welcome)
    field.show()
    assert len(nameless(window)) == 1


def test_that_every_control_of_the_shell_has_a_name(
    window: Window, desk: Desk, open_project: Open
) -> None:
    assert nameless(window) == []
    open_project()
    window.menus.actions["palette"].trigger()
    desk.tell("Something was done.", "good")
    assert nameless(window) == []


@pytest.mark.parametrize("verb", ["preferences", "shortcuts", "about", "starter"])
def test_that_every_control_of_a_dialog_has_a_name(window: Window, verb: str) -> None:
    window.menus.actions[verb].trigger()
    (dialog,) = window.findChildren(QDialog)
    assert nameless(dialog) == []


def test_that_every_control_of_questions_and_crashes_has_a_name(window: Window) -> None:
    window.leaving.ask_about_job("Training", lambda: None)
    CrashDialog(window, "prefdesk\nKeyError").open()
    dialogs = window.findChildren(QDialog)
    assert len(dialogs) == 2
    assert [nameless(d) for d in dialogs] == [[], []]


@pytest.mark.parametrize("place", PLACES)
def test_that_every_control_of_a_place_has_a_name(
    qtbot: QtBot,
    window: Window,
    open_project: Open,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    monkeypatch.setattr(shell, "make_place", REAL_PLACES)
    open_project()
    window.show_place(place)
    qtbot.waitUntil(background.is_idle, timeout=20_000)
    shown = window.stack.currentWidget()
    assert shown is not None and nameless(shown) == []

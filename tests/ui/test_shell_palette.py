"""The command palette and the list of shortcuts."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from prefdesk.project import Project
from prefdesk.ui.palette import match
from prefdesk.ui.shortcuts import ShortcutsDialog
from prefdesk.ui.window import Window

Open = Callable[[], Project]


def test_that_a_few_letters_and_enter_run_a_verb(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_panel.isVisible()
    qtbot.keyClicks(window.palette_panel.line, "train")
    qtbot.keyClick(window.palette_panel.line, Qt.Key.Key_Return)
    assert window.place is window.places["train"]
    assert not window.palette_panel.isVisible()


def test_that_escape_closes_it_and_gives_the_keyboard_back(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    window.rail.buttons["data"].setFocus()
    window.menus.actions["palette"].trigger()
    qtbot.keyClick(window.palette_panel.line, Qt.Key.Key_Escape)
    assert not window.palette_panel.isVisible()
    assert QApplication.focusWidget() is window.rail.buttons["data"]


def test_that_arrows_move_while_one_types(qtbot: QtBot, window: Window) -> None:
    window.menus.actions["palette"].trigger()
    panel = window.palette_panel
    assert panel.list.row() == 0
    qtbot.keyClick(panel.line, Qt.Key.Key_Down)
    assert panel.list.row() == 1
    qtbot.keyClick(panel.line, Qt.Key.Key_Up)
    qtbot.keyClick(panel.line, Qt.Key.Key_Up)
    assert panel.list.row() == panel.list.count() - 1


def test_that_verbs_which_need_a_project_are_not_offered_without_one(window: Window) -> None:
    window.menus.actions["palette"].trigger()
    panel = window.palette_panel
    shown = [panel.list.topLevelItem(i).text(0) for i in range(panel.list.count())]
    assert "New project" in shown
    assert "Go to Train" not in shown


def test_that_matches_at_the_beginning_come_first() -> None:
    scores = [match("tr", text) for text in ("Train", "Go to Train", "Attract", "Tear", "Open")]
    assert scores == [4, 3, 2, 1, 0]


def test_that_a_question_mark_lists_all_keys(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClicks(window, "?")
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    dialog.close()

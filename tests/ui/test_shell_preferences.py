"""Preferences: kept, harmless when damaged, and in force at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from prefdesk.paths import config_dir
from prefdesk.project import Project
from prefdesk.ui import theme
from prefdesk.ui.columns import restore_columns, store_columns
from prefdesk.ui.desk import Desk
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.preferences_dialog import PreferencesDialog
from prefdesk.ui.widgets import Column, RowsModel, TableView
from prefdesk.ui.window import Window
from tests.ui.conftest import StubPlace

Open = Callable[[], Project]


def test_that_preferences_persist(qapp: QApplication) -> None:
    first = Preferences()
    for name, value in (
        ("theme", "dark"),
        ("language", "zh_CN"),
        ("zoom", 125),
        ("rated_size", 20),
        ("device", "cpu"),
        ("threads", 2),
    ):
        first.set(name, value)
    again = Preferences()
    assert (again.theme, again.language, again.zoom, again.rated_size) == ("dark", "zh_CN", 125, 20)
    assert (again.device.device, again.device.threads) == ("cpu", 2)
    assert (config_dir() / "prefdesk.ini").read_text().startswith("[General]")


@pytest.mark.parametrize(
    "line",
    ["zoom=huge", "zoom=101", "theme=pink", "language=xx", "threads=-4", "recent=@Invalid()"],
)
def test_that_a_damaged_file_gives_the_defaults(
    qapp: QApplication, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "look.ini"
    file.write_text(f"[General]\n{line}\n")
    chosen = Preferences(file)
    assert (chosen.theme, chosen.language, chosen.zoom) == ("system", "system", 100)
    assert chosen.device.threads == 0
    assert chosen.recent() == []


def test_that_recent_projects_are_kept_newest_first_and_only_while_they_exist(
    qapp: QApplication, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{n}.prefdesk" for n in range(12)]
    for path in paths:
        path.touch()
        Preferences().remember(path)
    Preferences().remember(paths[5])
    kept = Preferences().recent()
    assert kept == [paths[5], *reversed([p for p in paths[2:] if p != paths[5]])]
    paths[5].unlink()
    assert paths[5] not in Preferences().recent()
    Preferences().forget_recent()
    assert Preferences().recent() == []


def test_that_an_opened_project_is_listed_and_can_be_opened_from_the_list(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    project = open_project()
    with qtbot.waitSignal(window.desk.project_closed, timeout=5_000):
        window.menus.actions["close_project"].trigger()
    recent = window.welcome.recent
    assert recent.isVisible() and recent.topLevelItem(0).text(0) == "small"
    with qtbot.waitSignal(window.desk.project_opened, timeout=20_000):
        recent.itemActivated.emit(recent.topLevelItem(0), 0)
    assert window.desk.project is not None and window.desk.project.path == project.path
    window.menus.recent.aboutToShow.emit()
    assert [a.text() for a in window.menus.recent.actions()] == ["small"]


def opened(window: Window) -> PreferencesDialog:
    window.menus.actions["preferences"].trigger()
    (dialog,) = window.findChildren(PreferencesDialog)
    return dialog


def choose(dialog: PreferencesDialog, name: str, value: object) -> None:
    box = getattr(dialog, name)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_that_the_language_changes_everywhere_without_a_restart(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    dialog = opened(window)
    assert window.rail.buttons["rate"].text() == "Rate"
    choose(dialog, "language", "zh_CN")
    qtbot.waitUntil(lambda: window.rail.buttons["rate"].text() == "评分", timeout=2_000)
    assert window.menus.actions["undo"].text() == "撤销"
    assert window.status.saved.text() == "已全部保存"
    assert dialog.windowTitle() == "偏好设置"
    assert dialog.device.rows["threads"].label.text() == "线程数"
    choose(dialog, "language", "en")
    qtbot.waitUntil(lambda: window.rail.buttons["rate"].text() == "Rate", timeout=2_000)
    assert window.menus.actions["undo"].text() == "Undo"


def test_that_theme_and_text_size_take_effect_at_once(window: Window) -> None:
    dialog = opened(window)
    choose(dialog, "theme", "dark")
    assert theme.current().scheme == "dark"
    choose(dialog, "zoom", 150)
    assert theme.theme().size("body") == 21
    assert window.rail.buttons["data"].iconSize().width() == 30


def test_that_a_wrong_number_of_threads_is_said_and_not_stored(
    qtbot: QtBot, window: Window
) -> None:
    dialog = opened(window)
    row = dialog.device.rows["threads"]
    row.control.clear()  # type: ignore[union-attr]
    qtbot.keyClicks(row.control, "-2")
    assert row.problem.isVisible() and row.problem.text() == "At least 0."
    assert window.desk.preferences.device.threads == 0
    row.control.clear()  # type: ignore[union-attr]
    qtbot.keyClicks(row.control, "2")
    assert not row.problem.isVisible()
    assert window.desk.preferences.device.threads == 2


def test_that_escape_closes_the_preferences(qtbot: QtBot, window: Window) -> None:
    dialog = opened(window)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(QDialog), timeout=2_000)


def test_that_columns_pulled_by_hand_keep_their_width(
    preferences: Preferences, desk: Desk, qtbot: QtBot
) -> None:
    def made() -> tuple[StubPlace, TableView]:
        place = StubPlace("data", desk)
        qtbot.addWidget(place)
        view = TableView(RowsModel([Column(lambda: "A", str), Column(lambda: "B", str)]), "T")
        place.body.addWidget(view)
        return place, view

    place, view = made()
    view.setColumnWidth(0, 217)
    store_columns(place, preferences)
    assert preferences.text("columns/data-0") == ""
    view.changed_by_hand = True
    store_columns(place, preferences)
    again, other = made()
    restore_columns(again, preferences)
    assert other.columnWidth(0) == 217

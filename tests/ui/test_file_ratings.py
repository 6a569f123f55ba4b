"""Ratings from a file in the window: looked at first, imported as one act, undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from prefdesk.errors import Cancelled
from prefdesk.project import Project
from prefdesk.ui.raters.importing import REFUSED, RatingsDialog
from prefdesk.ui.window import Window
from tests.ui.conftest import StubPlace
from tests.ui.stage import Wait, shouting
from tests.worlds import make_project

ROWS = "rater,completion,score\nAna,1,4\nAna,2,5\nBen,1,6\nBen,2,7\n"


@pytest.fixture
def home(window: Window, tmp_path: Path, wait: Wait) -> Project:
    with make_project(tmp_path / "home.prefdesk", prompts=2) as project:
        project.raters.add("Ana")
    window.open_path(tmp_path / "home.prefdesk")
    wait(lambda: window.desk.project is not None)
    assert window.desk.project is not None
    return window.desk.project


def dropped(window: Window, path: Path, text: str, wait: Wait) -> RatingsDialog:
    path.write_text(text, encoding="utf-8")
    window.drops.take([str(path)])
    wait(lambda: [d for d in window.findChildren(RatingsDialog) if d.isVisible()])
    dialog = window.findChildren(RatingsDialog)[-1]
    wait(lambda: dialog.found is not None or dialog.notice.isVisible())
    return dialog


def values(project: Project) -> dict[tuple[str, int], float]:
    names = {r.id: r.name for r in project.raters.all()}
    return {(names[r.rater_id], r.completion_id): r.value for r in project.ratings.current()}


def test_that_a_dropped_file_is_shown_before_anything_is_written(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    dialog = dropped(window, tmp_path / "r.csv", ROWS, wait)
    assert dialog.people.records == [("Ana", 2, False), ("Ben", 2, True)]
    assert dialog.take.text() == "Import 4 ratings"
    assert home.ratings.count_events() == 0 and [r.name for r in home.raters.all()] == ["Ana"]


def test_that_the_ratings_come_in_and_undo_takes_all_of_them_out(
    window: Window, home: Project, tmp_path: Path, qtbot: QtBot, wait: Wait
) -> None:
    dropped(window, tmp_path / "r.csv", ROWS, wait).take.click()
    wait(lambda: window.notice.isVisible())
    assert "4 ratings were imported." in window.notice.sentence.text()
    assert "1 rater" in window.notice.hint.text()
    after = values(home)
    assert after == {("Ana", 1): 4, ("Ana", 2): 5, ("Ben", 1): 6, ("Ben", 2): 7}
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: "taken back" in window.notice.sentence.text())
    assert values(home) == {}
    window.notice.action.click()
    wait(lambda: "count again" in window.notice.sentence.text())
    assert values(home) == after and home.check() == []
    window.notice.action.click()
    wait(lambda: not values(home))


def test_that_undo_does_not_touch_what_was_rated_otherwise(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    session = home.ratings.session(home.raters.by_name("Ana"))
    session.score(3, 9.0).result()
    dropped(window, tmp_path / "r.csv", ROWS, wait).take.click()
    wait(lambda: window.notice.isVisible())
    session.score(4, 8.0).result()
    window.notice.action.click()
    wait(lambda: "taken back" in window.notice.sentence.text())
    assert values(home) == {("Ana", 3): 9.0, ("Ana", 4): 8.0}


def test_that_problems_are_listed_with_their_lines_and_stay_out(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    text = ROWS + "Ana,99,3\nAna,3,77\n,4,4\n"
    dialog = dropped(window, tmp_path / "r.csv", text, wait)
    assert [row.line for row in dialog.bad.records] == [6, 7, 8]
    assert dialog.tabs.currentIndex() == REFUSED
    assert dialog.tabs.tabText(REFUSED) == "Refused rows (3)"
    assert "3 rows are refused" in dialog.words.text()
    dialog.take.click()
    wait(lambda: window.notice.isVisible())
    assert len(values(home)) == 4


def test_that_what_is_here_already_is_counted_and_not_written_again(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    dropped(window, tmp_path / "r.csv", ROWS, wait).take.click()
    wait(lambda: len(values(home)) == 4)
    wait(lambda: not window.findChildren(RatingsDialog))
    dialog = dropped(window, tmp_path / "again.csv", ROWS, wait)
    assert "4 are here already" in dialog.words.text() and not dialog.take.isEnabled()


def test_that_a_file_of_prompts_still_goes_to_data(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    path = tmp_path / "p.csv"
    path.write_text("prompt\nWhy?\n")
    window.drops.take([str(path)])
    wait(lambda: "data" in window.places)
    place = window.places["data"]
    assert isinstance(place, StubPlace)
    wait(lambda: f"files {[str(path)]}" in place.heard)
    assert not window.findChildren(RatingsDialog)


def test_that_a_file_without_the_columns_gets_its_sentence(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("who,what\nAna,4\n")
    window.ratings.show(path)
    dialog = window.findChildren(RatingsDialog)[-1]
    wait(lambda: dialog.notice.isVisible())
    assert "rater" in dialog.notice.sentence.text() and not dialog.take.isEnabled()


def test_that_reading_can_be_stopped(
    window: Window, home: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    ended: list[bool] = []

    def read(_self: object, _path: object, *, cancelled: Callable[[], bool], **_k: object) -> None:
        while not cancelled():
            pass
        ended.append(True)
        raise Cancelled

    monkeypatch.setattr(type(home.ratings), "preview_file", read)
    path = tmp_path / "r.csv"
    path.write_text(ROWS)
    window.ratings.show(path)
    dialog = window.findChildren(RatingsDialog)[-1]
    dialog.strip.stop_pressed.emit()
    wait(lambda: ended)
    assert not [d for d in window.findChildren(RatingsDialog) if d.isVisible()]


def test_that_the_dialog_follows_the_language(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    dialog = dropped(window, tmp_path / "r.csv", ROWS, wait)
    with shouting():
        wait(lambda: dialog.take.text().isupper())
        assert dialog.words.text().isupper() and dialog.people.columns[0].title() == "RATER"

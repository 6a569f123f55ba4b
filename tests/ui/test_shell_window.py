"""The window: places, keys, rating mode, notices, files dropped on it, closing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from prefdesk.errors import InputError
from prefdesk.project import Project
from prefdesk.records import Changes
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Question
from prefdesk.ui.rail import PLACES
from prefdesk.ui.window import Window
from tests.ui.conftest import CannedWorker, StubPlace
from tests.ui.stage import press

Open = Callable[[], Project]
CONTROL = Qt.KeyboardModifier.ControlModifier


def stub(window: Window, name: str) -> StubPlace:
    place = window.places[name]
    assert isinstance(place, StubPlace)
    return place


def test_that_the_welcome_screen_shows_without_a_project(window: Window) -> None:
    assert window.stack.currentWidget() is window.welcome
    assert not window.rail.isVisible()
    assert not window.status.isVisible()


def test_that_an_opened_project_shows_the_overview(window: Window, open_project: Open) -> None:
    open_project()
    assert window.place is window.places["overview"]
    assert window.rail.isVisible()
    assert window.windowTitle().startswith("small")


def test_that_how_a_project_was_found_is_told_until_it_is_read(
    monkeypatch: pytest.MonkeyPatch, window: Window, open_project: Open
) -> None:
    told = ("Changes of a crashed session do not fit this file; they were set aside.",)
    monkeypatch.setattr(Project, "notices", property(lambda self: told))
    open_project()
    assert window.notice.isVisible()
    assert told[0] in window.notice.sentence.text()


def test_that_ctrl_and_a_number_goes_to_each_place(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    for position, name in enumerate(PLACES):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + position), CONTROL)
        assert window.place is not None and window.place.name == name
        assert window.rail.buttons[name].isChecked()


def test_that_the_rail_is_reached_and_pressed_by_keyboard(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    window.rail.buttons["overview"].setFocus()
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.rail.buttons["rate"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert window.place is window.places["rate"]


def test_that_places_are_made_when_they_are_first_shown(window: Window, open_project: Open) -> None:
    open_project()
    assert set(window.places) == {"overview"}
    window.show_place("train")
    assert set(window.places) == {"overview", "train"}


def test_that_a_visible_place_refreshes_and_a_hidden_one_when_it_is_shown(
    window: Window, desk: Desk, open_project: Open
) -> None:
    open_project()
    window.show_place("data")
    window.show_place("overview")
    for name in ("overview", "data"):
        stub(window, name).heard.clear()
    desk.changed.emit(Changes(frozenset({"prompts"})))
    assert stub(window, "overview").heard == ["refresh"]
    assert stub(window, "data").heard == []
    desk.changed.emit(Changes(frozenset({"raters"})))
    assert stub(window, "overview").heard == ["refresh"]
    window.show_place("data")
    assert stub(window, "data").heard == ["refresh"]


def test_that_a_write_reaches_the_visible_place(
    qtbot: QtBot, window: Window, desk: Desk, open_project: Open
) -> None:
    project = open_project()
    heard = stub(window, "overview").heard
    heard.clear()
    first = project.prompts.ids()[0]
    desk.mutate(lambda p: p.prompts.set_split([first], "evaluation"))
    qtbot.waitUntil(lambda: heard == ["refresh"], timeout=5_000)


def test_that_rating_shows_only_the_place_until_it_is_left(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    window.show_place("rate")
    place = stub(window, "rate")
    place.locked = True
    window.enter_rating(place)
    others = (window.rail, window.status, window.menuBar(), window.notice)
    assert not any(one.isVisible() for one in others)
    qtbot.keyClick(window, Qt.Key.Key_1, CONTROL)
    window.desk.go("raters")
    window.desk.tell("A job ended.", "info")
    assert window.place is place
    assert not window.notice.isVisible()
    place.locked = False
    window.leave_rating()
    qtbot.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert window.place is window.places["overview"]
    assert window.rail.isVisible() and window.status.isVisible() and window.menuBar().isVisible()


def test_that_undo_and_redo_go_to_the_shown_place(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    window.show_place("raters")
    heard = stub(window, "raters").heard
    heard.clear()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert heard == ["undo", "redo"]


def test_that_undo_also_works_while_rating(
    qtbot: QtBot, window: Window, open_project: Open
) -> None:
    open_project()
    window.show_place("rate")
    window.enter_rating(stub(window, "rate"))
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert "undo" in stub(window, "rate").heard


def test_that_a_known_error_is_a_sentence_and_a_way_out(window: Window, desk: Desk) -> None:
    desk.error_raised.emit(InputError("This file holds no prompts.", "Choose another."))
    assert window.notice.isVisible()
    assert window.notice.sentence.text() == "This file holds no prompts."
    assert window.notice.hint.text() == "Choose another."


def test_that_an_error_while_rating_is_said_in_the_place(
    window: Window, open_project: Open
) -> None:
    open_project()
    window.show_place("rate")
    window.enter_rating(stub(window, "rate"))
    window.desk.error_raised.emit(InputError("The disk is full."))
    assert not window.notice.isVisible()
    assert stub(window, "rate").notice.isVisible()


def test_that_opening_something_else_leaves_the_welcome_screen_and_says_why(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    wrong = tmp_path / "notes.prefdesk"
    wrong.write_text("not a project at all, " * 20)
    with qtbot.waitSignal(window.desk.error_raised, timeout=20_000):
        window.open_path(wrong)
    assert window.notice.isVisible() and window.notice.sentence.text()
    assert window.stack.currentWidget() is window.welcome


def dropped(window: Window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, keys))


def test_that_a_dropped_project_is_opened(
    qtbot: QtBot, window: Window, desk: Desk, project_file: Path
) -> None:
    with qtbot.waitSignal(desk.project_opened, timeout=20_000):
        dropped(window, project_file)
    assert desk.project is not None and desk.project.path == project_file


def test_that_dropped_prompts_go_to_data(
    qtbot: QtBot, window: Window, open_project: Open, tmp_path: Path
) -> None:
    open_project()
    dropped(window, tmp_path / "prompts.jsonl")
    qtbot.waitUntil(lambda: window.place is window.places.get("data"), timeout=10_000)
    assert any(word.startswith("files") for word in stub(window, "data").heard)


def test_that_prompts_dropped_without_a_project_are_answered(
    window: Window, tmp_path: Path
) -> None:
    dropped(window, tmp_path / "prompts.jsonl")
    assert window.notice.isVisible()


def test_that_closing_waits_until_the_project_is_on_disk(
    qtbot: QtBot, window: Window, desk: Desk, open_project: Open
) -> None:
    project = open_project()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert desk.project is None
    assert not project.path.with_name("small.prefdesk-wal").exists()


def test_that_closing_asks_while_a_job_runs_and_can_keep_what_is_done(
    qtbot: QtBot, window: Window, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    worker.hold = True
    with qtbot.waitSignal(desk.jobs.started, timeout=5_000):
        desk.run_job("sample")
    window.close()
    question = window.findChild(Question)
    assert question is not None and window.isVisible()
    press(question, "Stop and keep")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert "stop" in worker.said and "cancel" not in worker.said and worker.said[-1] == "close"


def test_that_the_question_about_a_running_job_can_be_refused(
    qtbot: QtBot, window: Window, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    worker.hold = True
    with qtbot.waitSignal(desk.jobs.started, timeout=5_000):
        desk.run_job("round")
    window.close()
    question = window.findChild(Question)
    assert question is not None
    press(question, "Stay here")
    assert window.isVisible() and desk.project is not None
    assert "stop" not in worker.said and "cancel" not in worker.said


@pytest.mark.parametrize("kind", ["done", "failed"])
def test_that_the_end_of_a_job_is_told(
    qtbot: QtBot, window: Window, desk: Desk, worker: CannedWorker, open_project: Open, kind: str
) -> None:
    from prefdesk.events import JobEnded

    open_project()
    worker.events = (*worker.events[:-1], JobEnded(kind, "That was it."))  # type: ignore[arg-type]
    with qtbot.waitSignal(desk.jobs.ended, timeout=5_000):
        desk.run_job("sample")
    assert "That was it." in window.notice.sentence.text()
    assert window.notice.property("role") == ("notice-good" if kind == "done" else "notice-bad")


def test_that_the_status_line_shows_a_running_job_and_stops_it(
    qtbot: QtBot, window: Window, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    worker.hold = True
    desk.run_job("sample")
    strip = window.status.strip
    qtbot.waitUntil(lambda: strip.isVisible() and "2 / 4" in strip.words.text(), timeout=5_000)
    assert strip.name.text() == "Sampling"
    assert "2 min left" in strip.words.text()
    with qtbot.waitSignal(desk.jobs.ended, timeout=5_000):
        strip.stop.click()
    assert not strip.isVisible() and "stop" in worker.said


def test_that_the_status_line_says_that_all_is_saved(window: Window, open_project: Open) -> None:
    open_project()
    assert window.status.saved.text() == "All saved"

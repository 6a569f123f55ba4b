"""Short work off the window's thread: who gets the answer, and in which order."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from prefdesk.errors import InputError
from prefdesk.project import Project
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from tests.ui.conftest import CannedWorker

Open = Callable[[], Project]


def test_that_an_answer_arrives_on_the_windows_thread(qtbot: QtBot) -> None:
    owner, got = QObject(), []
    background.query(
        owner,
        threading.current_thread,
        lambda worker: got.append((worker, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(got), timeout=5_000)
    assert got[0][0] is not threading.main_thread()
    assert got[0][1] is threading.main_thread()


def test_that_an_answer_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot) -> None:
    owner, got, gate = QObject(), [], threading.Event()
    background.query(owner, gate.wait, got.append)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete.value)
    gate.set()
    assert background.finish()
    qtbot.waitUntil(background.is_idle, timeout=5_000)
    assert got == []


def test_that_only_the_newest_question_of_a_key_is_answered(qtbot: QtBot) -> None:
    owner, got, gate = QObject(), [], threading.Event()
    for number in range(5):
        background.query(owner, lambda n=number: gate.wait() and n, got.append, key="page")
    background.query(owner, lambda: "other", got.append, key="another")
    gate.set()
    qtbot.waitUntil(background.is_idle, timeout=5_000)
    assert sorted(map(str, got)) == ["4", "other"]


def test_that_writes_keep_their_order(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    for number in range(40):
        background.mutation(owner, lambda n=number: done.append(n))
    qtbot.waitUntil(background.is_idle, timeout=5_000)
    assert done == list(range(40))


def test_that_a_known_error_goes_to_who_asked(qtbot: QtBot) -> None:
    def fail() -> None:
        raise InputError("No.")

    got: list[str] = []
    background.query(QObject(), fail, None, lambda error: got.append(error.message))
    owner = QObject()
    background.query(owner, fail, None, lambda error: got.append(error.message))
    qtbot.waitUntil(background.is_idle, timeout=5_000)
    assert "No." in got


def test_that_an_unknown_error_goes_to_the_crash_hook(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, *_: seen.append(kind))
    owner = QObject()
    background.query(owner, lambda: 1 / 0, None, lambda error: None)
    qtbot.waitUntil(lambda: seen == [ZeroDivisionError], timeout=5_000)


def test_that_a_known_error_of_the_desk_is_raised_in_the_window(
    qtbot: QtBot, desk: Desk, open_project: Open
) -> None:
    open_project()
    with qtbot.waitSignal(desk.error_raised, timeout=5_000) as caught:
        desk.mutate(lambda p: p.raters.add("  "))
    assert isinstance(caught.args[0], InputError)


def test_that_answers_about_a_closed_project_are_dropped(
    qtbot: QtBot, desk: Desk, open_project: Open
) -> None:
    open_project()
    got: list[int] = []
    desk.query(lambda p: p.prompts.count(), got.append)
    with qtbot.waitSignal(desk.project_closed, timeout=5_000):
        desk.close_project()
    qtbot.waitUntil(background.is_idle, timeout=5_000)
    assert desk.project is None
    assert got == []


def test_that_a_closed_project_hears_no_more_changes(
    qtbot: QtBot, desk: Desk, open_project: Open
) -> None:
    project = open_project()
    heard: list[object] = []
    desk.changed.connect(heard.append)
    desk.mutate(lambda p: p.raters.add("Ada"))
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=5_000)
    with qtbot.waitSignal(desk.project_closed, timeout=5_000):
        desk.close_project()
    assert project.core._listeners == []


def test_that_opening_again_while_closing_waits_for_the_file(
    qtbot: QtBot, desk: Desk, worker: CannedWorker, open_project: Open, project_file: Path
) -> None:
    worker.close = lambda: time.sleep(0.3)  # type: ignore[method-assign]
    open_project()
    desk.jobs.warm()
    errors: list[object] = []
    desk.error_raised.connect(errors.append)
    desk.close_project()
    with qtbot.waitSignal(desk.project_opened, timeout=20_000):
        desk.open_project(project_file)
    assert errors == [] and desk.project is not None and not desk.is_busy


def test_that_of_two_projects_asked_for_at_once_the_last_one_is_open(
    qtbot: QtBot, desk: Desk, project_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.prefdesk"
    desk.open_project(project_file)
    desk.new_project(other)
    qtbot.waitUntil(lambda: desk.project is not None and not desk.is_busy, timeout=20_000)
    assert desk.project is not None and desk.project.path == other
    with Project.open(project_file) as unlocked:
        assert unlocked.prompts.count() > 0


def test_that_closing_while_a_project_is_opened_leaves_none_open(
    qtbot: QtBot, desk: Desk, project_file: Path
) -> None:
    closed: list[bool] = []
    desk.open_project(project_file)
    desk.close_project(lambda: closed.append(True))
    qtbot.waitUntil(lambda: closed == [True], timeout=20_000)
    assert desk.project is None
    with Project.open(project_file):
        pass

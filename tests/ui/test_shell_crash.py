"""Unknown errors: one dialog, a log without anybody's text, and a window that lives on."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.errors import InputError
from prefdesk.paths import log_dir
from prefdesk.ui import log
from prefdesk.ui.crash import CrashDialog, CrashReporter
from prefdesk.ui.preferences import Preferences

SECRET = "the answer of a person"


@pytest.fixture
def reporter(qtbot: QtBot, preferences: Preferences) -> Iterator[CrashReporter]:
    """A reporter in charge of unknown errors, with a window."""
    log.start()
    made, window = CrashReporter(), QWidget()
    qtbot.addWidget(window)
    made.window = window
    window.show()
    made.install()
    yield made
    made.uninstall()
    log.stop()
    if made.dialog is not None:
        made.dialog.close()


def fail() -> None:
    raise KeyError(SECRET)


def written() -> str:
    for handler in logging.getLogger("prefdesk").handlers:
        handler.flush()
    return (log_dir() / "prefdesk.log").read_text()


def raised(reporter: CrashReporter) -> None:
    try:
        fail()
    except KeyError as error:
        reporter._on_exception(type(error), error, error.__traceback__)


def test_that_an_unknown_error_in_a_slot_opens_the_crash_dialog(
    qtbot: QtBot, reporter: CrashReporter
) -> None:
    with qtbot.captureExceptions() as caught:
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: bool(caught))
    reporter._on_exception(*caught[0])
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert isinstance(reporter.dialog, CrashDialog) and reporter.dialog.isVisible()


def test_that_a_thread_that_dies_opens_the_crash_dialog(
    qtbot: QtBot, reporter: CrashReporter
) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)


def test_that_many_faults_open_one_dialog(qtbot: QtBot, reporter: CrashReporter) -> None:
    for _ in range(5):
        raised(reporter)
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert reporter.window is not None
    assert len(reporter.window.findChildren(CrashDialog)) == 1


def test_that_after_going_on_the_next_fault_is_shown_again(
    qtbot: QtBot, reporter: CrashReporter
) -> None:
    raised(reporter)
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert reporter.dialog is not None
    (go_on,) = [b for b in reporter.dialog.findChildren(QPushButton) if b.text() == "Go on"]
    go_on.click()
    qtbot.waitUntil(lambda: reporter.dialog is None)
    raised(reporter)
    qtbot.waitUntil(lambda: reporter.dialog is not None)


def test_that_neither_log_nor_report_holds_anybodys_text(
    qtbot: QtBot, reporter: CrashReporter
) -> None:
    raised(reporter)
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert reporter.dialog is not None
    (copy,) = [b for b in reporter.dialog.findChildren(QPushButton) if b.text() == "Copy details"]
    copy.click()
    for text in (written(), QGuiApplication.clipboard().text()):
        assert "KeyError" in text and "test_shell_crash.py" in text
        assert SECRET not in text


def test_that_a_known_error_is_no_crash(qtbot: QtBot, reporter: CrashReporter) -> None:
    error = InputError("This file holds no prompts.")
    with qtbot.waitSignal(reporter.known) as caught:
        sys.excepthook(InputError, error, None)
    assert caught.args == [error]
    qtbot.wait(20)
    assert reporter.dialog is None


def test_that_a_fault_of_the_last_run_is_noticed() -> None:
    (log_dir() / "fault.log").write_text("Fatal Python error: Segmentation fault")
    assert log.start() is True
    log.stop()
    assert "Segmentation fault" in (log_dir() / "prefdesk.log").read_text()
    assert log.start() is False
    log.stop()

"""The real window on a real project, with the real worker process."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from prefdesk.events import JobEnded
from prefdesk.jobs import Worker
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.train.curves import CURVES
from prefdesk.ui.window import Window
from tests.tiny import make_model
from tests.worlds import rate_by_panel

PROMPTS = 16
ROUND_S = 120


def sampled_project(folder):
    """A project whose answers a tiny model really drew, judged by the simulated panel; its path."""
    path = folder / "round.prefdesk"
    with Project.create(path) as project:
        project.checkpoints.use_model(make_model(folder / "tiny"))
        project.prompts.add([NewPrompt(f"Question {i}?") for i in range(PROMPTS)])
        worker = Worker(project)
        *_, last = worker.run(project.completions.sampling_job(None))
        worker.close()
        assert isinstance(last, JobEnded) and last.status == "done", last
        rate_by_panel(project)
        project.raters.add("Ana")
        project.agreement()
    return path


class Room:
    """What a test does with the window."""

    def __init__(self, qtbot: QtBot, preferences: Preferences) -> None:
        self.qtbot = qtbot
        self.window = Window(Desk(preferences))
        self.desk = self.window.desk
        self.window.show()
        with qtbot.waitActive(self.window):
            self.window.activateWindow()

    def open(self, path):
        with self.qtbot.waitSignal(self.desk.project_opened, timeout=20_000):
            self.desk.open_project(path)

    def go(self, name):
        self.window.show_place(name)
        return self.window.places[name]

    def wait(self, condition, seconds=20.0):
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(1000 * seconds))

    def ready_to_train(self):
        """The Train place with its plots made, its counts counted, its worker warm."""
        train = self.go("train")
        self.wait(lambda: len(train.round.curves.cards) == len(CURVES))
        self.wait(lambda: train.primary.isEnabled())
        self.wait(background.is_idle)
        return train

    def set(self, train, **values):
        rows = train.setup.recipe.form.rows
        for name, value in values.items():
            rows[name].control.clear()
            self.qtbot.keyClicks(rows[name].control, str(value))
        self.wait(lambda: not train.setup._typing.isActive() and background.is_idle())
        self.wait(lambda: train.primary.isEnabled())

    def rate_until(self, condition):
        """Press a score again and again, as fast as somebody who does not read."""
        ends = time.monotonic() + ROUND_S
        while not condition():
            assert time.monotonic() < ends
            QTest.keyClick(self.window.focusWidget(), Qt.Key.Key_7)
            self.qtbot.wait(120)

    def worker_pid(self):
        return self.desk.jobs._lanes["work"].worker.pid

    def strike(self):
        done = []
        self.desk.jobs.kill()
        self.desk.close_project(lambda: done.append(True))
        self.wait(lambda: done)
        assert background.finish()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

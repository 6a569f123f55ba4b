"""A window without a display, small honest stand-ins, and no thread left behind."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from prefdesk.config import DeviceConfig
from prefdesk.events import JobEnded, JobEvent, JobSpec, JobStarted, Progress
from prefdesk.project import Project
from prefdesk.ui import background, i18n
from prefdesk.ui import window as shell
from prefdesk.ui.app import make_app, prepare
from prefdesk.ui.desk import Desk
from prefdesk.ui.jobs import JobRunner
from prefdesk.ui.place import Place
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.raters.panel import SHOWN, RatersPlace
from prefdesk.ui.widgets import PrimaryButton
from tests.ui.room import Room, sampled_project
from tests.ui.stage import Stage, Wait, judged_project

CANNED: tuple[JobEvent, ...] = (
    JobStarted("sample", 4, "completions", "cpu"),
    Progress(2, 4, "", 90.0),
    JobEnded("done", "4 completions were drawn."),
)


def pytest_configure(config: pytest.Config) -> None:
    """The platform without a display says this of sizes, menus and raised windows."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


class CannedWorker:
    """A worker that says what it was given; `hold` keeps it working until it is stopped."""

    def __init__(self, events: tuple[JobEvent, ...] = CANNED, *, hold: bool = False) -> None:
        self.events, self.hold = events, hold
        self.said: list[str] = []

    def warm(self) -> None:
        self.said.append("warm")

    def run(self, spec: JobSpec) -> Iterator[JobEvent]:
        self.said.append(f"run {spec.kind}")
        yield from self.events[:-1]
        while self.hold and not {"stop", "cancel", "kill"} & set(self.said):
            QThread.msleep(5)
        yield self.events[-1]

    def pause(self) -> None:
        self.said.append("pause")

    def go_on(self) -> None:
        self.said.append("go_on")

    def stop(self) -> None:
        self.said.append("stop")

    def cancel(self, grace_s: float = 10.0) -> None:
        self.said.append("cancel")

    def kill(self) -> None:
        self.said.append("kill")

    def close(self) -> None:
        self.said.append("close")


class StubPlace(Place):
    """A place with a filled button and a field, which counts what happens to it."""

    def __init__(self, name: str, desk: Desk) -> None:
        self.name = name  # type: ignore[misc]
        self.reacts_to = frozenset({"prompts"})  # type: ignore[misc]
        super().__init__(desk)
        self.heard: list[str] = []
        self.locked = False
        button, field = PrimaryButton(), QLineEdit()
        self.say(button.setText, lambda: "Next")
        field.setAccessibleName("Search")
        self.set_primary(button)
        self.body.addWidget(field)

    def refresh(self) -> None:
        self.heard.append("refresh")

    def clear(self) -> None:
        self.heard.append("clear")

    def undo(self) -> None:
        self.heard.append("undo")

    def redo(self) -> None:
        self.heard.append("redo")

    def may_leave(self) -> bool:
        return not self.locked

    def take_files(self, paths: object) -> bool:
        self.heard.append(f"files {paths}")
        return self.name == "data"


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as the program makes it."""
    return make_app()


@pytest.fixture
def preferences(qapp: QApplication) -> Iterator[Preferences]:
    """Preferences of a new user, in force; English, light and 100 % again afterwards."""
    chosen = Preferences()
    chosen.set("language", "en")
    chosen.set("theme", "light")
    prepare(qapp, chosen)
    yield chosen
    i18n.install(qapp, "en")


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    """Waits until a condition holds; what other processes do takes its time."""
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=30_000)


@pytest.fixture
def stage(qtbot: QtBot, preferences: Preferences) -> Iterator[Stage]:
    """For a place on its own."""
    made = Stage(qtbot, preferences)
    yield made
    made.strike()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A judged project; a module may name another one so."""
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk")


@pytest.fixture
def own_copy(judged: Path, tmp_path: Path) -> Path:
    """A copy of the project that the module calls `judged`."""
    return Path(shutil.copy(judged, tmp_path / "copy.prefdesk"))


@pytest.fixture
def raters_place(stage: Stage, own_copy: Path) -> RatersPlace:
    """The place Raters with its report shown."""
    stage.open(own_copy)
    shown = stage.show(RatersPlace(stage.desk))
    stage.wait(lambda: shown._pages.currentIndex() == SHOWN)
    stage.quiet()
    return shown


@pytest.fixture
def canary(tmp_path: Path, qapp: QApplication) -> Path:
    """A red picture that rich text would paint."""
    path = tmp_path / "red.png"
    picture = QPixmap(60, 60)
    picture.fill(QColor("#FF0000"))
    picture.save(str(path))
    return path


@pytest.fixture
def worker() -> CannedWorker:
    """The worker behind `desk.jobs`."""
    return CannedWorker()


@pytest.fixture
def desk(qtbot: QtBot, preferences: Preferences, worker: CannedWorker) -> Iterator[Desk]:
    """A desk without a project; everything has ended when the test has."""

    def make(_project: Project, _device: DeviceConfig) -> CannedWorker:
        return worker

    made = Desk(preferences, JobRunner(make))
    yield made
    worker.hold = False
    done: list[bool] = []
    made.close_project(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert background.finish()
    made.deleteLater()


@pytest.fixture
def project_file(tmp_path: Path) -> Path:
    """A small project with the starter prompts."""
    path = tmp_path / "small.prefdesk"
    with Project.create(path) as project:
        project.prompts.add_starter()
    return path


@pytest.fixture
def open_project(qtbot: QtBot, desk: Desk, project_file: Path) -> Callable[[], Project]:
    """Opens the small project on the desk and waits for it."""

    def opened() -> Project:
        with qtbot.waitSignal(desk.project_opened, timeout=20_000):
            desk.open_project(project_file)
        assert desk.project is not None
        return desk.project

    return opened


@pytest.fixture
def window(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator["shell.Window"]:
    """The window with stub places, shown and active."""
    monkeypatch.setattr(shell, "make_place", StubPlace)
    made = shell.Window(desk)
    made.show()
    with qtbot.waitActive(made, timeout=20_000):
        made.activateWindow()
    yield made
    done: list[bool] = []
    desk.jobs.cancel()
    desk.close_project(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    for dialog in made.findChildren(QDialog):
        dialog.close()
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose answers a tiny model really drew; to be copied, not to be opened."""
    return sampled_project(tmp_path_factory.mktemp("round"))


@pytest.fixture
def new_copy(sampled: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A function that gives another copy of the sampled project."""

    def copied(name: str = "copy") -> Path:
        path = tmp_path / f"{name}.prefdesk"
        path.write_bytes(sampled.read_bytes())
        return path

    return copied


@pytest.fixture
def room(qtbot: QtBot, preferences: Preferences, new_copy: Callable[[str], Path]) -> Iterator[Room]:
    """The window on the sampled project."""
    made = Room(qtbot, preferences)
    made.open(new_copy("copy"))
    yield made
    made.strike()

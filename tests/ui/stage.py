"""A place on its own: a desk, a worker inside this process, a judged project."""

import hashlib
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTranslator
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.config import DeviceConfig
from prefdesk.events import CheckpointReady, JobEnded, JobEvent, JobSpec, StepDone
from prefdesk.project import Project
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from prefdesk.ui.jobs import JobRunner, JobWorker
from prefdesk.ui.place import Place
from prefdesk.ui.preferences import Preferences
from tests.worlds import make_project, rate_by_panel

W = TypeVar("W", bound=QWidget)
D = TypeVar("D", bound=QDialog)
P = TypeVar("P", bound=Place)
Wait = Callable[[Callable[[], object]], None]

Line = JobEvent | Callable[[JobSpec], JobEvent]
"""One event of a script, or how to make it for the job at hand."""


class InlineWorker:
    """Runs agreement for real, in the lane's thread; other jobs say what the test put in."""

    def __init__(self, project: Project, device: DeviceConfig) -> None:
        self.project, self.device = project, device
        self.scripts: dict[str, list[Line]] = {}
        self.ran: list[JobSpec] = []
        self.told: list[str] = []
        self.held = False

    def warm(self) -> None:
        self.told.append("warm")

    def run(self, spec: JobSpec) -> Iterator[JobEvent]:
        self.ran.append(spec)
        while self.held:
            background.QThreadPool.globalInstance().waitForDone(5)
        if spec.kind in self.scripts:
            intake = self.project.intake(spec)
            for line in self.scripts[spec.kind]:
                event = line(spec) if callable(line) else line
                intake.take(event)
                yield event
        else:
            yield from self.project.run_job(spec, device=self.device)

    def pause(self) -> None:
        self.told.append("pause")

    def go_on(self) -> None:
        self.told.append("go_on")

    def stop(self) -> None:
        self.told.append("stop")
        self.held = False

    def cancel(self, grace_s: float = 10.0) -> None:
        self.told.append("cancel")
        self.held = False

    def kill(self) -> None:
        self.told.append("kill")
        self.held = False

    def close(self) -> None:
        self.held = False


class Stage:
    """What a test does with a place: open, wait, find, press."""

    def __init__(self, qtbot: QtBot, preferences: Preferences) -> None:
        self.qtbot = qtbot
        self.workers: list[InlineWorker] = []
        self.hold = False
        self.scripts: dict[str, list[Line]] = {}
        self.desk = Desk(preferences, JobRunner(self._make))
        self.went: list[str] = []
        self.desk.place_requested.connect(self.went.append)
        self.places: list[Place] = []

    @property
    def project(self) -> Project:
        assert self.desk.project is not None
        return self.desk.project

    def open(self, path: Path) -> Project:
        with self.qtbot.waitSignal(self.desk.project_opened, timeout=20_000):
            self.desk.open_project(path)
        return self.project

    def show(self, place: P) -> P:
        self.places.append(place)
        place.resize(1200, 760)
        place.show()
        return place

    def wait(self, condition: Callable[[], object], seconds: float = 20) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=int(1000 * seconds))

    def quiet(self) -> None:
        """Wait until nothing is asked that is not answered."""
        jobs = self.desk.jobs
        self.wait(lambda: background.is_idle() and not jobs.is_busy("agreement"))

    def dialog(self) -> QDialog:
        """The dialog that is open."""
        self.wait(lambda: self._dialogs())
        return self._dialogs()[-1]

    def ran(self, kind: str) -> list[JobSpec]:
        """Jobs of a kind that were started."""
        return [spec for worker in self.workers for spec in worker.ran if spec.kind == kind]

    def told(self) -> list[str]:
        """Orders that reached the workers."""
        return [word for worker in self.workers for word in worker.told]

    def release(self) -> None:
        """Let held jobs go on."""
        self.hold = False
        for worker in self.workers:
            worker.held = False

    def strike(self) -> None:
        """Close everything."""
        self.release()
        for dialog in self._dialogs():
            dialog.close()
        done: list[bool] = []
        self.desk.close_project(lambda: done.append(True))
        self.wait(lambda: done)
        assert background.finish()
        for place in self.places:
            place.close()
            place.deleteLater()
        self.desk.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _dialogs(self) -> list[QDialog]:
        return [d for place in self.places for d in place.findChildren(QDialog) if d.isVisible()]

    def _make(self, project: Project, device: DeviceConfig) -> JobWorker:
        made = InlineWorker(project, device)
        made.held, made.scripts = self.hold, self.scripts
        self.workers.append(made)
        return made


class Shouting(QTranslator):
    """A language in which everything is said in capitals; parts in braces stay as they are."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        parts = []
        for text, field, form, _ in string.Formatter().parse(source):
            parts.append(text.upper().replace("%N", "%n"))
            if field is not None:
                parts.append("{" + field + (f":{form}" if form else "") + "}")
        return "".join(parts)

    def isEmpty(self) -> bool:
        return False


@contextmanager
def shouting() -> Iterator[None]:
    """Everything is said in capitals inside the block."""
    language = Shouting()
    QCoreApplication.installTranslator(language)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(language)


def judged_project(path: Path, *, prompts: int = 12, odd: int = 3) -> Path:
    """A project that the simulated panel has rated, with a few ratings that stand out; its path."""
    with make_project(path, prompts=prompts) as project:
        rate_by_panel(project)
        careless = project.ratings.session(project.raters.all()[0])
        finished = [c for c in project.completions.each() if c.finished and c.n_tokens < 10]
        for completion in finished[:odd]:
            careless.score(completion.id, 0.0, seconds=2.0).result()
        project.agreement()
    return path


def shown(parent: QWidget, kind: type[D], wait: Wait) -> D:
    """The dialog of a kind, once it can be seen."""
    wait(lambda: [d for d in parent.findChildren(kind) if d.isVisible()])
    return next(d for d in parent.findChildren(kind) if d.isVisible())


def press(dialog: QDialog, text: str) -> None:
    """Click the one button with this text."""
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text() == text]
    assert button.isEnabled()
    button.click()


def values_of(project: Project, name: str) -> dict[int, float]:
    """What a rater gave each answer."""
    rater = project.raters.by_name(name)
    return {r.completion_id: r.value for r in project.ratings.current(rater_id=rater.id)}


def find(inside: QObject, kind: type[W], name: str) -> W:
    """The visible control with this accessible name or text."""
    for widget in inside.findChildren(kind):
        text = widget.text() if hasattr(widget, "text") else ""
        if name in (widget.accessibleName(), text) and widget.isVisible():
            return widget
    raise AssertionError(f"there is no {kind.__name__} called {name!r}")


def step(n: int, total: int, **metrics: float) -> Callable[[JobSpec], JobEvent]:
    """A step of whatever round runs."""
    return lambda spec: StepDone(int(spec.settings["round_id"]), n, total, metrics)


def checkpoint(folder: Path) -> Callable[[JobSpec], JobEvent]:
    """A small checkpoint of whatever round runs; its file lies in `folder`."""

    def ready(spec: JobSpec) -> JobEvent:
        import numpy as np
        from safetensors.numpy import save

        round_id = int(spec.settings["round_id"])
        body = save({"a": np.full(4, round_id, dtype=np.float32)})
        path = folder / f"round-{round_id}.safetensors"
        path.write_bytes(body)
        return CheckpointReady(round_id, "lora", str(path), hashlib.sha256(body).hexdigest(), "{}")

    return ready


def ended(status: str = "done", message: str = "Done.") -> JobEnded:
    """The last word of a job."""
    return JobEnded(status, message)  # type: ignore[arg-type]

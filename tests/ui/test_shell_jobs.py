"""Jobs seen from the window: one last word each, in order, and never a thread left behind."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from prefdesk.errors import InputError, PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec, Progress
from prefdesk.project import Project
from prefdesk.ui.desk import Desk
from prefdesk.ui.jobs import JobRunner
from tests.ui.conftest import CANNED, CannedWorker

Open = Callable[[], Project]


class Ledger:
    """Writes down what the runner says."""

    def __init__(self, jobs: JobRunner) -> None:
        self.lines: list[tuple[str, str]] = []
        jobs.started.connect(lambda spec: self.lines.append(("started", spec.kind)))
        jobs.event_arrived.connect(
            lambda spec, event: self.lines.append((type(event).__name__, spec.kind))
        )
        jobs.ended.connect(lambda spec, event: self.lines.append((event.status, spec.kind)))

    def ends(self) -> list[tuple[str, str]]:
        words = ("done", "failed", "stopped", "cancelled")
        return [line for line in self.lines if line[0] in words]


def test_that_a_job_starts_speaks_and_ends_once(
    qtbot: QtBot, desk: Desk, open_project: Open
) -> None:
    open_project()
    ledger = Ledger(desk.jobs)
    with qtbot.waitSignal(desk.jobs.ended, timeout=5_000):
        desk.run_job("sample")
    assert ledger.lines == [
        ("started", "sample"),
        ("JobStarted", "sample"),
        ("Progress", "sample"),
        ("JobEnded", "sample"),
        ("done", "sample"),
    ]
    assert desk.jobs.running is None and desk.jobs.last_progress == CANNED[1]


def test_that_jobs_wait_for_each_other(
    qtbot: QtBot, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    ledger = Ledger(desk.jobs)
    worker.hold = True
    with qtbot.waitSignal(desk.jobs.started, timeout=5_000):
        desk.run_job("sample")
    desk.run_job("round")
    assert [spec.kind for spec in desk.jobs.waiting] == ["round"]
    assert desk.jobs.is_busy("round")
    desk.jobs.stop()
    qtbot.waitUntil(lambda: len(ledger.ends()) == 2, timeout=5_000)
    assert ledger.ends() == [("done", "sample"), ("done", "round")]


def test_that_figures_about_raters_do_not_wait_for_training(
    qtbot: QtBot, desk: Desk, open_project: Open
) -> None:
    workers: list[CannedWorker] = []

    def make(*_: object) -> CannedWorker:
        workers.append(CannedWorker(hold=not workers))
        return workers[-1]

    desk.jobs._make_worker = make
    open_project()
    ledger = Ledger(desk.jobs)
    with qtbot.waitSignal(desk.jobs.started, timeout=5_000):
        desk.run_job("round")
    desk.run_job("agreement")
    qtbot.waitUntil(lambda: ledger.ends() == [("done", "agreement")], timeout=5_000)
    assert desk.jobs.running == JobSpec("round")
    desk.jobs.stop()
    qtbot.waitUntil(lambda: len(ledger.ends()) == 2, timeout=5_000)


class Rude(CannedWorker):
    """A worker that raises, or goes without a last word."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error = error

    def run(self, spec: JobSpec) -> Iterator[JobEvent]:
        yield Progress(1, 2)
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [None, PrefdeskError("There is no model.")])
def test_that_a_job_without_a_last_word_gets_one(
    qtbot: QtBot, desk: Desk, open_project: Open, error: Exception | None
) -> None:
    desk.jobs._make_worker = lambda *_: Rude(error)
    open_project()
    ledger = Ledger(desk.jobs)
    with qtbot.waitSignal(desk.jobs.ended, timeout=5_000) as caught:
        desk.run_job("round")
    assert ledger.ends() == [("failed", "round")]
    assert isinstance(caught.args[1], JobEnded)
    assert caught.args[1].message == (
        str(error) if error else "The worker stopped without a last word."
    )


def test_that_a_fault_in_the_supervisor_ends_the_job_and_is_reported(
    qtbot: QtBot, desk: Desk, open_project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, *_: seen.append(kind))
    desk.jobs._make_worker = lambda *_: Rude(KeyError("x"))
    open_project()
    ledger = Ledger(desk.jobs)
    with qtbot.waitSignal(desk.jobs.ended, timeout=5_000):
        desk.run_job("round")
    assert ledger.ends() == [("failed", "round")]
    qtbot.waitUntil(lambda: seen == [KeyError])


def test_that_closing_the_project_cancels_the_job_and_ends_the_worker(
    qtbot: QtBot, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    worker.hold = True
    with qtbot.waitSignal(desk.jobs.started, timeout=5_000):
        desk.run_job("sample")
    with qtbot.waitSignal(desk.project_closed, timeout=5_000):
        desk.close_project()
    assert {"run sample", "cancel"} < set(worker.said)
    assert worker.said[-1] == "close"


def test_that_the_worker_can_be_started_before_its_first_job(
    qtbot: QtBot, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    desk.jobs.warm()
    qtbot.waitUntil(lambda: worker.said == ["warm"])


def test_that_another_device_takes_another_worker(
    qtbot: QtBot, desk: Desk, worker: CannedWorker, open_project: Open
) -> None:
    open_project()
    with qtbot.waitSignal(desk.jobs.ended, timeout=5_000):
        desk.run_job("sample")
    desk.preferences.set("threads", 3)
    qtbot.waitUntil(lambda: worker.said[-1] == "close", timeout=5_000)
    assert desk.jobs._device.threads == 3


def test_that_a_job_without_a_project_is_refused_in_words(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.error_raised) as caught:
        assert desk.run_job("sample") is None
    assert isinstance(caught.args[0], InputError)


class Deaf(CannedWorker):
    """Hears orders only once it runs, like a process that has not started yet."""

    asked = hearing = False

    def run(self, spec: JobSpec) -> Iterator[JobEvent]:
        while not self.asked:
            QThread.msleep(5)
        self.hearing = True
        yield from super().run(spec)

    def stop(self) -> None:
        self.asked = True
        if self.hearing:
            super().stop()


def test_that_an_order_given_before_the_worker_can_hear_it_is_repeated(
    qtbot: QtBot, desk: Desk, open_project: Open
) -> None:
    deaf = Deaf(hold=True)
    desk.jobs._make_worker = lambda *_: deaf
    open_project()
    desk.jobs.started.connect(desk.jobs.stop)
    with qtbot.waitSignal(desk.jobs.ended, timeout=10_000):
        desk.run_job("sample")
    assert "stop" in deaf.said

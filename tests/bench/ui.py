"""How late the window's timer is while somebody rates and a round runs, beside an idle window.

Idle and busy stretches alternate in one run. Lateness is that of a 16 ms precise timer, a figure
of the machine as much as of the program; the bar is on the processor time that the window's own
thread spends on one event, which does not depend on what else the machine does.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.report import Report

TICK_MS = 16
STRETCH_S, QUICK_S, PATIENCE_S = 10.0, 3.0, 60.0
KEY_EVERY_MS = 250
EVENT_BAR_MS = 16


def measure(*, quick: bool) -> Report:
    """Alternate idle and busy stretches and compare them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    report = Report("ui")
    with tempfile.TemporaryDirectory() as name:
        for folder in ("DATA", "CONFIG", "CACHE", "STATE"):
            os.environ[f"XDG_{folder}_HOME"] = f"{name}/{folder}"
        scene = Scene(Path(name))
        for kind in ("idle", "busy") * (1 if quick else 3):
            report.runs.append(scene.stretch(kind, QUICK_S if quick else STRETCH_S))
        scene.close()
    busy = [r for r in report.runs if r["stretch"] == "busy"]
    worst = max(r["slowest_event_cpu_ms"] for r in busy)
    report.at_most("slowest event on the window's thread, own CPU time", worst, EVENT_BAR_MS, "ms")
    return report


class Scene:
    """A real window on a project with a tiny model, in a rating session."""

    def __init__(self, folder: Path) -> None:
        from prefdesk.ui.app import make_app, prepare
        from prefdesk.ui.desk import Desk
        from prefdesk.ui.preferences import Preferences
        from prefdesk.ui.window import Window

        self.app = make_app()
        preferences = Preferences()
        prepare(self.app, preferences)
        self.desk = Desk(preferences)
        self.window = Window(self.desk)
        self.window.resize(1280, 800)
        self.window.show()
        self.window.open_path(_project(folder))
        self._until(lambda: self.desk.project is not None)
        self.window.show_place("rate")
        self.place: Any = self.window.place
        self._until(lambda: self.place.start_page.row is not None)
        self.place.begin()
        self._until(lambda: self.place.view is not None)
        self.desk.jobs.warm()
        self._wait(2000)

    def stretch(self, kind: str, seconds: float) -> dict[str, Any]:
        """One stretch: nothing happens, or keys are pressed while a round runs."""
        from tests.ui.gui_time import GuiTime

        late: list[float] = []
        steps: list[int] = []
        before = self._ratings()
        if kind == "busy":
            self._train(steps)
        with GuiTime() as spent:
            ticker = _ticker(late)
            ends = time.monotonic() + seconds
            keys = 0
            while time.monotonic() < ends:
                self._wait(KEY_EVERY_MS)
                if kind == "busy":
                    self._press()
                    keys += 1
            ticker.stop()
            if kind == "busy":
                self.desk.jobs.stop()
                self._until(lambda: self.desk.jobs.running is None)
        slowest = spent.worst(1)[0]
        return {
            "stretch": kind,
            **_lateness(late),
            "slowest_event_cpu_ms": round(slowest.ms, 2),
            "slowest_event": f"{slowest.kind} to {slowest.receiver}",
            "keys": keys,
            "ratings": self._ratings() - before,
            "steps": len(steps),
        }

    def close(self) -> None:
        """Leave nothing running."""
        self.place.leave()
        self._until(lambda: self.place.view is None)
        self.window.close()
        self._until(lambda: not self.window.isVisible())

    def _train(self, steps: list[int]) -> None:
        from prefdesk.config import RoundConfig
        from prefdesk.events import StepDone

        config = RoundConfig(override="benchmark", epochs=50, learning_rate=1e-5, batch_prompts=1)
        base = self.desk.project.checkpoints.base().id  # type: ignore[union-attr]
        prepared = self.desk.project.rounds.create(config, checkpoint_id=base)  # type: ignore[union-attr]
        self.desk.jobs.event_arrived.connect(
            lambda _, event: steps.append(1) if isinstance(event, StepDone) else None
        )
        self.desk.jobs.start(prepared.job)
        self._until(lambda: bool(steps))

    def _ratings(self) -> int:
        return self.desk.project.ratings.count_events()  # type: ignore[union-attr]

    def _press(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.keyClick(self.window.windowHandle(), Qt.Key.Key_5)

    def _wait(self, ms: int) -> None:
        from PySide6.QtTest import QTest

        QTest.qWait(ms)

    def _until(self, there: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > ends:
                raise TimeoutError("the window did not get there")
            self._wait(20)


def _project(folder: Path) -> Path:
    from tests.tiny import make_model
    from tests.worlds import make_project, rate_by_panel

    path = folder / "bench.prefdesk"
    model = make_model(folder / "tiny", hidden=64, layers=4)
    with make_project(path, prompts=60, answers=0, model=model) as project:
        for _ in project.completions.sample(4, max_new_tokens=24, batch_prompts=16):
            pass
        rate_by_panel(project)
        project.raters.add("Ana")
    return path


def _ticker(late: list[float]) -> Any:
    """A running 16 ms timer that writes down how late it is, in ms."""
    from PySide6.QtCore import Qt, QTimer

    due = [time.perf_counter() + TICK_MS / 1000]

    def tick() -> None:
        now = time.perf_counter()
        late.append(max(0.0, (now - due[0]) * 1000))
        due[0] = max(due[0] + TICK_MS / 1000, now)

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(TICK_MS)
    return timer


def _lateness(late: list[float]) -> dict[str, Any]:
    ordered = sorted(late) or [0.0]
    return {
        "ticks": len(late),
        "late_median_ms": round(statistics.median(ordered), 2),
        "late_p99_ms": round(ordered[int(0.99 * (len(ordered) - 1))], 2),
        "late_max_ms": round(ordered[-1], 2),
    }

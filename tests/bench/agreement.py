"""The report about raters and its place in the window on projects with very many ratings.

For each size: seconds from opening the place to its first figures, to agreement and to the whole
report (which a process of its own works out), the longest that the window's event loop was kept,
and processor time and peak memory of the report alone, in another process of its own. With
--quick a hundredth of the ratings. Time on the wall clock depends on what else the machine does.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import store_build
from tests.bench.report import Report, since

SIZES, QUICK_SIZES = (100_000, 1_000_000), (1_000, 10_000)
"""Completions; each has three ratings."""
FIRST_BAR_S, EVENT_BAR_MS, BLOCK_BAR_MS = 1.0, 50.0, 250.0
TICK_MS, PATIENCE_S = 10, 900.0

_CHILD = """
import json, resource, sys, time
from prefdesk.project import Project
with Project.open({path!r}, "r") as project:
    began, wall = time.process_time(), time.perf_counter()
    report = project.judgement.compute()
cpu, wall = time.process_time() - began, time.perf_counter() - wall
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
print(json.dumps({{"cpu_s": round(cpu, 1), "wall_s": round(wall, 1), "peak_mb": round(peak)}}))
"""  # noqa: E501


def measure(*, quick: bool) -> Report:
    """Every figure, the first of each size beside its bar."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    report = Report("report")
    with tempfile.TemporaryDirectory() as name:
        for folder in ("DATA", "CONFIG", "CACHE", "STATE"):
            os.environ[f"XDG_{folder}_HOME"] = f"{name}/{folder}"
        scene = Scene()
        for n in QUICK_SIZES if quick else SIZES:
            path, _ = store_build.project(Path(name), quick=quick, n=n)
            ratings = n * store_build.PER_COMPLETION
            row = {"ratings": ratings, **scene.open(path), **_alone(path)}
            report.runs.append(row)
            what = f"{ratings:,} ratings"
            report.at_most(f"first figures, {what}", row["first_s"], FIRST_BAR_S, "s")
            report.at_most(f"slowest event, {what}", row["event_cpu_ms"], EVENT_BAR_MS, "CPU ms")
            report.at_most(f"opening, {what}", row["opening_cpu_ms"], BLOCK_BAR_MS, "CPU ms")
            report.at_most(f"longest block, {what}", row["block_ms"], BLOCK_BAR_MS, "ms")
            path.unlink()
        scene.close()
    return report


def _alone(path: Path) -> dict[str, Any]:
    if sys.platform == "win32":
        return {"left_out": "Windows does not tell a peak this way"}
    command = [sys.executable, "-W", "ignore", "-c", _CHILD.format(path=str(path))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Scene:
    """A real window; the place Raters is opened on one project after the other."""

    def __init__(self) -> None:
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

    def open(self, path: Path) -> dict[str, Any]:
        """Open the project and the place, and wait until its report is there."""
        from prefdesk.ui.raters.panel import SHOWN
        from tests.ui.gui_time import GuiTime

        self.window.open_path(path)
        self._until(lambda: self.desk.project is not None and self.desk.project.path == path)
        self._rest(3000)
        late: list[float] = []
        with GuiTime() as spent:
            ticker, began, cpu = _ticker(late), time.perf_counter(), time.thread_time()
            self.window.show_place("raters")
            opened = 1000 * (time.thread_time() - cpu)
            place: Any = self.window.place
            self._until(lambda: bool(place.first.judged.text()) or place.figures.report)
            first = since(began)
            self._until(lambda: place.first.table.model().rowCount() or place.figures.report)
            people = since(began)
            self._until(lambda: place._pages.currentIndex() == SHOWN)
            agreement = since(began)
            self._until(lambda: place.figures.current)
            whole = since(began)
            self._rest(1000)
            ticker.stop()
        worst = spent.worst(1)[0]
        self.window.show_place("overview")
        return {
            "first_s": first,
            "raters_s": people,
            "agreement_s": agreement,
            "whole_s": whole,
            "opening_cpu_ms": round(opened, 1),
            "event_cpu_ms": round(worst.ms, 1),
            "event": f"{worst.kind} to {worst.receiver}",
            "block_ms": round(max(late), 1),
            "late_p99_ms": round(sorted(late)[int(0.99 * len(late))], 1),
        }

    def close(self) -> None:
        """Leave nothing running."""
        self.window.close()
        self._until(lambda: not self.window.isVisible())

    def _rest(self, ms: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def _until(self, condition: Callable[[], object]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > ends:
                raise TimeoutError("the window did not get there")
            self._rest(TICK_MS)


def _ticker(late: list[float]) -> Any:
    from PySide6.QtCore import Qt, QTimer

    ticker, last = QTimer(), [time.perf_counter()]
    ticker.setTimerType(Qt.TimerType.PreciseTimer)

    def tick() -> None:
        now = time.perf_counter()
        late.append(max(0.0, 1000 * (now - last[0]) - TICK_MS))
        last[0] = now

    ticker.timeout.connect(tick)
    ticker.start(TICK_MS)
    return ticker

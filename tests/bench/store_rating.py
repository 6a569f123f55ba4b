"""One rater at work in the large project: opening it, the next item, a saved rating, the figures.

A save is measured beside a bare fdatasync of as many bytes as a save writes, turn by turn, into
a file that is as long as it will get (a log that has been begun again is written over, too).
"""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from prefdesk import store
from prefdesk.project import Project, RatingSession
from prefdesk.store.file import Store
from tests.bench.report import Report

OPEN_BAR_MS, NEXT_BAR_MS, SAVE_BAR, FIGURES_BAR_S, STATUS_BAR_MS = 100.0, 1.0, 2.0, 0.6, 100.0
SAVES, QUICK_SAVES = 1500, 200
OPENS = 7

_GROUPED = (
    "SELECT count(*), avg(mean), sum(rest) FROM (SELECT avg(value) AS mean,"
    " sum(value * value) - sum(value) * avg(value) AS rest FROM rating"
    " WHERE kind = 'score' AND criterion = 'overall' GROUP BY completion_id)"
)


def opening(report: Report, path: Path, *, quick: bool) -> None:
    """From the call to a project that answers, with the file in memory and dropped from it.

    The first opening is reported by itself: a file that came from elsewhere is looked at once.
    """
    first = timed_ms(lambda: Project.open(path).close())
    report.runs.append({"run": "first opening of a file from elsewhere", "ms": round(first, 1)})
    for kind in ("warm", "cold"):
        times = []
        for _ in range(3 if quick else OPENS):
            if kind == "cold" and not forget(path):
                break
            started = time.perf_counter()
            with closing(Project.open(path)) as project:
                project.raters.all()
                times.append((time.perf_counter() - started) * 1000)
        if times:
            report.runs.append({"run": f"open, {kind}", **spread(times)})
            report.at_most(f"open, {kind}, slowest", max(times), OPEN_BAR_MS, "ms")


def filling(report: Report, project: Project, *, quick: bool) -> None:
    """The first time a rater comes: how long until the first item, and what others wait for."""
    started = time.perf_counter()
    session = project.ratings.session(project.raters.all()[0])
    row = {"run": "first session of a rater", "remaining": session.remaining()}
    row["start_page_s"] = round(time.perf_counter() - started, 2)
    session.upcoming(1)
    row["first_item_s"] = round(time.perf_counter() - started, 2)
    waits = []
    while _behind(project, session):
        at = time.perf_counter()
        project.core.submit(lambda c: None, urgent=True).result()
        waits.append((time.perf_counter() - at) * 1000)
        time.sleep(0.05)
    row["all_queued_s"] = round(time.perf_counter() - started, 1)
    report.runs.append(row | ({"others_wait": spread(waits)} if waits else {}))


def _behind(project: Project, session: RatingSession) -> bool:
    return project.core.query(lambda c: store.queue.behind(c, session.rater.id)) > 0


def saving(report: Report, project: Project, folder: Path, *, quick: bool) -> None:
    """Next item, save, bare fdatasync, in turn."""
    session = project.ratings.session(project.raters.all()[0])
    session.upcoming(1)
    while _behind(project, session):
        time.sleep(0.1)
    written = bytes_of_a_save(project, session)
    nexts, own, saves, bares = [], [], [], []
    with Bare(folder / "bare", written) as bare:
        for number in range(QUICK_SAVES if quick else SAVES):
            at, cpu = time.perf_counter(), time.thread_time()
            item = session.upcoming(1)[0]
            nexts.append((time.perf_counter() - at) * 1000)
            own.append((time.thread_time() - cpu) * 1000)
            saves.append(timed_ms(lambda: session.score(item.completion_id, number % 11).result()))  # noqa: B023
            bares.append(timed_ms(bare.write))
    report.runs.append({"run": "next item", **spread(nexts)})
    report.runs.append({"run": "next item, own processor time", **spread(own)})
    report.runs.append({"run": "save", "bytes": written, **spread(saves)})
    report.runs.append({"run": "bare fdatasync", "bytes": written, **spread(bares)})
    report.at_most("next item, p99", p99(nexts), NEXT_BAR_MS, "ms")
    report.at_most("next item, p99 of own processor time", p99(own), NEXT_BAR_MS, "ms")
    ratio = statistics.median(saves) / statistics.median(bares)
    report.at_most("durable save, p50, in bare fdatasyncs", ratio, SAVE_BAR, "times")


def figures(report: Report, project: Project, *, quick: bool) -> None:
    """The figures of all items, and the numbers of the Overview."""
    with project.core.read() as c:
        times = [timed_ms(lambda: store.statistics.together(c, "overall")) for _ in range(5)]
        arrays = [timed_ms(lambda: store.statistics.table(c, "overall")) for _ in range(3)]
        grouped = timed_ms(lambda: c.execute(_GROUPED).fetchall())
    report.runs.append({"run": "figures of all items, one pass", **spread(times)})
    report.runs.append({"run": "figures of all items, as arrays", **spread(arrays)})
    report.runs.append({"run": "the same from all ratings", "p50_ms": round(grouped, 1)})
    seconds = statistics.median(times) / 1000
    report.at_most("figures of all items, one pass", seconds, FIGURES_BAR_S, "s")
    shown = [timed_ms(project.status) for _ in range(5)]
    report.runs.append({"run": "numbers of the Overview", **spread(shown)})
    report.at_most("numbers of the Overview", statistics.median(shown), STATUS_BAR_MS, "ms")


def bytes_of_a_save(project: Project, session: RatingSession) -> int:
    """What one save writes into the log, the median of some; by the system's count."""
    found = []
    for item in session.upcoming(25):
        before = _written(project.core.store)
        session.score(item.completion_id, 5.0).result()
        found.append(_written(project.core.store) - before)
    return int(statistics.median(found)) or 12 * 16_384


def _written(opened: Store) -> int:
    writer = opened._parts.writer
    assert writer is not None
    counts = Path(f"/proc/self/task/{writer._thread.native_id}/io")
    if not counts.exists():
        return 0
    return int(dict(line.split(": ") for line in counts.read_text().splitlines())["wchar"])


class Bare:
    """A plain file as long as a log gets, written over from its start, each time to the disk."""

    LENGTH = 64 * 2**20

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._data = os.urandom(size_bytes)
        self._at = 0
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.write(self._handle, bytes(self.LENGTH))
        os.fsync(self._handle)

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def write(self) -> None:
        """Write and wait for the disk."""
        if self._at + len(self._data) > self.LENGTH:
            self._at = 0
        os.pwrite(self._handle, self._data, self._at)
        self._at += len(self._data)
        getattr(os, "fdatasync", os.fsync)(self._handle)


def timed_ms(run: Callable[[], Any]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def p99(times: list[float]) -> float:
    """The 99th percentile."""
    return float(np.percentile(times, 99))


def spread(times: list[float]) -> dict[str, Any]:
    """Median, 99th percentile and longest, in the unit of `times` (ms)."""
    return {
        "n": len(times),
        "p50_ms": round(statistics.median(times), 3),
        "p99_ms": round(p99(times), 3),
        "max_ms": round(max(times), 3),
    }


def forget(path: Path) -> bool:
    """Drop a file from the page cache; False where the system has no way to."""
    if not hasattr(os, "posix_fadvise"):
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
    return True

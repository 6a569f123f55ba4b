"""Somebody rates while half a gigabyte of weights is stored, and the file is small again after.

The weights are those of the starter model with dense mantissas (see `weights`), in fp32. A rating
is saved ten times a second while they are taken in; beside it stands a bare fdatasync, as often,
while a plain file of the same bytes is written again and again. The two take turns.
"""

import json
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from prefdesk import store
from prefdesk.models import starter
from prefdesk.paths import models_dir
from prefdesk.project import Project, RatingSession
from tests.bench import weights
from tests.bench.report import Report
from tests.bench.store_rating import Bare, bytes_of_a_save, p99, spread, timed_ms

WAIT_BAR_MS, LIVE_BAR = 50.0, 1.1
EVERY_S = 0.1
EVERYTHING, QUICK_BYTES = 2**62, 48 * 2**20
TURNS, QUICK_TURNS = 2, 1


def ingest(report: Report, project: Project, folder: Path, *, quick: bool) -> None:
    """Rate while a checkpoint is stored, then delete it and give the space back."""
    model = starter.installed(models_dir())
    if model is None:
        report.runs.append({"run": "rating while weights are stored", "left_out": NO_MODEL})
        return
    file = _dense(model / "model.safetensors", folder / "weights", quick=quick)
    session = project.ratings.session(project.raters.all()[1])
    session.upcoming(1)
    written = bytes_of_a_save(project, session)
    saves: list[float] = []
    bares: list[float] = []
    ids: list[int] = []
    live: list[float] = []
    for _ in range(QUICK_TURNS if quick else TURNS):
        with Watched(project.path) as log:
            took_s, found = during(lambda: ids.append(_take_in(project, file)), _key(session))
        saves += found
        row = {"MB_s": round(file.stat().st_size / 1e6 / took_s, 1), "longest_log_MB": log.mb}
        report.runs.append({"run": "rating while weights are stored", **row, **spread(found)})
        bares += _beside_a_plain_file(report, folder, file, written, took_s)
        live.append(_give_back(report, project, ids.pop()))
    bar = max(WAIT_BAR_MS, 2 * p99(bares))
    report.at_most("rating saved while weights are stored, p99", p99(saves), bar, "ms")
    report.at_most("file after giving back", max(live), LIVE_BAR, "x its live pages")


NO_MODEL = "the starter model is not there: prefdesk model get starter"


def _take_in(project: Project, file: Path) -> int:
    base = project.core.query(lambda c: store.checkpoints.all(c)[0].id)
    return store.checkpoints.ingest(
        project.core.store, file, kind="full", name="x", parent_id=base, round_id=None, header="{}"
    )


def _key(session: RatingSession) -> Callable[[], None]:
    def press() -> None:
        session.score(session.upcoming(1)[0].completion_id, 5.0).result()

    return press


def _beside_a_plain_file(
    report: Report, folder: Path, file: Path, written: int, seconds: float
) -> list[float]:
    ends = time.monotonic() + seconds

    def write() -> None:
        while time.monotonic() < ends:
            weights._copy(file, folder / "plain")

    with Bare(folder / "bare", written) as bare:
        _, found = during(write, bare.write)
    (folder / "plain").unlink()
    report.runs.append({"run": "bare fdatasync beside a plain file", **spread(found)})
    return found


def during(work: Callable[[], object], press: Callable[[], None]) -> tuple[float, list[float]]:
    """Press ten times a second while `work` runs in a thread; its seconds, each press's ms."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    press()
    waits, started = [], time.perf_counter()
    thread.start()
    while thread.is_alive():
        waits.append(timed_ms(press))
        time.sleep(EVERY_S)
    if failed:
        raise failed[0]
    return time.perf_counter() - started, waits


class Watched:
    """The size of a project's log while the block runs; `mb` is its longest."""

    def __init__(self, path: Path) -> None:
        self._log = Path(f"{path}-wal")
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.mb = 0.0

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ends.wait(0.02):
            with suppress(OSError):
                self.mb = max(self.mb, round(self._log.stat().st_size / 1e6, 1))


def _give_back(report: Report, project: Project, id: int) -> float:
    opened = project.core.store
    opened.write(lambda c: store.checkpoints.delete(c, id)).result()
    store.checkpoints.finish_deleting(opened)
    # Nobody rates for a while, as far as the file knows.
    assert opened._parts.writer is not None
    opened._parts.writer.last_urgent_s = -1e9
    steps = []
    more, budget_s = True, 0.0
    while more:
        at = time.perf_counter()
        more, budget_s = opened.give_back(budget_s), 0.001
        steps.append((time.perf_counter() - at) * 1000)
    with opened.read() as c:
        free, pages = (c.execute(f"PRAGMA {n}_count").fetchone()[0] for n in ("freelist", "page"))
    live: float = pages / (pages - free)
    row = {"steps": len(steps), "longest_step_ms": round(max(steps), 1), "x_live": round(live, 4)}
    report.runs.append({"run": "give back", **row})
    return live


def _dense(model: Path, path: Path, *, quick: bool) -> Path:
    """A safetensors file in fp32, the gaps of its quantisation filled, as large as wanted."""
    header, start = weights._header(model, QUICK_BYTES if quick else EVERYTHING)
    moved, at = {}, 0
    for name, entry in header.items():
        size = entry["data_offsets"][1] - entry["data_offsets"][0]
        moved[name] = entry | {"data_offsets": [at, at + size]}
        at += size
    text = json.dumps(moved).encode()
    text += b" " * (-len(text) % 8)
    chance = np.random.default_rng(0)
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for entry in header.values():
            first, end = entry["data_offsets"]
            raw = np.fromfile(model, "<f4", offset=start + first, count=(end - first) // 4)
            out.write(weights._refilled(raw, chance).tobytes())
    return path

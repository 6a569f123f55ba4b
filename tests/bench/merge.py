"""How long a pack of 100,000 judgements takes to merge into a large project, and who waits.

The project is filled for a stated time, so its size is a figure of the machine. Two packs are
merged: one while nobody rates, one while somebody presses a key four times a second, whose wait
for the disk is measured beside that of the same keys before the merge.
"""

import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prefdesk import store
from prefdesk.formats import pack
from prefdesk.project import Project, RatingSession
from prefdesk.project.pack_copy import settings_of
from prefdesk.project.pack_sieve import asked_of, hash_of
from prefdesk.records import Event, NewPrompt, Rater
from prefdesk.store import writer
from tests.bench.report import Report, since

BUILD_S, QUICK_BUILD_S = 120.0, 10.0
PACK_EVENTS, QUICK_EVENTS = 100_000, 10_000
COMPLETIONS, QUICK_COMPLETIONS = 200_000, 20_000
BATCH = 5000
KEY_EVERY_S = 0.25
TRANSACTION_BAR_S = 1.0
WAIT_BAR_MS = 200.0
START_MS = 1_700_000_000_000


def measure(*, quick: bool) -> Report:
    """Build a project, merge two packs into it, and say how long it took."""
    report = Report("merge")
    with tempfile.TemporaryDirectory(dir=os.environ.get("PREFDESK_BENCH_FOLDER")) as name:
        folder = Path(name)
        with Project.create(folder / "bench.prefdesk") as project:
            _measure(report, project, folder, quick)
    return report


def _measure(report: Report, project: Project, folder: Path, quick: bool) -> None:
    n = QUICK_COMPLETIONS if quick else COMPLETIONS
    report.runs.append(_build(project, n, QUICK_BUILD_S if quick else BUILD_S))
    merge_into(report, project, folder, QUICK_EVENTS if quick else PACK_EVENTS, quick=quick)


def merge_into(
    report: Report, project: Project, folder: Path, n_events: int, *, quick: bool
) -> None:
    """Merge two packs of `n_events` judgements into a project, one while somebody rates."""
    raters = [project.raters.add(who) for who in ("Ana", "Eva")]
    paths = [_pack(project, rater, folder, n_events) for rater in raters]
    looked = time.perf_counter()
    project.packs.preview(paths[0])
    report.runs.append({"run": "preview", "events": n_events, "seconds": since(looked)})
    with Transactions() as alone:
        report.runs.append({"run": "merge, nobody rates", **_merge(project, paths[0], alone)})
    ratio = report.runs[-2]["seconds"] / report.runs[-1]["seconds"]
    report.at_most("preview, in merges", ratio, 1.0, "times")
    again = time.perf_counter()
    project.packs.merge(paths[0])
    report.runs.append({"run": "the same again", "seconds": since(again)})
    session = project.ratings.session(project.raters.add("Key"))
    session.upcoming(1)
    while project.core.query(lambda c: store.queue.behind(c, session.rater.id)):
        time.sleep(0.1)
    with Keys(session) as before:
        time.sleep(3.0 if quick else 10.0)
    with Keys(session) as during, Transactions() as beside:
        report.runs.append({"run": "merge while rating", **_merge(project, paths[1], beside)})
    report.runs.append({"run": "a key's wait, no merge", **before.figures()})
    report.runs.append({"run": "a key's wait, merging", **during.figures()})
    started = time.perf_counter()
    with Transactions() as back:
        project.packs.undo()
    report.runs.append({"run": "undo", "seconds": since(started), **back.figures()})
    report.at_most("longest transaction", max(alone.seconds), TRANSACTION_BAR_S, "s")
    report.at_most(
        "longest wait of a key while merging", during.figures()["max_ms"], WAIT_BAR_MS, "ms"
    )


def _merge(project: Project, path: Path, seen: "Transactions") -> dict[str, Any]:
    started = time.perf_counter()
    done = project.packs.merge(path)
    return {"events": done.new, "seconds": since(started), **seen.figures()}


def _build(project: Project, n_completions: int, seconds: float) -> dict[str, Any]:
    started = time.perf_counter()
    base = project.core.mutate(lambda c: store.checkpoints.add_base(c, "base", "{}")).id
    for first in range(0, n_completions, BATCH):
        rows = [_item(i) for i in range(first, min(first + BATCH, n_completions))]
        project.core.mutate(lambda c, r=rows: store.merging.add_items(c, base, r))  # type: ignore[misc]
    uids = [_uid(i) for i in range(n_completions)]
    n = 0
    while since(started) < seconds:
        rater = project.raters.add(f"Rater {len(project.raters.all())}")
        events = _events(rater, uids, random.Random(rater.id), START_MS)
        for part in _chunks(events, BATCH):
            ready = [_stored(one, rater.id) for one in part]
            n += len(project.core.mutate(lambda c, r=ready: store.merging.add_events(c, r)))  # type: ignore[misc]
            if since(started) >= seconds:
                break
    size = project.path.stat().st_size
    return {
        "run": "build",
        "completions": n_completions,
        "ratings": n,
        "seconds": since(started),
        "file_mb": round(size / 1e6),
    }


def _uid(i: int) -> bytes:
    return store.merging.content_uid(["completion", i])


def _item(i: int) -> tuple[bytes, NewPrompt, str]:
    answer = f"Answer {i}: " + "a sentence of no great weight. " * 10
    return _uid(i), NewPrompt(f"Question {i // 4}, asked in a sentence or two?"), answer


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    from prefdesk.project.pack_sieve import batches

    return batches(rows, lambda: size)


def _events(
    rater: Rater, completions: list[bytes], chance: random.Random, start_ms: int
) -> Iterator[pack.PackEvent]:
    for i, completion in enumerate(completions):
        now_ms = start_ms + 3000 * i
        act = now_ms.to_bytes(6, "big") + chance.randbytes(10)
        event = Event(
            b"", act, "rate", 0, 0, "score", "overall", 0, now_ms << 16, now_ms,
            value=float(chance.randint(0, 10)), seconds=round(chance.uniform(1, 20), 3),
        )  # fmt: skip
        uid = store.merging.uid_of(event, completion.hex(), rater.uid.hex())
        yield pack.PackEvent(
            uid, act, "rate", completion, rater.uid, "score", "overall", 0, event.hlc, now_ms,
            event.value, "", None, event.seconds,
        )  # fmt: skip


def _stored(one: pack.PackEvent, rater_id: int) -> Event:
    number = int(_numbers[one.completion])
    return Event(
        one.uid, one.act, one.verb, number, rater_id, one.kind, one.criterion, one.occasion,
        one.hlc, one.utc_ms, value=one.value, seconds=one.seconds,
    )  # fmt: skip


class _Numbers(dict[bytes, int]):
    """Completion uid to id: they were put in by their number, from 1."""

    def __missing__(self, uid: bytes) -> int:
        self.update({_uid(i): i + 1 for i in range(COMPLETIONS)})
        return self[uid]


_numbers = _Numbers()


def _pack(project: Project, rater: Rater, folder: Path, n: int) -> Path:
    """The pack that a working copy would give back after `n` judgements."""
    with project.core.read() as c:
        settings = settings_of(c)
        ids = random.Random(rater.id).sample(range(1, project.completions.count() + 1), n)
        found = list(store.merging.items_by_id(c, ids).values())
    asked = asked_of(settings)
    manifest = pack.Manifest(
        "ratings", project.uid, os.urandom(16), START_MS, rater.uid, rater.name,
        settings.question, tuple((k.name, k.guideline) for k in settings.criteria),
    )  # fmt: skip
    items = (pack.JudgedItem(one.uid, hash_of(one, asked)) for one in found)
    events = _events(rater, [one.uid for one in found], random.Random(rater.id), START_MS)
    path = folder / f"{rater.name}{pack.SUFFIX}"
    pack.write(path, manifest, items, events)
    return path


class Transactions:
    """How long each transaction of the writer took, in seconds, while the block runs."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._original = writer.Writer._transact

    def __enter__(self) -> "Transactions":
        original, seconds = self._original, self.seconds

        def timed(self: Any, run: Any) -> Any:
            started = time.perf_counter()
            try:
                return original(self, run)
            finally:
                seconds.append(time.perf_counter() - started)

        writer.Writer._transact = timed  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        writer.Writer._transact = self._original  # type: ignore[method-assign]

    def figures(self) -> dict[str, Any]:
        return {
            "transactions": len(self.seconds),
            "longest_transaction_s": round(max(self.seconds, default=0.0), 3),
        }


class Keys:
    """Somebody who rates: a key every quarter of a second, and how long each took to be saved."""

    def __init__(self, session: RatingSession) -> None:
        self._session = session
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._press)
        self.waits_ms: list[float] = []

    def __enter__(self) -> "Keys":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _press(self) -> None:
        while not self._ends.wait(KEY_EVERY_S):
            item = self._session.upcoming(1)[0]
            started = time.perf_counter()
            self._session.score(item.completion_id, 5.0).result()
            self.waits_ms.append((time.perf_counter() - started) * 1000)

    def figures(self) -> dict[str, Any]:
        ordered = sorted(self.waits_ms)
        return {
            "keys": len(ordered),
            "median_ms": round(statistics.median(ordered), 1),
            "p99_ms": round(ordered[int(0.99 * (len(ordered) - 1))], 1),
            "max_ms": round(ordered[-1], 1),
        }

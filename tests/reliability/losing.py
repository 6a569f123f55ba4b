"""One kind of work on a new project, recorded, and power lost in it at many moments."""

import random
from contextlib import nullcontext
from pathlib import Path

from prefdesk import store
from prefdesk.store import engine

from . import recording
from .disk import Disk
from .power_child import next_format
from .power_states import Promise, Tally, crash_often
from .recording import Record
from .test_kill_rating import make_project

HAS_WEIGHTS = ("deletion", "compact")
AMOUNT = {"rating": 70, "migration": 6, "compact": 8}
"""How many ratings, where the caller does not say."""


class Loser:
    """Records one kind of work on a new project, and opens so many states of it."""

    def __init__(self, folder: Path, recorder: Path, weights: Path) -> None:
        self.path = folder / "p.prefdesk"
        self.recorder = recorder
        self.weights = weights
        self.promise = Promise({file.name: file.read_bytes() for file in weights.iterdir()})

    def __call__(self, work: str, states: int, *, sure: str = "FULL", amount: int = 0) -> Tally:
        self._make(work)
        before = self._files()
        records = self._record(work, sure, amount or AMOUNT.get(work, 0))
        opening = next_format if work == "migration" else nullcontext
        return crash_often(records, before, self.path.name, self.promise, states, 4, opening)

    def twice(self, work: str, states: int) -> Tally:
        """Lose power in the middle of `work`, rate on what is left, and lose it again."""
        self._make(work)
        before = self._files()
        records = self._record(work, "FULL", AMOUNT["rating"])
        files = left_with_log(before, records[: len(records) // 2], self.promise)
        for path in self.path.parent.iterdir():
            path.unlink()
        for name, content in files.items():
            (self.path.parent / name).write_bytes(content)
        records = self._record("rating", "FULL", 3)
        return crash_often(records, files, self.path.name, self.promise, states, 5)

    def _make(self, work: str) -> None:
        make_project(self.path)
        if work in HAS_WEIGHTS:
            take_in(self.path, self.weights)
            self.promise.there = set(self.promise.weights)

    def _files(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in self.path.parent.iterdir()}

    def _record(self, work: str, sure: str, amount: int) -> list[Record]:
        # The child chooses its SQLite as this process does; a system's own proves nothing.
        assert engine.dbapi.__name__ == "pysqlite3.dbapi2", "not the SQLite that ships"
        before = self._files()
        records = recording.record(
            self.recorder, self.path.parent, "tests.reliability.power_child",
            work, self.path, sure, amount, self.weights,
        )  # fmt: skip
        # If all of it arrives, the files are as they are; not so if a call was missed.
        disk = Disk(before)
        for record in records:
            disk.apply(record)
        assert disk.now() == self._files()
        return records


def left_with_log(
    before: dict[str, bytes], records: list[Record], promise: Promise
) -> dict[str, bytes]:
    """A state after the records that has a log to take in."""
    disk = Disk(before)
    for record in records:
        disk.apply(record)
        promise.take(record)
    chance = random.Random(6)
    return next(s for s in (disk.crash(chance) for _ in range(200)) if s.get("p.prefdesk-wal"))


def take_in(path: Path, weights: Path) -> None:
    with store.open(path) as opened:
        parent = 1
        for file in sorted(weights.iterdir()):
            parent = store.checkpoints.ingest(
                opened, file, kind="full", name=file.name, parent_id=parent, round_id=None,
                header="{}",
            )  # fmt: skip

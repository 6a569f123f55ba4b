"""A long day of rating and training: memory, open files, the log and the file stay bounded."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from prefdesk import store

from .test_kill_rating import make_project

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

CHECKPOINT_BYTES = 3 * 2**20


@dataclass
class Seen:
    """What the process held after each round."""

    resident: list[int]
    files: list[int]
    log: int = 0
    size: int = 0


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def work(path: Path, folder: Path, rounds: int, ratings: int) -> Seen:
    """In each round: many ratings, some of them undone, and a checkpoint in place of the last."""
    seen = Seen([], [])
    weights = folder / "weights"
    with store.open(path) as opened:
        last = 0
        for number in range(rounds):
            for n in range(ratings):
                rate(opened, number * ratings + n)
                seen.log = max(seen.log, Path(f"{path}-wal").stat().st_size)
            weights.write_bytes(os.urandom(CHECKPOINT_BYTES))
            id = store.checkpoints.ingest(
                opened, weights, kind="lora", name=f"{number}", parent_id=1, round_id=None,
                header="{}",
            )  # fmt: skip
            if last:
                opened.write(lambda c, i=last: store.checkpoints.delete(c, i)).result()  # type: ignore[misc]
                store.checkpoints.finish_deleting(opened)
            last = id
            seen.log = max(seen.log, Path(f"{path}-wal").stat().st_size)
            seen.resident.append(resident_bytes())
            seen.files.append(len(list(Path("/proc/self/fd").iterdir())))
    seen.size = path.stat().st_size
    return seen


def rate(opened: store.Store, number: int) -> None:
    """One rating, read back as a screen does; each seventh is undone."""

    def act(c: store.Connection) -> None:
        store.events.append(
            c, rater_id=1, completion_id=1 + number % 12, kind="score", value=number % 11
        )
        if number % 7 == 0:
            store.events.undo(c, 1)

    opened.write(act, urgent=True).result()
    with opened.read() as c:
        store.queue.upcoming(c, 1, 3)
        store.events.recent(c, rater_id=1, limit=5)


def require_bounded(seen: Seen, ratings: int) -> None:
    settled = len(seen.resident) // 2
    assert seen.resident[-1] - seen.resident[settled] < 24 * 2**20, seen.resident
    assert max(seen.files) - min(seen.files) <= 2, seen.files
    assert seen.log <= 64 * 2**20, seen.log
    # Two checkpoints at once, and what is kept of each rating.
    assert seen.size < 3 * CHECKPOINT_BYTES + ratings * 1_000 + 2**20, seen.size


def test_that_a_session_of_rating_and_training_holds_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "p.prefdesk"
    make_project(path)
    require_bounded(work(path, tmp_path, rounds=8, ratings=60), 8 * 60)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_a_day_of_rating_and_training_holds_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "p.prefdesk"
    make_project(path)
    require_bounded(work(path, tmp_path, rounds=30, ratings=300), 30 * 300)

"""Power lost at any moment: no acknowledged rating is lost, and no half of anything is seen.

The program works in a process of its own with the SQLite that ships. Every write and sync of
it is recorded, and from the recording come the states in which a disk could be found
after power was lost (disk.py); each is opened and looked over.

A few dozen states for each kind of work are part of every run. Five hundred of each:

    python -m pytest tests/reliability/test_power_loss.py -m heavy -s

It prints a table.
"""

import json
import struct
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from prefdesk import store

from . import recording
from .disk import Disk
from .power_child import next_format
from .power_states import Promise, Tally, crash_often
from .recording import Record
from .test_kill_rating import make_project

pytestmark = pytest.mark.skipif(bool(recording.why_not()), reason=recording.why_not() or "-")

WORK = ("rating", "ingest", "deletion", "migration", "compact")
HAS_WEIGHTS = ("deletion", "compact")
AMOUNT = {"rating": 70, "migration": 6, "compact": 8}
SEEN = {"migration": {"-wal", ".bak"}, "compact": {"-wal", ".compact"}}
"""What some of the states must have beside the project, or they show nothing."""

SEEN_OFTEN = {"migration": {"-journal", ".migrating"}, "compact": {"-journal"}}
"""The same for many states: it is there for a moment only."""

N = 3 * 2**18 + 333

Losing = Callable[..., Tally]


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recording.build(tmp_path_factory.mktemp("recorder"))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three bf16 checkpoints of one run."""
    folder = tmp_path_factory.mktemp("weights")
    chance = np.random.default_rng(0)
    first = chance.normal(0, 0.02, N).astype(np.float32)
    for number in range(3):
        step = chance.normal(0, 1e-5, N).astype(np.float32) * bool(number)
        bits = ((first + step).view(np.uint32) >> 16).astype("<u2")
        entry = {"w": {"dtype": "BF16", "shape": [N], "data_offsets": [0, 2 * N]}}
        text = json.dumps(entry).encode()
        content = struct.pack("<Q", len(text)) + text + bits.tobytes()
        (folder / f"weights-{number}").write_bytes(content)
    return folder


@pytest.fixture
def lose_power(tmp_path: Path, recorder: Path, weights: Path) -> Losing:
    """Record one kind of work, then open so many states of it."""

    def run(work: str, states: int, *, sure: str = "FULL", amount: int = 0) -> Tally:
        path = tmp_path / "p.prefdesk"
        make_project(path)
        promise = Promise({file.name: file.read_bytes() for file in weights.iterdir()})
        if work in HAS_WEIGHTS:
            take_in(path, weights)
            promise.there = set(promise.weights)
        before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        records = recording.record(
            recorder,
            tmp_path,
            "tests.reliability.power_child",
            work,
            path,
            sure,
            amount or AMOUNT.get(work, 0),
            weights,
        )
        opening = next_format if work == "migration" else nullcontext
        assert after(before, records) == {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        return crash_often(records, before, path.name, promise, states, 4, opening)

    return run


def take_in(path: Path, weights: Path) -> None:
    with store.open(path) as opened:
        parent = 1
        for file in sorted(weights.iterdir()):
            parent = store.checkpoints.ingest(
                opened, file, kind="full", name=file.name, parent_id=parent, round_id=None,
                header="{}",
            )  # fmt: skip


def after(before: dict[str, bytes], records: list[Record]) -> dict[str, bytes]:
    """What a recording leaves if all of it arrives; not what is there if a call was missed."""
    disk = Disk(before)
    for record in records:
        disk.apply(record)
    return disk.now()


def tell(work: str, sure: str, tally: Tally) -> None:
    wrong = ", ".join(f"{kind} {tally.wrong[kind]}" for kind in ("lost", "half", "corrupt"))
    wrong += f"; with {dict(tally.seen)}"
    sys.stdout.write(f"\n{work:9} synchronous={sure:6} {tally.states} states: {wrong}")


def require_none_wrong(work: str, tally: Tally, seen: set[str]) -> None:
    tell(work, "FULL", tally)
    assert not tally.wrong, (dict(tally.wrong), tally.examples[:10])
    assert seen <= tally.seen.keys(), ("never met", tally.seen)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("work", WORK)
def test_that_power_lost_at_any_moment_loses_nothing_promised(
    work: str, lose_power: Losing
) -> None:
    require_none_wrong(work, lose_power(work, 60), SEEN.get(work, {"-wal"}))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("sure", ["NORMAL", "OFF"])
def test_that_commits_which_do_not_wait_for_the_disk_are_found_out(
    sure: str, lose_power: Losing
) -> None:
    tally = lose_power("rating", 30, sure=sure)
    tell("rating", sure, tally)
    assert tally.wrong["lost"] > 0


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("work", WORK)
def test_that_none_of_500_losses_of_power_loses_anything(work: str, lose_power: Losing) -> None:
    amount = {"rating": 420}.get(work, 0)
    seen = SEEN.get(work, {"-wal"}) | SEEN_OFTEN.get(work, {"-wal"})
    require_none_wrong(work, lose_power(work, 500, amount=amount), seen)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("sure", ["NORMAL", "OFF"])
def test_that_500_losses_of_power_find_out_a_wrong_setting(sure: str, lose_power: Losing) -> None:
    tally = lose_power("rating", 500, sure=sure)
    tell("rating", sure, tally)
    assert tally.wrong["lost"] > 100

"""Power lost at any moment: no acknowledged rating is lost, and no half of anything is seen.

The program works in a process of its own with the SQLite that ships. Every write and sync of
it is recorded, and from the recording come the states in which a disk could be found
after power was lost (disk.py); each is opened and looked over.

A few dozen states for each kind of work are part of every run. Five hundred of each:

    python -m pytest tests/reliability/test_power_loss.py -m heavy -s

It takes a minute and a half on two cores and prints a table (`rating+`: power is lost once more,
while what the first loss left is put right). The same with commits that do not wait for the
disk (synchronous=NORMAL, OFF) must lose ratings, which shows that the states are cruel enough.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from . import recording
from .losing import Loser
from .power_states import Tally

pytestmark = pytest.mark.skipif(bool(recording.why_not()), reason=recording.why_not() or "-")

WORK = ("rating", "ingest", "deletion", "migration", "compact")
SEEN = {"migration": {"-wal", ".bak"}, "compact": {"-wal", ".compact"}}
"""What some of the states must have beside the project, or they show nothing."""

SEEN_OFTEN = {"migration": {"-journal", ".migrating"}, "compact": {"-journal"}}
"""The same for many states: it is there for a moment only."""

N = 3 * 2**18 + 333


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
def lose_power(tmp_path: Path, recorder: Path, weights: Path) -> Loser:
    return Loser(tmp_path, recorder, weights)


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
def test_that_power_lost_at_any_moment_loses_nothing_promised(work: str, lose_power: Loser) -> None:
    require_none_wrong(work, lose_power(work, 60), SEEN.get(work, {"-wal"}))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("work", ["rating", "ingest", "deletion"])
def test_that_power_lost_again_while_the_log_is_taken_in_loses_nothing(
    work: str, lose_power: Loser
) -> None:
    require_none_wrong(f"{work}+", lose_power.twice(work, 40), {"-wal"})


@pytest.mark.timeout(120)
@pytest.mark.parametrize("sure", ["NORMAL", "OFF"])
def test_that_commits_which_do_not_wait_for_the_disk_are_found_out(
    sure: str, lose_power: Loser
) -> None:
    tally = lose_power("rating", 30, sure=sure)
    tell("rating", sure, tally)
    assert tally.wrong["lost"] > 0


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("work", WORK)
def test_that_none_of_500_losses_of_power_loses_anything(work: str, lose_power: Loser) -> None:
    amount = {"rating": 420}.get(work, 0)
    seen = SEEN.get(work, {"-wal"}) | SEEN_OFTEN.get(work, {"-wal"})
    require_none_wrong(work, lose_power(work, 500, amount=amount), seen)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("work", ["rating", "ingest", "deletion"])
def test_that_none_of_500_second_losses_of_power_loses_anything(
    work: str, lose_power: Loser
) -> None:
    require_none_wrong(f"{work}+", lose_power.twice(work, 500), {"-wal"})


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("sure", ["NORMAL", "OFF"])
def test_that_500_losses_of_power_find_out_a_wrong_setting(sure: str, lose_power: Loser) -> None:
    tally = lose_power("rating", 500, sure=sure)
    tell("rating", sure, tally)
    assert tally.wrong["lost"] > 100

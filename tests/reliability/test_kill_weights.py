"""kill -9 while checkpoints come in as differences, go, and their space is given back.

A checkpoint is whole or not there, none is harmed by what happens to another, nothing is left
over, and every acknowledged rating is there.
"""

import collections
import json
import random
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from prefdesk import store
from prefdesk.store import weights

from .test_kill_rating import REPOSITORY, make_project

N = 5 * 2**19 + 333
Seen = collections.Counter[str]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three bf16 checkpoints of one run."""
    chance = np.random.default_rng(0)
    first = chance.normal(0, 0.02, N).astype(np.float32)
    found = []
    for number in range(3):
        step = chance.normal(0, 1e-5, N).astype(np.float32) * bool(number)
        bits = ((first + step).view(np.uint32) >> 16).astype("<u2")
        entry = {"w": {"dtype": "BF16", "shape": [N], "data_offsets": [0, 2 * N]}}
        text = json.dumps(entry).encode()
        path = tmp_path / f"weights-{number}"
        path.write_bytes(struct.pack("<Q", len(text)) + text + bits.tobytes())
        found.append(path)
    return found


def work_and_kill(
    mode: str, path: Path, files: list[Path], lines: int, chance: random.Random
) -> list[list[str]]:
    """What a process said that was killed after so many lines and up to 30 ms more."""
    command = [sys.executable, "-m", "tests.reliability.weights_child", mode, path, *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        said = [child.stdout.readline() for _ in range(lines)]
        time.sleep(chance.random() * 0.03)
        child.kill()
        said += child.stdout.read().splitlines(keepends=True)
    return [line.decode().split() for line in said if line.endswith(b"\n")]


def look(path: Path, files: list[Path], seen: Seen) -> None:
    """Every whole checkpoint is what was handed in, before anything was put right."""
    bytes_of = {f.name: f.read_bytes() for f in files}
    with store.open(path, "r") as after, after.read() as c:
        for state, n in c.execute("SELECT state, count(*) FROM checkpoint GROUP BY state"):
            seen[state] += n
        seen["difference"] += c.execute(
            "SELECT count(*) FROM chunk WHERE base_id IS NOT NULL"
        ).fetchone()[0]
        for checkpoint in store.checkpoints.all(c)[1:]:
            assert b"".join(store.checkpoints.read(c, checkpoint.id)) == bytes_of[checkpoint.name]


def put_right(path: Path, acknowledged: set[bytes]) -> None:
    """Opened again, everything fits, and nothing is left once all is deleted."""
    with store.open(path) as after:
        with after.read() as c:
            assert acknowledged <= {e.uid for e in store.events.history(c, limit=10**6)}
        assert after.check() == []
        assert store.checkpoints.finish_deleting(after)
        assert after.check() == []
        with after.read() as c:
            whole = [k.id for k in store.checkpoints.all(c)[1:]]
        for id in whole:
            after.write(lambda c, i=id: store.checkpoints.delete(c, i)).result()  # type: ignore[misc]
            with after.read() as c:
                for other in store.checkpoints.all(c)[1:]:
                    list(weights.read(c, other.id))
        store.checkpoints.finish_deleting(after)
        while after.give_back(budget_s=1):
            pass
        with after.read() as c:
            assert c.execute("SELECT count(*) FROM chunk").fetchone() == (0,)
            left = c.execute("SELECT DISTINCT state FROM checkpoint WHERE id > 1").fetchall()
        # The name of a deleted one stays where its child spoke of it.
        assert left in ([], [("deleted",)])


def kill_often(path: Path, files: list[Path], kills: int, chance: random.Random) -> Seen:
    make_project(path)
    acknowledged: set[bytes] = set()
    seen: Seen = collections.Counter()
    for _ in range(kills):
        said = work_and_kill("run", path, files, chance.randint(1, 60), chance)
        acknowledged |= {bytes.fromhex(words[1]) for words in said if words[0] == "rated"}
        look(path, files, seen)
        put_right(path, acknowledged)
        seen["rated"] = len(acknowledged)
    return seen


def kill_compacting(path: Path, files: list[Path], kills: int, chance: random.Random) -> None:
    make_project(path)
    with store.open(path) as opened:
        parent = 1
        for file in files:
            parent = store.checkpoints.ingest(
                opened, file, kind="full", name=file.name, parent_id=parent, round_id=None,
                header="{}",
            )  # fmt: skip
    for _ in range(kills):
        work_and_kill("compact", path, [], chance.randint(0, 2), chance)
        # For writing: a kill in the moment in which the log is switched on or off leaves a
        # rollback journal, which only a writer takes in.
        with store.open(path) as after:
            assert after.check() == []
            with after.read() as c:
                assert [k.name for k in store.checkpoints.all(c)[1:]] == [f.name for f in files]
    store.compact(path)
    left = sorted(p.name for p in path.parent.iterdir() if p not in files)
    assert left == [path.name], "copies that were cut off are gone"


@pytest.mark.timeout(120)
def test_that_no_kill_leaves_half_a_checkpoint_or_breaks_another(
    tmp_path: Path, files: list[Path]
) -> None:
    seen = kill_often(tmp_path / "p.prefdesk", files, 12, random.Random(7))
    assert seen["rated"] > 100 and seen["difference"] and seen["writing"], seen


@pytest.mark.timeout(120)
def test_that_a_kill_while_compacting_leaves_a_whole_file(
    tmp_path: Path, files: list[Path]
) -> None:
    kill_compacting(tmp_path / "p.prefdesk", files, 5, random.Random(8))


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_none_of_100_kills_leaves_half_a_checkpoint(tmp_path: Path, files: list[Path]) -> None:
    seen = kill_often(tmp_path / "p.prefdesk", files, 100, random.Random(9))
    assert seen["difference"] and seen["writing"] and seen["deleting"] and seen["complete"], seen


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_none_of_100_kills_while_compacting_loses_anything(
    tmp_path: Path, files: list[Path]
) -> None:
    kill_compacting(tmp_path / "p.prefdesk", files, 100, random.Random(10))

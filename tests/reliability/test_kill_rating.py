"""Killed at any moment, a project keeps every rating that was acknowledged."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.records import Draw, NewPrompt

REPOSITORY = Path(__file__).parents[2]


def make_project(path: Path) -> None:
    """A project with twelve answers and two raters who have a queue."""

    def fill(c: store.Connection) -> None:
        base = store.checkpoints.add_base(c, "base", "{}").id
        (prompt,), _ = store.prompts.add(c, [NewPrompt("prompt")])
        sampling = store.completions.create_sampling(c, base, "train", "{}")
        draws = [Draw(prompt, i, i, (i,), (-0.5,), f"answer {i}", True, "") for i in range(12)]
        store.completions.add_draws(c, sampling, draws)
        for name in ("Ana", "Ben"):
            store.queue.fill(c, store.raters.add(c, name).id, seed=1)

    with store.create(path, meta={}) as opened:
        opened.write(fill).result()


def rate_and_kill(path: Path, weights: Path, letter: str, chance: random.Random) -> set[bytes]:
    """The uids of the ratings that a process acknowledged before it was killed."""
    command = [
        sys.executable,
        "-m",
        "tests.reliability.kill_child",
        str(path),
        str(weights),
        letter,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        lines = [child.stdout.readline() for _ in range(chance.randint(1, 40))]
        time.sleep(chance.random() * 0.01)
        child.kill()
        lines += child.stdout.read().splitlines(keepends=True)
    whole = [line.split() for line in lines if line.endswith(b"\n")]
    return {bytes.fromhex(uid.decode()) for word, uid in whole if word == b"rated"}


def kill_often(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    path, weights = tmp_path / "p.prefdesk", tmp_path / "weights"
    weights.write_bytes(hashlib.shake_128(b"weights").digest(3 * 2**20 + 5))
    make_project(path)
    acknowledged: set[bytes] = set()
    cut_off = 0
    for kill in range(kills):
        acknowledged |= rate_and_kill(path, weights, f"{kill}-", chance)
        with store.open(path, "r") as after, after.read() as c:
            cut_off += c.execute(
                "SELECT count(*) FROM checkpoint WHERE state = 'writing'"
            ).fetchone()[0]
            for checkpoint in store.checkpoints.all(c)[1:]:
                assert b"".join(store.checkpoints.read(c, checkpoint.id)) == weights.read_bytes()
        with store.open(path) as after:
            with after.read() as c:
                there = {e.uid for e in store.events.history(c, limit=10**6)}
                whole = [k.id for k in store.checkpoints.all(c)[1:]]
                assert c.execute("SELECT count(*) FROM checkpoint").fetchone()[0] == 1 + len(whole)
            assert acknowledged <= there, f"lost after kill {kill}"
            assert after.check() == []
            for id in whole:
                after.write(lambda c, i=id: store.checkpoints.delete(c, i)).result()  # type: ignore[misc]
        assert sorted(p.name for p in tmp_path.iterdir()) == ["p.prefdesk", "weights"]
    assert len(acknowledged) > kills
    assert cut_off > 0, "no kill met a checkpoint half way; the test looked at nothing"


def test_that_no_acknowledged_rating_is_lost_and_no_half_checkpoint_seen(tmp_path: Path) -> None:
    kill_often(tmp_path, 20)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_none_of_100_kills_loses_an_acknowledged_rating(tmp_path: Path) -> None:
    kill_often(tmp_path, 100)

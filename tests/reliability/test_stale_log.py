"""kill -9 leaves a log; the person then puts an older copy back beside it, or does not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prefdesk import store

from .test_kill_rating import REPOSITORY, make_project

# Completions and acknowledged ratings in turn, so that the log starts over many times.
WORK = """
import sys
from prefdesk import store
from prefdesk.records import Draw, NewPrompt
opened = store.open(sys.argv[1])
n = 0
def answer(c):
    draws = [Draw(1, i, i, (i,), (-0.5,), f"{n} {i} " * 40, True, "") for i in range(50)]
    settings = '{"n": ' + str(n) + "}"
    sampling = store.completions.create_sampling(c, 1, "train", settings)
    store.completions.add_draws(c, sampling, draws)
while True:
    n += 1
    opened.write(lambda c: store.prompts.add(c, [NewPrompt(f"prompt {n}")])).result()
    opened.write(answer).result()
    for i in range(60):
        event = opened.write(
            lambda c: store.events.append(c, rater_id=1 + i % 2,
                completion_id=1 + (n * 50 + i) % (n * 50), kind="score", value=i % 11),
            urgent=True).result()
        print(event.uid.hex(), flush=True)
"""


def work_and_kill(path: Path, ratings: int) -> set[bytes]:
    """The uids that the process acknowledged; it is killed after at least `ratings` of them."""
    with subprocess.Popen(
        [sys.executable, "-c", WORK, str(path)], stdout=subprocess.PIPE, cwd=REPOSITORY
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(ratings)]
        child.kill()
        lines += child.stdout.read().splitlines(keepends=True)
    return {bytes.fromhex(line.decode()) for line in lines if line.endswith(b"\n")}


def event_uids(path: Path) -> set[bytes]:
    with store.open(path) as opened, opened.read() as c:
        return {e.uid for e in store.events.history(c, limit=10**6)}


@pytest.mark.parametrize("ratings", [7, 130, 299])
def test_that_an_older_copy_put_back_after_a_kill_stays_what_it_was(
    tmp_path: Path, ratings: int
) -> None:
    path, older = tmp_path / "p.prefdesk", tmp_path / "older"
    make_project(path)
    first = work_and_kill(path, 20)
    assert first <= event_uids(path)
    kept = event_uids(path)
    shutil.copy(path, older)
    second = work_and_kill(path, ratings)
    newer = path.read_bytes()
    shutil.copy(older, path)
    with store.open(path) as opened:
        assert len(opened.notices) == 1
        assert opened.check() == []
    assert event_uids(path) == kept
    (aside,) = tmp_path.glob("*.set-aside")
    path.write_bytes(newer)
    aside.rename(f"{path}-wal")
    with store.open(path) as opened:
        assert opened.notices == ()
        assert opened.check() == []
    assert kept | second <= event_uids(path)

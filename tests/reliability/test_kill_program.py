"""kill -9 of the worker and of the whole program while people rate and a round runs.

Every acknowledged rating is there afterwards, the file is whole, and a checkpoint is complete
or absent.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import answered_project

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    path = answered_project(folder / "a.prefdesk", make_model(folder / "tiny"))
    with Project.open(path) as project:
        project.raters.add("Ana")
    return path


@pytest.fixture
def path(tmp_path, answered):
    copy = tmp_path / "a.prefdesk"
    copy.write_bytes(answered.read_bytes())
    return copy


class Victim:
    """The program under test and what it has acknowledged."""

    def __init__(self, path: Path) -> None:
        self.saved: list[bytes] = []
        self.rounds: list[str] = []
        self.worker = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.victim", str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )

    def read_until(self, moment: float, *, worker: bool = True) -> None:
        """Take what it says until a moment (monotonic seconds) that lies after the first worker."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "saved":
                self.saved.append(bytes.fromhex(rest))
            elif word == "worker":
                self.worker = int(rest)
            elif word == "round":
                self.rounds.append(rest)
            if time.monotonic() >= moment and (self.worker or not worker) and self.saved:
                return
        raise AssertionError("the program ended by itself")

    def kill(self) -> None:
        """End it at once, and take what it had said before."""
        self.process.kill()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("saved ") and line.endswith("\n"):
                self.saved.append(bytes.fromhex(line[6:].strip()))
        self.process.wait()
        self.process.stdout.close()


def assert_nothing_is_lost(path: Path, victim: Victim) -> None:
    with Project.open(path) as project:
        there = {e.uid for e in project.ratings.history(limit=10**7)}
        lost = [uid for uid in victim.saved if uid not in there]
        assert not lost, f"{len(lost)} of {len(victim.saved)} acknowledged ratings are lost"
        assert project.check() == []
        assert all(r.status != "running" for r in project.rounds.all())
        assert all(j.status != "running" for j in project.jobs())


def kill_program(path: Path, chance: random.Random) -> None:
    victim = Victim(path)
    victim.read_until(time.monotonic() + chance.uniform(0.3, 6.0), worker=False)
    victim.kill()
    assert victim.saved
    assert_nothing_is_lost(path, victim)


def kill_workers(path: Path, chance: random.Random, times: int) -> None:
    victim = Victim(path)
    for _ in range(times):
        victim.worker = 0
        victim.read_until(time.monotonic() + chance.uniform(0.0, 5.0))
        os.kill(victim.worker, signal.SIGKILL)
    before = len(victim.saved)
    victim.read_until(time.monotonic() + 1.0, worker=False)
    assert len(victim.saved) > before, "rating went on after the worker died"
    victim.kill()
    assert_nothing_is_lost(path, victim)


@pytest.mark.timeout(120)
def test_that_nothing_is_lost_when_the_program_dies_while_rating_and_training(path):
    kill_program(path, random.Random(1))


@pytest.mark.timeout(180)
def test_that_rating_goes_on_when_the_worker_dies_and_nothing_is_lost(path):
    kill_workers(path, random.Random(2), times=2)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_nothing_is_lost_at_20_random_deaths_of_the_program(path):
    for seed in range(20):
        kill_program(path, random.Random(100 + seed))


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_nothing_is_lost_at_20_random_deaths_of_the_worker(path):
    kill_workers(path, random.Random(3), times=20)

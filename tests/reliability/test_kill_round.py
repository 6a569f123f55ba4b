"""kill -9 of a round and of the whole program: it goes on to bit-identical weights and numbers."""

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
CLOCK = ("tokens_per_second", "elapsed_s")
STEPS = 48
"""What `resume_child.ROUND` takes over 8 prompts."""


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    model = make_model(folder / "tiny")
    return answered_project(folder / "a.prefdesk", model, max_new_tokens=24)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, answered):
    """The weights and the numbers of the round that nobody interrupts."""
    path = tmp_path_factory.mktemp("unbroken") / "a.prefdesk"
    path.write_bytes(answered.read_bytes())
    with Trainer(path) as trainer:
        assert trainer.read_until_end() == "done"
    return made(path)


@pytest.fixture
def path(tmp_path, answered):
    copy = tmp_path / "a.prefdesk"
    copy.write_bytes(answered.read_bytes())
    return copy


class Trainer:
    """The program that trains, in a process of its own."""

    def __init__(self, path: Path, *more: str) -> None:
        self.worker = 0
        self.from_steps: list[int] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.resume_child", str(path), *more],
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )

    def __enter__(self) -> "Trainer":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def read_until(self, step: int) -> bool:
        """Go on to this step, or to the birth of a worker for 0; False if it ended before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "worker":
                self.worker = int(rest)
            if word == "from":
                self.from_steps.append(int(rest))
            if word == "ended":
                return False
            if (step == 0 and word == "worker") or (step and word == "step" and int(rest) >= step):
                return True
        raise AssertionError("the program ended by itself")

    def read_until_end(self) -> str:
        """How the round ended."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("from "):
                self.from_steps.append(int(line.split()[1]))
            if line.startswith("ended "):
                self.process.wait()
                return line.split()[1]
        raise AssertionError("the program ended by itself")


def made(path: Path):
    """The weights of the one checkpoint (by their hash) and all numbers of the one round."""
    with Project.open(path) as project:
        assert project.check() == []
        [one] = project.rounds.all()
        assert one.status == "done" and project.rounds.interrupted() is None
        with project.core.read() as c:
            [(digest,)] = c.execute("SELECT sha256 FROM checkpoint WHERE n_chunks > 0").fetchall()
        metrics = project.rounds.metrics(one.id)
        assert {m.step for m in metrics} == set(range(1, STEPS + 1))
        return digest.hex(), [(m.step, m.name, m.value) for m in metrics if m.name not in CLOCK]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def kill_program(path: Path, chance: random.Random, step: int, objective: str) -> int:
    """Kill it a moment after this step; returns the worker's process id."""
    with Trainer(path, objective) as trainer:
        assert trainer.read_until(0)
        assert not step or trainer.read_until(step)
        time.sleep(chance.uniform(0.0, 0.03))
        return trainer.worker


def assert_goes_on(
    path: Path, chance: random.Random, step: int, unbroken, objective: str = "rloo"
) -> int:
    """Returns the step from which it went on."""
    worker = kill_program(path, chance, step, objective)
    with Trainer(path, objective) as trainer:
        assert trainer.read_until_end() == "done"
    assert made(path) == unbroken
    assert not is_alive(worker), "the worker ends when its parent is gone"
    return trainer.from_steps[0]


def kill_workers(path: Path, chance: random.Random, steps: list[int], unbroken) -> list[int]:
    """Returns the steps from which it went on."""
    with Trainer(path, "again") as trainer:
        for step in steps:
            assert trainer.read_until(0)
            assert not step or trainer.read_until(step)
            time.sleep(chance.uniform(0.0, 0.03))
            os.kill(trainer.worker, signal.SIGKILL)
        assert trainer.read_until_end() == "done"
    assert made(path) == unbroken
    return trainer.from_steps


@pytest.mark.timeout(180)
def test_that_a_round_goes_on_exactly_when_the_program_is_killed(path, unbroken):
    assert assert_goes_on(path, random.Random(1), 31, unbroken) > 0


@pytest.mark.heavy
@pytest.mark.timeout(180)
def test_that_a_round_goes_on_exactly_when_its_worker_is_killed(path, unbroken):
    first, second = kill_workers(path, random.Random(2), [0, 22], unbroken)
    assert first == 0 < second


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_a_round_goes_on_exactly_from_20_random_deaths_of_the_program(
    path, answered, unbroken
):
    chance, went_on = random.Random(100), set()
    for _ in range(20):
        path.write_bytes(answered.read_bytes())
        went_on.add(assert_goes_on(path, chance, chance.randrange(STEPS - 1), unbroken))
    assert len(went_on) > 3


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("objective", ["reinforce", "grpo", "ppo"])
def test_that_every_objective_goes_on_exactly_from_random_deaths_of_the_program(
    path, answered, objective
):
    """Seven each, with schedule, steered divergence and scaled advantages among them."""
    with Trainer(path, objective) as trainer:
        assert trainer.read_until_end() == "done"
    whole, chance = made(path), random.Random(objective)
    for _ in range(7):
        path.write_bytes(answered.read_bytes())
        assert_goes_on(path, chance, chance.randrange(STEPS - 1), whole, objective)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_that_a_round_goes_on_exactly_from_20_random_deaths_of_the_worker(path, answered, unbroken):
    chance = random.Random(200)
    for _ in range(10):
        path.write_bytes(answered.read_bytes())
        steps = sorted(chance.randrange(STEPS - 2) for _ in range(2))
        kill_workers(path, chance, steps, unbroken)

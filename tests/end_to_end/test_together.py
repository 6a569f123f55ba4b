"""`torchrun -m prefdesk train`: two processes make the round that one makes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import answered_project

REPOSITORY = Path(__file__).parents[2]
CLOCK = ("tokens_per_second", "elapsed_s")
TRAIN = (
    "--override", "a test", "--epochs", "2", "--learning-rate", "0.0003", "--objective", "ppo",
    "--device", "cpu", "--threads", "1", "--min-ess", "0",
)  # fmt: skip

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    return answered_project(folder / "a.prefdesk", make_model(folder / "tiny"), max_new_tokens=12)


def run(folder: Path, answered: Path, *start: str, more=TRAIN):
    path = folder / "a.prefdesk"
    path.write_bytes(answered.read_bytes())
    command = [sys.executable, *start, "-m", "prefdesk", "train", str(path), *more]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    return done, path


def numbers(path: Path):
    with Project.open(path) as project:
        assert project.check() == []
        [one] = project.rounds.all()
        found = project.rounds.metrics(one.id)
        assert len(project.checkpoints.models()) == 2
        return one.status, {(m.step, m.name): m.value for m in found if m.name not in CLOCK}


def together(n: int) -> tuple[str, ...]:
    return ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(n))


def test_that_two_processes_make_the_round_of_one(tmp_path, answered):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    alone, one = run(tmp_path / "one", answered)
    assert alone.returncode == 0, alone.stderr
    both, two = run(tmp_path / "two", answered, *together(2))
    assert both.returncode == 0, both.stderr
    assert "Training in 2 processes." in both.stderr
    assert both.stderr.count("Round 1 is done") == 1, "one of them speaks"
    (status, ours), (_, theirs) = numbers(two), numbers(one)
    assert status == "done" and len(ours) > 40
    assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-5)  # float32


def test_that_a_model_spread_over_two_processes_makes_the_round_of_one(tmp_path, answered):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    alone, one = run(tmp_path / "one", answered)
    assert alone.returncode == 0, alone.stderr
    both, two = run(tmp_path / "two", answered, *together(2), more=(*TRAIN, "--shard"))
    assert both.returncode == 0, both.stderr
    (status, ours), (_, theirs) = numbers(two), numbers(one)
    assert status == "done" and len(ours) > 40
    assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-5)  # float32


def test_that_one_process_alone_cannot_spread_a_model(tmp_path, answered):
    done, path = run(tmp_path, answered, more=(*TRAIN, "--shard"))
    assert done.returncode == 1 and "torchrun" in done.stderr
    with Project.open(path) as project:
        assert project.rounds.all() == []


def test_that_what_one_process_refuses_ends_all_of_them(tmp_path, answered):
    wrong = ("--checkpoint", "99", "--device", "cpu")
    done, path = run(tmp_path, answered, *together(2), more=wrong)
    assert done.returncode != 0
    assert done.stderr.count("There is no checkpoint 99") == 1
    with Project.open(path) as project:
        assert project.rounds.all() == []

"""Training and what the raters know: noise asks for a written reason, a lone rater may go on."""

import json

import pytest

from prefdesk import cli
from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import make_project, rate_at_random

TRAIN = ("--learning-rate", "0.0001", "--min-ess", "0", "--batch-prompts", "25")


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    path = folder / "a.prefdesk"
    with make_project(path, prompts=100, answers=0, model=make_model(folder / "tiny")) as project:
        list(project.completions.sample(4, max_new_tokens=6, batch_prompts=25))
    return path


def rated(answered, path, raters):
    """A copy in which everybody scores every answer at random."""
    path.write_bytes(answered.read_bytes())
    with Project.open(path) as project:
        rate_at_random(project, raters)
    return path


def run(capsys, *words):
    status = cli.main([str(w) for w in words])
    return status, *capsys.readouterr()


def rounds(path):
    with Project.open(path, "r") as project:
        return project.rounds.all()


def test_that_noise_stops_training_until_somebody_says_why_to_go_on(answered, tmp_path, capsys):
    path = rated(answered, tmp_path / "noise.prefdesk", 6)
    with Project.open(path, "r") as project:
        ids = {c.id for c in project.completions.each()}
        assert project.judgement.verdict(ids).word == "no_signal"
    status, _, err = run(capsys, "train", path, *TRAIN)
    assert status == 1
    assert "no usable signal" in err and "--override" in err and "Traceback" not in err
    assert rounds(path) == []
    status, _, err = run(capsys, "train", path, *TRAIN, "--override", "   ")
    assert (status, rounds(path)) == (1, [])
    status, _, err = run(capsys, "train", path, *TRAIN, "--override", "to see the loop")
    assert status == 0, err
    assert "would teach noise" in err
    [made] = rounds(path)
    assert made.status == "done"
    assert json.loads(made.config)["override"] == "to see the loop"


def test_that_a_lone_rater_is_told_what_cannot_be_known_and_may_train(answered, tmp_path, capsys):
    path = rated(answered, tmp_path / "lone.prefdesk", 1)
    status, out, _ = run(capsys, "agree", path)
    assert status == 0
    assert "Agreement cannot be measured" in out
    status, out, err = run(capsys, "train", path, *TRAIN, "--reward", "unshrunk")
    assert status == 0, err
    assert "Agreement cannot be measured" in err
    assert [r.status for r in rounds(path)] == ["done"]
    assert run(capsys, "rewards", path, "--completion", 1)[1].count("(unshrunk) and weight 0.") == 1

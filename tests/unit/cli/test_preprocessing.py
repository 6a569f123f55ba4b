"""`preprocess` on the command line: looks, lists, decides, takes back."""

from pathlib import Path

import pytest

from prefdesk.project import Project
from prefdesk.records import NewPrompt
from tests.tiny import make_model


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def path(tmp_path: Path, model: Path) -> Path:
    path = tmp_path / "a.prefdesk"
    texts = ("one two", "one  two", " ", "w " * 90)
    with Project.create(path) as project:
        project.checkpoints.use_model(model)
        project.prompts.add([NewPrompt(text) for text in texts])
    return path


def test_that_preprocessing_reports_what_it_found(path, report, run):
    found = report("preprocess", path, "--max-prompt-tokens", 100)
    assert found["n_prompts"] == 4 and found["n_too_long"] == 1 and found["left_out"] == 0
    assert found["findings"] == {"empty": 1, "duplicate": 1, "too-long": 1}
    assert found["decided"]["duplicate"] == {"open": 1}
    status, out, _ = run("preprocess", path, "--max-tokens", 100)
    assert status == 0
    assert "4 prompts" in out and "1 is longer than 100" in out
    assert "repeats another prompt" in out and "Nothing is left out by itself" in out


def test_that_findings_are_listed(path, report, run):
    report("preprocess", path, "--max-prompt-tokens", 100)
    [row] = report("preprocess", path, "--list", "duplicate")
    assert (row["prompt_id"], row["other_id"], row["choice"]) == (2, 1, "open")
    _, out, _ = run("preprocess", path, "--list", "too-long")
    assert "w w w" in out and "tokens" in out


def test_that_decisions_are_made_and_taken_back(path, report, run):
    report("preprocess", path, "--max-prompt-tokens", 100)
    done = report("preprocess", path, "--leave-out", "duplicate", "--note", "twins")
    assert (done["decisions"], done["left_out"]) == (1, 1)
    assert report("preprocess", path, "--shorten", "too-long")["left_out"] == 2
    status, _, err = run("preprocess", path, "--keep", "empty", "--prompt", 3)
    assert status == 0 and "1 decision; 2 prompts left out now" in err
    assert report("preprocess", path, "--undo")["decisions"] == 1
    assert report("preprocess", path, "--undo")["left_out"] == 1
    assert report("preprocess", path, "--redo")["left_out"] == 2
    with Project.open(path, "r") as project:
        log = project.preprocessing.log()
        assert len(log) == 6 and {d.author for d in log} == {"command line"}
        assert log[-1].note == "twins"


def test_that_nothing_to_undo_is_no_failure(path, run):
    status, _, err = run("preprocess", path, "--undo")
    assert status == 0 and "nothing was changed" in err


@pytest.mark.parametrize(
    "words",
    [
        ("--language", "xx"),
        ("--prompt", "1"),
        ("--list", "empty", "--prompt", "1"),
        ("--keep", "empty", "--prompt", "99"),
        ("--shorten", "empty", "--prompt", "3"),
    ],
)
def test_that_an_impossible_wish_is_one_sentence(path, run, words):
    status, out, err = run("preprocess", path, *words)
    assert status == 1 and out == "" and err.strip()


def test_that_two_wishes_at_once_are_wrong_usage(path, run):
    status, out, _ = run("preprocess", path, "--undo", "--redo")
    assert status == 2 and out == ""

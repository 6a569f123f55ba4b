"""Credibility, what if and the next rating from the command line."""

import json

import pytest

from prefdesk.cli import main
from prefdesk.project import Project
from tests.worlds import make_project, rate_by_panel

INVERTED = "Simulated 7 (inverted)"


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "a.prefdesk"
    with make_project(made, prompts=6) as project:
        rate_by_panel(project)
    return str(made)


def said(capsys, *words):
    assert main(list(words)) == 0
    return json.loads(capsys.readouterr().out)


def test_that_a_weight_is_set_with_a_note_and_estimated_again(path, capsys):
    done = said(
        capsys, "credibility", path, INVERTED, "0.5", "--note", "reads upside down", "--json"
    )
    assert (done["value"], done["note"]) == (0.5, "reads upside down")
    said(capsys, "credibility", path, INVERTED, "--estimated", "--json")
    with Project.open(path, "r") as project:
        assert [w.value for w in project.credibility.log()] == [0.5, None]
        assert not any(w.by_hand for w in project.judgement.credibilities().values())


@pytest.mark.parametrize("words", [["4", "--note", "x"], ["1"], [], ["1", "--estimated"]])
def test_that_an_impossible_weight_is_one_sentence(path, capsys, words):
    assert main(["credibility", path, INVERTED, *words]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_that_what_if_lists_what_moves_and_changes_nothing(path, capsys):
    found = said(capsys, "rewards", path, "--without", INVERTED, "--json")
    assert len(found["rows"]) == 24 and found["alpha_after"] > found["alpha_before"]
    other = said(capsys, "rewards", path, "--weight", f"{INVERTED}=0", "--json")
    assert other["rows"] == found["rows"]
    assert main(["rewards", path, "--rule", "z"]) == 0
    assert "Nothing was changed." in capsys.readouterr().out
    with Project.open(path, "r") as project:
        assert project.exclusions.log() == [] and project.credibility.log() == []


def test_that_the_next_ratings_are_listed_with_reasons(path, capsys):
    found = said(capsys, "rewards", path, "--next", "--json")
    assert found and all(one["reason"] for one in found)


def test_that_a_reward_opens_with_weights_and_rounds(path, capsys):
    found = said(capsys, "rewards", path, "--completion", "1", "--json")
    assert found["rounds"] == [] and found["n_eff"] > 1
    assert all(p["credibility"] > 0 and not p["by_hand"] for p in found["ratings"])


def test_that_a_rater_is_left_out_from_a_rating_on_and_comes_back(path, capsys):
    done = said(
        capsys, "exclude", path, INVERTED, "--from-order", "10", "--reason", "lazy", "--json"
    )
    assert done["scope"] == "rater-after-order"
    with Project.open(path, "r") as project:
        excluded = project.judgement.excluded()
        assert sum(bool(excluded.reason(r)) for r in project.ratings.current()) == 15
    said(capsys, "exclude", path, INVERTED, "--restore", "--json")
    assert main(["exclude", path, INVERTED, "--from-order", "99", "--reason", "x"]) == 1

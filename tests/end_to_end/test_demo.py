"""The demonstration: it must really happen, or fail."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from prefdesk.cli import demo, main
from prefdesk.project import Project
from prefdesk.project.simulated import hidden_quality
from tests.tiny import make_model


def test_that_the_hidden_preference_likes_short_answers_that_end():
    assert hidden_quality("Yes.", finished=True) > hidden_quality("Yes. " * 40, finished=True)
    assert hidden_quality("Yes.", finished=True) > hidden_quality("Yes.", finished=False)
    assert hidden_quality("Yes", finished=True) < 5
    assert hidden_quality("", finished=True) == 0


def test_that_the_demonstration_fails_when_the_raters_cannot_be_told_apart(tmp_path, capsys):
    """A model that only babbles gives the panel nothing to agree on, and that must show."""
    model = make_model(tmp_path / "tiny")
    arguments = ["demo", "--quick", "--model", str(model), "--project", str(tmp_path / "d")]
    assert main(arguments) == 1
    assert "The demonstration failed. Not found among the raters" in capsys.readouterr().err


def test_that_with_json_the_demonstration_prints_one_document_and_nothing_else(
    tmp_path, capsys, monkeypatch
):
    """A tiny model's babble fails the checks of the stages, so they are left out here."""
    monkeypatch.setattr(demo, "_must", lambda happened, otherwise: None)
    monkeypatch.setattr(demo, "ROUND", replace(demo.ROUND, override="a test"))
    model = make_model(tmp_path / "tiny")
    arguments = ["demo", "--quick", "--model", str(model), "--project", str(tmp_path / "d")]
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [stage["stage"] for stage in told["stages"]][-1] == "better?"
    assert told["steps"] > 0


def starter() -> Path:
    named = os.environ.get("PREFDESK_STARTER")
    if not named or not Path(named).is_dir():
        pytest.skip("no starter model; name its folder in PREFDESK_STARTER")
    return Path(named)


@pytest.mark.heavy
@pytest.mark.needs_starter
@pytest.mark.timeout(3000)
def test_that_the_demonstration_does_all_of_the_loop_on_the_starter_model(tmp_path, capsys):
    path = tmp_path / "demo.prefdesk"
    assert main(["demo", "--json", "--model", str(starter()), "--project", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cpu_s"] <= 8 * 60
    with Project.open(path, "r") as project:
        report = project.agreement()
        flagged = {r.name for r in report.raters if r.flags}
        assert flagged == {"Simulated 6 (at random)", "Simulated 7 (inverted)"}
        for reward in project.rewards():
            assert len(project.reward_parts(reward.completion_id)) >= reward.n_ratings > 0
        before, after = project.evaluation.report().scores
        assert None not in (before.human.low, after.human.low)
        assert project.check() == []

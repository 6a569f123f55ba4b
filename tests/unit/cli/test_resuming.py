"""`prefdesk train --resume`: goes on with the round that was cut off, or says why not."""

import pytest

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.events import StateSaved
from prefdesk.project import Project
from prefdesk.project.work import keeping
from tests.tiny import make_model
from tests.worlds import make_project, rate_by_panel

OFTEN = RoundConfig(keep_state_s=1e-6, learning_rate=0.001, batch_prompts=1, override="a test")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A project whose program died while its round ran, the state of step 2 kept."""
    monkeypatch.setattr(keeping, "SHARE", 1e9)
    path = tmp_path / "a.prefdesk"
    with make_project(path, prompts=4, answers=0, model=make_model(tmp_path / "tiny")) as project:
        list(project.completions.sample(3, max_new_tokens=5))
        rate_by_panel(project)
        prepared = project.rounds.create(OFTEN)
        for event in project.run_job(prepared.job, device=DeviceConfig(device="cpu", threads=1)):
            if isinstance(event, StateSaved) and event.step == 2:
                break
    return path


ONE = ("--device", "cpu", "--threads", 1)


def test_that_a_round_goes_on_and_is_the_same_round(path, report, run):
    done = report("train", path, "--resume", *ONE)
    assert (done["round"]["number"], done["round"]["status"]) == (1, "done")
    assert {m["step"] for m in done["metrics"]} == {1, 2, 3, 4}
    status, _, err = run("train", path, "--resume", *ONE)
    assert status == 1 and "No round was interrupted." in err


@pytest.mark.parametrize("setting", [("--learning-rate", 0.1), ("--checkpoint", 1)])
def test_that_other_settings_are_refused(path, run, setting):
    status, _, err = run("train", path, "--resume", *setting)
    assert status == 1 and f"{setting[0]} cannot be other now" in err
    with Project.open(path, "r") as project:
        assert project.rounds.interrupted().step == 2


def test_that_it_says_where_it_goes_on(path, run):
    status, _, err = run("train", path, "--resume", *ONE)
    assert status == 0 and "Going on after step 2." in err and "step 3/4" in err

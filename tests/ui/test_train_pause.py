"""A round that waits: asked for, said, gone on with."""

import pytest

from prefdesk.events import JobStarted, Paused, Progress
from prefdesk.ui.train.panel import TrainPlace
from tests.ui.stage import ended, judged_project, shouting, step


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=4)


@pytest.fixture
def place(stage, own_copy):
    stage.scripts["round"] = [JobStarted("round", 0, "steps"), ended("failed", "No.")]
    stage.hold = True
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: place.setup.may_start)
    place.primary.click()
    stage.wait(lambda: stage.desk.jobs.running is not None)
    return place


def tell(stage, event):
    """What the worker says while the test holds it."""
    spec = stage.desk.jobs.running
    assert spec is not None
    stage.desk.jobs._on_told(spec, event(spec) if callable(event) else event)


def test_that_a_round_is_paused_and_goes_on(place, stage):
    round = place.round
    assert round.pause.isVisible() and round.pause.text() == "Pause"
    tell(stage, step(3, 9, reward=0.1))
    stage.wait(lambda: round.told.text().startswith("Step 3 of 9"))
    round.pause.click()
    stage.wait(lambda: "pause" in stage.told())
    assert round.told.text() == "Pausing after the present answers"
    assert not round.pause.isEnabled()
    tell(stage, Paused(True))
    stage.wait(lambda: round.pause.text() == "Go on")
    assert round.told.text() == "Paused at step 3 of 9; memory stays in use"
    assert round.stop.isEnabled() and round.pause.isEnabled()
    with shouting():
        stage.wait(lambda: round.pause.text() == "GO ON")
    round.pause.click()
    stage.wait(lambda: "go_on" in stage.told())
    tell(stage, Paused(False))
    stage.wait(lambda: round.pause.text() == "Pause" and round.pause.isEnabled())
    assert round.told.text().startswith("Step 3 of 9")


def test_that_a_place_made_later_knows_that_the_round_waits(place, stage):
    tell(stage, step(3, 9, reward=0.1))
    tell(stage, Paused(True))
    tell(stage, Progress(3, 9))
    second = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: second.round.pause.text() == "Go on")
    second.conductor.go_on()
    assert "go_on" in stage.told()


def test_that_a_pause_asked_for_before_the_worker_has_taken_the_round_reaches_it(place, stage):
    taken = stage.desk.jobs._present.pop("work")
    place.round.pause.click()
    assert "pause" not in stage.told() and not place.round.pause.isEnabled()
    stage.desk.jobs._on_began(taken)
    stage.wait(lambda: "pause" in stage.told())


def test_that_a_round_that_ends_cannot_be_paused(place, stage):
    tell(stage, Paused(True))
    stage.wait(lambda: place.round.pause.text() == "Go on")
    place.round.stop.click()
    assert not place.round.pause.isEnabled()
    stage.release()
    stage.wait(lambda: place.conductor.state == "failed")
    assert not place.round.pause.isVisible()


def test_that_only_a_round_is_paused_here(place, stage):
    stage.release()
    stage.wait(lambda: place.conductor.state == "failed")
    place.conductor.pause()
    assert "pause" not in stage.told()

"""Answers as a round goes: shown as they come, looked at step by step, back from the file."""

import pytest

from prefdesk.events import JobStarted, ReportReady
from prefdesk.ui.train.panel import TrainPlace
from tests.ui.stage import checkpoint, ended, judged_project, shouting, step


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=4)


def seen(*shots):
    """A report with answers to one prompt after these steps."""

    def ready(spec):
        body = {
            "round_id": spec.settings["round_id"],
            "prompts": [{"prompt_id": 1, "prompt": "What colour?", "before": "It is blue."}],
            "shots": [{"step": s, "texts": [text]} for s, text in shots],
        }
        return ReportReady(f"gallery/{spec.settings['round_id']}", body)

    return ready


@pytest.fixture
def place(stage, own_copy, tmp_path):
    stage.scripts["round"] = [
        JobStarted("round", 0, "steps"),
        step(1, 2, reward=0.1),
        seen((1, "It is green.")),
        step(2, 2, reward=0.1),
        seen((1, "It is green."), (2, "It is red.")),
        checkpoint(tmp_path),
        ended("done", "Done."),
    ]
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: place.setup.may_start)
    assert not place.round.gallery.isVisible()
    place.primary.click()
    stage.wait(lambda: place.conductor.state == "done")
    stage.quiet()
    return place


def test_that_the_newest_answers_stand_beside_those_from_before(place, stage):
    card = place.round.gallery
    assert card.isVisible() and card.step.currentText() == "after step 2"
    before, after = card.texts[0]
    stage.wait(lambda: after.marked == ["red"])
    assert (before.toPlainText(), before.marked) == ("It is blue.", ["blue"])
    assert stage.ran("round")[0].settings["gallery"] == 2


def test_that_an_earlier_step_is_looked_at(place, stage):
    card = place.round.gallery
    card.step.setCurrentIndex(0)
    card.step.activated.emit(0)
    stage.wait(lambda: card.texts[0][1].marked == ["green"])
    with shouting():
        stage.wait(lambda: card.step.currentText() == "AFTER STEP 1")


def test_that_the_gallery_of_an_earlier_round_comes_back(place, stage):
    place.round.back.click()
    stage.wait(lambda: place.conductor.state == "setup")
    second = stage.show(TrainPlace(stage.desk))
    second.tabs.setCurrentIndex(1)
    stage.wait(lambda: second.rounds.table.model().rowCount() == 1)
    second.rounds.open.click()
    stage.wait(lambda: second.round.gallery.isVisible())
    stage.wait(lambda: second.round.gallery.texts[0][1].toPlainText() == "It is red.")

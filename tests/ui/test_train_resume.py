"""Train: the offer to go on with an interrupted round, with the mouse and with the keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from prefdesk.config import RoundConfig
from prefdesk.events import JobSpec, JobStarted, StateSaved
from prefdesk.project import Project
from prefdesk.ui.train.curves import CURVES
from prefdesk.ui.train.panel import ROUND, SETUP, TrainPlace
from tests.ui.stage import checkpoint, ended, find, judged_project, shouting, step

LOST = "The graphics card stopped working. The ratings are safe."


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=6)


@pytest.fixture
def stage(stage, tmp_path):
    rest = [step(i, 5, reward=0.1 * i) for i in (3, 4, 5)]
    stage.scripts["round"] = [JobStarted("round", 0, "steps"), *rest, checkpoint(tmp_path), ended()]
    return stage


def cut_off(path: Path, folder: Path, *, kept: bool = True, end: object = None) -> None:
    """A project whose program ended behind step 3 of 5 of a round, the state of step 2 kept."""
    with Project.open(path) as project:
        prepared = project.rounds.create(RoundConfig(override="test"))
        intake = project.intake(prepared.job)
        for n in (1, 2, 3):
            intake.take(step(n, 5, reward=0.1 * n)(prepared.job))
            if n == 2 and kept:
                (folder / "state").write_bytes(b"state")
                intake.take(StateSaved(prepared.record.id, 2, 5, str(folder / "state")))
        if end is not None:
            intake.take(end)


def opened(stage, path) -> TrainPlace:
    stage.open(path)
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: len(place.round.curves.cards) == len(CURVES))
    stage.wait(lambda: place.setup.may_start)
    stage.quiet()
    return place


def test_that_nothing_is_offered_where_nothing_was_interrupted(stage, own_copy):
    place = opened(stage, own_copy)
    assert not place.resume.isVisible()


def test_that_an_interrupted_round_is_offered_and_goes_on_in_the_same_curves(
    stage, own_copy, tmp_path
):
    cut_off(own_copy, tmp_path)
    place = opened(stage, own_copy)
    assert place.resume.isVisible() and place._pages.currentIndex() == SETUP
    assert place.resume.sentence.text() == "Round 1 was interrupted; it is kept at step 2 of 5."
    assert not place.resume.elsewhere.isVisible()
    stage.hold = True
    for worker in stage.workers:
        worker.held = True
    find(place, QPushButton, "Go on").click()
    stage.wait(lambda: place.conductor.state == "running")
    assert place._pages.currentIndex() == ROUND and not place.resume.isVisible()
    assert place.round.name.text() == "Round 1, from base"
    stage.wait(lambda: place.round.curves.values.get("reward"))
    assert place.round.curves.values["reward"] == pytest.approx({1: 0.1, 2: 0.2})
    stage.release()
    stage.wait(lambda: place.conductor.state == "done")
    stage.quiet()
    reward = {n: 0.1 * n for n in range(1, 6)}
    assert place.round.curves.values["reward"] == pytest.approx(reward)
    stored = {m.step: m.value for m in stage.project.rounds.metrics(1) if m.name == "reward"}
    assert stored == pytest.approx(reward)
    assert stage.ran("round") == [JobSpec("round", {"round_id": 1, "resume": True, "gallery": 2})]
    assert not place.resume.isVisible() and len(stage.project.rounds.all()) == 1


def test_that_the_keyboard_reaches_it(stage, own_copy, tmp_path):
    cut_off(own_copy, tmp_path)
    place = opened(stage, own_copy)
    place.activateWindow()
    place.resume.go_on.setFocus(Qt.FocusReason.TabFocusReason)
    stage.wait(place.resume.go_on.hasFocus)
    stage.qtbot.keyClick(place.resume.go_on, Qt.Key.Key_Tab)
    stage.wait(place.resume.discard.hasFocus)
    stage.qtbot.keyClick(place.resume.discard, Qt.Key.Key_Backtab)
    stage.qtbot.keyClick(place.resume.go_on, Qt.Key.Key_Space)
    stage.wait(lambda: place.conductor.state == "done")


def test_that_discarding_asks_and_then_offers_nothing(stage, own_copy, tmp_path):
    cut_off(own_copy, tmp_path)
    place = opened(stage, own_copy)
    place.resume.discard.click()
    find(stage.dialog(), QPushButton, "Keep it").click()
    stage.quiet()
    assert place.resume.isVisible() and stage.project.rounds.interrupted() is not None
    place.resume.discard.click()
    find(stage.dialog(), QPushButton, "Discard").click()
    stage.wait(lambda: not place.resume.isVisible())
    assert stage.project.rounds.interrupted() is None


def test_that_a_round_cut_off_at_its_beginning_can_start_over(stage, own_copy, tmp_path):
    cut_off(own_copy, tmp_path, kept=False)
    place = opened(stage, own_copy)
    assert "before anything of it was kept" in place.resume.sentence.text()
    assert "start over" in place.resume.hint.text()


def test_that_a_stopped_round_can_go_on_and_is_not_called_interrupted(stage, own_copy, tmp_path):
    cut_off(own_copy, tmp_path, end=ended("failed", "No more power."))
    with Project.open(own_copy) as project:
        project.core.mutate(
            lambda c: c.execute("UPDATE round SET status = 'stopped', checkpoint_id = 1")
        )
    place = opened(stage, own_copy)
    assert place.resume.sentence.text() == "Round 1 was stopped; it is kept at step 2 of 5."


def test_that_a_lost_card_offers_the_processor(stage, own_copy, tmp_path):
    cut_off(own_copy, tmp_path, end=ended("failed", LOST))
    place = opened(stage, own_copy)
    find(place, QPushButton, "Go on with the processor").click()
    stage.wait(lambda: place.conductor.state == "done")
    assert stage.ran("round")[0].settings["device"] == "cpu"


def test_that_an_offer_appears_beside_a_round_that_failed_under_ones_eyes(
    stage, own_copy, tmp_path
):
    place = opened(stage, own_copy)
    (tmp_path / "state").write_bytes(b"state")

    def kept(spec: JobSpec) -> StateSaved:
        return StateSaved(int(spec.settings["round_id"]), 2, 5, str(tmp_path / "state"))

    stage.scripts["round"][1:] = [
        step(1, 5, reward=0.1), step(2, 5, reward=0.2), kept, ended("failed", "The worker died."),
    ]  # fmt: skip
    place.primary.click()
    stage.wait(lambda: place.conductor.state == "failed")
    stage.wait(place.resume.isVisible)
    assert place._pages.currentIndex() == ROUND


def test_that_the_offer_follows_the_language(stage, own_copy, tmp_path):
    cut_off(own_copy, tmp_path)
    place = opened(stage, own_copy)
    with shouting():
        stage.wait(lambda: place.resume.go_on.text() == "GO ON")
        assert place.resume.sentence.text() == "ROUND 1 WAS INTERRUPTED; IT IS KEPT AT STEP 2 OF 5."
        assert place.resume.isVisible()

"""Pause, go on, stop and keep: from the buttons of the Train place to a real worker process."""

import pytest

from tests.ui.room import ROUND_S

EPOCHS, STEPS = 40, 40 * 16
"""More steps than anybody waits for: the round is ended by its button, not by its length."""
STILL_MS = 700


@pytest.fixture
def train(room):
    """A long round under way, a few steps in."""
    train = room.ready_to_train()
    room.set(train, epochs=EPOCHS, batch_prompts=1, learning_rate="0.00001")
    train.primary.click()
    room.wait(lambda: steps(train) >= 3, ROUND_S)
    return train


def steps(train):
    return len(train.round.curves.values["reward"])


def test_that_a_round_waits_goes_on_and_is_kept_where_it_is_stopped(room, train):
    round, project = train.round, room.desk.project
    round.pause.click()
    room.wait(lambda: round.pause.text() == "Go on")
    assert round.told.text().startswith("Paused at step") and round.pause.isEnabled()
    reached = steps(train)
    room.qtbot.wait(STILL_MS)
    assert steps(train) == reached and room.worker_pid()

    round.pause.click()
    room.wait(lambda: steps(train) > reached)
    room.wait(lambda: round.pause.text() == "Pause" and round.pause.isEnabled())
    assert train.conductor.state == "running"

    round.stop.click()
    assert not round.stop.isEnabled() and not round.pause.isEnabled()
    room.wait(lambda: train.conductor.state != "running", ROUND_S)
    assert train.conductor.state == "stopped", round.sentence.text()
    [made] = project.rounds.all()
    taken = steps(train)
    assert reached < taken < STEPS
    assert made.status == "stopped" and project.checkpoints.get(made.checkpoint_id).kind == "lora"
    assert round.told.text() == f"Stopped and kept after {taken} steps"
    assert train.primary.text() == "See whether it is better"


def test_that_a_round_that_waits_can_be_stopped_and_kept(room, train):
    round = train.round
    round.pause.click()
    room.wait(lambda: round.pause.text() == "Go on")
    round.stop.click()
    room.wait(lambda: train.conductor.state == "stopped", ROUND_S)
    assert [c.kind for c in room.desk.project.checkpoints.all()] == ["base", "lora"]

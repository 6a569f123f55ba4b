"""Try it: asked, answered word by word, stopped, kept."""

from dataclasses import asdict

import pytest

from prefdesk.config import SamplingConfig
from prefdesk.events import JobEnded, JobStarted, Note, ReportReady
from prefdesk.project.sampling import SamplingKey
from prefdesk.records import Draw
from prefdesk.ui.train.panel import TrainPlace
from tests.ui.stage import judged_project, shouting

LAYOUT = '{"prompts": [[0, 4, [0]]], "dtype": "float32", "row": 0}'


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=4)


@pytest.fixture
def view(stage, own_copy):
    stage.open(own_copy)
    add_checkpoint(stage.project, own_copy.parent)
    stage.scripts["tryout"] = [
        JobStarted("tryout", 128, "tokens", "cpu"),
        tried(1, "The sky", done=False),
        tried(1, "The sky is blue."),
        Note("Ended after 120 seconds.", "warning"),
        tried(2, "The sky is grey."),
        JobEnded("done", "Both have answered."),
    ]
    place = stage.show(TrainPlace(stage.desk))
    place.tabs.setCurrentIndex(3)
    stage.wait(lambda: place.tryout.choices[0].count() == 2)
    stage.quiet()
    return place.tryout


def add_checkpoint(project, folder):
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"w": np.ones(4, dtype=np.float32)}, folder / "w.safetensors")
    project.checkpoints.take_in(
        folder / "w.safetensors", kind="lora", name="Round 1", parent_id=1, round_id=None,
        header="{}",
    )  # fmt: skip


def tried(checkpoint_id, text, *, done=True):
    ids = tuple(text.encode())
    drawn = Draw(0, 0, 1, ids, (-1.0,) * len(ids), text, done, LAYOUT)
    key = SamplingKey.of(SamplingConfig(), "").to_json()
    body = {"checkpoint_id": checkpoint_id, "prompt": "What colour?", "key": key, "done": done}
    return ReportReady("tried", {**body, "draw": asdict(drawn), "seconds": 1.5})


def ask(view, stage):
    view.prompt.setPlainText("What colour?")
    view.ask.click()
    stage.wait(lambda: view.cards[1].tried is not None and view.ask.isEnabled())
    stage.quiet()


def test_that_nothing_can_be_asked_without_a_prompt(view):
    assert not view.ask.isEnabled() and not view.add.isEnabled()
    view.prompt.setPlainText("  ")
    assert not view.ask.isEnabled()
    view.prompt.setPlainText("Why?")
    assert view.ask.isEnabled()


def test_that_both_are_asked_with_one_seed(view, stage):
    ask(view, stage)
    [spec] = stage.ran("tryout")
    assert spec.settings["checkpoints"] == [1, 2] and spec.settings["prompt"] == "What colour?"
    assert SamplingConfig.from_json(spec.settings["config"]).seed == 1
    assert [card.heading.text() for card in view.cards] == ["base", "Round 1"]
    assert [card.text.toPlainText() for card in view.cards] == [
        "The sky is blue.",
        "The sky is grey.",
    ]
    assert view.cards[0].facts.text() == "16 tokens · 1.5 s · seed 1"
    stage.wait(lambda: view.cards[1].text.marked == ["grey"])
    assert view.cards[0].text.marked == ["blue"]
    assert view.notice.sentence.text() == "Ended after 120 seconds."


def test_that_another_seed_asks_again(view, stage):
    ask(view, stage)
    view.other.click()
    stage.wait(lambda: len(stage.ran("tryout")) == 2)
    first, second = (SamplingConfig.from_json(s.settings["config"]) for s in stage.ran("tryout"))
    assert (first.seed, second.seed) == (1, int(view.form.rows["seed"].value()))


def test_that_an_answer_is_kept_and_the_prompt_added(view, stage):
    ask(view, stage)
    before = stage.project.completions.count()
    view.cards[1].keep.click()
    stage.wait(lambda: stage.project.completions.count() == before + 1)
    stage.wait(lambda: "to be rated like any other" in view.notice.sentence.text())
    view.add.click()
    stage.wait(lambda: "in the project already" in view.notice.sentence.text())
    view.prompt.setPlainText("Another one?")
    view.add.click()
    stage.wait(lambda: "to train on" in view.notice.sentence.text())


def test_that_it_says_how_far_it_is_and_can_be_stopped(view, stage):
    stage.hold = True
    for worker in stage.workers:
        worker.held = True
    view.prompt.setPlainText("What colour?")
    view.ask.click()
    stage.wait(lambda: view.strip.isVisible())
    assert not view.ask.isEnabled()
    view.strip.cancel.click()
    stage.wait(lambda: "cancel" in stage.told())
    stage.wait(lambda: view.ask.isEnabled())


def test_that_a_failure_is_said_where_it_was_asked(view, stage):
    stage.scripts["tryout"] = [JobEnded("failed", "The prompt cannot be answered: it is long.")]
    for worker in stage.workers:
        worker.scripts = stage.scripts
    view.prompt.setPlainText("What colour?")
    view.ask.click()
    stage.wait(lambda: view.notice.isVisible())
    assert "cannot be answered" in view.notice.sentence.text()


def test_that_the_words_follow_the_language(view, stage):
    ask(view, stage)
    with shouting():
        stage.wait(lambda: view.ask.text() == "ASK BOTH")
        assert view.cards[0].facts.text() == "16 TOKENS · 1.5 S · SEED 1"

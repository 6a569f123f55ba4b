"""Train: the recipe, a round as it is told by its events, its end, and the lists."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu

from prefdesk.events import JobEnded, JobStarted, Note, Progress, ReportReady, StepDone
from prefdesk.project import Project, Range, VerdictReport
from prefdesk.project.judgement import Judgement
from prefdesk.ui.train.curves import CURVES
from prefdesk.ui.train.panel import EMPTY, ROUND, SETUP, TrainPlace
from tests.ui.stage import checkpoint, ended, judged_project, shouting, step
from tests.worlds import make_project, rate_at_random

KEPT = "Stopped by hand. Kept after 3 steps."
CRASH = "The worker process ended unexpectedly (signal 9). The ratings are safe."


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=8)


@pytest.fixture
def stage(stage, tmp_path):
    stage.scripts["round"] = [*steps(3), checkpoint(tmp_path), ended("stopped", KEPT)]
    return stage


@pytest.fixture
def place(stage, own_copy):
    stage.open(own_copy)
    return shown(stage)


def shown(stage):
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: len(place.round.curves.cards) == len(CURVES))
    stage.wait(lambda: place.setup.may_start or place._pages.currentIndex() != SETUP)
    stage.quiet()
    return place


def metrics(step):
    return {"reward": 0.1 * step, "kl": 0.01, "loss": -1.0, "grad_norm": 2.0, "ess": 0.9}


def steps(n, *, total=0):
    """What a round says before its checkpoint."""
    told = [JobStarted("round", 0, "steps", "cpu"), Note("Memory ran short.", "warning")]
    for i in range(1, n + 1):
        told += [step(i, total or n, **metrics(i)), Progress(i, total or n, "", 9.0)]
    return told


def run(place, stage, state):
    place.primary.click()
    stage.wait(lambda: place.conductor.state == state)
    stage.quiet()


def test_that_a_project_without_a_model_says_so_and_leads_to_data(stage, tmp_path):
    with Project.create(tmp_path / "bare.prefdesk"):
        pass
    stage.open(tmp_path / "bare.prefdesk")
    place = stage.show(TrainPlace(stage.desk))
    stage.quiet()
    assert place._pages.currentIndex() == EMPTY
    assert not place.primary.isVisible()
    place.empty.button.click()
    assert stage.went == ["data"]


def test_that_every_setting_has_its_default_and_a_line_of_help(place):
    from prefdesk.config import RoundConfig

    rows = place.setup.recipe.form.rows
    assert set(rows) == {s.name for s in RoundConfig.describe()} - {"override"}
    assert all(row.help.text() for row in rows.values())
    assert place.setup.config() == RoundConfig()
    assert not rows["lora_rank"].isVisible()
    assert rows["objective"].isVisible()


def test_that_a_wrong_value_is_refused_as_one_types(place, stage):
    row = place.setup.recipe.form.rows["epochs"]
    row.control.clear()
    stage.qtbot.keyClicks(row.control, "99")
    assert row.problem.isVisible() and "50" in row.problem.text()
    assert not place.primary.isEnabled()
    row.control.clear()
    stage.qtbot.keyClicks(row.control, "2")
    assert place.primary.isEnabled()
    stage.wait(lambda: "4 steps" in place.setup.preflight.steps.text())


def test_that_the_preflight_counts_what_would_be_used(place):
    card = place.setup.preflight
    assert (
        card.counts.text() == "32 rated completions to 8 prompts would be used, starting from base."
    )
    assert any("agree" in f.sentence for f in card.found)


def test_that_the_curves_follow_the_steps(place, stage):
    stage.hold = True
    place.primary.click()
    stage.wait(lambda: place.conductor.state == "running")
    assert place._pages.currentIndex() == ROUND
    assert not place.primary.isVisible()
    assert place.round.name.text() == "Round 1, from base"
    assert "Loading" in place.round.told.text()
    stage.release()
    stage.wait(lambda: place.conductor.state == "stopped")
    curves = place.round.curves
    assert curves.values["reward"] == pytest.approx({1: 0.1, 2: 0.2, 3: 0.3})
    stage.wait(lambda: len(curves.cards["reward"].points()) == 3)
    stage.wait(lambda: [p.y for p in curves.cards["kl"].points()] == [0.01] * 3)


def test_that_step_time_left_and_notes_are_told(place):
    pane = place.round
    pane.expect(7)
    pane.begin()
    for event in (
        JobStarted("round", 0, "steps", "cpu"),
        Note("Memory ran short.", "warning"),
        StepDone(7, 2, 5, metrics(2)),
        Progress(2, 5, "", 9.0),
    ):
        pane.take(event)
    assert pane.told.text() == "Step 2 of 5 · 9 s left"
    assert (pane.bar.value(), pane.bar.maximum()) == (2, 5)
    assert pane.notes.count() == 1 and pane.notes.item(0).text() == "Memory ran short."


def test_that_a_kept_round_leads_on_to_evaluate(place, stage):
    run(place, stage, "stopped")
    assert "Kept after 3 steps" in place.round.sentence.text()
    assert place.primary.text() == "See whether it is better"
    assert place.round.back.isVisible()
    assert not place.round.stop.isVisible() and not place.round.cancel.isVisible()
    place.primary.click()
    assert stage.went == ["evaluate"]
    place.round.back.click()
    stage.wait(lambda: place._pages.currentIndex() == SETUP)
    assert place.primary.text() == "Train one round"


def test_that_a_crash_leaves_a_sentence_and_a_way_to_start_again(place, stage):
    good = stage.scripts["round"]
    stage.scripts["round"] = [*steps(2, total=5), ended("failed", CRASH)]
    run(place, stage, "failed")
    assert place.round.sentence.text() == CRASH
    assert place.primary.text() == "Start again" and place.primary.isEnabled()
    stage.scripts["round"] = good
    run(place, stage, "stopped")
    assert [r.status for r in stage.project.rounds.all()] == ["failed", "stopped"]
    assert place.round.name.text() == "Round 2, from base"


def test_that_a_refusal_is_shown_and_the_recipe_stays(place, stage, monkeypatch):
    from prefdesk.errors import TrainingError
    from prefdesk.project.rounds import Rounds

    def refuse(*_given, **_more):
        raise TrainingError("There is nothing to train on.", "Rate first.")

    monkeypatch.setattr(Rounds, "create", refuse)
    place.primary.click()
    stage.wait(place.notice.isVisible)
    assert place.notice.sentence.text() == "There is nothing to train on."
    assert place._pages.currentIndex() == SETUP and place.primary.isEnabled()


def test_that_training_without_a_signal_asks_for_a_written_reason(stage, own_copy, monkeypatch):
    # Real noise needs many ratings before anybody can be sure that it is noise.
    noise = VerdictReport("no_signal", "Noise.", Range(0.05, 0.0, 0.12))
    monkeypatch.setattr(Judgement, "verdict", lambda *_: noise)
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    card = place.setup.preflight
    stage.wait(card.override.isVisible)
    assert not place.primary.isEnabled()
    stage.qtbot.keyClicks(card.override, "Only to try the program.")
    assert place.primary.isEnabled()
    assert place.setup.config().override == "Only to try the program."
    run(place, stage, "stopped")
    [made] = stage.project.rounds.all()
    assert "Only to try the program." in made.config


def test_that_real_noise_stops_training_until_there_is_a_written_reason(stage, tmp_path):
    with make_project(tmp_path / "noise.prefdesk", prompts=120) as project:
        rate_at_random(project, 6)
        ids = {c.id for c in project.completions.each()}
        assert project.judgement.verdict(ids).word == "no_signal"
    stage.open(tmp_path / "noise.prefdesk")
    place = stage.show(TrainPlace(stage.desk))
    card = place.setup.preflight
    stage.wait(card.override.isVisible)
    assert any(f.level == "bad" and "teach noise" in f.sentence for f in card.found)
    assert not place.primary.isEnabled()
    stage.qtbot.keyClicks(card.override, "   ")
    assert not place.primary.isEnabled()
    stage.qtbot.keyClicks(card.override, "To see the loop.")
    assert place.primary.isEnabled()
    run(place, stage, "stopped")
    [made] = stage.project.rounds.all()
    assert "To see the loop." in made.config


def test_that_a_lone_rater_is_told_what_cannot_be_known_and_may_train(stage, tmp_path):
    with make_project(tmp_path / "lone.prefdesk", prompts=6) as project:
        rate_at_random(project, 1)
    stage.open(tmp_path / "lone.prefdesk")
    place = stage.show(TrainPlace(stage.desk))
    stage.wait(lambda: place.setup.may_start)
    card = place.setup.preflight
    [told] = [f for f in card.found if "cannot be measured" in f.sentence]
    assert "Ask a second person" in told.sentence
    assert told.level != "bad"
    assert not card.override.isVisible()
    assert place.primary.isEnabled()
    run(place, stage, "stopped")
    assert [r.status for r in stage.project.rounds.all()] == ["stopped"]


def test_that_stop_and_cancel_reach_the_worker(place, stage):
    for button, word in ((place.round.stop, "stop"), (place.round.cancel, "cancel")):
        stage.hold = True
        for worker in stage.workers:
            worker.held = True
        place.primary.click()
        stage.wait(lambda: place.conductor.state == "running")
        button.click()
        assert "Stopping" in place.round.told.text()
        stage.wait(lambda: place.conductor.state == "stopped")
        assert word in stage.told()
        place.round.back.click()
        stage.quiet()
        assert place.setup.checkpoint_id != 1  # what the round made is the next start
        assert not place.primary.isEnabled()
        place.setup.start_from(1)
        stage.wait(place.primary.isEnabled)


def test_that_a_place_made_during_a_round_joins_it(stage, own_copy):
    stage.open(own_copy)
    first = shown(stage)
    first.primary.click()
    stage.wait(lambda: first.conductor.state == "stopped")
    stage.hold = True
    for worker in stage.workers:
        worker.held = True
    first.conductor.again()
    stage.wait(lambda: stage.desk.jobs.running is not None)
    second = stage.show(TrainPlace(stage.desk))
    assert second.conductor.state == "running"
    stage.wait(lambda: second.round.name.text() == "Round 2, from base")
    assert second.round.stop.isVisible()


def test_that_the_curves_of_an_earlier_round_come_back_from_the_file(stage, own_copy):
    stage.open(own_copy)
    run(shown(stage), stage, "stopped")
    place = stage.show(TrainPlace(stage.desk))
    place.tabs.setCurrentIndex(1)
    stage.wait(lambda: place.rounds.table.model().rowCount() == 1)
    place.rounds.open.click()
    stage.wait(lambda: place.conductor.state == "review")
    curves = place.round.curves
    stage.wait(lambda: curves.values["reward"] == pytest.approx({1: 0.1, 2: 0.2, 3: 0.3}))
    assert place.tabs.currentIndex() == 0
    assert place.round.told.text() == "Stopped and kept after 3 steps"


def test_that_a_recipe_can_be_used_again(place, stage):
    row = place.setup.recipe.form.rows["kl_coef"]
    row.control.clear()
    stage.qtbot.keyClicks(row.control, "0.5")
    run(place, stage, "stopped")
    place.setup.recipe.defaults.click()
    assert place.setup.config().kl_coef == 0.05
    place.tabs.setCurrentIndex(1)
    stage.wait(lambda: place.rounds.table.model().rowCount() == 1)
    texts = [c.text(place.rounds.table.model().records[0]) for c in place.rounds._rows.columns]
    assert "rloo · lora · KL weight 0.5" in texts
    place.rounds.again.click()
    stage.wait(lambda: place._pages.currentIndex() == SETUP)
    assert place.setup.config().kl_coef == 0.5


def test_that_a_round_waits_its_turn_and_can_be_dropped_meanwhile(place, stage):
    stage.scripts["sample"] = [JobEnded("done", "Drawn.")]
    stage.hold = True
    for worker in stage.workers:
        worker.held = True
    stage.desk.run_job("sample")
    stage.wait(lambda: stage.desk.jobs.running is not None)
    place.primary.click()
    stage.wait(lambda: place.conductor.state == "waiting")
    assert "Waits until the present job has ended" in place.round.told.text()
    assert not place.round.stop.isEnabled()
    place.round.cancel.click()
    stage.release()
    stage.wait(lambda: "cancel" in stage.told())
    stage.wait(lambda: place.conductor.state == "stopped")


def test_that_a_checkpoint_is_renamed_and_noted(place, stage):
    view = place.checkpoints
    place.tabs.setCurrentIndex(2)
    stage.wait(lambda: view.table.model().rowCount() == 1)
    for button, text in ((view.rename, "First model"), (view.note, "As it came.")):
        button.click()
        dialog = stage.dialog()
        dialog.line.setText(text)
        dialog.confirm.click()
        stage.wait(lambda t=text: t in (stage.project.checkpoints.base().name, note(stage)))
    stage.wait(lambda: view.chosen().note == "As it came.")
    assert view.chosen().name == "First model"


def note(stage):
    return stage.project.checkpoints.base().note


def test_that_the_base_cannot_be_deleted_and_others_only_after_a_question(place, stage):
    run(place, stage, "stopped")
    view = place.checkpoints
    place.tabs.setCurrentIndex(2)
    stage.wait(lambda: view.table.model().rowCount() == 2)
    view.table.selectRow(0)
    assert not view.delete.isEnabled()
    view.table.selectRow(1)
    view.delete.click()
    assert view.notice.isVisible() and "cannot be brought back" in view.notice.hint.text()
    assert len(stage.project.checkpoints.all()) == 2
    view.notice.action.click()
    stage.wait(lambda: len(stage.project.checkpoints.all()) == 1)
    assert not view.notice.isVisible()


def test_that_export_is_handed_to_the_worker(place, stage, tmp_path, monkeypatch):
    from prefdesk.ui.dialogs import AskFile

    stage.scripts["export"] = [JobEnded("done", "base is in there.")]
    told = []
    stage.desk.told.connect(lambda sentence, kind: told.append((sentence, kind)))
    monkeypatch.setattr(AskFile, "folder", lambda parent, title, chosen: chosen(tmp_path))
    view = place.checkpoints
    place.tabs.setCurrentIndex(2)
    stage.wait(lambda: view.table.model().rowCount() == 1)
    view.export.click()
    [menu] = view.findChildren(QMenu)
    [whole] = menu.actions()
    whole.trigger()
    menu.close()
    stage.wait(lambda: told)
    [spec] = stage.ran("export")
    assert spec.settings == {"checkpoint_id": 1, "folder": str(tmp_path / "base"), "merged": True}
    assert told == [("base is in there.", "good")]
    assert not view.findChildren(QFileDialog)
    assert isinstance(Path(spec.settings["folder"]), Path)


def test_that_every_control_has_a_name(place, stage):
    place.setup.recipe.form._fold.click()
    for tab in range(place.tabs.count()):
        place.tabs.setCurrentIndex(tab)
        stage.quiet()
        for widget in place.findChildren(object):
            policy = getattr(widget, "focusPolicy", None)
            if policy and widget.isVisible() and policy() != Qt.FocusPolicy.NoFocus:
                named = widget.accessibleName() or getattr(widget, "text", str)()
                inner = "viewport" in widget.objectName() or "scroll" in widget.objectName()
                assert named or inner, (tab, widget)


def test_that_the_words_follow_the_language(place, stage):
    run(place, stage, "stopped")
    with shouting():
        stage.wait(lambda: place.tabs.tabText(0) == "ROUND")
        assert place.primary.text().isupper()
        assert place.round.told.text().isupper()
        assert place.round.curves.cards["reward"].heading.text() == "REWARD"
        place.round.back.click()
        stage.quiet()
        assert all(f.sentence.isupper() for f in place.setup.preflight.found)
    stage.wait(lambda: place.tabs.tabText(0) == "Round")


def test_that_a_closed_project_leaves_nothing_on_the_screen(place, stage):
    run(place, stage, "stopped")
    done = []
    stage.desk.close_project(lambda: done.append(True))
    stage.wait(lambda: done)
    assert place._pages.currentIndex() == EMPTY
    assert place.rounds.table.model().rowCount() == 0
    assert not place.round.curves.values["reward"]


def trial_report(spec):
    return ReportReady(
        "trial",
        {
            **spec.settings,
            "cpu_s": 200.0,
            "wall_low_s": 180.0,
            "wall_high_s": 400.0,
            "memory_bytes": 3 * 10**9,
            "kept_bytes": 2 * 10**7,
            "disk_bytes": 2 * 10**8,
            "steps": 2,
            "micro_batch_tokens": 2048,
            "device": "cpu, 1 thread",
            "free_memory_bytes": 2 * 10**9,
            "free_disk_bytes": 10**12,
        },
    )


def test_that_the_cost_is_measured_on_request_and_belongs_to_its_recipe(place, stage):
    stage.scripts["trial"] = [trial_report, ended("done", "Done.")]
    cost = place.setup.cost
    assert cost.words.isHidden() and cost.measure.text() == "Measure it"
    cost.measure.click()
    assert not cost.measure.isEnabled()
    stage.wait(lambda: cost.words.isVisible())
    stage.quiet()
    assert [s.settings["gallery"] for s in stage.ran("trial")] == [2]  # as the round will have
    assert cost.words.text().startswith("3 min to 7 min; at most 3.0 GB of memory")
    assert any("only 2.0 GB were free" in f.sentence for f in place.setup.preflight.found)
    assert cost.measure.isEnabled() and cost.measure.text() == "Measure again"
    row = place.setup.recipe.form.rows["epochs"]
    row.control.clear()
    stage.qtbot.keyClicks(row.control, "3")
    stage.wait(lambda: cost.words.isHidden())
    assert "changed since" in cost.remark.text()
    assert not any("were free" in f.sentence for f in place.setup.preflight.found)


def test_that_a_trial_that_fails_can_be_tried_again(place, stage):
    stage.scripts["trial"] = [ended("failed", "No memory.")]
    place.setup.cost.measure.click()
    stage.wait(lambda: place.setup.cost.measure.isEnabled())
    stage.quiet()
    assert place.setup.cost.words.isHidden()


def test_that_the_prompts_that_move_the_model_are_shown(place, stage):
    shares = place.setup.shares
    assert "of the change, by estimate" in shares.words.text()
    assert shares._rows.isHidden()
    shares.more.click()
    texts = [label.text() for label in shares._rows.findChildren(QLabel)]
    assert any("question" in text for text in texts) and any("%" in text for text in texts)
    shares.more.click()
    assert shares._rows.isHidden()

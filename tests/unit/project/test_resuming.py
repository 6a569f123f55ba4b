"""An interrupted round goes on, with its own rewards and draws, to the end of an unbroken one."""

import itertools

import pytest

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.errors import InputError, TrainingError
from prefdesk.events import JobEnded, Note, StateDropped, StateSaved, StepDone
from prefdesk.project import Project
from prefdesk.project.simulated import PANEL, rate_all
from prefdesk.project.work import keeping
from prefdesk.project.work import round as round_job
from prefdesk.records import Draw
from prefdesk.store import completions as completion_rows
from prefdesk.training import round as training_round
from prefdesk.training import state, update
from tests.tiny import make_model
from tests.worlds import answered_project

OFTEN = RoundConfig(
    keep_state_s=1e-6, learning_rate=0.001, batch_prompts=1, min_ess=0.0, override="a test"
)
ONE = DeviceConfig(device="cpu", threads=1, niceness=0)
CLOCK = ("tokens_per_second", "elapsed_s")


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    return answered_project(folder / "a.prefdesk", make_model(folder / "tiny"))


@pytest.fixture
def path(tmp_path, answered, monkeypatch):
    monkeypatch.setattr(keeping, "SHARE", 1e9)  # after every step
    copy = tmp_path / "a.prefdesk"
    copy.write_bytes(answered.read_bytes())
    return copy


class PowerCut(Exception):
    """The program is gone: nothing it would still have done happens."""


def run(project, prepared, **more):
    return list(project.run_job(prepared.job, device=ONE, **more))


def run_until(project, prepared, step):
    """Run and walk away after `step`, as a program does that is killed."""
    for event in project.run_job(prepared.job, device=ONE):
        if isinstance(event, StateSaved) and event.step == step:
            return
    raise AssertionError("the round ended")


def run_and_say(project, prepared, order, step):
    """Run, and give an order after `step`."""
    word, events = ["go"], []
    for event in project.run_job(prepared.job, device=ONE, control=lambda: word[0]):
        word[0] = order if isinstance(event, StepDone) and event.step == step else word[0]
        events.append(event)
    return events


def run_into(project, prepared, step, failure, monkeypatch):
    """Run with a device that fails in each step after `step`."""
    real, calls = update.gradients, itertools.count(1)

    def failing(*args, **more):
        if next(calls) > step:
            raise RuntimeError(failure)
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(update, "gradients", failing)
        return run(project, prepared)


def cut_off(path, step, config=OFTEN):
    """A project whose program died after a step of its first round."""
    project = Project.open(path)
    run_until(project, project.rounds.create(config), step)
    project.core.store.close()
    return Project.open(path)


def weights_of(project, checkpoint_id):
    with project.core.read() as c:
        row = c.execute("SELECT sha256 FROM checkpoint WHERE id = ?", (checkpoint_id,)).fetchone()
    return row[0].hex()


def numbers(project, round_id):
    found = project.rounds.metrics(round_id)
    return [(m.step, m.name, m.value) for m in found if m.name not in CLOCK]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, answered):
    """Weights and numbers of the same round when nobody interrupts it."""
    copy = tmp_path_factory.mktemp("unbroken") / "a.prefdesk"
    copy.write_bytes(answered.read_bytes())
    with Project.open(copy) as project:
        prepared = project.rounds.create(OFTEN)
        run(project, prepared)
        done = project.rounds.get(prepared.record.id)
        assert done.status == "done"
        return weights_of(project, done.checkpoint_id), numbers(project, done.id)


def assert_is(project, round_id, unbroken):
    done = project.rounds.get(round_id)
    assert done.status == "done"
    assert (weights_of(project, done.checkpoint_id), numbers(project, done.id)) == unbroken


def states(project):
    with project.core.read() as c:
        return c.execute("SELECT count(*) FROM checkpoint WHERE kind = 'resume'").fetchone()[0]


def test_that_a_round_cut_off_goes_on_to_the_same_weights_and_numbers(path, unbroken):
    with cut_off(path, 5) as project:
        found = project.rounds.interrupted()
        assert (found.round.number, found.step, found.total) == (1, 5, 8)
        assert found.saved_ms and not found.device_lost
        prepared = project.rounds.resume()
        assert project.rounds.get(prepared.record.id).status == "running"
        events = run(project, prepared)
        assert [e.step for e in events if isinstance(e, StepDone)] == [6, 7, 8]
        assert "Going on after step 5." in [e.message for e in events if isinstance(e, Note)]
        assert_is(project, prepared.record.id, unbroken)
        assert project.rounds.interrupted() is None
        assert states(project) == 0 and project.check() == []
        assert project.checkpoints.latest().name == "Round 1"


def test_that_steps_behind_the_kept_state_are_made_again_once(path, unbroken):
    project = Project.open(path)
    steps = 0
    for event in project.run_job(project.rounds.create(OFTEN).job, device=ONE):
        if isinstance(event, StateSaved) and event.step == 3:
            keeping.SHARE = 1e-9  # the next one is far away
        steps = event.step if isinstance(event, StepDone) else steps
        if steps == 6:
            break
    project.core.store.close()
    keeping.SHARE = 1e9
    with Project.open(path) as project:
        assert project.rounds.interrupted().step == 3
        prepared = project.rounds.resume()
        assert max(m.step for m in project.rounds.metrics(prepared.record.id)) == 3
        run(project, prepared)
        assert_is(project, prepared.record.id, unbroken)


def test_that_a_round_cut_off_twice_goes_on(path, unbroken):
    with cut_off(path, 2) as project:
        run_until(project, project.rounds.resume(), 6)
        project.core.store.close()
    with Project.open(path) as project:
        assert project.rounds.interrupted().step == 6
        prepared = project.rounds.resume()
        run(project, prepared)
        assert_is(project, prepared.record.id, unbroken)


def test_that_a_round_cut_off_before_its_first_state_starts_over(path, unbroken):
    project = Project.open(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "SHARE", 1e-9)
        patch.setattr(keeping.time, "monotonic", itertools.repeat(0.0).__next__)
        for event in project.run_job(project.rounds.create(OFTEN).job, device=ONE):
            if isinstance(event, StepDone) and event.step == 4:
                break
    project.core.store.close()
    with Project.open(path) as project:
        found = project.rounds.interrupted()
        assert (found.step, found.saved_ms) == (0, 0)
        prepared = project.rounds.resume()
        assert project.rounds.metrics(prepared.record.id) == []
        run(project, prepared)
        assert_is(project, prepared.record.id, unbroken)


def test_that_later_ratings_and_draws_do_not_change_it(path, unbroken):
    with cut_off(path, 3) as project:
        completions = list(project.completions.each())
        rate_all(project, completions[:12], seed=99, panel=PANEL[:3])
        with project.core.read() as c:
            old = completion_rows.draws(c, split="train")
            sampling_id = old[0].sampling_id
        again = [
            Draw(d.prompt_id, 100 + n, d.seed, d.token_ids, d.logprobs, d.text, d.finished, "{}")
            for n, d in enumerate(old)
        ]
        project.core.mutate(lambda c: completion_rows.add_draws(c, sampling_id, again))
        prepared = project.rounds.resume()
        run(project, prepared)
        assert_is(project, prepared.record.id, unbroken)


def test_that_a_round_stopped_by_hand_can_be_gone_on_with(path, unbroken):
    with Project.open(path) as project:
        prepared = project.rounds.create(OFTEN)
        run_and_say(project, prepared, "stop", 4)
        stopped = project.rounds.get(prepared.record.id)
        assert stopped.status == "stopped"
        found = project.rounds.interrupted()
        assert (found.round.id, found.total) == (stopped.id, 8) and found.step in (4, 5)
        again = project.rounds.resume(stopped.id)
        run(project, again)
        assert_is(project, stopped.id, unbroken)
        names = [c.name for c in project.checkpoints.all()][1:]
        assert names == ["Round 1", "Round 1, 8 steps"]


def test_that_a_checkpoint_stays_with_its_round_if_going_on_fails(path, monkeypatch):
    with Project.open(path) as project:
        prepared = project.rounds.create(OFTEN)
        run_and_say(project, prepared, "stop", 2)
        kept = project.rounds.get(prepared.record.id).checkpoint_id
        monkeypatch.setattr(round_job, "run_round", broken)
        run(project, project.rounds.resume())
        after = project.rounds.get(prepared.record.id)
        assert (after.status, after.checkpoint_id) == ("failed", kept)
        assert project.rounds.interrupted().round.id == after.id


def broken(*args, **more):
    raise RuntimeError("CUDA error: the launch timed out and was terminated")


def test_that_nothing_is_kept_of_a_round_that_was_cancelled_or_ran_away(path, monkeypatch):
    with Project.open(path) as project:
        prepared = project.rounds.create(OFTEN)
        run_and_say(project, prepared, "cancel", 2)
        assert project.rounds.get(prepared.record.id).status == "cancelled"
        assert project.rounds.interrupted() is None
        with pytest.raises(TrainingError, match="cancelled"):
            project.rounds.resume(prepared.record.id)
        real = training_round.checks.trouble
        calls = itertools.count()
        monkeypatch.setattr(
            training_round.checks,
            "trouble",
            lambda report: TrainingError("It ran away.") if next(calls) == 4 else real(report),
        )
        events = run(project, project.rounds.create(OFTEN))
        assert events[-1].status == "stopped" and "ran away" in events[-1].message
        assert [e for e in events if isinstance(e, StateDropped)]
        assert project.rounds.interrupted() is None


def test_that_it_can_be_discarded(path):
    with cut_off(path, 2) as project:
        one = project.rounds.interrupted().round
        project.rounds.discard(one.id)
        assert project.rounds.interrupted() is None and states(project) == 0
        assert project.rounds.get(one.id).status == "failed"


def test_that_it_can_be_switched_off(path):
    with Project.open(path) as project:
        off = RoundConfig(**{**OFTEN.__dict__, "keep_state_s": 0.0})
        prepared = project.rounds.create(off)
        events = run_and_say(project, prepared, "stop", 2)
        assert not [e for e in events if isinstance(e, StateSaved)]
        assert events[-1].status == "stopped" and project.rounds.interrupted() is None
        with pytest.raises(TrainingError, match="only the checkpoint was kept"):
            project.rounds.resume(prepared.record.id)


def test_that_what_cannot_go_on_says_so(path):
    with Project.open(path) as project:
        with pytest.raises(TrainingError, match="No round was interrupted"):
            project.rounds.resume()
        with pytest.raises(InputError):
            project.rounds.resume(17)
        prepared = project.rounds.create(OFTEN)
        for wish in (project.rounds.resume, project.rounds.discard):
            with pytest.raises(TrainingError, match="is running"):
                wish(prepared.record.id)
        run(project, prepared)
        with pytest.raises(TrainingError, match="is done"):
            project.rounds.resume(prepared.record.id)


def test_that_a_shortage_of_memory_ends_it_with_a_sentence_and_it_can_go_on(
    path, unbroken, monkeypatch
):
    with Project.open(path) as project:
        prepared = project.rounds.create(OFTEN)
        events = run_into(project, prepared, 5, "CUDA out of memory.", monkeypatch)
        assert events[-1].status == "stopped" and "fit into memory" in events[-1].message
        assert project.rounds.interrupted().step == 5
        # People go on rating.
        rate_all(project, list(project.completions.each())[:4], seed=5, panel=PANEL[:1])
        run(project, project.rounds.resume())
        assert_is(project, prepared.record.id, unbroken)


def test_that_a_lost_device_leaves_the_state_and_names_the_way_on(path, unbroken, monkeypatch):
    with Project.open(path) as project:
        prepared = project.rounds.create(OFTEN)
        failure = "CUDA error: unspecified launch failure"
        events = run_into(project, prepared, 4, failure, monkeypatch)
        assert events[-1].status == "failed"
        assert events[-1].message.startswith("The graphics card stopped working.")
        assert "choose the processor" in events[-1].message
        found = project.rounds.interrupted()
        assert found.step == 4 and found.device_lost
        rate_all(project, list(project.completions.each())[:4], seed=5, panel=PANEL[:1])
        anywhere = DeviceConfig(device="cuda:7", threads=1, niceness=0)
        job = project.rounds.resume(device="cpu").job
        assert list(project.run_job(job, device=anywhere))[-1].status == "done"
        assert_is(project, prepared.record.id, unbroken)


def test_that_going_on_elsewhere_is_said_and_stays_written(path, monkeypatch):
    with cut_off(path, 2) as project:
        monkeypatch.setattr(state, "_version", lambda package: "9.9")
        prepared = project.rounds.resume()
        events = run(project, prepared)
        [warning] = [e for e in events if isinstance(e, Note) and e.level == "warning"]
        assert "torch (9.9, was " in warning.message and "last digits" in warning.message
        assert "torch (9.9, was " in project.rounds.get(prepared.record.id).message


def test_that_other_draws_are_refused_and_nothing_is_lost(path):
    with cut_off(path, 2) as project:
        first = project.prompts.ids("train")[0]
        project.core.mutate(
            lambda c: c.execute("UPDATE prompt SET split = 'evaluation' WHERE id = ?", (first,))
        )
        prepared = project.rounds.resume()
        ended = run(project, prepared)[-1]
        assert isinstance(ended, JobEnded) and ended.status == "failed"
        assert "cannot go on exactly" in ended.message
        assert project.rounds.interrupted().step == 2


def test_that_a_damaged_state_is_refused_with_a_sentence(path):
    with cut_off(path, 2) as project:

        def damage(c):
            c.execute("UPDATE checkpoint SET sha256 = zeroblob(32) WHERE kind = 'resume'")

        project.core.mutate(damage)
        ended = run(project, project.rounds.resume())[-1]
        assert ended.status == "failed" and "damaged" in ended.message

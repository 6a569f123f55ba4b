"""A job in a child process: its events arrive and are stored, and its death is told."""

import os
import signal
import threading
import time

import pytest

from prefdesk.config import DeviceConfig, RoundConfig, SamplingConfig
from prefdesk.events import DrawsMade, JobEnded, JobSpec, JobStarted, Paused, StepDone
from prefdesk.jobs import Worker
from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import answered_project

ROUND = RoundConfig(override="a test of the machinery")
ONE_THREAD = DeviceConfig(device="cpu", threads=1)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def answered(tmp_path_factory, tiny):
    """A project file whose answers were really drawn and judged."""
    return answered_project(tmp_path_factory.mktemp("answered") / "a.prefdesk", tiny)


@pytest.fixture
def project(tmp_path, answered):
    path = tmp_path / "a.prefdesk"
    path.write_bytes(answered.read_bytes())
    with Project.open(path) as opened:
        yield opened


@pytest.fixture
def worker(project):
    one = Worker(project, ONE_THREAD)
    yield one
    one.close()


def sampling(project: Project, **settings) -> JobSpec:
    return project.completions.sampling_job(SamplingConfig(**settings))


def test_that_a_child_samples_and_trains_one_job_after_the_other(project, worker):
    events = list(worker.run(sampling(project, per_prompt=2, max_new_tokens=6, seed=5)))
    first = worker.pid
    assert [type(e) for e in events].count(JobEnded) == 1
    assert events[-1] == JobEnded("done", "16 completions were drawn.")
    prepared = project.rounds.create(ROUND)
    events = list(worker.run(prepared.job))
    assert events[-1].status == "done"
    assert worker.pid == first
    assert sum(isinstance(e, StepDone) for e in events) == 2
    assert project.rounds.get(prepared.record.id).status == "done"
    assert project.checkpoints.latest().kind == "lora"
    assert project.check() == []


def test_that_sampling_goes_on_where_it_was_stopped(project, worker):
    spec = sampling(project, per_prompt=4, max_new_tokens=8, batch_prompts=1)
    drawn = 0
    for event in worker.run(spec):
        if isinstance(event, DrawsMade):
            drawn += len(event.draws)
            worker.stop()
    assert event.status == "stopped"
    assert 0 < drawn < 32
    events = list(worker.run(spec))
    assert drawn + sum(len(e.draws) for e in events if isinstance(e, DrawsMade)) == 32
    assert events[-1].status == "done"


def test_that_a_paused_job_waits_and_goes_on(project, worker):
    spec = sampling(project, per_prompt=2, max_new_tokens=8, batch_prompts=1, seed=3)
    events, went_on = [], []

    def go_on():
        went_on.append((time.monotonic(), len(events)))
        worker.go_on()

    for event in worker.run(spec):
        events.append(event)
        if isinstance(event, DrawsMade) and not went_on:
            worker.pause()
        if event == Paused(True):
            timer = threading.Timer(0.4, go_on)
            timer.start()
            came = len(events)
    timer.join()
    assert events[-1].status == "done"
    assert [e.on for e in events if isinstance(e, Paused)] == [True, False]
    assert went_on[0][1] == came, "nothing came while it was paused"


def test_that_a_paused_round_can_be_stopped_and_cancelled(project, worker):
    prepared = project.rounds.create(ROUND)
    for event in worker.run(prepared.job):
        if isinstance(event, JobStarted):
            worker.pause()
        if event == Paused(True):
            worker.stop()
            worker.go_on()  # too late: the job is stopping
            worker.cancel()
    assert event.status == "cancelled"


def test_that_a_cancelled_round_leaves_no_checkpoint(project, worker):
    prepared = project.rounds.create(ROUND)
    events = []
    for event in worker.run(prepared.job):
        events.append(event)
        worker.cancel()
    assert events[-1].status == "cancelled"
    assert project.rounds.get(prepared.record.id).status == "cancelled"
    assert [c.kind for c in project.checkpoints.all()] == ["base"]


def test_that_the_death_of_the_child_is_told_in_a_sentence_and_the_next_job_starts(project, worker):
    spec = sampling(project, per_prompt=4, max_new_tokens=200, batch_prompts=1)
    events = []
    for event in worker.run(spec):
        events.append(event)
        if len(events) == 3:
            os.kill(worker.pid, signal.SIGKILL)
    assert events[-1].status == "failed"
    assert "signal 9" in events[-1].message
    assert "ratings are safe" in events[-1].message
    assert project.jobs()[0].status == "failed"
    assert list(worker.run(sampling(project, per_prompt=1, max_new_tokens=2)))[-1].status == "done"


def test_that_the_next_job_has_a_child_of_its_own_after_an_unexpected_error(project, worker):
    [ended] = [e for e in worker.run(JobSpec("evaluate", {})) if isinstance(e, JobEnded)]
    assert ended.status == "failed" and "KeyError" in ended.detail
    assert worker.pid is None
    assert list(worker.run(sampling(project, per_prompt=1, max_new_tokens=2)))[-1].status == "done"


def test_that_a_child_ended_on_purpose_is_not_called_a_shortage_of_memory(project, worker):
    prepared = project.rounds.create(ROUND)
    events = []
    for event in worker.run(prepared.job):
        events.append(event)
        worker.kill()
    assert events[-1].status == "failed" and "memory" not in events[-1].message
    assert project.rounds.resume(prepared.record.id).record.status == "running"


def test_that_a_known_error_of_the_child_is_one_sentence(project, worker):
    (project.checkpoints.model_folder() / "config.json").rename(project.path.parent / "config.json")
    try:
        (*_, last) = worker.run(sampling(project, per_prompt=1))
    finally:
        (project.path.parent / "config.json").rename(
            project.checkpoints.model_folder() / "config.json"
        )
    assert last.status == "failed"
    assert "Traceback" not in last.message + last.detail


def test_that_the_child_ends_when_its_parent_closes_the_pipe(project):
    worker = Worker(project, ONE_THREAD)
    list(worker.run(JobSpec("agreement")))
    pid = worker.pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_that_ratings_are_saved_while_a_job_runs(project, worker):
    session = project.ratings.session(project.raters.add("Ana"))
    items = session.upcoming(20)
    slowest = []

    def rate():
        for item in items:
            began = time.monotonic()
            session.score(item.completion_id, 5).result()
            slowest.append(time.monotonic() - began)

    rating = threading.Thread(target=rate)
    rating.start()
    list(worker.run(sampling(project, per_prompt=3, max_new_tokens=20)))
    rating.join()
    assert len(slowest) == 20
    assert len(project.ratings.current(rater_id=session.rater.id)) == 20

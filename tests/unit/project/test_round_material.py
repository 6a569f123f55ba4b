"""What a round takes beside its own draws: older ones as training reads them, and references."""

import pytest

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.events import JobEnded, Note, StepDone
from prefdesk.paths import cache_dir
from prefdesk.project import Project
from prefdesk.project.work import behaviour
from prefdesk.records import NewPrompt
from tests.tiny import make_model
from tests.worlds import answered_project, make_project, rate_by_panel

ONE = DeviceConfig(device="cpu", threads=1)
CONFIG = RoundConfig(
    override="a test", learning_rate=0.001, batch_prompts=4, take_older=True, keep_state_s=0.0
)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """A project whose two checkpoints both have rated answers."""
    folder = tmp_path_factory.mktemp("twice")
    path = answered_project(folder / "a.prefdesk", make_model(folder / "tiny"))
    with Project.open(path) as project:
        assert trained(project, CONFIG)[-1].status == "done"
        list(project.completions.sample(2, max_new_tokens=6))
        rate_by_panel(project)
    return path


@pytest.fixture
def project(tmp_path, twice):
    path = tmp_path / "a.prefdesk"
    path.write_bytes(twice.read_bytes())
    with Project.open(path) as opened:
        yield opened


def trained(project, config):
    prepared = project.rounds.create(config)
    return list(project.run_job(prepared.job, device=ONE))


def steps(events):
    names = ("kl", "ess", "loss", "sampler_gap", "importance/mean")
    return [[e.metrics[n] for n in names] for e in events if isinstance(e, StepDone)]


def read_again(events):
    return [e.message for e in events if isinstance(e, Note) and "Reading" in e.message]


def test_that_older_answers_are_read_once_by_the_checkpoint_that_drew_them(project):
    first = trained(project, CONFIG)
    assert first[-1].status == "done", first[-1]
    assert read_again(first) == ["Reading 32 older answers with tiny."]
    [kept] = (cache_dir() / "logprobs").glob("*.safetensors")
    start = project.checkpoints.models()[1]
    again = list(
        project.run_job(project.rounds.create(CONFIG, checkpoint_id=start.id).job, device=ONE)
    )
    assert read_again(again) == []
    assert steps(again) == steps(first)
    assert 0 < steps(first)[0][3] < 1e-5  # the sampler's difference, over older draws too
    kept.write_bytes(b"damaged")
    once_more = list(
        project.run_job(project.rounds.create(CONFIG, checkpoint_id=start.id).job, device=ONE)
    )
    assert read_again(once_more) == read_again(first) and steps(once_more) == steps(first)


def test_that_a_cache_that_cannot_be_written_is_done_without(project):
    (cache_dir() / "logprobs").write_text("a file where a folder should be")
    events = trained(project, CONFIG)
    assert events[-1].status == "done" and read_again(events)


def test_that_only_so_many_files_are_kept(tmp_path, monkeypatch):
    from prefdesk.training import Rollout

    monkeypatch.setattr(behaviour, "KEPT_FILES", 2)
    one = Rollout(1, (5,), (7, 8), (-1.0, -2.0), 1.0, 0.5)
    for n in range(3):
        behaviour.Cache(tmp_path / f"{n}.safetensors").add([one], [[-1.25, -0.1]])
    assert len(list(tmp_path.iterdir())) == 2
    again = behaviour.Cache(tmp_path / "2.safetensors")
    assert again.get(one) == (-1.25, -0.1)
    assert behaviour.Cache(tmp_path / "none").get(one) is None


def test_that_reference_answers_are_learnt_along(tmp_path):
    model = make_model(tmp_path / "tiny")
    with make_project(tmp_path / "a.prefdesk", prompts=4, answers=0, model=model) as project:
        project.prompts.add([NewPrompt("Say it well.", references=("It is said.", "Said."))])
        list(project.completions.sample(3, max_new_tokens=5))
        rate_by_panel(project)
        config = RoundConfig(override="a test", mle_coef=0.1, keep_state_s=0.0)
        events = trained(project, config)
        assert events[-1].status == "done", events[-1]
        metrics = [e.metrics for e in events if isinstance(e, StepDone)]
        # A byte of the reference is about as likely as chance before anything is learnt.
        assert 1 < metrics[0]["mle_loss"] < 10


def test_that_learning_references_along_needs_some(project):
    [ended] = [
        e
        for e in trained(project, RoundConfig(override="a test", mle_coef=0.1))
        if isinstance(e, JobEnded)
    ]
    assert ended.status == "failed" and "no training prompt has one" in ended.message

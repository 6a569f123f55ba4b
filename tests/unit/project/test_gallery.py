"""Answers as a round goes: they come at their steps, and the round has the same bits without."""

import pytest

from prefdesk import store
from prefdesk.config import RoundConfig
from prefdesk.events import JobSpec, ReportReady
from prefdesk.project import Project
from prefdesk.project.work.gallery import moments
from tests.tiny import make_model
from tests.worlds import answered_project

CONFIG = RoundConfig(batch_prompts=2, lora_rank=2, epochs=2, min_ess=0.0)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return answered_project(folder / "a.prefdesk", make_model(folder / "tiny"))


def trained(path, tmp_path, name, **settings):
    """(gallery events, weights and metrics, the stored report)."""
    copy = tmp_path / f"{name}.prefdesk"
    copy.write_bytes(path.read_bytes())
    with Project.open(copy) as project:
        made = project.rounds.create(CONFIG)
        spec = JobSpec("round", {**made.job.settings, **settings})
        told = list(project.run_job(spec))
        project.checkpoints.write_weights(2, tmp_path / name)
        curve = [
            (m.step, m.name, m.value)
            for m in project.core.query(lambda c: store.rounds.metrics(c, 1))
            if m.name not in ("elapsed_s", "tokens_per_second")
        ]
        found = [e for e in told if isinstance(e, ReportReady)]
        return found, ((tmp_path / name).read_bytes(), curve), project.report("gallery/1")


def test_that_it_comes_at_its_steps_and_changes_nothing(path, tmp_path):
    none, without, _ = trained(path, tmp_path, "without")
    told, with_it, kept = trained(path, tmp_path, "with", gallery=2)
    assert none == [] and with_it == without
    assert [[s["step"] for s in e.document["shots"]] for e in told] == [[4], [4, 8]]
    assert kept == told[-1].document
    assert [p["prompt"] for p in kept["prompts"]] == ["train question 0?", "train question 1?"]
    assert all(len(s["texts"]) == 2 and all(s["texts"]) for s in kept["shots"])


def test_that_a_short_round_is_looked_at_less_often():
    assert moments(1) == {1}
    assert moments(2) == {1, 2}
    assert moments(9) == {5, 9}
    assert moments(30) == {10, 20, 30}
    assert moments(100) == {34, 67, 100}

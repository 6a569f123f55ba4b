"""What a trial foretells of a round that shows answers as it goes."""

import time

import pytest
import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import OutOfMemory
from prefdesk.events import JobSpec
from prefdesk.project import MeasuredCost, Project
from prefdesk.project.work import gallery
from tests.tiny import make_model
from tests.worlds import answered_project

CONFIG = RoundConfig(batch_prompts=2, lora_rank=2, epochs=2, min_ess=0.0)
LOOKS = 2
"""A round of these eight steps is looked at twice."""
BUSY_S, HELD = 0.4, 400_000_000


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    path = answered_project(folder / "a.prefdesk", make_model(folder / "tiny"))
    with Project.open(path) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch):
    """Drawing holds more memory, and long enough to be seen: prompts and seconds of each time."""
    drawing, asked = gallery.written, []

    def written(policy, rollouts, stopped):
        began = time.process_time()
        held = torch.ones(HELD // 4)
        while time.process_time() < began + BUSY_S:
            pass
        texts = drawing(policy, rollouts, stopped)
        del held
        asked.append(([r.prompt_id for r in rollouts], time.process_time() - began))
        return texts

    monkeypatch.setattr(gallery, "written", written)
    return asked


def cost(project, **settings):
    """What the job reports."""
    spec = project.rounds.trial_job(CONFIG)
    list(project.run_job(JobSpec("trial", {**spec.settings, **settings})))
    return MeasuredCost.from_document(project.report("trial"))


def test_that_the_estimate_moves_by_what_the_gallery_costs(project, asked):
    cost(project)  # the first one also pays for what later ones find loaded
    without, with_it = cost(project), cost(project, gallery=2)
    [(prompts, seconds)] = asked
    assert prompts == [1, 2] and seconds > BUSY_S
    assert with_it.cpu_s - without.cpu_s == pytest.approx(LOOKS * seconds, rel=0.25)
    assert with_it.wall_high_s - without.wall_high_s > LOOKS * BUSY_S
    assert with_it.memory_bytes - without.memory_bytes > 0.8 * HELD
    assert (without.gallery, with_it.gallery) == (0, 2)
    assert with_it.steps == without.steps == 8


def test_that_a_gallery_for_which_there_is_no_memory_spoils_no_trial(project, monkeypatch):
    def written(*_):
        raise OutOfMemory("No memory.")

    monkeypatch.setattr(gallery, "written", written)
    assert cost(project, gallery=2).cpu_s > 0


def test_that_a_cost_of_an_earlier_version_is_still_read(project):
    cost(project)
    old = {k: v for k, v in project.report("trial").items() if k != "gallery"}
    assert MeasuredCost.from_document(old).gallery == 0

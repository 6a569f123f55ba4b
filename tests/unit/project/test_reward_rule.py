"""Shrunk with weight 1, or unshrunk with the reliability as weight: what a round takes."""

import json
import math

import pytest

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.errors import InputError
from prefdesk.project import Project
from prefdesk.project.settings import Criterion
from prefdesk.project.work import round as round_job
from tests.tiny import make_model
from tests.worlds import answered_project

UNSHRUNK = RoundConfig(reward="unshrunk", override="a test", min_ess=0.0)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answered")
    return answered_project(folder / "a.prefdesk", make_model(folder / "tiny"))


@pytest.fixture
def project(answered, tmp_path):
    copy = tmp_path / "a.prefdesk"
    copy.write_bytes(answered.read_bytes())
    with Project.open(copy) as opened:
        yield opened


def test_that_unshrunk_rewards_lie_further_out_and_weigh_as_much_as_they_are_reliable(project):
    shrunk = {r.completion_id: r for r in project.judgement.rewards()}
    unshrunk = project.judgement.rewards("unshrunk")
    assert {r.weight for r in shrunk.values()} == {1.0}
    for one in unshrunk:
        assert one.weight == one.reliability == shrunk[one.completion_id].reliability
        assert one.quality == shrunk[one.completion_id].quality

    def spread(rewards):
        return sum(r.reward**2 for r in rewards)

    assert spread(unshrunk) > spread(shrunk.values())


def test_that_a_round_freezes_rule_and_weight_and_trains_on_both(project, monkeypatch):
    made = project.rounds.create(UNSHRUNK)
    frozen = {r.completion_id: r for r in project.rounds.rewards(made.record.id)}
    wanted = {r.completion_id: r for r in project.judgement.rewards("unshrunk")}
    assert frozen == {i: wanted[i] for i in frozen}
    assert json.loads(made.record.config)["reward"] == "unshrunk"

    taken, real = [], round_job.run_round

    def watched(policy, drawn, *rest, **more):
        taken.extend(drawn)
        return real(policy, drawn, *rest, **more)

    monkeypatch.setattr(round_job, "run_round", watched)
    list(project.run_job(made.job, device=DeviceConfig(device="cpu", threads=1, niceness=0)))
    assert {(d.reward, d.weight) for d in taken} == {(r.reward, r.weight) for r in frozen.values()}


def test_that_the_ledger_says_by_which_rule_and_weight_a_round_used_a_reward(project):
    project.rounds.create(UNSHRUNK)
    project.rounds.create(RoundConfig(override="a test"))
    id = project.judgement.rewards()[0].completion_id
    first, second = project.judgement.ledger(id).rounds
    reliability = project.judgement.rewards()[0].reliability
    assert (first.rule, first.weight) == ("unshrunk", pytest.approx(reliability))
    assert (second.rule, second.weight) == ("shrunk", 1.0)


def test_that_a_criterion_nobody_judged_is_doubt_in_the_weight_and_only_there(project):
    before = {r.completion_id: r for r in project.judgement.rewards("unshrunk")}
    project.change_settings(criteria=(Criterion("overall"), Criterion("style")))
    id, other = sorted(before)[:2]
    for name in ("Ana", "Ben"):
        session = project.ratings.session(project.raters.add(name))
        session.score(other, 7.0, criterion="style").result()
    after = {r.completion_id: r for r in project.judgement.rewards("unshrunk")}
    assert after[id].reward == pytest.approx(before[id].reward)
    assert after[id].weight == pytest.approx(before[id].weight / 2)
    assert all(math.isfinite(r.reward) and 0 <= r.weight <= 1 for r in after.values())


def test_that_a_reward_that_says_nothing_waits_for_ratings_and_gives_no_infinity(
    project, monkeypatch
):
    real = type(project.judgement._fits("train")[0].model).reliability.fget

    def one_unknown(model):
        found = real(model)
        found[0] = 0.0
        return found

    monkeypatch.setattr(
        type(project.judgement._fits("train")[0].model), "reliability", property(one_unknown)
    )
    rewards = project.judgement.rewards("unshrunk")
    assert sum(r.weight == 0 for r in rewards) == 1
    assert all(math.isfinite(r.reward) for r in rewards)
    assert len(project.rounds.usable(UNSHRUNK)) == len(rewards) - 1


def test_that_there_is_no_third_rule():
    with pytest.raises(InputError, match="one of shrunk, unshrunk"):
        RoundConfig(reward="both")

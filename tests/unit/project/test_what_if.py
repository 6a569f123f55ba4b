"""Weights by hand, what-if, the ledger, the order after the target and plans, in real files."""

import random

import pytest

from prefdesk.config import RoundConfig
from prefdesk.errors import InputError, TrainingError
from prefdesk.project import Project, WhatIf
from tests.worlds import make_project, rate_by_panel

INVERTED = "Simulated 7 (inverted)"


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("judged") / "a.prefdesk"
    with make_project(path, prompts=12) as project:
        rate_by_panel(project)
    return path


@pytest.fixture
def project(judged, tmp_path):
    copy = tmp_path / "copy.prefdesk"
    copy.write_bytes(judged.read_bytes())
    with Project.open(copy) as opened:
        yield opened


def rewards(project):
    return {r.completion_id: r.reward for r in project.rewards()}


def inverted(project):
    return project.raters.by_name(INVERTED).id


def test_that_what_if_says_what_leaving_a_rater_out_then_does_and_changes_nothing(project):
    before, key = rewards(project), project.judgement.key()
    supposed = project.judgement.what_if(WhatIf(leave_out_raters=[inverted(project)]))
    assert project.judgement.key() == key and rewards(project) == before
    assert project.exclusions.log() == []
    project.exclusions.exclude_rater(inverted(project), "upside down")
    after = rewards(project)
    assert {m.completion_id: m.reward_before for m in supposed.rows} == before
    assert {m.completion_id: m.reward_after for m in supposed.rows} == pytest.approx(after)
    assert supposed.rows[0].move > 0.001 and supposed.alpha_after > supposed.alpha_before
    moves = [m.move for m in supposed.rows]
    assert moves == sorted(moves, reverse=True)


def test_that_advantages_are_those_of_the_group_and_ranks_follow_rewards(project):
    rows = project.judgement.what_if(WhatIf()).rows
    for m in rows:
        others = [o for o in rows if o.prompt_id == m.prompt_id and o is not m]
        copies = project.completions.by_ids([o.completion_id for o in rows])
        mine = copies[m.completion_id].multiplicity
        mass = sum(copies[o.completion_id].multiplicity for o in others) + mine - 1
        total = sum(copies[o.completion_id].multiplicity * o.reward_before for o in others)
        mean = (total + (mine - 1) * m.reward_before) / mass
        assert m.advantage_before == pytest.approx(m.reward_before - mean)
        assert m.rank_before == 1 + sum(o.reward_before > m.reward_before for o in others)
        assert m.move == pytest.approx(0)


def test_that_supposed_weights_do_what_set_ones_do(project):
    id = inverted(project)
    supposed = project.judgement.what_if(WhatIf(credibility={id: 0.2}))
    project.credibility.set(id, 0.2, "reads upside down", author="Ana")
    assert {m.completion_id: m.reward_after for m in supposed.rows} == pytest.approx(
        rewards(project)
    )


def test_that_another_rule_and_a_lifted_exclusion_can_be_supposed(project):
    one = project.exclusions.exclude_rater(inverted(project), "upside down")
    back = project.judgement.what_if(WhatIf(restore=[one.uid]))
    assert all(m.n_after == m.n_before + 1 for m in back.rows)
    for rule in ("mean", "bias_removed", "z"):
        assert len(project.judgement.what_if(WhatIf(rule=rule)).rows) == len(rewards(project))


@pytest.mark.parametrize(
    "change",
    [
        WhatIf(leave_out_raters=[99]),
        WhatIf(credibility={1: 3.5}),
        WhatIf(restore=[b"x" * 16]),
        WhatIf(rule="median"),
    ],
)
def test_that_what_cannot_be_supposed_is_refused_in_a_sentence(project, change):
    with pytest.raises(InputError):
        project.judgement.what_if(change)


def test_that_leaving_everybody_out_leaves_no_reward_and_no_crash(project):
    everybody = [r.id for r in project.raters.all()]
    found = project.judgement.what_if(WhatIf(leave_out_raters=everybody))
    assert all(m.reward_after is None for m in found.rows)
    assert found.verdict_after.word == "not_estimable"


def test_that_a_weight_set_by_hand_is_in_force_is_shown_and_can_be_taken_back(project):
    id, before = inverted(project), rewards(project)
    first = project.credibility.set(id, 0.5, "slow", author="Ana")
    second = project.credibility.set(id, 0, "upside down", author="Ben")
    part = next(p for p in project.reward_parts(1) if p.rater_id == id)
    assert (part.kept, part.rule, part.credibility, part.by_hand) == (False, "upside down", 0, True)
    project.credibility.restore(second.uid, author="Ana")
    assert [w.value for w in project.credibility.active()] == [0.5]
    assert project.judgement.credibilities()[id].value == 0.5
    project.credibility.restore(first.uid)
    assert rewards(project) == pytest.approx(before)
    assert len(project.credibility.log()) == 4
    again = project.credibility.bring_back(first.uid)
    assert (again.value, again.note, again.author) == (0.5, "slow", "Ana")
    project.credibility.set(id, None, "let it be estimated")
    assert not project.judgement.credibilities()[id].by_hand


@pytest.mark.parametrize("value, note", [(-0.1, "x"), (3.1, "x"), (1.0, " ")])
def test_that_an_impossible_weight_is_refused(project, value, note):
    with pytest.raises(InputError):
        project.credibility.set(1, value, note)
    assert project.credibility.log() == []


def test_that_estimated_weights_lie_around_one_and_the_noisy_weigh_less(project):
    found = project.judgement.credibilities()
    assert all(0.1 <= w.value <= 3 and not w.by_hand for w in found.values())
    assert found[inverted(project)].value < max(w.value for w in found.values())


def test_that_a_rater_can_be_left_out_from_a_moment_on(project):
    id = inverted(project)
    own = sorted(project.ratings.current(rater_id=id), key=lambda r: r.hlc)
    made = project.exclusions.exclude_from(id, own[20].event_uid, "grew lazy")
    excluded = project.judgement.excluded()
    assert [bool(excluded.reason(r)) for r in own] == [n >= 20 for n in range(len(own))]
    with pytest.raises(InputError, match="already"):
        project.exclusions.exclude_from(id, own[20].event_uid, "again")
    project.exclusions.restore(made.uid)
    assert not any(project.judgement.excluded().reason(r) for r in own)


def test_that_a_round_keeps_its_rewards_whatever_is_decided_later(project):
    one = project.rounds.create(RoundConfig()).record
    frozen = project.rounds.rewards(one.id)
    project.credibility.set(inverted(project), 0, "upside down")
    project.exclusions.exclude_rater(1, "gone")
    assert project.rounds.rewards(one.id) == frozen
    ledger = project.judgement.ledger(frozen[0].completion_id)
    assert [(u.number, u.reward) for u in ledger.rounds] == [(one.number, frozen[0].reward)]
    assert ledger.reward.reward != frozen[0].reward
    assert 1 <= ledger.n_eff <= ledger.reward.n_ratings


def test_that_noise_stops_a_round_unless_somebody_says_why(tmp_path):
    with make_project(tmp_path / "n.prefdesk", prompts=60) as project:
        chance = random.Random(0)
        completions = list(project.completions.each())
        for name in ("Ana", "Ben", "Cleo", "Dora"):
            session = project.ratings.session(project.raters.add(name))
            for c in completions:
                answered = session.score(c.id, chance.randint(0, 10))
        answered.result()
        word = project.judgement.verdict([r.completion_id for r in project.rewards()]).word
        assert word == "no_signal"
        with pytest.raises(TrainingError, match="no usable signal"):
            project.rounds.create(RoundConfig())
        project.rounds.create(RoundConfig(override="a test of the machinery"))


def test_that_one_rater_alone_is_told_so_and_may_go_on(tmp_path):
    with make_project(tmp_path / "o.prefdesk", prompts=4) as project:
        session = project.ratings.session(project.raters.add("a"))
        for n, item in enumerate(session.upcoming(999)):
            session.score(item.completion_id, n % 11).result()
        found = project.judgement.verdict([r.completion_id for r in project.rewards()])
        assert found.word == "not_estimable" and "two raters" in found.sentence
        project.rounds.create(RoundConfig())


def test_that_the_queue_follows_the_gain_once_every_answer_has_enough(project):
    project.change_settings(target_ratings=3)
    project.agreement(fresh=True)
    best = project.next_best(5)
    assert [b.gain for b in best] == sorted((b.gain for b in best), reverse=True)
    assert all(b.reason for b in best)
    session = project.ratings.session(project.raters.add("new"))
    assert [i.completion_id for i in session.upcoming(5)] == [b.completion_id for b in best]
    session.score(best[0].completion_id, 5).result()
    session.skip(best[1].completion_id).result()
    rest = [i.completion_id for i in session.upcoming(3, exclude=[best[2].completion_id])]
    assert rest[:2] == [b.completion_id for b in best[3:5]]
    assert len(session.upcoming(999)) == session.remaining()
    project.change_settings(target_ratings=20)
    project.judgement.refresh_next_best()
    assert [i.completion_id for i in session.upcoming(2)] != [b.completion_id for b in best[2:4]]


def test_that_a_plan_of_a_project_says_how_many_more(project):
    found = project.judgement.plan(2.0)
    assert found.needed >= 1 and found.total == found.needed * len(rewards(project))
    widths = [row.width for row in found.rows]
    assert widths == sorted(widths, reverse=True)


def test_that_the_report_gives_the_verdict_that_training_is_held_to(project):
    for rater in project.raters.all():
        project.credibility.set(rater.id, 1.0, "all alike")
    report = project.agreement(fresh=True)
    ids = [r.completion_id for r in project.rewards()]
    assert report.verdict == project.judgement.verdict(ids)

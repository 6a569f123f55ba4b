"""What a round would train on, counted, and which prompts would move it."""

from dataclasses import replace

import pytest

from prefdesk.config import RoundConfig
from prefdesk.project.preflight import Preflight, PromptShare, shares
from prefdesk.records import DrawSize, Reward
from tests.worlds import make_project, rate_by_panel


def reward(id, prompt, value):
    return Reward(id, prompt, 5.0, 1.0, 0.5, value, 3)


def draw(id, prompt, tokens):
    return DrawSize(id, prompt, 1, tokens, True)


def test_that_a_share_is_the_squared_advantage_times_the_length():
    rewards = {1: reward(1, 7, 1.0), 2: reward(2, 7, 0.0), 3: reward(3, 8, 3.0)}
    rewards[4] = reward(4, 8, 1.0)
    groups = {7: [draw(1, 7, 10), draw(2, 7, 20)], 8: [draw(3, 8, 5), draw(4, 8, 5)]}
    # rloo: prompt 7 has advantages 1 and -1, prompt 8 has 2 and -2: 30 against 40
    assert shares(groups, rewards, RoundConfig()) == (
        PromptShare(8, 2, pytest.approx(4 / 7)),
        PromptShare(7, 2, pytest.approx(3 / 7)),
    )
    # reinforce: the mean is 1.25, so 7 has -0.25 and -1.25, and 8 has 1.75 and -0.25
    found = shares(groups, rewards, RoundConfig(objective="reinforce"))
    seven = 0.0625 * 10 + 1.5625 * 20
    eight = 3.0625 * 5 + 0.0625 * 5
    assert {s.prompt_id: s.share for s in found} == pytest.approx(
        {7: seven / (seven + eight), 8: eight / (seven + eight)}
    )


def test_that_a_text_drawn_twice_counts_twice():
    rewards = {1: reward(1, 7, 3.0), 2: reward(2, 7, 0.0)}
    groups = {7: [draw(1, 7, 1), draw(1, 7, 1), draw(2, 7, 1)]}
    # advantages 3 - (3 + 0) / 2 twice and 0 - 3: the third draw has 9 of 4.5 + 9
    [one] = shares(groups, rewards, RoundConfig())
    assert (one.n_draws, one.share) == (3, 1.0)


def test_that_prompts_which_teach_nothing_have_no_share():
    rewards = {1: reward(1, 7, 1.0), 2: reward(2, 7, 1.0)}
    [one] = shares({7: [draw(1, 7, 9), draw(2, 7, 9)]}, rewards, RoundConfig())
    assert one.share == 0.0
    assert shares({}, {}, RoundConfig()) == ()


def test_that_the_fewest_prompts_that_carry_a_part_are_counted():
    found = tuple(PromptShare(i, 2, s) for i, s in enumerate((0.5, 0.3, 0.1, 0.1)))
    seen = Preflight(None, shares=found)
    assert (seen.carriers(), seen.carriers(0.81), seen.carriers(0.1)) == (2, 3, 1)


def test_that_identical_answers_are_told_from_equal_rewards(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=4, answers=3) as project:
        rate_by_panel(project)

        def copy(c):
            # Prompt 1: two of its three answers were drawn by nobody, the third three times.
            first, *others = [r[0] for r in c.execute("SELECT id FROM draw WHERE prompt_id = 1")]
            of = c.execute("SELECT completion_id FROM draw WHERE id = ?", (first,)).fetchone()[0]
            for one in others:
                c.execute("UPDATE draw SET completion_id = ? WHERE id = ?", (of, one))

        project.core.mutate(copy, "completions")
        seen = project.rounds.preflight()
    assert (seen.prompts, seen.identical, seen.single, seen.flat) == (4, 1, 0, 0)
    assert seen.comparable == 3
    assert len(seen.shares) == 4 and seen.shares[-1].share == 0.0
    assert sum(s.share for s in seen.shares) == pytest.approx(1.0)


def test_that_draws_cut_off_at_the_length_are_left_out_where_the_recipe_says_so(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=4, answers=3) as project:
        rate_by_panel(project)
        everything = project.rounds.preflight()
        project.core.mutate(lambda c: c.execute("UPDATE draw SET finished = 0"), "completions")
        assert project.rounds.preflight() == everything
        masked = project.rounds.preflight(replace(RoundConfig(), mask_truncated=True))
    assert (everything.completions, masked.completions) == (12, 0)


def test_that_an_unshrunk_reward_pushes_by_its_weight():
    groups = {1: [draw(1, 1, 10), draw(2, 1, 10)], 2: [draw(3, 2, 10), draw(4, 2, 10)]}
    rewards = {
        i: Reward(i, 1, 5.0, 1.0, w, r, 2, w)
        for i, r, w in ((1, 1.0, 1.0), (2, -1.0, 1.0), (3, 1.0, 0.5), (4, -1.0, 0.5))
    }
    found = {s.prompt_id: s.share for s in shares(groups, rewards, RoundConfig())}
    assert found == pytest.approx({1: 0.8, 2: 0.2})


def test_that_dividing_by_each_prompt_s_spread_leaves_only_the_lengths():
    rewards = {1: reward(1, 7, 1.0), 2: reward(2, 7, 0.0), 3: reward(3, 8, 9.0)}
    rewards[4] = reward(4, 8, 1.0)
    groups = {7: [draw(1, 7, 10), draw(2, 7, 20)], 8: [draw(3, 8, 5), draw(4, 8, 5)]}
    config = RoundConfig(objective="grpo", advantage_scale="group")
    found = {s.prompt_id: s.share for s in shares(groups, rewards, config)}
    assert found == pytest.approx({7: 30 / 40, 8: 10 / 40}, abs=1e-3)
    pooled = RoundConfig(objective="grpo", advantage_scale="batch")
    assert shares(groups, rewards, pooled) == shares(groups, rewards, RoundConfig())

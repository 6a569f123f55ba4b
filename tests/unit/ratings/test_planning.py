"""What one more rating, or many more, would do, against simulation and against plain algebra."""

import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.ratings import RatingTable, advantages, fit, next_best, plan, ranks, rewards_by


def panel(prompts, answers, counts, seed=0, tau=1.5, noise=1.2, raters=8):
    """Ratings with `counts` raters for each item in turn, the qualities they speak of, and a way
    to draw one more rating of an item by somebody new to it."""
    rng = np.random.default_rng(seed)
    n = prompts * answers
    owner = np.repeat(np.arange(prompts), answers)
    quality = 5 + rng.normal(0, 1, prompts)[owner] + rng.normal(0, tau, n)
    bias = rng.normal(0, 0.5, raters)
    rows = []
    for item, count in enumerate(np.resize(counts, n)):
        for rater in rng.permutation(raters)[:count]:
            rows.append((rater, item, quality[item] + bias[rater] + rng.normal(0, noise)))

    def more(item):
        had = {r for r, i, _ in rows if i == item}
        rater = rng.choice([r for r in range(raters) if r not in had] or raters)
        rows.append((rater, item, quality[item] + bias[rater] + rng.normal(0, noise)))

    return rows, owner, quality, more


def table_of(rows, owner):
    rater, item, score = zip(*rows, strict=True)
    return RatingTable.from_columns(rater, item, score, [int(owner[i]) for i in item])


def test_that_an_advantage_counts_every_copy_among_the_others():
    rewards, groups = np.array([2.0, 0.0, 5.0]), np.array([0, 0, 1])
    found = advantages(rewards, groups, np.array([2.0, 1.0, 1.0]))
    # Draws 2, 2, 0: the others of a 2 are 2 and 0; the others of the 0 are 2 and 2.
    assert found == pytest.approx([1.0, -2.0, 0.0])


def test_that_equals_share_the_better_rank():
    assert ranks(np.array([1.0, 3.0, 3.0, 0.0, 7.0]), np.array([0, 0, 0, 0, 1])).tolist() == [
        3, 1, 1, 4, 1,
    ]  # fmt: skip


def test_that_the_gain_is_what_the_covariance_loses_by_one_more_rating():
    rows, owner, _, _ = panel(6, 3, (1, 3, 2))
    model = fit(table_of(rows, owner))
    post, k = model.posterior, 3
    found = next_best(model)
    contrast = (k * np.eye(k) - 1) / (k - 1)
    for prompt in range(6):
        own = np.flatnonzero(post.design.table.item_prompt == prompt)
        a = post.shrink[own]
        C = np.diag(post.D[own]) + post.U[prompt] * np.outer(a, a)
        before = contrast @ C @ contrast.T / model.tau2
        assert found.variance[own] == pytest.approx(np.diag(before))
        for j, item in enumerate(own):
            rating = np.zeros(k)
            rating[j] = 1
            after = np.linalg.inv(np.linalg.inv(C) + np.outer(rating, rating) / model.s0_2)
            lost = np.trace(before) - np.trace(contrast @ after @ contrast.T) / model.tau2
            assert found.gain[item] == pytest.approx(lost)


def test_that_an_answer_alone_with_its_prompt_gains_nothing():
    rows, owner, _, _ = panel(4, 2, (2,))
    owner = owner.copy()
    owner[-1] = 9
    assert next_best(fit(table_of(rows, owner))).gain[-1] == 0


def mean_variance(rows, owner):
    return float(next_best(fit(table_of(rows, owner))).variance.mean())


def test_that_choosing_by_gain_beats_choosing_at_random():
    ends = {}
    for way in ("gain", "random"):
        rows, owner, _, more = panel(15, 4, (2, 5, 2, 2, 6), seed=3)
        rng = np.random.default_rng(1)
        for _ in range(6):
            table = table_of(rows, owner)
            gain = next_best(fit(table)).gain
            best = np.argsort(-gain)[:8] if way == "gain" else rng.permutation(60)[:8]
            for code in best:
                more(int(table.items[code]))
        ends[way] = mean_variance(rows, owner)
    rows, owner, _, _ = panel(15, 4, (2, 5, 2, 2, 6), seed=3)
    start = mean_variance(rows, owner)
    assert start - ends["gain"] > 1.15 * (start - ends["random"])


def test_that_the_planned_width_is_the_width_that_a_panel_comes_to():
    rows, owner, _, _ = panel(150, 4, (3,), seed=5)
    table = table_of(rows, owner)
    planned = plan(fit(table), 1.0)
    for row in planned.rows[:4]:
        again, owner, _, _ = panel(150, 4, (row.ratings_per_item,), seed=6)
        if row.ratings_per_item < 2:
            continue
        model = fit(table_of(again, owner))
        first = np.arange(0, 600, 4)
        width = 2 * 1.96 * float(np.mean(model.difference_sds(first, first + 1)))
        assert row.width == pytest.approx(width, rel=0.15)
        assert row.reliability == pytest.approx(float(model.reliability.mean()), abs=0.08)


def test_that_the_needed_number_is_the_least_that_is_narrow_enough():
    rows, owner, _, _ = panel(40, 4, (3,), seed=7)
    model = fit(table_of(rows, owner))
    for width in (1.0, 2.0, 3.0):
        needed = plan(model, width).needed

        def at(n):
            return 2 * 1.959964 * np.sqrt(2 / (1 / model.tau2 + n / model.s0_2))

        assert at(needed) <= width + 1e-6
        assert needed == 0 or at(needed - 1) > width


def test_that_a_hopeless_width_has_no_number_and_an_impossible_one_is_refused():
    rows, owner, _, _ = panel(5, 3, (2,))
    assert plan(fit(table_of(rows, owner)), 0.01).needed is None
    for wrong in (0.0, -1.0, float("nan")):
        with pytest.raises(InputError, match="above 0"):
            plan(fit(table_of(rows, owner)), wrong)


def test_that_the_rules_order_answers_as_their_means_do():
    table = RatingTable.from_columns(
        list("ababab"), [1, 1, 2, 2, 3, 3], [1, 3, 4, 6, 8, 10], [0, 0, 0, 0, 0, 0]
    )
    for rule in ("mean", "bias_removed", "z", "model"):
        found = rewards_by(table, rule)
        assert list(np.argsort(found)) == [0, 1, 2]
    assert rewards_by(table, "mean") == pytest.approx(
        (np.array([2, 5, 9]) - 16 / 3) / np.std([2, 5, 9], ddof=1)
    )


def test_that_a_bias_is_removed_by_the_rule_that_says_so():
    table = RatingTable.from_columns(
        ["a", "b", "a", "b", "a"], [1, 1, 2, 2, 3], [1, 5, 3, 7, 4], [0, 0, 0, 0, 0]
    )
    plain, removed = rewards_by(table, "mean"), rewards_by(table, "bias_removed")
    assert plain[2] < plain[1] and removed[2] > removed[1]


def test_that_an_unknown_rule_is_refused():
    table = RatingTable.from_columns(["a"], [1], [1.0])
    with pytest.raises(InputError, match="no rule"):
        rewards_by(table, "median")

"""One latent quality from judgements of different kinds: recovery, coverage, verdicts."""

import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.ratings import RatingTable, fit, rewards
from prefdesk.ratings.em import PART_SD
from prefdesk.ratings.kinds import Judgements, fitted_label_points, judge
from prefdesk.ratings.kinds.estimate import PAIR_SCALE, PAIR_SCALE_SD, Estimator, Held
from prefdesk.ratings.kinds.latent import Hyper, Problem, gather, solve
from prefdesk.records import LABEL_POINTS
from tests.unit.ratings.kinds.desks import coverage, desk
from tests.unit.ratings.panels import sparse_panel

KINDS = ("scores", "labels", "pairs", "rankings", "scores labels", "labels pairs", "scores pairs")


def everything() -> tuple[Problem, Hyper]:
    rng = np.random.default_rng(0)
    pairs = [(r, *rng.choice(8, 2, replace=False).tolist(), o)
             for r in range(3) for o in (0, 0.5, 1, 1)]  # fmt: skip
    rankings = [(r, rng.permutation(8)[:4].tolist(), [1, 2, 2, 3]) for r in range(3)]
    table = Judgements.of(
        scores=[(r, i, rng.normal(5, 2)) for r in range(2) for i in range(8)],
        labels=[(r, i, int(rng.integers(3))) for r in (1, 2, 3) for i in range(8)],
        pairs=pairs, rankings=rankings, prompts={i: i // 4 for i in range(8)},
    )  # fmt: skip
    problem = Problem(table, np.array([3.0, 7.0]), 1.5, np.array([True, True]))
    noise, eta = np.array([1, 1.4, 0.7, 1]), np.array([0.9, 0.8, 0.95, 0.7])
    return problem, Hyper(1.5, 1.0, 0.8, 1.0, noise, eta, 0.6, 0.9)


def test_the_slope_of_every_link_is_that_of_finite_differences() -> None:
    problem, hyper = everything()
    x = problem.start() + 0.3 * np.random.default_rng(1).standard_normal(len(problem.start()))
    at = gather(problem, hyper, x)
    step = 1e-6 * np.eye(len(x))
    measured = [
        (gather(problem, hyper, x + d).value - gather(problem, hyper, x - d).value) / 2e-6
        for d in step
    ]
    np.testing.assert_allclose(np.concatenate([at.slope, at.shared_slope]), measured, atol=1e-6)


def test_the_mode_is_where_no_slope_is_left() -> None:
    problem, hyper = everything()
    state = solve(problem, hyper)
    at = gather(problem, hyper, np.concatenate([state.quality, state.shared]))
    assert state.converged
    assert np.abs(at.slope).max() < 1e-4
    assert np.abs(at.shared_slope).max() < 1e-4


def test_scores_alone_are_judged_as_by_the_model_of_scores() -> None:
    panel = sparse_panel(1)
    table: RatingTable = panel.table
    model = fit(table)
    rows = zip(table.rater.tolist(), table.item.tolist(), table.score.tolist(), strict=True)
    owners = {i: int(p) for i, p in enumerate(table.item_prompt)}
    found = judge(Judgements.of(scores=rows, prompts=owners))
    order = np.array(found.items)
    np.testing.assert_allclose(found.quality, model.quality[order], atol=0.1)
    np.testing.assert_allclose(found.se, model.se[order], rtol=0.15)
    np.testing.assert_allclose(found.reliability, model.reliability[order], atol=0.05)


@pytest.mark.parametrize("kinds", KINDS)
def test_qualities_are_found_again_from_every_kind(kinds: str) -> None:
    made = desk(kinds, 5)
    found = judge(made.table)
    owner, size = made.table.item_prompt, np.bincount(made.table.item_prompt)
    within = [v - (np.bincount(owner, v) / size)[owner] for v in (found.quality, made.quality)]
    claimed = float(np.sqrt(found.reliability.mean()))
    assert np.corrcoef(*within)[0, 1] > claimed - 0.12
    assert np.corrcoef(*within)[0, 1] > 0.6
    assert found.verdict.word in ("usable", "weak")


@pytest.mark.parametrize("kinds", ["scores labels", "pairs", "rankings"])
def test_intervals_of_differences_cover_on_a_few_desks(kinds: str) -> None:
    assert 0.82 < coverage(kinds, range(4)) < 0.97


@pytest.mark.heavy
@pytest.mark.parametrize("kinds", KINDS)
def test_ninety_percent_intervals_of_differences_hold_the_truth_as_often(kinds: str) -> None:
    # Labels and pairs together cover a little less: the doubt about their common scale, which
    # neither tells in points, is not carried through.
    least = 0.84 if kinds == "labels pairs" else 0.87
    assert least <= coverage(kinds, range(100, 140)) <= 0.93


def test_thresholds_are_found_where_scores_overlap_with_labels() -> None:
    found = judge(desk("scores labels", 2, prompts=60).table)
    np.testing.assert_allclose(found.thresholds, [3.5, 7.0], atol=0.6)


def test_labels_alone_keep_the_stated_thresholds() -> None:
    np.testing.assert_array_equal(judge(desk("labels", 2).table).thresholds, [2.5, 7.5])


def test_that_the_objective_holds_the_prior_of_the_scale_of_comparisons() -> None:
    problem, hyper = everything()
    state = solve(problem, hyper)
    fixed, free = (
        Estimator(problem, 10.0, Held(pair_scale, False)) for pair_scale in (True, False)
    )
    far = np.log(hyper.pair_scale / (PAIR_SCALE * 10.0)) / PAIR_SCALE_SD
    lost = fixed.objective(state) - free.objective(state)
    assert lost == pytest.approx(0.5 * far**2, abs=1e-9)
    assert lost > 0.04


def test_that_variances_near_nought_weigh_no_more_than_their_prior_lets_them() -> None:
    rng = np.random.default_rng(0)
    rows = [(r, *rng.choice(10, 2, replace=False).tolist(), float(rng.integers(2)))
            for r in range(3) for _ in range(25)]  # fmt: skip
    found = judge(Judgements.of(pairs=rows))
    tau2 = np.array([s.hyper.tau2 for _, s in found.grid])
    weight = np.array([w for w, _ in found.grid])
    barrier = (PART_SD * 10.0) ** 2
    assert weight @ (tau2 < barrier / 4) < 0.1


def test_more_kinds_make_surer() -> None:
    both, one = judge(desk("scores pairs", 3).table), judge(desk("scores", 3).table)
    assert both.reliability.mean() > one.reliability.mean() + 0.02


def test_noise_is_called_no_signal_whatever_its_kind() -> None:
    rng = np.random.default_rng(0)
    items, owner = range(120), {i: i // 4 for i in range(120)}
    pairs = [(r, a, a + 1, float(rng.integers(2))) for r in range(4) for a in items if a % 4 < 3]
    labels = [(r, i, int(rng.integers(3))) for r in range(4) for i in items]
    for table in (Judgements.of(pairs=pairs, prompts=owner),
                  Judgements.of(labels=labels, prompts=owner)):  # fmt: skip
        assert judge(table).verdict.word in ("no_signal", "weak")
        assert judge(table).verdict.reliability.low < 0.2


def test_what_cannot_be_told_is_said_and_never_crashes() -> None:
    lone = judge(Judgements.of(labels=[("r", i, i % 3) for i in range(9)]))
    assert lone.verdict.word == "not_estimable"
    assert np.isfinite(lone.quality).all()
    assert lone.state.hyper.tb2 < 1
    single = judge(Judgements.of(scores=[("r", "a", 7.0), ("s", "a", 5.0)]))
    assert single.tau2 < 1
    ties = judge(Judgements.from_pairs("rs", "aa", "bb", [0.5, 0.5]))
    assert "tie" in ties.verdict.sentence
    np.testing.assert_allclose(ties.quality, 0, atol=1e-9)
    same = judge(Judgements.of(scores=[(r, i, 5.0) for r in "rs" for i in range(5)]))
    assert "same" in same.verdict.sentence
    apart = judge(Judgements.from_pairs("rsrs", "aacc", "bbdd", [1, 1, 0, 1]))
    assert "2 groups" in apart.note
    sds = apart.difference_sds(np.array([0, 0]), np.array([1, 2]))
    assert np.isfinite(sds[0])
    assert np.isnan(sds[1])
    with pytest.raises(InputError, match="no judgements"):
        judge(Judgements.of())
    with pytest.raises(InputError, match="compared with itself"):
        Judgements.from_pairs("r", "a", "a", [1])
    with pytest.raises(InputError, match="twice in one ranking"):
        Judgements.of(rankings=[("r", ["a", "a"], [1, 2])])
    with pytest.raises(InputError, match="whole number"):
        Judgements.of(labels=[("r", "a", 3)])


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("n_items", [1, 12])
def test_that_labels_all_alike_are_judged_alike(label: int, n_items: int) -> None:
    owners = {i: i // 4 for i in range(n_items)}
    rows = [(r, i, label) for r in "rst" for i in range(n_items)]
    found = judge(Judgements.of(labels=rows, prompts=owners))
    assert found.verdict.word == "not_estimable"
    assert np.isfinite(found.se).all()
    assert np.ptp(found.quality) < 1e-6
    assert -5 < found.quality.min() < found.quality.max() + 1e-9 < 15


def test_labels_lie_where_the_scores_of_the_same_answers_do() -> None:
    made = desk("scores labels", 2, prompts=60)
    low, middle, high = fitted_label_points(judge(made.table))
    # bad, medium and good are what lies below 3.5, up to 7.0 and above, around 5.5
    assert low < 3.5 < middle < 7.0 < high
    assert middle == pytest.approx(5.3, abs=0.5)


def test_labels_without_scores_keep_the_stated_points() -> None:
    assert fitted_label_points(judge(desk("labels", 1, prompts=10).table)) == LABEL_POINTS


def test_unshrunk_rewards_of_scores_are_those_of_the_model_of_scores() -> None:
    made = desk("scores", 4)
    found = judge(made.table)
    scores = made.table.scores
    table = RatingTable.from_columns(
        scores.rater.tolist(), scores.item.tolist(), scores.value, (scores.item // 4).tolist()
    )
    wanted = {r.item: r.unshrunk for r in rewards(fit(table), table)}
    alone = [wanted[i] for i in range(len(wanted))]
    assert np.corrcoef(found.unshrunk[np.argsort(found.items)], alone)[0, 1] > 0.99
    slope = np.polyfit(alone, found.unshrunk[np.argsort(found.items)], 1)[0]
    assert slope == pytest.approx(1, abs=0.1)

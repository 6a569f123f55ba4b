import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from prefdesk.ratings import PANEL, RatingTable, SimulatedRater, fit, flag
from prefdesk.ratings.flags import _rater_flags, _Tests, enough
from prefdesk.ratings.null import Screen, grid_step
from prefdesk.ratings.sayings import TEMPLATES, benjamini_hochberg
from tests.unit.ratings.panels import BAD, HONEST, hidden, judged, real, sparse_panel


def found(table: RatingTable, seed: int = 0) -> dict[str, str]:
    flags = flag(table, fit(table), seed=seed).raters
    return {str(f.rater): f.rule for f in flags if f.suggests_exclusion}


def proposed(table: RatingTable, scale: tuple[float, float] = (0, 10), **more: object) -> set[str]:
    flags = flag(table, fit(table, scale=scale), **more).raters  # type: ignore[arg-type]
    return {str(f.rater) for f in flags if f.suggests_exclusion}


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_that_random_and_inverted_raters_are_flagged_and_honest_ones_are_not(share: float) -> None:
    counts: Counter[str] = Counter()
    for seed in range(20):
        counts.update(found(judged(hidden(seed), PANEL, seed, share), seed).keys())
    assert min(counts[name] for name in BAD) >= 19
    assert sum(n for name, n in counts.items() if name not in BAD) <= 1


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_that_honest_panels_are_left_alone(share: float) -> None:
    assert not any(found(judged(hidden(s), HONEST, s, share), s) for s in range(100, 108))


@pytest.mark.heavy
@pytest.mark.parametrize("share", [1.0, 0.6])
def test_that_at_most_one_honest_panel_in_twenty_is_accused(share: float) -> None:
    accused = [bool(found(judged(hidden(s), HONEST, s, share), s)) for s in range(1000, 1080)]
    assert np.mean(accused) <= 0.05


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["sureal_nflx_public", "squality_overall", "wmt23_sxs_ende"])
def test_that_honest_panels_on_real_designs_are_left_alone(real_data: Path, name: str) -> None:
    given = real(real_data, name)
    model = fit(given.table, scale=given.scale)
    screen = Screen(given.table, model, np.ones(len(given.table.raters), dtype=bool))
    panels = screen.simulate(40, np.random.default_rng(5)).T
    accused = 0
    for seed, scores in enumerate(panels):
        table = given.table.with_scores(scores)
        accused += bool(proposed(table, given.scale, seed=seed))
    assert accused <= 2


def test_that_labelled_bad_raters_are_found_exactly(real_data: Path) -> None:
    given = real(real_data, "sureal_nflx_public_last4outliers")
    assert proposed(given.table, given.scale) == {"s27", "s28", "s29", "s30"}


@pytest.mark.parametrize("name", ["sureal_nflx_public", "wmt23_sxs_ende"])
def test_that_real_raters_without_a_label_are_left_alone(real_data: Path, name: str) -> None:
    given = real(real_data, name)
    assert proposed(given.table, given.scale) == set()


def test_that_bias_alone_is_no_reason() -> None:
    raters = (
        *HONEST[1:6],
        SimulatedRater("very kind", bias=3.0),
        SimulatedRater("strict", bias=-3.0),
    )
    assert not any(found(judged(hidden(s), raters, s), s) for s in range(4))


def test_that_a_constant_rater_is_flagged_as_constant() -> None:
    table = judged(hidden(1), HONEST, 1)
    scores = np.where(table.rater == 3, 5.0, table.score)
    scores[np.flatnonzero(table.rater == 3)[0]] = 6.0
    flags = flag(table.with_scores(scores), fit(table.with_scores(scores)))
    assert [(f.rater, f.rule) for f in flags.raters if f.suggests_exclusion] == [
        (HONEST[3].name, "constant")
    ]
    assert flags.raters[0].statistic == pytest.approx(119 / 120)


def test_that_at_most_half_of_a_panel_is_flagged() -> None:
    table = judged(hidden(2), HONEST[:5], 2)
    everybody = np.ones(5, dtype=bool)
    screen = Screen(table, fit(table), everybody)
    sure, low = np.full((5, 5), 1e-6), np.array([-0.9, -0.5, -0.8, -0.6, -0.7])
    tests = _Tests(
        low, low, low + 0.1, np.full(5, 91), np.full(5, 0.2), {}, {}, sure, sure,
        np.ones(table.n), np.zeros(table.n),
    )  # fmt: skip
    assert list(_rater_flags(screen, tests, everybody, 0.05)) == [0, 2]


def test_that_two_raters_are_never_accused() -> None:
    pair = (HONEST[0], PANEL[6])
    assert found(judged(hidden(3), pair, 3)) == {}


def test_that_flags_repeat_with_their_seed() -> None:
    table = judged(hidden(4), PANEL, 4)
    model = fit(table)
    first, second = (flag(table, model, seed=7) for _ in range(2))
    assert first.raters == second.raters
    assert first.ratings == second.ratings


def test_that_the_most_telling_rule_is_named() -> None:
    assert found(judged(hidden(4), PANEL, 4)) == {
        PANEL[5].name: "uninformative",
        PANEL[6].name: "inverted",
    }


def test_that_the_model_of_the_flags_leaves_flagged_raters_out() -> None:
    table = judged(hidden(4), PANEL, 4)
    flags = flag(table, fit(table))
    bad = [table.raters.index(f.rater) for f in flags.raters if f.suggests_exclusion]
    assert sorted(bad) == [5, 6]
    assert np.isnan(flags.model.bias[bad]).all()


def test_that_every_flag_has_a_sentence_from_its_rule_and_values() -> None:
    table = judged(hidden(4), PANEL, 4)
    scores = table.score.copy()
    scores[np.flatnonzero((table.rater == 0) & (scores > 7))[0]] = 0
    flags = flag(table.with_scores(scores), fit(table.with_scores(scores)))
    assert flags.raters and flags.ratings
    for f in flags.raters:
        assert f.sentence == TEMPLATES[f.rule].format(**f.values)
        assert 0 < f.p <= f.q <= 0.05
    for g in flags.ratings:
        assert g.sentence == TEMPLATES[g.kind].format(**g.values)


def planted(raters: int) -> tuple[RatingTable, int]:
    """An honest panel with one rating moved across the scale, and its row."""
    table = judged(hidden(6), HONEST[:raters], 6)
    row = int(np.flatnonzero((table.rater == 0) & (table.score >= 7))[0])
    scores = table.score.copy()
    scores[row] = 0
    return table.with_scores(scores), row


def test_that_one_wrong_rating_is_an_outlier() -> None:
    table, row = planted(6)
    flags = flag(table, fit(table))
    assert not any(f.suggests_exclusion for f in flags.raters)
    assert flags.ratings[0].row == row
    assert flags.ratings[0].kind == "outlier"
    assert flags.ratings[0].residual == pytest.approx(0 - flags.ratings[0].expected)
    assert flags.ratings[0].residual < -3


def test_that_with_few_others_it_is_only_disputed() -> None:
    table, row = planted(3)
    flags = flag(table, fit(table))
    assert {f.kind for f in flags.ratings} == {"disputed"}
    assert row in {f.row for f in flags.ratings}


def test_that_ratings_of_flagged_raters_are_not_listed_one_by_one() -> None:
    table = judged(hidden(4), PANEL, 4)
    flags = flag(table, fit(table))
    assert not {5, 6} & {int(table.rater[f.row]) for f in flags.ratings}


@pytest.mark.parametrize(("shift", "listed"), [(2.6, False), (4.0, True)])
def test_that_small_residuals_are_never_outliers(shift: float, listed: bool) -> None:
    # Raters so exact that both shifts are sure; only the larger passes the gate of 3 points.
    exact = tuple(SimulatedRater(f"exact {i}", noise=0.2) for i in range(6))
    table = judged(hidden(8), exact, 8)
    row = int(np.flatnonzero(table.score == 5)[0])
    scores = table.score.copy()
    scores[row] += shift
    moved = table.with_scores(scores)
    flags = flag(moved, fit(moved))
    assert [f.row for f in flags.ratings] == ([row] if listed else [])


def test_that_simulated_panels_lie_on_the_grid_of_the_scores() -> None:
    table = sparse_panel(0).table
    screen = Screen(table, fit(table), np.ones(6, dtype=bool))
    scores = screen.simulate(50, np.random.default_rng(0))
    assert set(np.unique(scores)) <= set(range(11))
    assert scores.std() == pytest.approx(table.score.std(), rel=0.15)


@pytest.mark.parametrize(
    ("scores", "step"),
    [([1, 3, 5], 2.0), ([0, 0.1, 0.5, 10], 0.1), ([1, 2, 2.5, 3.75], None), ([5, 5], 1.0)],
)
def test_that_the_grid_is_recognised(scores: list[float], step: float | None) -> None:
    found_step = grid_step(np.array(scores, dtype=float))
    assert found_step == (None if step is None else pytest.approx(step))


def test_that_residuals_leave_the_rating_itself_out() -> None:
    # One item, raters of equal noise: what is expected of a rating cannot depend on it.
    table = judged(hidden(9), HONEST[:4], 9)
    model = fit(table)
    screen = Screen(table, model, np.ones(4, dtype=bool))
    weight = np.ones((table.n, 1))
    value = table.score[:, None].copy()
    noise2 = np.ones((4, 1))
    before, _ = screen._residuals(weight, value, noise2)
    value[7] += 5
    after, _ = screen._residuals(weight, value, noise2)
    assert after[7, 0] - before[7, 0] == pytest.approx(5)


def test_that_q_values_are_benjamini_and_hochbergs() -> None:
    p = np.random.default_rng(0).random(50) ** 2
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))
    holed = np.append(p, np.nan).reshape(3, 17)
    assert benjamini_hochberg(holed).ravel()[:50] == pytest.approx(benjamini_hochberg(p))


def test_that_enough_panels_are_simulated_to_resolve_the_rate() -> None:
    for raters in (3, 7, 400):
        for fdr in (0.05, 0.01):
            assert 1 / (enough(10**6, fdr) * raters) < fdr / (5 * raters)


def test_that_no_ratings_give_no_flags() -> None:
    table = judged(hidden(9), HONEST[:4], 9)
    flags = flag(table.rows(np.zeros(table.n, dtype=bool)), fit(table))
    assert flags.raters == [] and flags.ratings == []


@pytest.mark.heavy
def test_that_a_hundred_thousand_ratings_take_seconds() -> None:
    table = sparse_panel(0, prompts=5000, raters=400, per_item=5).table
    start = time.process_time()
    model = fit(table)
    fitted = time.process_time()
    flag(table, model)
    assert fitted - start < 2
    assert time.process_time() - fitted < 60


def scored(table: RatingTable, quality: dict[int, float], raters: list[int]) -> RatingTable:
    """The table in which some raters follow another quality, with little noise."""
    rng = np.random.default_rng(17)
    other = np.array([quality[int(k)] for k in table.items])[table.item]  # type: ignore[call-overload]
    values = np.clip(np.rint(other + 0.8 * rng.standard_normal(table.n)), 0, 10)
    return table.with_scores(np.where(np.isin(table.rater, raters), values, table.score))


def many(seed: int, n: int = 9) -> RatingTable:
    raters = tuple(SimulatedRater(f"honest {i}", noise=1.0) for i in range(n))
    return judged(hidden(seed), raters, seed)


def test_that_three_who_agree_with_one_another_are_a_school() -> None:
    table = scored(many(5), hidden(77), [0, 1, 2])
    flags = flag(table, fit(table))
    assert {(f.rater, f.rule) for f in flags.raters} == {(f"honest {i}", "split") for i in range(3)}
    assert not any(f.suggests_exclusion for f in flags.raters)


def test_that_two_of_them_are_not_and_neither_are_three_who_agree_with_nobody() -> None:
    two = scored(many(5), hidden(77), [0, 1])
    assert proposed(two) == {"honest 0", "honest 1"}
    alone = many(5)
    for i in range(3):
        alone = scored(alone, hidden(80 + i), [i])
    assert proposed(alone) == {"honest 0", "honest 1", "honest 2"}


def lazy(seed: int) -> RatingTable:
    """A rater 2 who clicks at random after the first 50 of 120 ratings, and a known order."""
    table = many(seed, 6)
    rng = np.random.default_rng([seed, 3])
    table = table._replace(order=rng.permutation(table.n) * 1.0)
    assert table.order is not None
    mine = np.flatnonzero(table.rater == 2)
    late = mine[np.argsort(table.order[mine])][50:]
    scores = table.score.copy()
    scores[late] = rng.integers(0, 11, len(late))
    return table.with_scores(scores)


def test_that_who_clicks_at_random_after_a_point_is_lazy_from_there() -> None:
    for seed in range(3):
        table = lazy(seed)
        flags = [f for f in flag(table, fit(table)).raters if f.suggests_exclusion]
        assert [(f.rater, f.rule) for f in flags] == [("honest 2", "lazy")]
        first = flags[0].from_order
        assert first is not None and table.order is not None
        before = (table.order < first) & (table.rater == 2)
        assert before.sum() == flags[0].values["at"]
        assert abs(int(before.sum()) - 50) <= 12


def test_that_without_an_order_nobody_is_lazy() -> None:
    table = lazy(0)._replace(order=None)
    assert "lazy" not in found(table).values()


def test_that_missed_checks_propose_to_leave_a_rater_out() -> None:
    table = many(1, 6)
    checks = {f"honest {i}": (30, 0) for i in range(1, 6)} | {"honest 0": (15, 15)}
    assert proposed(table, checks=checks) == {"honest 0"}


def test_that_a_bias_is_shown_as_a_note() -> None:
    table = many(1, 6)
    table = table.with_scores(table.score + np.where(table.rater == 1, 3.0, 0))
    flags = flag(table, fit(table)).raters
    assert [(f.rater, f.rule, f.suggests_exclusion) for f in flags] == [
        ("honest 1", "biased", False)
    ]


def test_that_the_rates_add_up_to_the_users() -> None:
    rates = flag(many(1, 6), fit(many(1, 6)), fdr=0.1).rates
    assert rates.agreement + rates.conduct + rates.ratings == pytest.approx(0.1)
    assert rates.passes >= 1


@pytest.mark.parametrize("raters", [1, 2])
@pytest.mark.parametrize("same", [False, True])
def test_that_one_or_two_raters_are_never_flagged(raters: int, same: bool) -> None:
    table = many(2, raters)
    table = table._replace(order=np.arange(table.n) * 1.0, seconds=np.ones(table.n))
    table = table.with_scores(np.full(table.n, 5.0)) if same else table
    assert flag(table, fit(table), checks={"honest 0": (0, 9), "honest 1": (9, 0)}).raters == []

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from prefdesk.ratings import RatingTable, effort, fit
from prefdesk.ratings.checks import gold_checks, missed_checks, standing_out
from prefdesk.ratings.conduct import conduct
from prefdesk.ratings.constancy import biases, drifts, tastes
from prefdesk.ratings.echoes import _pairs, echoes
from prefdesk.ratings.effort import _longest, expected_runs, hasty, hurried, runs
from prefdesk.ratings.findings import TEMPLATES
from tests.unit.ratings.panels import HONEST, hidden, judged, real


def panel(seed: int = 1, raters: int = 6) -> RatingTable:
    """An honest panel with an order and times."""
    table = judged(hidden(seed), HONEST[:raters], seed)
    rng = np.random.default_rng([seed, 5])
    seconds = np.exp(3 + 0.4 * rng.standard_normal(table.n))
    return table._replace(order=rng.permutation(table.n) * 1.0, seconds=seconds)


def scores_of(table: RatingTable, rater: int) -> dict[int, float]:
    """Score by item code."""
    mine = table.rater == rater
    return dict(zip(table.item[mine].tolist(), table.score[mine].tolist(), strict=True))


def rules(table: RatingTable, **more: object) -> list[tuple[str, str]]:
    found = conduct(table, fit(table), rate=0.025, **more)  # type: ignore[arg-type]
    return [(str(table.raters[s.finding.rater]), s.finding.rule) for s in found]


def test_that_honest_raters_get_no_note_but_on_a_large_bias() -> None:
    noted = [rule for seed in range(20) for _, rule in rules(panel(seed))]
    assert set(noted) <= {"biased"}


def test_that_missed_checks_are_grounds_and_the_sentence_says_how_many() -> None:
    table = panel()
    names = [str(r) for r in table.raters]
    checks = dict.fromkeys(names[1:], (20, 0)) | {names[0]: (12, 8)}
    found = conduct(table, fit(table), rate=0.025, checks=checks)
    assert found[0].finding.rater == 0 and found[0].suggests_exclusion
    assert found[0].finding.sentence.startswith("Missed 8 of 20 attention checks")


def test_that_the_test_of_checks_is_exact_with_all_counts_given() -> None:
    table = panel()
    checks = {table.raters[0]: (7, 3), table.raters[1]: (18, 1)}
    (mine, _) = missed_checks(table, checks, 0.01)
    # 4 of 29 were missed; P(3 or more of them among his 10) by hand.
    ways = [math.comb(4, k) * math.comb(25, 10 - k) for k in (3, 4)]
    assert mine.p == pytest.approx(sum(ways) / math.comb(29, 10))
    assert mine.p == pytest.approx(stats.fisher_exact([[3, 7], [1, 18]], "greater").pvalue)


def test_that_two_who_miss_checks_do_not_hide_each_other() -> None:
    table = panel()
    names = list(table.raters)
    checks = dict.fromkeys(names[3:], (20, 0)) | {names[1]: (6, 20), names[2]: (15, 5)}
    second = {f.rater: f.p for f in missed_checks(table, checks, 0.01)}[2]
    alone = {f.rater: f.p for f in missed_checks(table, checks, 0.0)}[2]
    others = len(names[3:])
    assert second == pytest.approx(
        stats.fisher_exact([[5, 15], [0, 20 * others]], "greater").pvalue
    )
    assert second < alone


def test_that_honest_panels_are_hardly_ever_blamed_for_checks() -> None:
    table, rng = panel(), np.random.default_rng(5)
    blamed = 0
    for _ in range(400):
        drawn = rng.binomial(20, 0.1, 3)
        checks = {table.raters[i]: (20 - int(m), int(m)) for i, m in enumerate(drawn)}
        blamed += bool(standing_out(missed_checks(table, checks, 0.05), 0.05))
    assert blamed <= 20  # 5 % of 400


def test_that_two_missed_checks_or_the_checks_of_one_rater_alone_say_nothing() -> None:
    table = panel()
    one = {table.raters[0]: (0, 9)}
    assert missed_checks(table, one, 0.01) == []
    some = missed_checks(table, {table.raters[0]: (1, 2), table.raters[1]: (99, 0)}, 0.01)
    assert not any(f.large for f in some)


def test_that_checks_of_unknown_raters_are_passed_over() -> None:
    table = panel()
    assert missed_checks(table, {"nobody": (1, 9), table.raters[0]: (0, 0)}, 0.01) == []


def test_that_the_careless_translators_are_found_by_checks(real_data: Path) -> None:
    given = real(real_data, "wmt23_sxs_ende")
    with (real_data / "wmt23_sxs_ende_attention_checks.csv").open(newline="") as file:
        checks = {r["rater"]: (int(r["Found"]), int(r["Missed"])) for r in csv.DictReader(file)}
    found = conduct(given.table, fit(given.table, scale=given.scale), rate=0.005, checks=checks)
    named = {given.table.raters[s.finding.rater] for s in found if s.suggests_exclusion}
    assert named == {"rater4", "rater9"}


def test_that_gold_items_become_checks() -> None:
    table = RatingTable.from_columns(["a", "a", "b", "c"], ["x", "y", "x", "y"], [5, 9, 1, 3])
    assert gold_checks(table, {"x": 5.0}, tolerance=2) == {"a": (1, 0), "b": (0, 1)}


@pytest.mark.parametrize("slow", [0, 3])
def test_that_who_takes_a_fraction_of_the_time_for_the_length_is_hurried(slow: int) -> None:
    table = panel()
    lengths = {k: 50.0 + 10 * i for i, k in enumerate(table.items)}
    length = np.array([lengths[k] for k in table.items])[table.item]
    assert table.seconds is not None
    seconds = table.seconds * length / 100
    honest = table._replace(seconds=seconds)
    assert not any(f.large for f in hurried(honest, lengths))
    quick = table._replace(seconds=np.where(table.rater == slow, seconds * 0.15, seconds))
    assert [f.rater for f in hurried(quick, lengths) if f.large] == [slow]


def test_that_a_short_time_for_a_short_text_is_no_hurry() -> None:
    table = panel()
    lengths = {k: 10.0 if i % 4 == 0 else 1000.0 for i, k in enumerate(table.items)}
    length = np.array([lengths[k] for k in table.items])[table.item]
    assert table.seconds is not None
    timed = table._replace(seconds=table.seconds * length / 100)
    assert not any(f.large for f in hurried(timed, lengths))


def test_that_a_long_run_of_one_score_is_noted() -> None:
    table = panel()
    assert table.order is not None
    mine = np.flatnonzero(table.rater == 2)
    mine = mine[np.argsort(table.order[mine])]
    scores = table.score.copy()
    scores[mine[40:65]] = 6.0
    noted = table.with_scores(scores)
    assert (str(table.raters[2]), "runs") in rules(noted)
    assert [f.values["run"] >= 25 for f in runs(noted) if f.large] == [True]


def test_that_a_constant_rater_is_not_called_a_run() -> None:
    table = panel()
    same = table.with_scores(np.where(table.rater == 2, 6.0, table.score))
    assert not any(f.large and f.p < 0.5 for f in runs(same))


def test_that_the_longest_run_and_its_end_are_found() -> None:
    length, end = _longest(np.array([[1, 1, 2, 2, 2, 1], [3, 3, 3, 3, 3, 3], [1, 2, 1, 2, 1, 2]]))
    assert length.tolist() == [3, 6, 1]
    assert end.tolist()[:2] == [4, 5]


def test_that_drift_is_the_slope_over_the_own_sequence() -> None:
    table = panel()
    assert table.order is not None
    rank = np.argsort(np.argsort(np.where(table.rater == 1, table.order, np.inf)))
    moved = table.with_scores(table.score + np.where(table.rater == 1, rank * 0.03, 0))
    found = {f.rater: f for f in drifts(moved, fit(moved))}
    assert found[1].statistic == pytest.approx(3.0, abs=0.7)
    assert [r for r, f in found.items() if f.large and f.p < 1e-3] == [1]


def test_that_items_nobody_else_rated_do_not_make_a_drift_look_smaller() -> None:
    rng = np.random.default_rng(3)
    cells = []
    for place in range(150):
        quality = 5 + 1.3 * rng.normal()
        cells.append(("mover", place, quality + 0.03 * place + 0.8 * rng.normal()))
        if place % 3 == 0:
            cells += [(k, place, quality + 0.8 * rng.normal()) for k in ("a", "b", "c")]
    order = np.arange(len(cells))
    table = RatingTable.from_columns(*zip(*cells, strict=True), order=order)
    (found,) = (f for f in drifts(table, fit(table)) if f.rater == 0)
    assert found.statistic == pytest.approx(3.0, abs=0.8)
    assert found.values["change"] == pytest.approx(1.49 * found.statistic)


def test_that_a_bias_is_noted_and_never_grounds() -> None:
    table = panel()
    kind = table.with_scores(table.score + np.where(table.rater == 4, 3.0, 0))
    assert [f.rater for f in biases(kind, fit(kind)) if f.large and f.values["bias"] > 0] == [4]
    found = conduct(kind, fit(kind), rate=0.025)
    assert "biased" in {s.finding.rule for s in found}
    assert not any(s.suggests_exclusion for s in found)


def test_that_who_agrees_with_himself_has_a_taste() -> None:
    table = panel()
    rng = np.random.default_rng(3)
    own = rng.integers(0, 11, len(table.items)).astype(float)
    scores = np.where(table.rater == 0, own[table.item], table.score)
    table = table.with_scores(scores)
    twice = RatingTable.from_columns(
        [table.raters[r] for r in table.rater] + [table.raters[0]] * 40,
        [table.items[i] for i in table.item] + [table.items[i] for i in range(40)],
        np.append(scores, own[:40]),
        [table.prompts[p] for p in table.prompt]
        + [table.prompts[p] for p in table.item_prompt[:40]],
    )
    assert [f.rater for f in tastes(twice, fit(twice)) if f.large and f.p < 0.01] == [0]
    assert tastes(table, fit(table)) == []


def test_that_every_sentence_fills_from_its_values() -> None:
    table = panel()
    lengths = dict.fromkeys(table.items, 10.0)
    checks = dict.fromkeys(table.raters, (5, 1))
    found = [*runs(table), *drifts(table, fit(table)), *biases(table, fit(table))]
    found += [*hasty(table), *hurried(table, lengths), *missed_checks(table, checks, 0.01)]
    assert {f.rule for f in found} == set(TEMPLATES) - {"own_taste", "echo"}
    assert all(f.sentence for f in found)


@pytest.mark.parametrize(
    "columns",
    [
        (["a"], ["x"], [5.0]),
        (["a"] * 9, list("abcdefghi"), [5.0] * 9),
        (["a", "b"] * 10, [i // 2 for i in range(20)], [5.0] * 20),
        (["a", "b"] * 10, list(range(20)), np.arange(20.0) % 11),
    ],
    ids=["one rating", "one rater", "all equal", "no overlap"],
)
def test_that_poor_tables_give_no_note_and_no_crash(columns: tuple[list, list, list]) -> None:  # type: ignore[type-arg]
    order = np.arange(len(columns[0]))
    table = RatingTable.from_columns(*columns, order=order, seconds=order + 1.0)
    lengths = dict.fromkeys(table.items, 3.0)
    found = conduct(table, fit(table), rate=0.05, lengths=lengths, checks={"a": (1, 0)})
    assert found == []


def test_that_the_notes_repeat_with_their_seed() -> None:
    table = panel()
    assert runs(table, 4) == runs(table, 4)


def test_that_a_copy_and_its_origin_are_told_to_count_as_one() -> None:
    table = panel(raters=6)
    rng = np.random.default_rng(8)
    of = scores_of(table, 0)
    copied = [of[int(i)] + float(rng.random() < 0.2) for i in table.item]
    copy = table.with_scores(np.where(table.rater == 5, copied, table.score))
    found = [f for f in echoes(copy) if f.large and f.p < 0.005]
    assert {f.rater for f in found} == {0, 5}
    assert {f.values["weight"] for f in found} == {0.5}
    assert not any(f.large for f in echoes(table))


def test_that_the_correlation_of_copies_is_pearsons_over_shared_items() -> None:
    table = panel(raters=4).rows(np.arange(480) % 7 != 0)
    r = _pairs(table).r
    mine, yours = (scores_of(table, c) for c in (1, 2))
    shared = sorted(set(mine) & set(yours))
    by_hand = np.corrcoef([mine[i] for i in shared], [yours[i] for i in shared])[0, 1]
    assert r[1, 2] == pytest.approx(by_hand)
    assert np.isnan(r[1, 1])


def test_that_without_lengths_a_rater_much_faster_than_all_others_is_hasty() -> None:
    table = panel()
    assert table.seconds is not None
    fast = table._replace(seconds=np.where(table.rater == 2, table.seconds * 0.1, table.seconds))
    assert [(f.rater, f.p < 0.001) for f in hasty(fast) if f.large] == [(2, True)]
    assert not any(f.large for f in hasty(table))
    assert hasty(table.rows(table.rater < 3)) == []


def test_that_hurry_shows_where_every_other_text_is_equally_long() -> None:
    rng = np.random.default_rng(4)
    items = np.tile(np.arange(600), 2)
    raters = np.repeat(["fast", "usual"], 600)
    lengths = {i: 100.0 if i % 2 == 0 else 400.0 + i for i in range(600)}
    usual = 0.1 * np.array([lengths[i] for i in items]) * np.exp(0.2 * rng.normal(size=1200))
    seconds = np.where((raters == "fast") & (rng.random(1200) < 0.4), 1.0, usual)
    table = RatingTable.from_columns(
        raters.tolist(), items.tolist(), np.arange(1200) % 9, seconds=seconds
    )
    assert [f.rater for f in hurried(table, lengths) if f.large and f.p < 1e-6] == [0]


def test_that_runs_of_long_sequences_are_counted_as_random_orders_have_them() -> None:
    code = np.repeat(np.arange(3), (60, 30, 10))
    rng = np.random.default_rng(0)
    orders = rng.permuted(np.tile(code, (4000, 1)), axis=1)
    for k in (4, 8):
        begins = np.ones(orders.shape, dtype=bool)
        begins[:, 1:] = orders[:, 1:] != orders[:, :-1]
        lengths = [np.diff(np.flatnonzero(np.append(b, True))) for b in begins]
        mean = np.mean([(one >= k).sum() for one in lengths])
        assert expected_runs(np.bincount(code), k) == pytest.approx(mean, rel=0.1)
    # By hand: of two of one value and one of another, a run of two is in 2 of 3 orders.
    assert expected_runs(np.array([2, 1]), 2) == pytest.approx(2 / 3)


def test_that_a_long_sequence_with_a_long_run_stands_out_and_a_constant_one_does_not() -> None:
    rng = np.random.default_rng(1)
    n = 2 * effort.LONG
    scores = rng.integers(0, 11, 3 * n).astype(float)
    scores[100:140] = 7.0
    scores[2 * n :] = 5.0
    table = RatingTable.from_columns(
        np.repeat([0, 1, 2], n).tolist(), np.tile(np.arange(n), 3).tolist(), scores,
        order=np.tile(np.arange(n), 3),
    )  # fmt: skip
    hit, random, constant = effort.runs(table)
    assert hit.large and hit.p < 1e-20 and hit.values["run"] >= 40 and hit.values["usual"] <= 5
    assert not random.large and random.p > 1e-3
    assert constant.p == 1

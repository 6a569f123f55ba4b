"""Vitality against alpha worked out anew without each rater; Kendall's W prompt by prompt."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from prefdesk.ratings import RatingTable, krippendorff, prompt_concordance, vitality
from prefdesk.ratings.table import last_occasions
from tests.unit.ratings.panels import sparse_panel

METRICS = ("nominal", "ordinal", "interval")


def table(rows) -> RatingTable:
    raters, items, scores = zip(*rows, strict=True)
    return RatingTable.from_columns(raters, items, scores)


def anew(whole: RatingTable, metric) -> list[float]:
    alpha = krippendorff(whole, metric)
    size = len(whole.raters)
    return [alpha - krippendorff(whole.rows(whole.rater != i), metric) for i in range(size)]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=40
    ),
    st.sampled_from(METRICS),
)
def test_that_one_pass_gives_what_leaving_out_each_rater_gives(rows, metric) -> None:
    found = table([(r, i, float(s)) for r, i, s in rows])
    np.testing.assert_allclose(vitality(found, metric), anew(found, metric), atol=1e-9)


def test_that_who_disagrees_with_the_panel_has_a_vitality_below_nought() -> None:
    panel = sparse_panel(6, per_item=4).table
    bad = panel.with_scores(np.where(panel.rater == 2, 10 - panel.score, panel.score))
    assert int(np.argmin(vitality(bad))) == 2
    assert vitality(bad)[2] < -0.05


def test_that_many_raters_cost_no_more_than_few() -> None:
    rng = np.random.default_rng(0)
    n, raters = 50_000, 400
    item = np.repeat(np.arange(n // 5), 5)
    rater = (item + np.tile(np.arange(5) * 7, n // 5)) % raters
    score = np.rint(rng.normal(5, 2, n // 5)[item] + rng.normal(0, 1, n))
    found = table(list(zip(rater.tolist(), item.tolist(), score.tolist(), strict=True)))
    start = time.process_time()
    got = vitality(found)
    assert time.process_time() - start < 1
    rest = found.rows(found.rater != 17)
    assert got[17] == pytest.approx(krippendorff(found) - krippendorff(rest), abs=1e-12)


def test_that_no_overlap_and_no_variation_give_nan() -> None:
    for rows in ([("a", 1, 2.0), ("b", 2, 3.0)], [(r, i, 4.0) for r in "abc" for i in range(4)]):
        for metric in METRICS:
            assert np.isnan(vitality(table(rows), metric)).all()


def textbook(scores: np.ndarray) -> float:
    """W with the correction for ties of answers x raters (Kendall & Gibbons 1990)."""
    ranks = np.apply_along_axis(stats.rankdata, 0, scores)
    n, k = ranks.shape
    ties = sum(
        float((c**3 - c).sum()) for c in (np.unique(x, return_counts=True)[1] for x in ranks.T)
    )
    s = float(((ranks.sum(axis=1) - ranks.sum() / n) ** 2).sum())
    return 12 * s / (k**2 * (n**3 - n) - k * ties)


def prompts(seed: int, n: int, noise: float = 1.0) -> tuple[RatingTable, list[float]]:
    """Prompts of three or four answers, each judged whole by three of five raters, with ties."""
    rng = np.random.default_rng(seed)
    rows, expected = [], []
    for p in range(n):
        answers = 3 + p % 2
        scores = np.rint(2 * rng.normal(size=(answers, 1)) + noise * rng.normal(size=(answers, 3)))
        expected.append(textbook(scores))
        who = rng.permutation(5)[:3]
        rows += [
            (int(who[r]), f"{p}|{a}", scores[a, r], p) for a in range(answers) for r in range(3)
        ]
    rng.shuffle(rows)
    raters, items, scores, owners = zip(*rows, strict=True)
    return RatingTable.from_columns(raters, items, [float(s) for s in scores], owners), expected


def test_that_w_is_the_mean_of_the_textbook_figure_over_prompts() -> None:
    found, expected = prompts(0, 20)
    got = prompt_concordance(found, draws=300)
    assert got.these.value == pytest.approx(np.mean(expected))
    assert got.these.low < got.these.value < got.these.high
    assert got.like_these.high - got.like_these.low > got.these.high - got.these.low


def test_that_raters_drawn_twice_do_not_agree_with_themselves() -> None:
    found, _ = prompts(1, 150, noise=50)
    got = prompt_concordance(found, draws=200)
    assert got.these.value == pytest.approx(1 / 3, abs=0.08)
    assert got.like_these.low < 1 / 3 < got.like_these.high


def test_that_prompts_that_not_all_judged_whole_are_left_out() -> None:
    found, expected = prompts(2, 12)
    broken = last_occasions(found)
    first = int(broken.prompt[0])
    keep = np.ones(broken.n, dtype=bool)
    keep[0] = False
    rest = [e for p, e in enumerate(expected) if p != broken.prompts[first]]
    got = prompt_concordance(broken.rows(keep), draws=10)
    assert got.these.value == pytest.approx(np.mean(rest))


def test_that_ranks_alone_count() -> None:
    found, _ = prompts(3, 15)
    curved = found.with_scores(np.exp(found.score))
    assert prompt_concordance(curved, draws=50) == prompt_concordance(found, draws=50)


def test_that_ungrouped_answers_have_a_reason() -> None:
    plain = table([(r, i, float(r + i)) for r in range(3) for i in range(5)])
    got = prompt_concordance(plain)
    assert np.isnan(got.these.value)
    assert "prompts" in got.reason

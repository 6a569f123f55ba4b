import sys
from pathlib import Path

import numpy as np
import pytest

from prefdesk.ratings import RatingTable, fit, verdict
from prefdesk.ratings.verdict import NO_SIGNAL_BELOW, SENTENCES, USABLE_FROM
from tests.bench.planted_honest import honest_panels
from tests.bench.planted_noise import KINDS, crowds, words
from tests.unit.ratings.panels import HONEST, hidden, judged, sparse_panel


def test_that_a_good_panel_is_usable() -> None:
    table = judged(hidden(0), HONEST, 0)
    found = verdict(table)
    assert found.word == "usable"
    assert USABLE_FROM <= found.reliability.low < found.reliability.value < found.reliability.high


def test_that_scores_at_random_are_no_signal() -> None:
    table = judged(hidden(0, prompts=100), HONEST, 0)
    scores = np.random.default_rng(0).integers(0, 11, table.n).astype(float)
    found = verdict(table.with_scores(scores))
    assert found.word == "no_signal"
    assert found.reliability.high < NO_SIGNAL_BELOW
    assert found.reliability.low < 0.01


def test_that_agreement_on_easy_prompts_alone_is_not_usable() -> None:
    table = sparse_panel(4, prompts=150, per_item=6, prompt_sd=3.0, sd=0.0).table
    assert verdict(table).word == "no_signal"


def test_that_a_few_noisy_ratings_are_weak() -> None:
    assert verdict(sparse_panel(0, prompts=8, per_item=2, sd=0.8).table).word == "weak"


@pytest.mark.parametrize(
    "columns",
    [
        (["a"] * 5, list(range(5)), [1, 2, 3, 4, 5]),
        (["a", "b"], ["x", "y"], [1, 2]),
        (["a", "b"], ["x", "x"], [1, 2]),
        ([], [], []),
        (["a", "b"] * 4, [i // 2 for i in range(8)], [5] * 8),
    ],
)
def test_that_without_overlap_or_variation_it_cannot_be_told(
    columns: tuple[list, list, list],
) -> None:
    found = verdict(RatingTable.from_columns(*columns))
    assert found.word == "not_estimable"
    assert not found.reliability.known
    assert found.sentence.startswith("Agreement cannot be measured")


def test_that_only_the_items_in_use_count() -> None:
    table = sparse_panel(0).table
    table = table.rows((table.item % 2 == 0) | (np.arange(table.n) % 3 == 0))
    model = fit(table)
    even = np.arange(120) % 2 == 0
    better, worse = verdict(table, model, items=even), verdict(table, model, items=~even)
    assert better.reliability.value > worse.reliability.value
    assert better.reliability.value == pytest.approx(model.reliability[even].mean(), abs=1e-3)


def test_that_the_interval_covers_the_true_reliability() -> None:
    hits = 0
    for seed in range(15):
        truth = sparse_panel(seed, per_item=2)
        found = verdict(truth.table).reliability
        error = np.mean(1 / (1 / truth.noise**2).mean()) / 2
        hits += found.low <= 1.69 / (1.69 + error) <= found.high
    assert hits >= 13


def test_that_each_word_has_one_sentence() -> None:
    assert set(SENTENCES) == {"no_signal", "weak", "usable", "not_estimable"}
    assert all(s.endswith(".") for s in SENTENCES.values())


@pytest.mark.parametrize("raters", [2, 5])
def test_that_people_who_find_all_answers_alike_get_a_verdict_and_an_interval(raters: int) -> None:
    items = 144
    rater = np.repeat(np.arange(raters), items).tolist()
    item = np.tile(np.arange(items), raters)
    score = np.zeros(raters * items)
    score[3] = score[items + 70] = 1.0
    table = RatingTable.from_columns(rater, item.tolist(), score, (item // 4).tolist())
    found = verdict(table)
    assert found.word == "weak"
    low, value, high = found.reliability.low, found.reliability.value, found.reliability.high
    assert 0 <= low < 0.02
    assert low <= value <= high


def test_that_the_quick_interval_of_big_tables_agrees_with_the_searched_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = sparse_panel(0, prompts=500, raters=20).table
    searched = verdict(table).reliability
    monkeypatch.setattr(sys.modules["prefdesk.ratings.verdict"], "QUICK_FROM", 0)
    quick = verdict(table).reliability
    assert quick == pytest.approx(searched, abs=0.004)
    assert quick.high - quick.low == pytest.approx(searched.high - searched.low, rel=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_that_crowds_without_a_signal_on_a_real_design_are_called_so(
    real_data: Path, kind: str
) -> None:
    assert set(words(real_data, "wmt", kind, 2)) == {"no_signal"}


@pytest.mark.parametrize("kind", KINDS)
def test_that_shuffled_scores_keep_each_raters_scores_within_the_prompt(
    real_data: Path, kind: str
) -> None:
    table, _ = next(iter(crowds(real_data, "desk", kind, 1)))
    again, _ = next(iter(crowds(real_data, "desk", kind, 1)))
    np.testing.assert_array_equal(table.score, again.score)
    assert verdict(table).word in ("no_signal", "weak")
    if kind == "shuffled":
        own, _ = next(iter(honest_panels(real_data, "desk", 1)))
        group = table.rater * len(table.prompts) + table.prompt
        for g in range(0, int(group.max()) + 1, 17):
            assert sorted(table.score[group == g]) == sorted(own.score[group == g])
        assert (table.score != own.score).any()

import numpy as np
import pytest

from prefdesk.ratings import RatingTable, bag, coefficients, prompt_concordance
from prefdesk.ratings.bag import bag_of, drawn_weights
from tests.unit.ratings.panels import sparse_panel


def table(seed: int = 0, *, blocks: bool = False) -> RatingTable:
    per_item = 5 if blocks else 3
    return sparse_panel(seed, prompts=500, raters=5 if blocks else 8, per_item=per_item).table


@pytest.fixture
def bags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bags for tables that are small enough for a test."""
    monkeypatch.setattr(bag, "BAG_FROM", 1000)
    monkeypatch.setattr(bag, "BAG_RATINGS", 1500)


def test_that_small_tables_are_their_own_bag() -> None:
    whole = table()
    assert bag_of(whole) == (whole, None)


@pytest.mark.usefixtures("bags")
def test_that_a_bag_holds_whole_prompts() -> None:
    whole = table()
    some, total = bag_of(whole)
    assert total == 500 and 1200 < some.n < 1800
    kept = np.unique(some.prompt)
    assert some.n == np.isin(whole.prompt, kept).sum()


def test_that_as_many_are_drawn_from_a_bag_as_from_the_whole() -> None:
    weights = drawn_weights(10, 400, np.random.default_rng(0), 1000)
    assert (weights.sum(axis=0) == 1000).all()
    # Multinomial: each has the mean 100 and the variance 1000 * .1 * .9.
    assert weights.mean() == pytest.approx(100)
    assert weights.var(axis=1).mean() == pytest.approx(90, rel=0.1)


def test_that_intervals_from_a_bag_are_as_wide_as_from_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ratios = []
    for seed in range(3):
        one, block = table(seed), table(seed, blocks=True)
        monkeypatch.undo()
        full = [*coefficients(one, draws=300), prompt_concordance(block, draws=300)]
        monkeypatch.setattr(bag, "BAG_FROM", 1000)
        monkeypatch.setattr(bag, "BAG_RATINGS", 2000)
        part = [*coefficients(one, draws=300), prompt_concordance(block, draws=300)]
        for a, b in zip(full, part, strict=True):
            assert a.these.value == b.these.value == b.like_these.value
            for x, y in ((a.these, b.these), (a.like_these, b.like_these)):
                assert y.low < y.value < y.high
                ratios.append((y.high - y.low) / (x.high - x.low))
    assert 0.9 < np.mean(ratios) < 1.15
    assert min(ratios) > 0.7 and max(ratios) < 1.5

"""Who judged what together with whom."""

import numpy as np
import pytest

from prefdesk.ratings import RatingTable
from prefdesk.ratings.overlap import components, pairs
from tests.unit.ratings.panels import sparse_panel


def test_that_pairs_are_pearsons_correlation_over_what_both_judged() -> None:
    table = sparse_panel(3).table
    found = pairs(table)
    scores = np.full((len(table.raters), len(table.items)), np.nan)
    scores[table.rater, table.item] = table.score
    for a in range(len(table.raters)):
        for b in range(a):
            both = np.isfinite(scores[a] + scores[b])
            expected = np.corrcoef(scores[a, both], scores[b, both])[0, 1]
            assert found.n[a, b] == both.sum()
            assert found.r[a, b] == pytest.approx(expected, abs=1e-12)


def test_that_an_item_judged_twice_by_one_rater_is_one_item_that_both_judged() -> None:
    once = [(r, i, float((i * (2 + r)) % 7)) for r in (0, 1) for i in range(9)]
    before = [(0, i, 9.0 - i) for i in range(9)]
    twice, plain = (RatingTable.from_columns(*zip(*c, strict=True)) for c in (before + once, once))
    assert pairs(twice).n.tolist() == [[9, 9], [9, 9]]
    assert pairs(twice).r[0, 1] == pytest.approx(pairs(plain).r[0, 1])


def test_that_raters_without_a_shared_item_are_sets_of_their_own() -> None:
    rows = [(0, 0, 1.0), (1, 0, 2.0), (1, 1, 2.0), (2, 2, 3.0), (3, 2, 1.0), (4, 5, 1.0)]
    assert components(RatingTable.from_columns(*zip(*rows, strict=True))) == 3

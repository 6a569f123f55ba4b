"""Raters of comparisons: reliability, agreement with the others, and who stands out."""

import numpy as np
import pytest

from prefdesk.ratings.kinds import compare, comparison_raters
from prefdesk.ratings.kinds.raters import benjamini_hochberg
from tests.unit.ratings.kinds.desks import desk


@pytest.mark.parametrize("kind", ["pairs", "rankings"])
def test_the_one_who_reverses_is_suspicious_and_nobody_else(kind: str) -> None:
    table = desk(kind, 1, prompts=80, careless={2: 1.0}).table
    found = comparison_raters(table, compare(table))
    assert [r.rater for r in found if r.suspicious] == [2]
    bad = next(r for r in found if r.rater == 2)
    assert bad.reliability.high < 0.5
    assert bad.agreement.high < 0.5
    assert "reversed" in bad.reason


@pytest.mark.parametrize("kind", ["pairs", "rankings"])
def test_an_honest_panel_has_nobody_suspicious(kind: str) -> None:
    for seed in range(3):
        table = desk(kind, seed).table
        found = comparison_raters(table, compare(table))
        assert not any(r.suspicious for r in found)
        assert min(r.reliability.high for r in found) > 0.9


def test_too_few_comparisons_give_no_figure() -> None:
    table = desk("rankings", 0, prompts=6).table
    found = comparison_raters(table, compare(table))
    few = [r for r in found if r.n < 8]
    assert few
    assert all(np.isnan(r.p) and not r.suspicious and not r.agreement.known for r in few)


def test_adjusted_p_values_by_hand() -> None:
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.04, 0.03]))
    np.testing.assert_allclose(q, [0.03, np.nan, 0.04, 0.04])

"""What is found does not depend on the unit of the scale."""

import numpy as np
import pytest

from prefdesk.ratings import RatingTable, fit
from prefdesk.ratings.change import change_points
from prefdesk.ratings.echoes import echoes
from prefdesk.ratings.slopes import scale_use

UNITS = (1e-6, 1e-3, 1e4)


def panel(unit: float) -> RatingTable:
    """Four raters of 80 items on a scale from 0 to 10 units; the last repeats the third."""
    rng = np.random.default_rng(2)
    scores = 5 + 1.5 * rng.normal(size=(80, 1)) + rng.normal(size=(80, 4))
    scores[:, 3] = scores[:, 2]
    cells = [(r, i, unit * scores[i, r]) for i in range(80) for r in range(4)]
    return RatingTable.from_columns(*zip(*cells, strict=True), order=np.arange(320))


@pytest.mark.parametrize("unit", UNITS)
def test_that_copies_are_found_in_any_unit(unit: float) -> None:
    assert [f.rater for f in echoes(panel(unit)) if f.large] == [2, 3]


@pytest.mark.parametrize("unit", UNITS)
def test_that_slopes_are_the_same_in_any_unit(unit: float) -> None:
    found, plain = (
        np.array(scale_use(table, fit(table, scale=(0, 10 * u))))
        for u in (unit, 1)
        for table in [panel(u)]
    )
    assert np.isfinite(plain).all()
    np.testing.assert_allclose(found, plain, rtol=1e-4)


@pytest.mark.parametrize("unit", UNITS)
def test_that_a_change_is_as_sure_in_any_unit(unit: float) -> None:
    table = panel(1)
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(2, table.n))
    early = np.tile(np.repeat([True, False], 2), 80) & (np.arange(table.n) < 160)
    y = np.where(early, x, y)
    found, plain = (change_points(table, u * x, u * y, np.ones(table.n, bool)) for u in (unit, 1))
    assert plain[0].p < 0.01
    for code, change in plain.items():
        assert found[code].p == pytest.approx(change.p, rel=1e-6)
        assert found[code].at == change.at

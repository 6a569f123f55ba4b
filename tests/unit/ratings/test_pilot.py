import numpy as np
import pytest

from prefdesk.ratings import fit, pilot
from prefdesk.ratings.em import Em, Held, logs, run
from prefdesk.ratings.posterior import Design
from tests.unit.ratings.panels import sparse_panel


@pytest.mark.parametrize("answers", [1, 4])
def test_that_a_pilot_ends_where_the_whole_table_ends(
    monkeypatch: pytest.MonkeyPatch, answers: int
) -> None:
    monkeypatch.setattr(pilot, "FROM_RATINGS", 1)
    table = sparse_panel(3, prompts=4000 // answers, answers=answers, raters=20).table
    design = Design(table, groups=table.grouped)
    em = Em(design, 10.0, Held(np.full(20, np.nan)))
    whole = run(em)
    start = pilot.start(em)
    assert start is not None
    assert np.abs(logs(start) - logs(whole.posterior.variances)).max() < 0.1
    found = run(em, start)
    assert found.converged
    assert len(found.objectives) < len(whole.objectives)
    assert found.posterior.quality == pytest.approx(whole.posterior.quality, abs=2e-3)


def test_that_a_small_table_has_no_pilot() -> None:
    table = sparse_panel(0).table
    em = Em(Design(table, groups=True), 10.0, Held(np.full(6, np.nan)))
    assert pilot.start(em) is None


def test_that_a_rater_outside_the_pilot_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = sparse_panel(1, prompts=200)
    only = truth.table.rater != 0
    only[np.flatnonzero(~only)[:2]] = True
    monkeypatch.setattr(pilot, "FROM_RATINGS", 1)
    model = fit(truth.table.rows(only))
    assert model.converged
    assert np.isfinite(model.bias).all()

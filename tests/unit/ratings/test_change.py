import numpy as np
import pytest

from prefdesk.ratings import RatingTable, change
from prefdesk.ratings.change import change_points


def sequence(n: int, agrees_until: int, seed: int = 0) -> tuple[RatingTable, np.ndarray]:
    """One rater's scores in time, and what the others say of the same answers."""
    rng = np.random.default_rng(seed)
    others = rng.standard_normal(n)
    scores = others + rng.standard_normal(n)
    scores[agrees_until:] = rng.standard_normal(n - agrees_until)
    table = RatingTable.from_columns([0] * n, list(range(n)), scores, order=np.arange(n))
    return table, others


def found(table: RatingTable, others: np.ndarray) -> change.Change:
    return change_points(table, table.score, others, np.ones(table.n, dtype=bool))[0]


def test_that_a_change_in_a_long_sequence_is_found_to_the_run() -> None:
    n = 2 * change.LONG
    seen = found(*sequence(n, n // 2))
    assert seen.p < 1e-3 and seen.after < 0.2 < seen.before
    assert abs(seen.n_before - n // 2) < n // 20
    assert seen.at == seen.n_before


def test_that_steady_raters_have_every_p_in_long_sequences_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(change, "LONG", 200)
    monkeypatch.setattr(change, "MOST_RUNS", 50)
    p = np.array([found(*sequence(240, 240, seed)).p for seed in range(120)])
    assert 0.35 < np.mean(p) < 0.65 and (p < 0.05).mean() < 0.12


def test_that_runs_and_single_ratings_lead_to_the_same_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, others = sequence(600, 300, 3)
    single = found(table, others)
    monkeypatch.setattr(change, "LONG", 200)
    monkeypatch.setattr(change, "MOST_RUNS", 100)
    runs = found(table, others)
    assert abs(runs.n_before - single.n_before) <= 30
    assert runs.drop == pytest.approx(single.drop, rel=0.1)

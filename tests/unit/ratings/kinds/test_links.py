"""The links by hand-worked numbers."""

import numpy as np
import pytest
from scipy import stats

from prefdesk.ratings.kinds import links


def test_equals_with_a_tie_weight_of_one_win_lose_and_tie_alike() -> None:
    np.testing.assert_allclose(links.pair_chances(np.array(0.0), 1.0), 1 / 3)


def test_davidson_chances_by_hand() -> None:
    # strengths 4 and 1, nu = 0.5: 4, 1 and 0.5 * sqrt(4 * 1) = 1 of 6
    chances = links.pair_chances(np.array(np.log(4.0)), 0.5)
    np.testing.assert_allclose(chances, [4 / 6, 1 / 6, 1 / 6])


def test_a_rater_who_reverses_a_quarter_wins_by_the_mixture() -> None:
    delta, eta = np.array([np.log(3.0)]), np.array([0.75])
    terms = links.pair_terms(delta, np.array([1.0]), eta, 0.0)
    assert np.exp(terms.log_p[0]) == pytest.approx(0.75 * 0.75 + 0.25 * 0.25)


def test_a_ranking_has_the_chance_of_its_choices() -> None:
    theta = np.log([[5.0, 3.0, 2.0]])
    weights = links.stage_weights(np.array([[1.0, 2.0, 3.0]]))
    assert np.exp(links.ranking_log(theta, weights)[0]) == pytest.approx(5 / 10 * 3 / 5)


def test_tied_items_leave_by_halves() -> None:
    weights = links.stage_weights(np.array([[1.0, 1.0, 2.0]]))
    np.testing.assert_allclose(weights[0], [[1, 1, 1], [0.5, 0.5, 1], [0, 0, 1]])


def test_a_label_has_the_chance_between_its_limits() -> None:
    log_p = links.interval_chance(np.array([-1.0, 8.0]), np.array([0.5, 9.0]))
    assert np.exp(log_p[0]) == pytest.approx(stats.norm.cdf(0.5) - stats.norm.cdf(-1))
    assert log_p[1] == pytest.approx(np.log(stats.norm.sf(8) - stats.norm.sf(9)))


def test_information_of_a_label_is_minus_the_second_derivative() -> None:
    def log_p(eta: float, low: float, high: float) -> float:
        return float(
            links.interval_chance(np.array([(low - eta) / 2]), np.array([(high - eta) / 2]))[0]
        )

    at, step = np.array([0.3, -1.0, 1.5]), 1e-4 * np.eye(3)
    info = links.label_terms(np.array([-0.65]), np.array([0.6]), np.array([2.0])).info[0]
    for i in range(3):
        for j in range(3):
            cross = [
                s * t * log_p(*(at + s * step[i] + t * step[j])) for s in (1, -1) for t in (1, -1)
            ]
            assert info[i, j] == pytest.approx(-sum(cross) / 4e-8, abs=1e-5)

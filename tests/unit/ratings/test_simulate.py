import numpy as np

from prefdesk.ratings import PANEL, SimulatedRater, simulate

QUALITY = {f"item {i}": 2 + 6 * i / 499 for i in range(500)}


def scores_of(rater: SimulatedRater, seed: int = 0) -> np.ndarray:
    found = simulate(QUALITY, [rater], seed)
    by_item = dict(zip(found.items, found.scores, strict=True))
    return np.array([by_item[i] for i in QUALITY])


def test_that_the_same_seed_gives_the_same_scores() -> None:
    assert simulate(QUALITY, PANEL, 3) == simulate(QUALITY, PANEL, 3)
    assert simulate(QUALITY, PANEL, 3) != simulate(QUALITY, PANEL, 4)


def test_that_scores_are_whole_numbers_on_the_scale() -> None:
    found = simulate(QUALITY, PANEL, 0)
    assert set(found.scores) <= set(range(11))
    assert all(type(s) is int for s in found.scores)


def test_that_an_honest_rater_has_the_stated_bias_and_noise() -> None:
    error = scores_of(SimulatedRater("x", bias=0.8, noise=0.5)) - np.array(list(QUALITY.values()))
    assert abs(error.mean() - 0.8) < 0.08
    # Rounding adds 1/12 to the variance.
    assert abs(error.var() - (0.25 + 1 / 12)) < 0.05


def test_that_an_inverted_rater_mirrors_the_scale() -> None:
    found = scores_of(SimulatedRater("x", manner="inverted", noise=0.5))
    assert np.corrcoef(found, list(QUALITY.values()))[0, 1] < -0.9
    assert abs(found.mean() - 5) < 0.1


def test_that_a_random_rater_follows_nothing_and_uses_the_whole_scale() -> None:
    found = scores_of(SimulatedRater("x", manner="random"))
    assert abs(np.corrcoef(found, list(QUALITY.values()))[0, 1]) < 0.1
    assert set(found) == set(range(11))


def test_that_a_share_is_rated_without_repeats() -> None:
    found = simulate(QUALITY, PANEL[:1], 0, share=0.6)
    assert len(found.items) == len(set(found.items)) == 300


def test_that_a_further_rater_does_not_change_the_others() -> None:
    short, long = (simulate(QUALITY, PANEL[:n], 1) for n in (3, 4))
    assert long.scores[: len(short.scores)] == short.scores

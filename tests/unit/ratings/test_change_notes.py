"""Raters who cease to follow the others, two schools of judging, and hurry."""

import numpy as np

from prefdesk.ratings import RatingTable, fit, flag


def block(scores: np.ndarray, seconds: np.ndarray | None = None) -> RatingTable:
    """Scores (items x raters) as a table in which each rater went through the items in order."""
    items, raters = np.indices(scores.shape)
    return RatingTable.from_columns(
        [f"r{r}" for r in raters.ravel()],
        [f"i{i}" for i in items.ravel()],
        scores.ravel(),
        order=items.ravel(),
        seconds=None if seconds is None else seconds.ravel(),
    )


def panel(seed: int, raters: int = 6, items: int = 80) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    quality = rng.normal(5, 2, items)
    noise = rng.normal(0, 1, (items, raters))
    return np.clip(np.rint(quality[:, None] + noise), 0, 10), rng


def rules(table: RatingTable) -> dict[str, str]:
    return {str(f.rater): f.rule for f in flag(table, fit(table)).raters}


def test_that_a_rater_who_gives_up_is_lazy_from_about_that_rating_on() -> None:
    scores, rng = panel(1)
    scores[40:, 2] = rng.integers(0, 11, 40)
    found = flag(block(scores), fit(block(scores))).raters
    assert [(str(f.rater), f.rule) for f in found] == [("r2", "lazy")]
    assert 30 <= found[0].values["at"] <= 46
    assert found[0].values["before"] > 0.7 > 0.4 > found[0].values["after"]
    assert found[0].suggests_exclusion


def test_that_without_an_order_nobody_can_be_called_lazy() -> None:
    scores, rng = panel(1)
    scores[40:, 2] = rng.integers(0, 11, 40)
    assert "lazy" not in rules(block(scores)._replace(order=None)).values()


def test_that_two_who_agree_with_each_other_are_a_school_and_not_left_out() -> None:
    scores, rng = panel(3, raters=6)
    taste = rng.normal(5, 2, len(scores))
    for column in (1, 4):
        scores[:, column] = np.clip(np.rint(taste + rng.normal(0, 0.7, len(scores))), 0, 10)
    found = {str(f.rater): f for f in flag(block(scores), fit(block(scores))).raters}
    assert {r: f.rule for r, f in found.items()} == {"r1": "split", "r4": "split"}
    assert not any(f.suggests_exclusion for f in found.values())


def test_that_two_random_raters_are_no_school() -> None:
    scores, rng = panel(3, raters=6)
    scores[:, (1, 4)] = rng.integers(0, 11, (len(scores), 2))
    assert rules(block(scores)) == {"r1": "uninformative", "r4": "uninformative"}


def test_that_hurry_is_a_note_and_needs_a_gap_to_the_others() -> None:
    scores, rng = panel(5)
    seconds = rng.lognormal(np.log(30), 0.3, scores.shape)
    assert rules(block(scores, seconds)) == {}
    seconds[:, 3] /= 6
    found = flag(block(scores, seconds), fit(block(scores, seconds))).raters
    assert [(str(f.rater), f.rule, f.suggests_exclusion) for f in found] == [("r3", "hasty", False)]


def test_that_the_rate_is_split_between_raters_and_ratings() -> None:
    scores, _ = panel(7)
    table = block(scores)
    found = flag(table, fit(table), fdr=0.1)
    assert 0 < found.rater_rate < 0.1
    assert found.rater_rate + found.rating_rate == 0.1

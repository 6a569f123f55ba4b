import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.ratings import RatingTable
from prefdesk.ratings.table import last_occasions


def test_that_codes_follow_first_appearance() -> None:
    table = RatingTable.from_columns(["b", "a", "b"], [7, 7, 9], [1, 2, 3], ["p", "p", "q"])
    assert table.raters == ("b", "a")
    assert table.items == (7, 9)
    assert table.rater.tolist() == [0, 1, 0]
    assert table.item.tolist() == [0, 0, 1]
    assert table.prompt.tolist() == [0, 0, 1]
    assert table.item_prompt.tolist() == [0, 1]
    assert table.score.dtype == np.float64


def test_that_without_prompts_every_item_is_its_own() -> None:
    table = RatingTable.from_columns(["a", "a"], ["x", "y"], [1, 2])
    assert table.prompts == ("x", "y")
    assert not table.grouped


@pytest.mark.parametrize(
    ("prompts", "grouped"),
    [(["p", "p", "q"], True), (["p", "p", "p"], False), (["p", "q", "r"], False)],
)
def test_that_groups_need_two_prompts_and_two_items_in_one(
    prompts: list[str], grouped: bool
) -> None:
    table = RatingTable.from_columns(["a"] * 3, ["x", "y", "z"], [1, 2, 3], prompts)
    assert table.grouped is grouped


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_that_a_score_must_be_finite(bad: float) -> None:
    with pytest.raises(InputError, match="finite"):
        RatingTable.from_columns(["a"], ["x"], [bad])


def test_that_columns_must_be_equally_long() -> None:
    with pytest.raises(InputError, match="same length"):
        RatingTable.from_columns(["a", "b"], ["x"], [1, 2])
    with pytest.raises(InputError, match="1 values for 2"):
        RatingTable.from_columns(["a", "b"], ["x", "y"], [1])


def test_that_an_item_under_two_prompts_is_refused() -> None:
    with pytest.raises(InputError, match="'x' appears under two prompts"):
        RatingTable.from_columns(["a", "b"], ["x", "x"], [1, 2], ["p", "q"])


def test_that_leaving_rows_out_keeps_the_codes() -> None:
    table = RatingTable.from_columns(
        ["a", "b", "a"], ["x", "x", "y"], [1, 2, 3], seconds=[4, 5, 6], order=[0, 0, 1]
    )
    fewer = table.rows(np.array([False, True, False]))
    assert fewer.raters == table.raters
    assert fewer.rater.tolist() == [1]
    assert fewer.item_counts.tolist() == [1, 0]
    assert fewer.seconds is not None and fewer.seconds.tolist() == [5]
    assert fewer.order is not None and fewer.order.tolist() == [0]


def test_that_the_last_of_several_occasions_counts() -> None:
    table = RatingTable.from_columns(["a", "b", "a"], ["x", "x", "x"], [1, 2, 3])
    assert last_occasions(table).score.tolist() == [2, 3]


def test_that_long_columns_of_whole_numbers_are_coded_like_short_ones() -> None:
    keys = np.random.default_rng(0).integers(-50, 50, 20_000).tolist()
    seen = {key: code for code, key in enumerate(dict.fromkeys(keys))}
    table = RatingTable.from_columns(keys, range(20_000), np.zeros(20_000))
    assert table.raters == tuple(seen)
    assert table.rater.tolist() == [seen[k] for k in keys]
    assert {type(k) for k in table.raters} == {int}


def test_that_whole_numbers_beyond_64_bits_stay_apart() -> None:
    keys = [2**70, 2**70 + 1] * 5_000
    assert RatingTable.from_columns(keys, keys, np.zeros(10_000)).raters == (2**70, 2**70 + 1)

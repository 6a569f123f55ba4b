"""A prompt that is too long is cut so that it fits, at a space, in its last turn."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prefdesk.models import encode, fitting
from prefdesk.records import Message

LONG = "one two three four five six seven eight nine ten"


def test_that_the_cut_fits_and_falls_on_a_space(policy: Any) -> None:
    found = fitting(policy, LONG, 60)
    assert found is not None
    keep, n = found
    # 14 tokens stand before and after the text: <|im_start|> user \n ... <|im_end|> \n and so on.
    assert LONG[keep] == " " and len(encode(policy, LONG[:keep])) == n <= 60
    assert len(encode(policy, LONG[: LONG.index(" ", keep + 1)])) > 60


def test_that_only_the_last_turn_of_a_user_is_cut(policy: Any) -> None:
    turns = (Message("user", LONG), Message("assistant", "Yes."), Message("user", LONG))
    found = fitting(policy, turns, 140)
    assert found is not None and 0 < found[0] < len(LONG)
    assert fitting(policy, turns, 60) is None  # what stands before is too long already
    assert fitting(policy, turns[:2], 60) is None


def test_that_what_stands_around_the_text_must_leave_room(policy: Any) -> None:
    assert fitting(policy, LONG, 20) is None
    assert fitting(policy, LONG, 60, system=LONG) is None
    assert fitting(policy, LONG, 20, template="plain") is not None


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=40, max_size=120), limit=st.integers(30, 60))
def test_that_every_cut_fits(policy: Any, text: str, limit: int) -> None:
    found = fitting(policy, text, limit)
    if found is not None:
        assert len(encode(policy, text[: found[0]])) == found[1] <= limit

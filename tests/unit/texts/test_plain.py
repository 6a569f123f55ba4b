"""Two forms of a text for comparing."""

import pytest

from prefdesk.texts import folded, is_blank, spaced


def test_that_spaces_forms_and_hidden_characters_make_no_difference() -> None:
    assert spaced(" a\u00a0b\n\n c\u200b\td ") == "a b c d"
    assert spaced("\uff21\uff22\u3000\ufb01") == "AB fi"
    assert spaced("e\u0301") == spaced("\u00e9")
    assert spaced("A") != spaced("a")
    assert folded("Straße  A") == folded("STRASSE a")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200e", "\x00\x07", "\ufeff", " " * 5000])
def test_that_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["a", " .", "\u4f60", " " * 5000 + "a", "\u200b?", "\u200b" * 5000 + "a"]
)
def test_that_anything_to_see_is_not_blank(text: str) -> None:
    assert not is_blank(text)

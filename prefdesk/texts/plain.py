"""Two forms of a text for comparing: the same words, and the same words in any case."""

import re
import unicodedata

# Characters that stand for nothing: zero-width ones, marks of direction, soft hyphens, BOM.
_NOTHING = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)


def spaced(text: str) -> str:
    """The text with every run of white space as one space, in Unicode's NFKC form.

    Texts that are equal afterwards differ in nothing that a reader could see or would mind.
    """
    if not text.isascii():
        text = _NOTHING.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(text.split())


def folded(text: str) -> str:
    """`spaced`, without the difference of capital and small letters."""
    return spaced(text).casefold()


def is_blank(text: str) -> bool:
    """True if there is nothing to see: only white space, controls and zero-width characters."""
    return all(c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Cn") for c in text)

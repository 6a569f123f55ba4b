"""Which words of two texts differ; no widgets, so that it can run in the background."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 3000
"""Beyond this many words a comparison would take seconds; the rest stays unmarked."""

_WORD = re.compile(r"[㐀-鿿豈-﫿ぁ-ヿ]|[^\W㐀-鿿豈-﫿ぁ-ヿ]+|[^\w\s]")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and where its own words lie, as pairs of positions in UTF-16 units (Qt's)."""

    text: str
    spans: tuple[Span, ...]


def compare(a: str, b: str) -> tuple[Marked, Marked]:
    """Both texts with the words that the other one does not have at that place.

    Chinese and Japanese characters count as words of their own; spaces do not count.
    """
    ours, theirs = _words(a), _words(b)
    matcher = SequenceMatcher(None, [w for w, _ in ours], [w for w, _ in theirs], autojunk=False)
    left: list[Span] = []
    right: list[Span] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            if i2 > i1:
                left.append((ours[i1][1][0], ours[i2 - 1][1][1]))
            if j2 > j1:
                right.append((theirs[j1][1][0], theirs[j2 - 1][1][1]))
    return Marked(a, _in_units(a, left)), Marked(b, _in_units(b, right))


def _words(text: str) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    for match in _WORD.finditer(text):
        if len(found) == MOST_WORDS:
            break
        found.append((match[0].casefold(), match.span()))
    return found


def _in_units(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Positions as Qt counts them: characters beyond the basic plane take two."""
    if text.isascii():
        return tuple(spans)

    def units(at: int) -> int:
        return at + sum(character > "\uffff" for character in text[:at])

    return tuple((units(low), units(high)) for low, high in spans)

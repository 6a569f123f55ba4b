"""Words of a text as the search sees them, what somebody looks for, and where it stands.

Case, accents and width are folded, by the same lines for the index, for the plain scan and for
the place of a match in the true text. Scripts without blanks between words (Chinese, Japanese,
Thai) and emoji count one character as one word, and a run of them is looked for as a phrase:
trigrams would be three times as large and could not find a word of two characters, which most
Chinese words are.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

MOST_CHARACTERS = 1000
MOST_WORDS = 64
EXCERPT_CHARACTERS = 160
_BEFORE = 50

Span = tuple[int, int]

_ASCII_WORD = re.compile("[0-9a-z]+")
# Accents and points that people leave out, and characters without a shape of their own.
_DROPPED = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670"
    "\u180b-\u180d\u20d0-\u20f0\ufe00-\ufe0f\U000e0100-\U000e01ef\xad\u200b-\u200d\u2060\ufeff]+"
)
_UNSEEN = "\xad\u200c\u200d\u2060\ufeff"
_EMOJI = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f"
    f"\U00020000-\U0003ffff{_EMOJI}"
)
_SINGLE = re.compile(f"[{_ALONE}]")
_UNIT = re.compile(f"[{_ALONE}]|[^ {_ALONE}]+")
_PIECE = re.compile(f"[{_ALONE}][^\\w{_EMOJI}]*|[^{_ALONE}]+")


@dataclass(frozen=True, slots=True)
class _Patterns:
    outside: re.Pattern[str]
    inside: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """What is between words, and what is inside them: letters, numbers, and their marks."""
    kept = f"{_marks()}{_EMOJI}{_UNSEEN}"
    return _Patterns(re.compile(f"[^\\w {kept}]|_"), re.compile(f"(?:[^\\W_]|[{kept}])+"))


def _marks() -> str:
    """The combining marks as ranges of a character class; Python's `\\w` has none of them."""
    ranges: list[list[int]] = []
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(code))[0] != "M":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def spaced(text: str) -> str:
    """The folded text with blanks, or ASCII signs, between its words: what is indexed.

    FTS5's tokenizer `ascii` finds in it exactly the words of `words`.
    """
    if text.isascii():
        return text.lower()
    outside = _patterns().outside
    plain = unicodedata.normalize("NFKD", outside.sub(" ", text))
    # Twice, because folding the case can make characters that are not yet taken apart.
    plain = _DROPPED.sub("", unicodedata.normalize("NFKD", plain.casefold()))
    plain = outside.sub(" ", unicodedata.normalize("NFC", plain))
    return " ".join(_UNIT.findall(plain)) if _SINGLE.search(plain) else plain


def words(text: str) -> list[str]:
    """The folded words of a text in their order."""
    found = spaced(text)
    return _ASCII_WORD.findall(found) if text.isascii() else found.split()


def placed(text: str) -> Iterator[tuple[str, Span]]:
    """The folded words of a text, each with its place in the true text."""
    for match in _patterns().inside.finditer(text):
        run = match[0]
        if run.isascii():
            yield run.lower(), match.span()
            continue
        together = words(run)
        if len(together) == len(run) and "".join(together) == run:
            # Chinese, mostly: each character is a word.
            yield from ((word, (at, at + 1)) for at, word in enumerate(together, match.start()))
            continue
        pieces = [(words(piece[0]), piece.span()) for piece in _PIECE.finditer(run)]
        if [word for found, _ in pieces for word in found] != together:
            pieces = [(together, (0, len(run)))]
        for found, (start, end) in pieces:
            for word in found:
                yield word, (match.start() + start, match.start() + end)


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all be there; a term is words that follow each other.

    The last word of the last term also finds longer words if `prefix`. No terms find nothing.
    """

    terms: tuple[tuple[str, ...], ...]
    prefix: bool = False

    @classmethod
    def of(cls, text: str) -> "Query":
        """What somebody typed: words, and phrases in double quotes; nothing in it is syntax."""
        terms: list[tuple[str, ...]] = []
        parts = re.split('["“”„«»]', text[:MOST_CHARACTERS])
        for number, part in enumerate(parts):
            quoted = number % 2
            terms += [tuple(words(one)) for one in ([part] if quoted else part.split())]
        given = [term for term in terms if term]
        kept: list[tuple[str, ...]] = []
        for term in given:
            room = MOST_WORDS - sum(map(len, kept))
            kept += [term[:room]] if room > 0 else []
        # A word is still being typed if no blank and no closing quote came after it.
        typing = bool(words(parts[-1])) and not parts[-1][-1:].isspace()
        return cls(tuple(kept), typing and kept == given and _can_grow(kept[-1][-1]))

    def exact(self) -> "Query":
        """The same without longer words."""
        return Query(self.terms)

    def expression(self) -> str:
        """The query as FTS5 reads it: every word is quoted."""
        found = ['"{}"'.format(" ".join(term).replace('"', '""')) for term in self.terms]
        return " AND ".join(found) + (" *" if self.prefix else "")

    def matches(self, text: str) -> bool:
        """True if the text has all that is looked for."""
        if not self.terms:
            return False
        line = f" {' '.join(words(text))} "
        return all(needle in line for needle in self._needles())

    def spans(self, text: str) -> list[Span]:
        """Where the terms looked for stand in the true text, in order, apart."""
        found = self._ascii_spans(text.lower()) if text.isascii() else self._spans(text)
        spans: list[Span] = []
        for start, end in sorted(found):
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def _spans(self, text: str) -> Iterator[Span]:
        found = list(placed(text))
        folded = [word for word, _ in found]
        for number, term in enumerate(self.terms):
            prefix = self.prefix and number == len(self.terms) - 1
            for first, last in _places(folded, term, prefix):
                yield found[first][1][0], found[last][1][1]

    def _ascii_spans(self, text: str) -> Iterator[Span]:
        """The same for most texts, many times as fast."""
        for number, term in enumerate(self.terms):
            prefix = self.prefix and number == len(self.terms) - 1
            phrase = "[^0-9a-z]+".join(map(re.escape, term)) + ("[0-9a-z]*" if prefix else "")
            # A look ahead, because phrases can overlap.
            for match in re.finditer(f"(?<![0-9a-z])(?=({phrase})(?![0-9a-z]))", text):
                yield match.span(1)

    def _needles(self) -> list[str]:
        needles = [f" {' '.join(term)} " for term in self.terms]
        if self.prefix:
            needles[-1] = needles[-1][:-1]
        return needles


def _can_grow(word: str) -> bool:
    return not _SINGLE.match(word)


def _places(found: list[str], term: tuple[str, ...], prefix: bool) -> Iterator[Span]:
    """The first and the last word of each place where a term stands."""
    size = len(term)
    for at in range(len(found) - size + 1):
        last = found[at + size - 1]
        if last != term[-1] and not (prefix and last.startswith(term[-1])):
            continue
        if tuple(found[at : at + size - 1]) == term[:-1]:
            yield at, at + size - 1


def excerpt(text: str, query: Query) -> tuple[str, tuple[Span, ...]]:
    """A piece of the true text around the first match, and the matches' places in the piece."""
    spans = query.spans(text)
    first = spans[0] if spans else (0, 0)
    start = max(0, first[0] - _BEFORE)
    if start:
        blank = text.find(" ", start, first[0])
        start = blank + 1 if blank >= 0 else start
    end = max(start + EXCERPT_CHARACTERS, min(first[1], start + 2 * EXCERPT_CHARACTERS))
    inside = tuple((a - start, min(b, end) - start) for a, b in spans if a < end)
    return text[start:end], inside

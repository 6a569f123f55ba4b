"""Which language a text is in, told by its script and its commonest little words; or not told.

What it can tell: languages with a script of their own from a few letters, the others in the table
below from about a sentence of running text. What it cannot: very short texts, lists of names, code,
texts in several languages, and languages that are not in the table. Then it says so: an unknown
language is an answer, and no reason to leave a prompt out. A language outside the table that has a
near relative in it (Catalan, Galician, Slovak, Slovene, Nynorsk) is at times taken for that one.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from prefdesk.texts.little_words import LETTERS, WORDS

LEAST_LETTERS = 12
LEAST_IDEOGRAPHS = 4
_MOST_CHARACTERS = 2000

_SCRIPTS = {
    "Latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f",
    "Devanagari": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Tamil": "\u0b80-\u0bff",
    "Thai": "\u0e00-\u0e7f",
    "Kana": "\u3040-\u30ff",
    "Hangul": "\u1100-\u11ff\uac00-\ud7af",
    "Han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff",
}
_OF_SCRIPT = {name: re.compile(f"[{ranges}]+") for name, ranges in _SCRIPTS.items()}
_NO_LETTERS = dict.fromkeys(i for i in range(128) if not chr(i).isalpha())
_ALONE = {
    "Greek": "el", "Hebrew": "he", "Bengali": "bn", "Tamil": "ta", "Thai": "th", "Hangul": "ko",
    "Devanagari": "hi",
}  # fmt: skip
"""Scripts that one of our languages has to itself (others that use them are taken for it)."""

_WORTH = {"Han": 3, "Kana": 3, "Hangul": 2}
"""As how many letters one of these counts."""
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = "(){}[];=<>_*/\\|+#$"
_MOST_SIGNS = 0.08
"""A text in which more than this part is such signs is a program or a table."""
_SHARE = 0.6
"""The part of the letters that must be of one script."""

LANGUAGES: tuple[str, ...] = tuple(sorted({*WORDS, *_ALONE.values(), "zh", "ja"}))
"""The languages it can tell, by their codes of two letters (ISO 639-1)."""


@dataclass(frozen=True, slots=True)
class Guess:
    """`language` is empty where it cannot be told; `why` says then why not: short, mixed, odd."""

    language: str
    why: str = ""


def guess(text: str) -> Guess:
    """The language of a text, if it can be told."""
    text = text[:_MOST_CHARACTERS]
    letters = _letters(text)
    ideographs = letters["Han"] + letters["Kana"]
    weights = {name: n * _WORTH.get(name, 1) for name, n in letters.items()}
    total = sum(weights.values())
    if total < LEAST_LETTERS or (weights["Han"] and total < 3 * LEAST_IDEOGRAPHS):
        return Guess("", "short")
    if 3 * ideographs >= _SHARE * total:
        return Guess("ja" if letters["Kana"] > 0.1 * ideographs else "zh")
    script = max(weights, key=lambda name: weights[name])
    if weights[script] < _SHARE * total:
        return Guess("", "mixed")
    if script in _ALONE:
        return Guess(_ALONE[script])
    return _by_words(text.casefold())


def _letters(text: str) -> dict[str, int]:
    if text.isascii():
        return {**dict.fromkeys(_SCRIPTS, 0), "Latin": len(text.translate(_NO_LETTERS))}
    return {name: sum(map(len, found.findall(text))) for name, found in _OF_SCRIPT.items()}


def _by_words(text: str) -> Guess:
    """By the little words, each worth the less the more languages have it, and by odd letters.

    A word that is said again and again, as in a table or in a program, counts twice at most, and
    two different words of two letters or more must speak for the language, or one and a letter.
    """
    words = _WORD.findall(text)
    few = "short" if len(words) < 6 else "odd"
    if sum(map(text.count, _SIGNS)) > _MOST_SIGNS * len(text):
        return Guess("", few)
    known, odd = _tables()
    points: dict[str, float] = defaultdict(float)
    distinct: dict[str, int] = defaultdict(int)
    for word in known.keys() & set(words):
        times = min(words.count(word), 2)
        for language in known[word]:
            points[language] += times / len(known[word])
            distinct[language] += len(word) > 1
    for letter in odd.keys() & set(text):
        for language in odd[letter]:
            points[language] += 1 / len(odd[letter])
            distinct[language] += 1
    if not points:
        return Guess("", few)
    best, *others = sorted(points, key=lambda language: (-points[language], language))
    most, second = points[best], points[others[0]] if others else 0.0
    enough = most >= max(1.2, 0.06 * len(words)) and distinct[best] >= 2
    return Guess(best) if enough and most >= 1.5 * second else Guess("", few)


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The languages that have a word, and those that have a letter."""
    words = {language: frozenset(text.split()) for language, text in WORDS.items()}
    letters = {language: frozenset(text) for language, text in LETTERS.items()}
    return _owners(words), _owners(letters)


def _owners(table: dict[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    every = frozenset().union(*table.values())
    return {one: tuple(k for k in table if one in table[k]) for one in every}

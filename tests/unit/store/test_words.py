"""Words of a text: one folding for the index, for the scan, and for the place of a match."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prefdesk.store import engine, search_cache
from prefdesk.store.words import EXCERPT_CHARACTERS, Query, excerpt, placed, spaced, words

BITS = st.sampled_from(
    ["the", "The", "THEM", "café", "cafe\u0301", "naïve", "ß", "SS", "İ", "ﬁn", "½", "Ⅷ", "ＡＢＣ",
     "𝐀b", "日本", "日本語", "東", "ｶﾞ", "が", "か\u3099", "한국어", "हिन्दी", "ไทย", "עִברית",
     "NEAR", "AND", "OR", "NOT", "NEAR(a b)", "-", "*", "^", ":", "text:", '"', "'", "(", "{",
     "\x00", "\u200b", "\xad", "🙂", "👍🏽", "❤️", "👩‍👩‍👧", "e-mail", "foo_bar", "x1", "\n", " ",
     "  ", "™", "㎏", "\ud800", "\u0301"]
)  # fmt: skip
TEXTS = st.lists(
    st.one_of(BITS, BITS.map(lambda b: f"{b} "), st.text(max_size=3)), max_size=12
).map("".join)
STORABLE = TEXTS.map(lambda text: text.replace("\ud800", "").encode("utf-8", "ignore").decode())


def slowly(text: str) -> list[str]:
    """Words by the definition, character by character."""
    found, word = [], ""
    for character in _folded(text):
        if _is_alone(character):
            found += [word, character]
            word = ""
        elif unicodedata.category(character)[0] in "LNM" and not _is_symbol(character):
            word += character
        else:
            found.append(word)
            word = ""
    return [one for one in [*found, word] if one]


def _folded(text: str) -> str:
    kept = "".join(c if _is_wordy(c) or c in "\xad\u200c\u200d\u2060\ufeff" else " " for c in text)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", kept).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in apart if not _is_dropped(c)))


def _is_wordy(c: str) -> bool:
    return unicodedata.category(c)[0] in "LNM" or _is_symbol(c)


def _is_dropped(c: str) -> bool:
    # Accents of Latin, Greek and Cyrillic; points of Hebrew and Arabic; selectors; joiners.
    code = ord(c)
    ranges = ((0x300, 0x36F), (0x591, 0x5BD), (0x64B, 0x65F), (0x180B, 0x180D), (0x20D0, 0x20F0),
              (0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x200B, 0x200D))  # fmt: skip
    some = "\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u0670\xad\u2060\ufeff"
    return c in some or any(a <= code <= b for a, b in ranges)


def _is_symbol(c: str) -> bool:
    return any(
        a <= ord(c) <= b
        for a, b in ((0x2190, 0x21FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF))
    )


def _is_alone(c: str) -> bool:
    ranges = ((0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF),
              (0x3005, 0x3007), (0x3041, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF),
              (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F),
              (0x1B000, 0x1B16F), (0x20000, 0x3FFFF))  # fmt: skip
    return _is_wordy(c) and (_is_symbol(c) or any(a <= ord(c) <= b for a, b in ranges))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
@example("Ça ½ ｶﾞ が 日本語 GPT4模型 e\u0301 ﬁ ＡＢＣ a_b")
def test_that_words_are_those_of_the_definition(text: str) -> None:
    assert words(text) == slowly(text)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_that_every_word_has_a_place_in_the_true_text(text: str) -> None:
    found = list(placed(text))
    assert [word for word, _ in found] == words(text)
    for word, (start, end) in found:
        assert 0 <= start < end <= len(text)
        assert word in words(text[start:end])


@given(st.lists(STORABLE, min_size=1, max_size=6), TEXTS)
@settings(max_examples=300, deadline=None)
@example(["answers to a question"], "to ans")
@example(["a b c"], '"b a')
def test_that_the_index_finds_what_a_scan_of_folded_words_finds(
    texts: list[str], typed: str
) -> None:
    query = Query.of(typed)
    c = engine.dbapi.connect(":memory:", isolation_level=None)
    c.execute(search_cache._TABLES[0])
    for number, text in enumerate(texts):
        c.execute("INSERT INTO prompt_words(rowid, text) VALUES(?, ?)", (number, spaced(text)))
    by_index = []
    if query.terms:
        sql = "SELECT rowid FROM prompt_words WHERE prompt_words MATCH ? ORDER BY rowid"
        by_index = [row[0] for row in c.execute(sql, (query.expression(),))]
    c.close()
    assert by_index == [n for n, text in enumerate(texts) if _has(slowly(text), query)]
    assert by_index == [n for n, text in enumerate(texts) if query.matches(text)]
    assert by_index == [n for n, text in enumerate(texts) if _all_stand_in(text, query)]


def _has(found: list[str], query: Query) -> bool:
    ends = range(len(found))
    last = len(query.terms) - 1
    return bool(query.terms) and all(
        any(_stands(found[at:], term, query.prefix and n == last) for at in ends)
        for n, term in enumerate(query.terms)
    )


def _stands(found: list[str], term: tuple[str, ...], prefix: bool) -> bool:
    if len(found) < len(term) or tuple(found[: len(term) - 1]) != term[:-1]:
        return False
    last = found[len(term) - 1]
    return last.startswith(term[-1]) if prefix else last == term[-1]


def _all_stand_in(text: str, query: Query) -> bool:
    last = len(query.terms) - 1
    return bool(query.terms) and all(
        Query((term,), query.prefix and n == last).spans(text) for n, term in enumerate(query.terms)
    )


@pytest.mark.parametrize(
    "typed, terms, prefix",
    [
        ("Cafe lait", (("cafe",), ("lait",)), True),
        ("cafe lait ", (("cafe",), ("lait",)), False),
        ("cafe la", (("cafe",), ("la",)), True),
        ('"new york" tim', (("new", "york"), ("tim",)), True),
        ('"new york"', (("new", "york"),), False),
        ('"new yor', (("new", "yor"),), True),
        ("e-mail", (("e", "mail"),), True),
        ("日本語", (("日", "本", "語"),), False),
        ("a* NEAR(b) -c", (("a",), ("near", "b"), ("c",)), True),
        ("* - \x00 ()", (), False),
        ("", (), False),
    ],
)
def test_that_what_is_typed_is_words_and_never_syntax(
    typed: str, terms: tuple[tuple[str, ...], ...], prefix: bool
) -> None:
    assert Query.of(typed) == Query(terms, prefix)


def test_that_a_long_query_is_cut() -> None:
    query = Query.of("word " * 100_000)
    assert sum(map(len, query.terms)) == 64
    assert not query.prefix


@pytest.mark.parametrize("text", ["Das Café, das CAFE: wo?", "the cafe, the CAFE: in ascii"])
def test_that_an_excerpt_is_a_piece_of_the_true_text(text: str) -> None:
    long = "Long before it. " * 40 + text + " Long after it." * 40
    piece, spans = excerpt(long, Query.of("cafe"))
    assert piece in long
    assert len(piece) <= EXCERPT_CHARACTERS
    assert [piece[a:b].casefold() in ("café", "cafe") for a, b in spans] == [True, True]


def test_that_a_phrase_is_marked_as_a_whole() -> None:
    for text in ("in new, York today", "in new, York todäy"):
        assert Query.of('"new york"').spans(text) == [(3, 12)]
    assert Query.of("a b").spans("a b") == [(0, 1), (2, 3)]
    assert Query.of("日本").spans("今日本です") == [(1, 3)]

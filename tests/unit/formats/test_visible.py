"""What a rater sees of a text."""

import time
import unicodedata

import pytest

from prefdesk.formats.visible import reveal, visible

TAGS = "".join(chr(0xE0000 + ord(c)) for c in "hi")
SCOTLAND = "🏴" + "".join(chr(0xE0000 + ord(c)) for c in "gbsct") + "\U000e007f"

SHOWN = {
    "bidi override": ("admin\u202etxt.exe", "admin⟦U+202E⟧txt.exe"),
    "bidi isolates": ("\u2066a\u2069", "⟦U+2066⟧a⟦U+2069⟧"),
    "marks of direction": ("a\u200e\u200f\u061cb", "a⟦U+200E⟧⟦U+200F⟧⟦U+061C⟧b"),
    "zero-width space": ("pass\u200bword", "pass⟦U+200B⟧word"),
    "joiners in Latin": ("a\u200cb\u200dc", "a⟦U+200C⟧b⟦U+200D⟧c"),
    "word joiner": ("a\u2060b", "a⟦U+2060⟧b"),
    "invisible times": ("2\u2062x", "2⟦U+2062⟧x"),
    "byte order mark": ("\ufeffx", "⟦U+FEFF⟧x"),
    "tag characters": (f"ok{TAGS}", "ok⟦U+E0068⟧⟦U+E0069⟧"),
    "tags behind a flag that is none": (f"🏴{TAGS}\U000e007f", "🏴⟦U+E0068⟧⟦U+E0069⟧⟦U+E007F⟧"),
    "NUL": ("a\0b", "a⟦U+0000⟧b"),
    "ANSI colours": ("\x1b[31mred", "⟦U+001B⟧[31mred"),
    "C1 control": ("a\x9bb\x85", "a⟦U+009B⟧b⟦U+0085⟧"),
    "delete": ("a\x7f", "a⟦U+007F⟧"),
    "carriage return that overwrites": ("good\rbad", "good⟦U+000D⟧bad"),
    "backspace": ("abc\x08\x08", "abc⟦U+0008⟧⟦U+0008⟧"),
    "form feed": ("a\x0cb\x0b", "a⟦U+000C⟧b⟦U+000B⟧"),
    "bell": ("\x07", "⟦U+0007⟧"),
    "soft hyphen": ("pay\xadpal", "pay⟦U+00AD⟧pal"),
    "grapheme joiner": ("a\u034fb", "a⟦U+034F⟧b"),
    "no-break space": ("a\xa0b", "a⟦U+00A0⟧b"),
    "thin and em spaces": ("a\u2009b\u2003c", "a⟦U+2009⟧b⟦U+2003⟧c"),
    "ideographic space in Latin": ("a\u3000b", "a⟦U+3000⟧b"),
    "Ogham space": ("a\u1680b", "a⟦U+1680⟧b"),
    "Hangul fillers": ("\u115f\u1160\u3164\uffa0", "⟦U+115F⟧⟦U+1160⟧⟦U+3164⟧⟦U+FFA0⟧"),
    "Braille blank": ("a\u2800b", "a⟦U+2800⟧b"),
    "line separator": ("a\u2028b\u2029", "a⟦U+2028⟧b⟦U+2029⟧"),
    "Khmer vowels without shape": ("\u17b4\u17b5", "⟦U+17B4⟧⟦U+17B5⟧"),
    "Mongolian separators": ("\u180b\u180e", "⟦U+180B⟧⟦U+180E⟧"),
    "lone surrogate": ("a\ud800b", "a⟦U+D800⟧b"),
    "private use": ("\ue000\U000f0000\U0010fffd", "⟦U+E000⟧⟦U+F0000⟧⟦U+10FFFD⟧"),
    "noncharacters": ("\ufdd0\uffff", "⟦U+FDD0⟧⟦U+FFFF⟧"),
    "interlinear annotation": ("a\ufff9b\ufffb", "a⟦U+FFF9⟧b⟦U+FFFB⟧"),
    "object replacement": ("\ufffc", "⟦U+FFFC⟧"),
    "musical format": ("\U0001d173", "⟦U+1D173⟧"),
    "variation selector after a letter": ("a\ufe0fb\ufe01", "a⟦U+FE0F⟧b⟦U+FE01⟧"),
    "bytes smuggled behind an emoji": ("😀\U000e0121\U000e0122", "😀⟦U+E0121⟧⟦U+E0122⟧"),
    "second selector": ("✔\ufe0f\ufe0f", "✔\ufe0f⟦U+FE0F⟧"),
    "joiner after the last emoji": ("👩\u200d", "👩⟦U+200D⟧"),
    "joiner between emoji and letter": ("👩\u200da", "👩⟦U+200D⟧a"),
    "two joiners in Persian": ("می\u200c\u200cخ", "می⟦U+200C⟧⟦U+200C⟧خ"),
    "joiner at the end of a Persian word": ("می\u200c ", "می⟦U+200C⟧ "),
    "direction in Arabic": ("م\u200fخ", "م⟦U+200F⟧خ"),
}

LEFT = {
    "plain": "Hello, world. 1 + 1 = 2",
    "line ends and tabs": "a\n\tb\n",
    "accents": "Zoë, naïve, Đà Nẵng, e\u0301",
    "Chinese": "你好，世界。",
    "Chinese with wide spaces": "\u3000\u3000第一段。\u3000第二",
    "Japanese": "日本語のテキスト\u3000です",
    "Korean": "안녕하세요",
    "Russian": "Здравствуйте, достопримечательности",
    "Hebrew": "שָׁלוֹם",
    "Persian joiner": "می\u200cخواهم",
    "Hindi joiner": "क्\u200dष",
    "Sinhala joiner": "ශ්\u200dරී",
    "Thai": "ภาษาไทย",
    "astronaut": "👩‍🚀",
    "rainbow flag": "🏳️‍🌈",
    "family": "👨‍👩‍👧‍👦",
    "skin tone in a sequence": "👩🏽‍🚒",
    "kiss": "👩‍❤️‍💋‍👨",
    "heart": "❤️ and ✔️",
    "keycap": "1️⃣ #️⃣",
    "Scotland": SCOTLAND,
    "country flag": "🇨🇳",
    "replacement": "broken \ufffd here",
    "French": "«\xa0Bonjour\xa0!\xa0» 10\u202f000\u202f€, 50\xa0%",
    "our brackets": "⟦note⟧",
}


def test_that_the_tables_are_long_enough() -> None:
    assert len(SHOWN) >= 40
    assert len(LEFT) >= 20


@pytest.mark.parametrize("name", SHOWN)
def test_that_hidden_characters_are_revealed_and_counted(name: str) -> None:
    text, expected = SHOWN[name]
    found = reveal(text)
    assert found.text == expected
    assert found.revealed == expected.count("⟦U+")
    assert not found.cut


@pytest.mark.parametrize("name", LEFT)
def test_that_honest_text_is_left_alone(name: str) -> None:
    assert reveal(LEFT[name]) == (LEFT[name], 0, False)


def test_that_windows_line_ends_become_plain_ones() -> None:
    assert reveal("a\r\nb\r\r\n") == ("a\nb⟦U+000D⟧\n", 1, False)


def test_that_every_invisible_character_of_unicode_is_known() -> None:
    """Format, control, separator and default-ignorable characters outside any sequence."""
    visible_formats = {0xFFFD, 0x110BD, 0x110CD, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2}
    visible_formats |= set(range(0x0600, 0x0606))
    for code in range(0x110000):
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cs") and character not in " \n\t":
            if code in visible_formats:
                assert visible(f"a{character}b") == f"a{character}b"
            else:
                assert visible(f"a{character}b") == f"a⟦U+{code:04X}⟧b", hex(code)


def test_that_letters_and_signs_of_all_scripts_stay() -> None:
    hidden = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\U0001d159")
    for code in range(0x20, 0x1FB00):
        character = chr(code)
        shown = unicodedata.category(character)[0] in "LNPS" or unicodedata.combining(character)
        if shown and character not in hidden:
            assert visible(character) == character, hex(code)


def test_that_piled_marks_are_capped() -> None:
    assert visible("a" + "\u0301" * 8 + "b") == "a" + "\u0301" * 8 + "b"
    assert visible("a" + "\u0301" * 9 + "b") == "a" + "\u0301" * 8 + "⟦+1 marks⟧b"
    assert visible("Z" + "\u0489" * 50) == "Z" + "\u0489" * 8 + "⟦+42 marks⟧"
    assert visible("\u0301" * 10) == "\u0301" * 8 + "⟦+2 marks⟧"
    twice = ("й" + "\u0310" * 10) * 2
    assert visible(twice) == ("й" + "\u0310" * 8 + "⟦+2 marks⟧") * 2


def test_that_marks_of_every_script_are_capped() -> None:
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in ("Mn", "Me") and visible(character) == character:
            assert visible("a" + character * 12).endswith("⟦+4 marks⟧"), hex(code)


def test_that_long_lines_are_broken_after_a_blank_if_one_is_near() -> None:
    line = "x" * 4500
    pieces = visible(line).split("⟦↩⟧\n")
    assert [len(p) for p in pieces] == [2000, 2000, 500]
    assert "".join(pieces) == line
    words = "word " * 1000
    pieces = visible(words).split("⟦↩⟧\n")
    assert "".join(pieces) == words
    assert all(p.endswith(" ") and len(p) <= 2000 for p in pieces)
    assert visible("x" * 2000 + "\n" + "y" * 2000) == "x" * 2000 + "\n" + "y" * 2000


def test_that_a_break_falls_into_no_sign_and_before_no_mark() -> None:
    pieces = visible("x" * 1996 + "\u202e" + "y" * 50).split("⟦↩⟧\n")
    assert [len(p) for p in pieces] == [1996, 58]
    pieces = visible("x" * 1999 + "e\u0301\u0302" + "y" * 50).split("⟦↩⟧\n")
    assert pieces[1].startswith("e\u0301\u0302")
    pieces = visible("x" * 1999 + "👩‍🚀" + "y" * 50).split("⟦↩⟧\n")
    assert pieces[1].startswith("👩‍🚀")


def test_that_long_texts_are_cut_and_say_so() -> None:
    found = reveal("ab\n" * 100, limit=10)
    assert (found.text, found.cut) == ("ab\nab\nab\na", True)
    assert not reveal("a" * 10, limit=10).cut
    assert reveal("\u202e" * 200_000).revealed < 60_000
    swollen = reveal("\u202e" * 10, limit=10)
    assert (len(swollen.text), swollen.cut) == (20, True)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "e" + "\u0301" * 200_000,
        "a\u0301" * 100_000,
        "word " * 40_000,
        "\u202e\u200b" * 100_000,
        "👩‍🚀" * 60_000,
        "👩\u200d" * 100_000,
        "👩" * 200_000,
        "мирный" * 33_000,
        "م\u200c" * 100_000,
        "\u3000" * 200_000,
        "1\ufe0f" * 100_000,
        ("word " * 200 + "\n") * 200,
        "⟦" * 200_000,
    ],
)
def test_that_no_text_takes_long(text: str) -> None:
    reveal(text)
    took = []
    for _ in range(3):
        start = time.thread_time()
        reveal(text)
        took.append(time.thread_time() - start)
    assert min(took) < 0.25

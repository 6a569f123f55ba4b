"""Text as a person may safely read it: nothing hidden, nothing reordered, nothing that stalls.

Characters without a shape of their own (controls, bidirectional overrides, zero-width and tag
characters, odd blanks, private use) are shown as ⟦U+202E⟧. They stay where they carry meaning:
inside emoji sequences, between letters of scripts that join, as blanks that French and Chinese
typesetting asks for. Stored text is never altered; only what is looked at comes from here.
"""

import re
import unicodedata
from typing import NamedTuple

SHOWN_CHARACTERS = 200_000
LINE_CHARACTERS = 2_000
MARKS_PER_BASE = 8

LINE_MARK = "⟦↩⟧"


class Visible(NamedTuple):
    """A text to look at; `revealed` counts hidden characters in it, `cut` says that it goes on."""

    text: str
    revealed: int
    cut: bool


_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffc\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U00013430-\U0001345f"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
_EMOJI = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_ELEMENT = f"{_EMOJI}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_JOINING = (
    "[\u0620-\u06ff\u0710-\u077f\u0840-\u085b\u08a0-\u08e1\u08e3-\u0dff"
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]"
)
_WIDE = (
    "\u2e80-\u2fff\u3001-\u3163\u3165-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f"
)


def _tags(region: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) for c in region) + "\U000e007f"


_REGIONS = "|".join(map(_tags, ("gbeng", "gbsct", "gbwls")))

_ANY = re.compile(f"[{_HIDDEN}]")
_PARTS = re.compile(
    "(?P<fine>"
    f"{_ELEMENT}(?:\u200d{_ELEMENT})+"
    f"|{_EMOJI}\ufe0f"
    "|[0-9#*]\ufe0f\u20e3"
    f"|\U0001f3f4(?:{_REGIONS})"
    f"|(?<={_JOINING})[\u200c\u200d](?={_JOINING})"
    "|[\xa0\u202f](?=[;:!?%»€])|(?<=«)[\xa0\u202f]|(?<=[0-9])[\xa0\u202f](?=[0-9])"
    f"|(?<=[{_WIDE}])\u3000|\u3000{{1,2}}(?=[{_WIDE}])"
    ")"
    "|(?P<end>\r(?=\n))"
    f"|[{_HIDDEN}]"
)

# Blocks that hold combining marks; Latin, Chinese and Korean text is skipped at full speed.
_MAYBE_MARKS = re.compile(
    "[\u0300-\u1fff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabff"
    f"\ufb1e\ufe20-\ufe2f\U000101fd-\U0001efff]{{{MARKS_PER_BASE + 1},}}"
)


def visible(text: str) -> str:
    """The text of `reveal`."""
    return reveal(text).text


def reveal(text: str, *, limit: int = SHOWN_CHARACTERS) -> Visible:
    """Make hidden characters visible, in linear time.

    At most `limit` characters are shown. Lines are broken at 2,000 characters, marked ⟦↩⟧; more
    than 8 combining marks on one base are left out, marked ⟦+N marks⟧. A CR before LF goes.
    """
    cut = len(text) > limit
    text = text[:limit]
    shown, revealed = _revealed(text, 2 * limit) if _ANY.search(text) else (text, 0)
    if len(shown) > 2 * limit:
        shown, cut = shown[: 2 * limit], True
    shown = _MAYBE_MARKS.sub(lambda m: _capped(m[0]), shown)
    lines = (_broken(one) if len(one) > LINE_CHARACTERS else one for one in shown.split("\n"))
    return Visible("\n".join(lines), revealed, cut)


def _revealed(text: str, enough: int) -> tuple[str, int]:
    """The text with its hidden characters shown, and their number; stops beyond `enough`."""
    pieces: list[str] = []
    at = size = count = 0
    for match in _PARTS.finditer(text):
        if match.lastgroup == "fine":
            continue
        start = match.start()
        sign = "" if match.lastgroup == "end" else f"⟦U+{ord(text[start]):04X}⟧"
        pieces += text[at:start], sign
        size += start - at + len(sign)
        count += bool(sign)
        at = start + 1
        if size > enough:
            break
    return "".join(pieces) + text[at:], count


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def _capped(run: str) -> str:
    made: list[str] = []
    marks = 0
    for character in run + "\n":
        if _is_mark(character):
            marks += 1
            if marks > MARKS_PER_BASE:
                continue
        else:
            if marks > MARKS_PER_BASE:
                made.append(f"⟦+{marks - MARKS_PER_BASE} marks⟧")
            marks = 0
        made.append(character)
    return "".join(made)[:-1]


def _broken(line: str) -> str:
    pieces: list[str] = []
    start = 0
    while len(line) - start > LINE_CHARACTERS:
        end = _break(line, start)
        pieces.append(line[start:end])
        start = end
    return f"{LINE_MARK}\n".join([*pieces, line[start:]])


def _break(line: str, start: int) -> int:
    """Where to break: after a blank if one is near, never inside ⟦…⟧ or before a mark."""
    end = start + LINE_CHARACTERS
    blank = line.rfind(" ", end - 100, end)
    if blank >= 0:
        return blank + 1
    opened = line.rfind("⟦", end - 20, end)
    if opened > line.rfind("⟧", end - 20, end):
        return opened
    back = end
    while back > end - 20 and (_is_mark(line[back]) or "\u200d" in line[back - 1 : back + 1]):
        back -= 1
    return back

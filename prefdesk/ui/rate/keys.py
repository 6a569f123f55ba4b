"""Which score or verb a key press means, wherever the key's letter lies.

Scores follow the number row by physical position, left to right: the key left of `1` is 0, then
`1` to `9`, and `0` is 10. Labels lie on `1`, `2`, `3`. On the number pad the digits are
themselves and `+` is 10. Where a platform names no physical key, the character decides, with the
unshifted characters of the number row on French, German, Nordic and Chinese keyboards.
"""

import sys
import unicodedata
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_ROW = range(11)
_LETTERS = "SCEU"

X11_SCORES = dict(zip((49, *range(10, 20)), _ROW))
"""X11 and Wayland keycodes: the kernel's codes (41, 2 to 11) plus 8."""
WINDOWS_SCORES = dict(zip((0x29, *range(0x02, 0x0C)), _ROW))
"""Scan codes of set 1."""
MAC_SCORES = dict(zip((50, 18, 19, 20, 21, 23, 22, 26, 28, 25, 29), _ROW)) | {10: 0}
"""Virtual keys; 10 is the key left of 1 on European keyboards, where 50 lies beside Shift."""

_X11_LETTERS = dict(zip((39, 54, 26, 30), _LETTERS))
_WINDOWS_LETTERS = dict(zip((0x1F, 0x2E, 0x12, 0x16), _LETTERS))
_MAC_LETTERS = dict(zip((1, 8, 14, 32), _LETTERS))

_LEFT_OF_ONE = frozenset("`²^·§½ёº")
_UNSHIFTED_FRENCH = dict(zip("&é\"'(-è_çà", range(1, 11)))
_LEFT_KEYS = frozenset(
    {Qt.Key.Key_Dead_Circumflex, Qt.Key.Key_Dead_Grave, Qt.Key.Key_Zenkaku_Hankaku}
)

_PAD = Qt.KeyboardModifier.KeypadModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_META = Qt.KeyboardModifier.MetaModifier

_VERBS: dict[str, str] = {"S": "skip", "C": "comment", "E": "earlier", "U": "undo"}
_PLAIN: dict[int, str] = {
    Qt.Key.Key_Left: "back",
    Qt.Key.Key_Backspace: "back",
    Qt.Key.Key_Back: "back",
    Qt.Key.Key_Right: "forward",
    Qt.Key.Key_Forward: "forward",
    Qt.Key.Key_Escape: "leave",
    Qt.Key.Key_Question: "keys",
    Qt.Key.Key_F1: "keys",
    Qt.Key.Key_Up: "line_up",
    Qt.Key.Key_Down: "line_down",
    Qt.Key.Key_PageUp: "page_up",
    Qt.Key.Key_PageDown: "page_down",
    Qt.Key.Key_Home: "top",
    Qt.Key.Key_End: "bottom",
    Qt.Key.Key_Space: "page_down",
}
_WITH_ALT: dict[int, str] = {Qt.Key.Key_Left: "back", Qt.Key.Key_Right: "forward"}
_WITH_CONTROL: dict[int, str] = {
    Qt.Key.Key_Plus: "larger",
    Qt.Key.Key_Equal: "larger",
    Qt.Key.Key_Minus: "smaller",
}


def score(event: QKeyEvent, system: str = sys.platform) -> int | None:
    """The place on the number row, 0 to 10 from the left, or None for any other key.

    Alt is allowed and left to the caller; Ctrl and Meta are not.
    """
    if event.modifiers() & (_CONTROL | _META):
        return None
    if event.modifiers() & _PAD:
        return _pad(event.key())
    code, table = _physical(event, system)
    if not code:
        return _by_character(event)
    if code in table:
        return table[code]
    return _digit(event)  # a remote desktop may send digits on keys of its own


def value(place: int, question: str) -> float | None:
    """The answer on this place of the row: a score, or a label's index on the keys 1, 2, 3."""
    if question == "score":
        return float(place)
    return float(place - 1) if place in (1, 2, 3) else None


def verb(event: QKeyEvent, system: str = sys.platform) -> str:
    """What a key asks for, such as skip or undo; empty if it asks for nothing."""
    if event.matches(QKeySequence.StandardKey.Undo):
        return "undo"
    if event.matches(QKeySequence.StandardKey.Redo) or _is_redo(event):
        return "redo"
    held = event.modifiers() & (_CONTROL | _ALT | _META)
    if held == _CONTROL:
        return _WITH_CONTROL.get(event.key(), "")
    if held == _ALT:
        return _WITH_ALT.get(event.key(), "")
    if held:
        return ""
    if event.text() in ("?", "？"):
        return "keys"
    found = _PLAIN.get(event.key(), "")
    return found or _VERBS.get(_letter(event, system), "")


def _is_redo(event: QKeyEvent) -> bool:
    held = event.modifiers() & (_CONTROL | _SHIFT | _ALT | _META)
    return event.key() == Qt.Key.Key_Z and held == _CONTROL | _SHIFT


def _physical(event: QKeyEvent, system: str) -> tuple[int, Mapping[int, int]]:
    if system == "darwin":  # no scan codes there; virtual keys name positions
        code = event.nativeVirtualKey()
        return code, MAC_SCORES
    return event.nativeScanCode(), WINDOWS_SCORES if system == "win32" else X11_SCORES


def _letter(event: QKeyEvent, system: str) -> str:
    if Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z:
        return chr(event.key())
    if event.key() < 0x80:
        return ""
    # A keyboard of another script: the keys of the verbs lie where a Latin one has them.
    code, _ = _physical(event, system)
    tables = {"darwin": _MAC_LETTERS, "win32": _WINDOWS_LETTERS}
    return tables.get(system, _X11_LETTERS).get(code, "")


def _pad(key: int) -> int | None:
    if key == Qt.Key.Key_Plus:
        return 10
    return key - Qt.Key.Key_0 if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 else None


def _digit(event: QKeyEvent) -> int | None:
    key = event.key()
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        return (key - Qt.Key.Key_0) or 10
    return None


def _by_character(event: QKeyEvent) -> int | None:
    if event.key() in _LEFT_KEYS:
        return 0
    found = _digit(event)
    if found is not None:
        return found
    sign = _character(event)
    if sign in _LEFT_OF_ONE:
        return 0
    wide = unicodedata.normalize("NFKC", sign)
    if len(wide) == 1 and wide in "0123456789":
        return int(wide) or 10
    if event.modifiers() & _SHIFT:  # on other keyboards these signs are typed with Shift
        return None
    return 0 if wide == "`" else _UNSHIFTED_FRENCH.get(wide)


def _character(event: QKeyEvent) -> str:
    text = event.text()
    if not text and 0x20 < event.key() < 0x1000000:
        text = chr(event.key())
    return text.lower() if len(text) == 1 else ""

"""Scores by physical position: three layouts, Chinese input, the number pad, three systems."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from prefdesk.ui.rate import keys

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
PAD = Qt.KeyboardModifier.KeypadModifier

X11 = (49, *range(10, 20))
WINDOWS = (0x29, *range(0x02, 0x0C))
MAC = (50, 18, 19, 20, 21, 23, 22, 26, 28, 25, 29)

# What the number row types without Shift, from the key left of 1 to the key 0.
ROWS = {
    "US": [Qt.Key.Key_QuoteLeft, *"1234567890"],
    "AZERTY": [Qt.Key.Key_twosuperior, *"&é\"'(-è_çà"],
    "German": [Qt.Key.Key_Dead_Circumflex, *"1234567890"],
    "Chinese": ["·", *"1234567890"],
    "Chinese, full width": ["｀", *"１２３４５６７８９０"],
    "Russian": ["ё", *"1234567890"],
}


def event(
    sign: str | Qt.Key, held: Any = NONE, *, scan: int = 0, virtual: int = 0, kind: Any = None
) -> QKeyEvent:
    """A key press as a platform reports it; with `scan` 0 as a synthetic one."""
    key = int(sign) if isinstance(sign, Qt.Key) else ord(sign.upper())
    text = "" if isinstance(sign, Qt.Key) else sign
    return QKeyEvent(kind or QEvent.Type.KeyPress, key, held, scan, virtual, 0, text)


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> None:
    """Key sequences of the platform need one."""


@pytest.mark.parametrize("layout", ROWS)
def test_that_a_physical_key_is_its_score_on_every_layout(layout: str) -> None:
    for place, sign in enumerate(ROWS[layout]):
        assert keys.score(event(sign, scan=X11[place]), "linux") == place
        assert keys.score(event(sign, scan=WINDOWS[place]), "win32") == place
        assert keys.score(event(sign, virtual=MAC[place]), "darwin") == place


@pytest.mark.parametrize("layout", ROWS)
def test_that_the_character_decides_where_no_physical_key_is_named(layout: str) -> None:
    found = [keys.score(event(sign), "linux") for sign in ROWS[layout]]
    assert found == list(range(11))


def test_that_a_french_digit_with_shift_is_the_score_of_its_key() -> None:
    assert keys.score(event("1", SHIFT, scan=10), "linux") == 1
    assert keys.score(event("0", SHIFT, scan=19), "linux") == 10


def test_that_signs_typed_with_shift_on_other_layouts_rate_nothing() -> None:
    for sign in "&\"'(_":
        assert keys.score(event(sign, SHIFT), "linux") is None


def test_that_keys_beside_the_row_rate_nothing() -> None:
    for scan, sign in ((20, "-"), (21, "="), (48, "'"), (9, Qt.Key.Key_Escape), (24, "q")):
        assert keys.score(event(sign, scan=scan), "linux") is None


def test_that_digits_of_a_remote_desktop_count_on_keys_of_their_own() -> None:
    assert keys.score(event("7", scan=200), "linux") == 7


def test_that_the_number_pad_is_what_is_printed_on_it() -> None:
    for digit in range(10):
        assert keys.score(event(str(digit), PAD, scan=90), "linux") == digit
        assert keys.score(event(str(digit), PAD), "linux") == digit


def test_that_plus_on_the_number_pad_is_ten_and_its_other_keys_nothing() -> None:
    assert keys.score(event("+", PAD, scan=86), "linux") == 10
    for sign in (".", "-", Qt.Key.Key_Enter, Qt.Key.Key_End, Qt.Key.Key_Left):
        assert keys.score(event(sign, PAD), "linux") is None


def test_that_control_keeps_a_digit_from_rating() -> None:
    assert keys.score(event("1", CONTROL, scan=10), "linux") is None
    assert keys.score(event("1", ALT, scan=10), "linux") == 1


def test_that_labels_lie_on_one_two_three() -> None:
    assert [keys.value(place, "label") for place in range(6)] == [None, 0, 1, 2, None, None]
    assert keys.value(10, "score") == 10


@pytest.mark.parametrize(
    ("sign", "held", "verb"),
    [
        (Qt.Key.Key_Left, NONE, "back"),
        (Qt.Key.Key_Backspace, NONE, "back"),
        (Qt.Key.Key_Left, ALT, "back"),
        (Qt.Key.Key_Right, NONE, "forward"),
        ("s", NONE, "skip"),
        ("c", NONE, "comment"),
        ("e", NONE, "earlier"),
        ("u", NONE, "undo"),
        ("z", CONTROL, "undo"),
        ("z", CONTROL | SHIFT, "redo"),
        ("?", SHIFT, "keys"),
        ("？", NONE, "keys"),
        (Qt.Key.Key_Escape, NONE, "leave"),
        ("x", NONE, ""),
        ("s", CONTROL, ""),
    ],
)
def test_that_each_verb_has_its_key(sign: str | Qt.Key, held: Any, verb: str) -> None:
    assert keys.verb(event(sign, held), "linux") == verb


def test_that_verbs_lie_where_a_latin_keyboard_has_them_on_others() -> None:
    assert keys.verb(event("ы", scan=39), "linux") == "skip"  # Russian, the key of S
    assert keys.verb(event("с", scan=54), "linux") == "comment"
    assert keys.verb(event("ы", scan=0x1F), "win32") == "skip"
    assert keys.verb(event("ы", virtual=1), "darwin") == "skip"

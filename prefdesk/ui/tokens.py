"""The look in numbers: colours, spacing, type. Every other module of the window reads these."""

from dataclasses import dataclass, fields
from typing import Literal

Scheme = Literal["light", "dark"]
Role = Literal["caption", "body", "rated", "title", "number"]

SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_5, SPACE_6 = 4, 8, 12, 16, 24, 32
RADIUS = 6
FOCUS_RING = 2
RAIL_WIDTH = 56
ROW_HEIGHT = 32
TARGET_HEIGHT = 40
"""Smallest height of a control that is pressed many times, such as a score."""
MOTION_MS = 120

TYPE_SIZES: dict[Role, int] = {"caption": 12, "body": 14, "rated": 16, "title": 20, "number": 28}
"""Sizes in pixels at text zoom 100 %."""

ZOOMS: tuple[int, ...] = (80, 90, 100, 110, 125, 150, 175, 200)
"""Text zooms that Preferences offer, in per cent."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as `#RRGGBB`."""

    scheme: Scheme
    window: str
    panel: str
    sunken: str
    text: str
    muted: str
    border: str
    control: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    selection: str
    hover: str
    good: str
    warn: str
    bad: str
    good_soft: str
    warn_soft: str
    bad_soft: str
    accent_soft: str


LIGHT = Tokens(
    scheme="light",
    window="#F6F6F4",
    panel="#FFFFFF",
    sunken="#F0F1F0",
    text="#1F2328",
    muted="#59636E",
    border="#D5D9DE",
    control="#7C858F",
    accent="#2563C9",
    accent_hover="#1F56B0",
    accent_pressed="#194895",
    on_accent="#FFFFFF",
    selection="#DCE7FA",
    hover="#ECEDEC",
    good="#1A7F5A",
    warn="#8A5A00",
    bad="#B42340",
    good_soft="#EFF8F4",
    warn_soft="#FBF1DF",
    bad_soft="#FBE9EC",
    accent_soft="#E9F0FC",
)

DARK = Tokens(
    scheme="dark",
    window="#15171A",
    panel="#1D2025",
    sunken="#181A1E",
    text="#E8EAED",
    muted="#A6AEB8",
    border="#363C45",
    control="#727B87",
    accent="#86B0FF",
    accent_hover="#9DBFFF",
    accent_pressed="#B5CFFF",
    on_accent="#10141B",
    selection="#2B3A55",
    hover="#262A30",
    good="#56C796",
    warn="#E0B050",
    bad="#FF8795",
    good_soft="#1B2D26",
    warn_soft="#312818",
    bad_soft="#35201F",
    accent_soft="#212C40",
)

THEMES: dict[Scheme, Tokens] = {"light": LIGHT, "dark": DARK}

SERIES: tuple[str, ...] = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#7F7F7F",
)
"""Okabe and Ito's colours in a fixed order, for raters, checkpoints and criteria."""

MARKERS: tuple[str, ...] = ("o", "s", "t", "d", "+", "x", "star", "t1")
"""The second channel beside `SERIES`: pyqtgraph's names of marks, in the same order."""

DIVERGING: tuple[str, str, str] = ("#B35806", "#F7F7F7", "#5E3C99")
"""Low, centre and high of agreement and residual maps; told apart without red and green."""


def series(index: int) -> tuple[str, str]:
    """Colour and mark of the n-th rater, checkpoint or criterion."""
    return SERIES[index % len(SERIES)], MARKERS[index % len(MARKERS)]


def colour_names() -> tuple[str, ...]:
    """The names of all colours of a theme."""
    return tuple(f.name for f in fields(Tokens) if f.name != "scheme")


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)

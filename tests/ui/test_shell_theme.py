"""The look: contrast, zoom, switching, and a guard against a Qt that eats None."""

import re
import sys
from itertools import product

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from prefdesk.paths import resource
from prefdesk.ui import icons, theme, tokens
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.widgets import Label, PrimaryButton

TEXT_PAIRS = [
    *product(("text", "muted", "accent", "good", "warn", "bad"), ("panel", "window")),
    *product(("text", "muted"), ("sunken", "hover", "selection")),
    *product(("on_accent",), ("accent", "accent_hover", "accent_pressed")),
    *product(("text",), ("good_soft", "warn_soft", "bad_soft", "accent_soft")),
]
SHAPE_PAIRS = [
    *product(("control", "accent"), ("panel", "window", "sunken")),
    ("good", "good_soft"),
    ("warn", "warn_soft"),
    ("bad", "bad_soft"),
    ("accent", "accent_soft"),
]


@pytest.mark.parametrize("look", tokens.THEMES.values(), ids=lambda t: t.scheme)
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_that_text_reaches_wcag_aa(look: tokens.Tokens, front: str, back: str) -> None:
    assert tokens.contrast(getattr(look, front), getattr(look, back)) >= 4.5


@pytest.mark.parametrize("look", tokens.THEMES.values(), ids=lambda t: t.scheme)
@pytest.mark.parametrize(("front", "back"), SHAPE_PAIRS)
def test_that_edges_of_controls_and_icons_reach_wcag_aa(
    look: tokens.Tokens, front: str, back: str
) -> None:
    assert tokens.contrast(getattr(look, front), getattr(look, back)) >= 3.0


def test_that_contrast_is_measured_as_wcag_measures_it() -> None:
    assert tokens.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert tokens.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("zoom", tokens.ZOOMS)
def test_that_text_zoom_scales_every_size_of_the_style_sheet(qapp: QApplication, zoom: int) -> None:
    plain = theme.stylesheet(tokens.LIGHT, 100)
    scaled = theme.stylesheet(tokens.LIGHT, zoom)
    found = [re.findall(r"font-size: (\d+)px", sheet) for sheet in (plain, scaled)]
    assert len(found[0]) == len(found[1]) >= 8
    for base, now in zip(*found, strict=True):
        assert int(now) == round(int(base) * zoom / 100)


def test_that_the_style_sheet_names_no_colour_of_its_own() -> None:
    source = resource("theme/style.qss").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", source)


def test_that_a_theme_changes_palette_icons_and_a_drawn_widget(
    qtbot: QtBot, preferences: Preferences
) -> None:
    button = PrimaryButton("Go", "play")
    qtbot.addWidget(button)
    button.show()
    background = {}
    for wish in ("light", "dark"):
        theme.theme().apply(wish)  # type: ignore[arg-type]
        look = tokens.THEMES[wish]  # type: ignore[index]
        assert QApplication.palette().color(QPalette.ColorRole.Window).name() == look.window.lower()
        picture = button.grab().toImage()
        background[wish] = picture.pixelColor(button.width() // 2, 3).name().upper()
        assert background[wish] == look.accent
        drawn = button.icon().pixmap(16, 16).toImage()
        shades = {
            drawn.pixelColor(x, y).name().upper()
            for x, y in product(range(drawn.width()), range(drawn.height()))
            if drawn.pixelColor(x, y).alpha() == 255
        }
        assert look.on_accent in shades


def test_that_text_zoom_makes_widgets_larger(qtbot: QtBot, preferences: Preferences) -> None:
    label = Label("What people think", "title")
    qtbot.addWidget(label)
    label.show()
    before = label.sizeHint()
    theme.theme().apply("light", 150)
    assert label.sizeHint().height() >= 1.4 * before.height()
    assert theme.theme().font("title").pixelSize() == 30


def test_that_every_icon_can_be_drawn(qapp: QApplication) -> None:
    names = sorted(p.stem for p in resource("icons").glob("*.svg"))
    assert len(names) >= 20
    for name in names:
        picture = icons.pixmap(name, "#123456", 24).toImage()
        inked = [
            1 for x, y in product(range(24), range(24)) if picture.pixelColor(x, y).alpha() > 0
        ]
        assert len(inked) > 8, name


def test_that_none_is_not_used_up_by_calls_into_qt(qapp: QApplication) -> None:
    label = QLabel()
    for _ in range(100):
        label.setText("x")
    before = sys.getrefcount(None)
    for _ in range(500):
        label.setText("x")
    assert sys.getrefcount(None) > before - 100


def test_that_a_widget_of_another_role_is_drawn_anew(
    qtbot: QtBot, preferences: Preferences
) -> None:
    label = Label("7.1")
    qtbot.addWidget(label)
    label.show()
    small = label.sizeHint().height()
    label.set_role("number")
    assert label.sizeHint().height() > 1.5 * small


def test_that_every_role_of_a_label_is_in_the_style_sheet() -> None:
    sheet = resource("theme/style.qss").read_text(encoding="utf-8")
    for role in ("title", "heading", "number", "muted", "caption", "accent", "good", "warn", "bad"):
        assert f'QLabel[role="{role}"]' in sheet

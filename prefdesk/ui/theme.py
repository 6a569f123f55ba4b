"""Tokens made visible: two palettes, one style sheet, fonts, and who has to know of a change.

Qt's own colour-scheme switch does nothing on some platforms, so the colours are ours; the
system's wish is still followed where it can be heard.
"""

import re
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from prefdesk.paths import cache_dir, resource
from prefdesk.ui import tokens
from prefdesk.ui.tokens import Role, Scheme, Tokens

Wish = Literal["system", "light", "dark"]

CJK_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
)
"""Asked for after the system's font, so that Chinese shows mainland glyphs."""

_PALETTE: tuple[tuple[QPalette.ColorRole, str], ...] = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "panel"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.PlaceholderText, "muted"),
    (QPalette.ColorRole.Button, "panel"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "bad"),
    (QPalette.ColorRole.ToolTipBase, "panel"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Highlight, "selection"),
    (QPalette.ColorRole.HighlightedText, "text"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.LinkVisited, "accent"),
    (QPalette.ColorRole.Mid, "border"),
    (QPalette.ColorRole.Dark, "control"),
    (QPalette.ColorRole.Light, "panel"),
    (QPalette.ColorRole.Accent, "accent"),
)

_ICONS = {"icon_down": ("down", "muted"), "icon_up": ("up", "muted")} | {
    "icon_check": ("check", "on_accent"),
    "icon_dot": ("dot", "on_accent"),
}


class Theme(QObject):
    """What the window looks like now.

    *Signals*
    - `changed`: colours or text size are others; whoever paints by hand paints again.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._wish: Wish = "system"
        self.tokens = tokens.LIGHT
        self.zoom = 100
        self.rated_size = tokens.TYPE_SIZES["rated"]
        self._family = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    def apply(self, wish: Wish, zoom: int = 100, rated_size: int = 16) -> None:
        """Show the theme; `zoom` in per cent scales all text, `rated_size` is in pixels."""
        self._wish, self.zoom, self.rated_size = wish, zoom, rated_size
        self.tokens = tokens.THEMES[wished_scheme(wish)]
        self._app.setStyle("Fusion")
        self._app.setFont(self.font("body"))
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(stylesheet(self.tokens, zoom, rated_size))
        self._tell_system()
        self.changed.emit()

    def size(self, role: Role) -> int:
        """Pixels of a type size at the present zoom."""
        base = self.rated_size if role == "rated" else tokens.TYPE_SIZES[role]
        return scaled(base, self.zoom)

    def font(self, role: Role = "body", *, bold: bool = False) -> QFont:
        """A font for painting by hand, with figures of equal width where the font has them."""
        font = QFont([self._family, *CJK_FAMILIES])
        font.setPixelSize(self.size(role))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def _tell_system(self) -> None:
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(
            self._wish, Qt.ColorScheme.Unknown
        )
        hints = self._app.styleHints()
        hints.blockSignals(True)  # our own request must not come back as the system's wish
        hints.setColorScheme(scheme)
        hints.blockSignals(False)

    def _on_system_scheme_changed(self) -> None:
        if self._wish == "system" and wished_scheme("system") != self.tokens.scheme:
            self.apply("system", self.zoom, self.rated_size)


_theme: list[Theme] = []


def theme() -> Theme:
    """The theme of this application; made on the first call."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("there is no QApplication yet")
    if not _theme or _theme[0].parent() is not app:
        _theme[:] = [Theme(app)]
    return _theme[0]


def current() -> Tokens:
    """The colours in use."""
    return theme().tokens


def colour(name: str) -> QColor:
    """A colour in use, by its token's name."""
    return QColor(getattr(current(), name))


def wished_scheme(wish: Wish) -> Scheme:
    """Light or dark; where the system does not say, light."""
    if wish != "system":
        return wish
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def scaled(pixels: int, zoom: int) -> int:
    """Pixels at a text zoom in per cent."""
    return max(1, round(pixels * zoom / 100))


def palette(look: Tokens) -> QPalette:
    """The palette of a theme."""
    result = QPalette()
    for role, name in _PALETTE:
        result.setColor(role, QColor(getattr(look, name)))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(look.muted))
    return result


def stylesheet(look: Tokens, zoom: int = 100, rated_size: int = 16) -> str:
    """The style sheet of a theme at a text zoom in per cent."""
    source = Template(resource("theme/style.qss").read_text(encoding="utf-8"))
    values: dict[str, object] = {name: getattr(look, name) for name in tokens.colour_names()}
    values["radius"] = tokens.RADIUS
    values["px_rated"] = scaled(rated_size, zoom)
    for pixels in {int(n) for n in re.findall(r"\$\{px_(\d+)\}", source.template)}:
        values[f"px_{pixels}"] = scaled(pixels, zoom)
    for name, (icon, tint) in _ICONS.items():
        values[name] = _icon_file(icon, getattr(look, tint))
    return source.substitute(values)


def _icon_file(name: str, tint: str) -> str:
    """A tinted copy of a shipped icon, because a style sheet can only name files."""
    body = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", tint)
    folder = cache_dir() / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{tint[1:]}.svg"
    if not file.exists() or file.read_text(encoding="utf-8") != body:
        file.write_text(body, encoding="utf-8")
    return file.as_posix()

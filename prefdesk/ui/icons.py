"""Icons drawn for us, in the colours of the theme. Names are the files in `resources/icons`."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from prefdesk.paths import resource
from prefdesk.ui import theme

_SIZES = (16, 20, 24, 32, 48)
_SCALES = (1.0, 2.0)


def icon(name: str, tint: str = "text") -> QIcon:
    """An icon in one of the theme's colours (a token's name); muted while disabled."""
    look = theme.current()
    result = QIcon()
    for mode, colour in (
        (QIcon.Mode.Normal, getattr(look, tint)),
        (QIcon.Mode.Disabled, look.muted),
    ):
        for size in _SIZES:
            for scale in _SCALES:
                result.addPixmap(pixmap(name, colour, size, scale), mode)
    return result


def app_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resource("icons/prefdesk.svg")))


@lru_cache(maxsize=1024)
def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """An icon painted in `#RRGGBB` at `size` logical pixels."""
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _renderer(name, colour).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    body = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(body.replace("currentColor", colour).encode()))

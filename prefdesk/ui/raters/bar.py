"""A figure with its interval as a small bar, beside the values it is compared with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from prefdesk.ui import theme
from prefdesk.ui.widgets import Speaking

if TYPE_CHECKING:
    from prefdesk.project import Range

TRACK, BAND, DOT = 4, 8, 10
GAP = 6
"""Pixels between two numbers below the bar, where their marks lie closer than they are wide."""


class RangeBar(Speaking, QWidget):
    """Draws `low` … `high` as a track, thresholds as ticks, an interval as a band.

    What it shows is said by the labels around it; it takes no focus.
    """

    def __init__(
        self, low: float, high: float, marks: Sequence[float] = (), *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ends, self._marks = (low, high), tuple(marks)
        self._found: Range | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_range(self, found: "Range | None") -> None:
        """Draw another figure; None leaves the bare track."""
        self._found = found
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the bar and one line of captions."""
        return QSize(160, DOT + 6 + QFontMetrics(theme.theme().font("caption")).height())

    def restyle(self) -> None:
        """Captions follow the text size."""
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, ticks, band and point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.theme().font("caption"))
        self._paint_track(painter)
        if self._found is not None and self._found.value is not None:
            self._paint_figure(painter, self._found)
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        look, middle = theme.current(), DOT / 2 + 1
        left, right = self._at(self._ends[0]), self._at(self._ends[1])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("border"))
        painter.drawRoundedRect(QRectF(left, middle - TRACK / 2, right - left, TRACK), 2, 2)
        painter.setPen(QPen(theme.colour("muted"), 1))
        metrics, taken = painter.fontMetrics(), -float(GAP)
        for value in (self._ends[0], *self._marks, self._ends[1]):
            x, text = self._at(value), f"{value:g}".replace("-", "\N{MINUS SIGN}")
            if value in self._marks:
                painter.drawLine(round(x), 0, round(x), DOT + 2)
            wide = metrics.horizontalAdvance(text)
            start = min(max(0.0, x - wide / 2), self.width() - wide)
            start = max(start, min(taken + GAP, self.width() - wide))
            taken = start + wide
            painter.drawText(round(start), self.height() - metrics.descent(), text)
        painter.setPen(QPen(look.border))

    def _paint_figure(self, painter: QPainter, found: "Range") -> None:
        middle = DOT / 2 + 1
        painter.setPen(Qt.PenStyle.NoPen)
        if found.low is not None and found.high is not None:
            band = theme.colour("accent")
            band.setAlphaF(0.35)
            painter.setBrush(band)
            left, right = self._at(found.low), self._at(found.high)
            painter.drawRoundedRect(QRectF(left, middle - BAND / 2, right - left, BAND), 3, 3)
        painter.setBrush(theme.colour("accent"))
        painter.setPen(QPen(theme.colour("panel"), 1.5))
        x = self._at(found.value or 0.0)
        painter.drawEllipse(QRectF(x - DOT / 2, middle - DOT / 2, DOT, DOT))

    def _at(self, value: float) -> float:
        low, high = self._ends
        share = (min(max(value, low), high) - low) / (high - low)
        return DOT / 2 + share * (self.width() - DOT)

"""Each rater's bias with its interval, from the strictest to the mildest."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from prefdesk.ui import theme
from prefdesk.ui.raters import words
from prefdesk.ui.raters.charts import Chart, TwinCard
from prefdesk.ui.raters.naming import rater_name
from prefdesk.ui.widgets import Column

if TYPE_CHECKING:
    from prefdesk.project import RaterReport

Z = 1.96
"""Standard errors to each side of a 95 % interval."""
ROW, DOT, GAP = 24, 9, 8
SLACK = 4
"""Letters can be drawn wider than they were measured; a name of two would be dots."""
NAMES = 0.34
"""Most of the width that names may take."""


def interval(rater: "RaterReport") -> tuple[float, float]:
    """The 95 % interval of a bias, in points; empty where it has no standard error."""
    bias, error = rater.bias or 0.0, rater.bias_se or 0.0
    return bias - Z * error, bias + Z * error


def by_bias(raters: "Sequence[RaterReport]") -> "list[RaterReport]":
    """Those with a bias, from the strictest to the mildest."""
    return sorted((r for r in raters if r.bias is not None), key=lambda r: r.bias or 0.0)


class Caterpillar(Chart):
    """One row per rater: a point for the bias, a line for its interval, dashes at zero."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._raters: list[RaterReport] = []

    def show_raters(self, raters: "Sequence[RaterReport]") -> None:
        """Show others."""
        self._raters = by_bias(raters)
        self.updateGeometry()
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """A row for each, and the axis below."""
        return QSize(260, round(self._row() * len(self._raters) + 2 * self._line()))

    def record_at(self, at: QPointF) -> "RaterReport | None":
        """The rater of the row under a point."""
        row = int(at.y() // self._row())
        return self._raters[row] if 0 <= row < len(self._raters) else None

    def words_for(self, record: "RaterReport") -> str:
        """The figure with its interval."""
        low, high = interval(record)
        text = self.tr("{name}: {bias} points ({low} to {high})")
        return text.format(
            name=rater_name(record),
            bias=words.signed(record.bias),
            low=words.signed(low),
            high=words.signed(high),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """The axis, then row by row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.caption())
        if self._raters:
            self._paint_axis(painter)
            for row, rater in enumerate(self._raters):
                self._paint_row(painter, row, rater)
        painter.end()

    def _row(self) -> float:
        return float(theme.scaled(ROW, theme.theme().zoom))

    def _line(self) -> int:
        return self.metrics().height()

    def _left(self) -> float:
        wide = max(self.metrics().horizontalAdvance(rater_name(r)) for r in self._raters)
        return min(wide + SLACK, NAMES * self.width()) + GAP

    def _reach(self) -> float:
        ends = [abs(end) for r in self._raters for end in interval(r)]
        return float(max(1, math.ceil(max(ends))))

    def _at(self, value: float) -> float:
        left, reach = self._left(), self._reach()
        room = self.width() - left - GAP
        return left + room * (value + reach) / (2 * reach)

    def _paint_axis(self, painter: QPainter) -> None:
        bottom, reach = self._row() * len(self._raters), self._reach()
        for value in (-reach, -reach / 2, 0.0, reach / 2, reach):
            x = self._at(value)
            dash = Qt.PenStyle.DashLine if value == 0 else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.colour("muted" if value == 0 else "border"), 1, dash))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            painter.setPen(theme.colour("muted"))
            text = words.signed(value) if value else "0"
            wide = painter.fontMetrics().horizontalAdvance(text)
            x = min(x - wide / 2, self.width() - wide)
            painter.drawText(QPointF(x, bottom + self._line()), text)

    def _paint_row(self, painter: QPainter, row: int, rater: "RaterReport") -> None:
        middle, left = (row + 0.5) * self._row(), self._left()
        tint = words.flag_tint(rater) or "accent"
        painter.setPen(theme.colour("muted" if rater.excluded else "text"))
        name = painter.fontMetrics().elidedText(
            rater_name(rater), Qt.TextElideMode.ElideRight, int(left - GAP)
        )
        place = QRectF(0, row * self._row(), left - GAP, self._row())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        low, high = interval(rater)
        painter.setPen(QPen(theme.colour(tint), 2))
        painter.drawLine(QPointF(self._at(low), middle), QPointF(self._at(high), middle))
        painter.setBrush(theme.colour(tint))
        painter.setPen(QPen(theme.colour("panel"), 1))
        dot = QRectF(self._at(rater.bias or 0.0) - DOT / 2, middle - DOT / 2, DOT, DOT)
        if rater.flags:  # a second channel beside the colour
            painter.drawRect(dot)
        else:
            painter.drawEllipse(dot)


class BiasCard(TwinCard["RaterReport"]):
    """The caterpillar plot with its table."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        self.plot = Caterpillar()
        super().__init__(self.plot, self._columns(), parent=parent)
        self.say(lambda title: self.set_words(title, self._sentence()), self._title)

    def show_raters(self, raters: "Sequence[RaterReport]") -> None:
        """Show others."""
        self.plot.show_raters(raters)
        self.rows.set_rows(by_bias(raters))

    def _title(self) -> str:
        return self.tr("Strict and mild raters")

    def _sentence(self) -> str:
        return self.tr(
            "Points above or below the panel, with 95 % intervals; a square stands out. Rewards "
            "are corrected for it."
        )

    def _columns(self) -> "list[Column[RaterReport]]":
        return [
            Column(lambda: self.tr("Rater"), lambda r: r.name, show=rater_name, width=160),
            Column(
                lambda: self.tr("Bias, points"),
                lambda r: r.bias,
                True,
                show=lambda r: words.signed(r.bias),
            ),
            Column(
                lambda: self.tr("from"),
                lambda r: interval(r)[0],
                True,
                show=lambda r: words.signed(interval(r)[0]),
            ),
            Column(
                lambda: self.tr("to"),
                lambda r: interval(r)[1],
                True,
                show=lambda r: words.signed(interval(r)[1]),
            ),
        ]

"""The human score of every checkpoint in the order they were made, and one figure beside it.

Import late: it brings the plotting library.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox

from prefdesk.records import SCALE
from prefdesk.ui import theme, tokens
from prefdesk.ui.evaluate.measures import MEASURES, Measure
from prefdesk.ui.widgets import one_line
from prefdesk.ui.widgets.plot import PlotCard, PlotPoint

if TYPE_CHECKING:
    from prefdesk.project import CheckpointScore

SECOND = 1
"""Place of the second figure in the palette of series."""


class Timeline(PlotCard):
    """Human scores with their intervals on the left scale, a chosen figure on the right one."""

    def __init__(self) -> None:
        super().__init__("", x="", y="")
        self._scores: list[CheckpointScore] = []
        self.measure = QComboBox()
        self.measure.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._beside = pyqtgraph.ViewBox()
        self._line = pyqtgraph.PlotDataItem(connect="finite")
        self._add_scale()
        self.body.insertWidget(1, self.measure, 0, Qt.AlignmentFlag.AlignLeft)
        self._wish: str | None = None
        self.measure.activated.connect(self._on_measure_chosen)
        self.describe = self._told
        self.say(self.measure.setAccessibleName, lambda: self.tr("Figure beside the human score"))

    def show_scores(self, scores: "Sequence[CheckpointScore]") -> None:
        """Show these, oldest first; figures that nobody has are not offered."""
        self._scores = list(scores)
        self.clear()
        rated = [(i, s) for i, s in enumerate(scores) if s.human.value is not None]
        values = [float(s.human.value or 0) for _, s in rated]
        self.set_series(
            self.tr("Human score"),
            [float(i) for i, _ in rated],
            values,
            style="both",
            low=[_or(s.human.low, v) for (_, s), v in zip(rated, values)],
            high=[_or(s.human.high, v) for (_, s), v in zip(rated, values)],
        )
        self.set_x_names([one_line(s.name, 24) for s in scores])
        self.view.setXRange(-0.5, max(0.5, len(scores) - 0.5), padding=0)
        self.view.setYRange(*SCALE, padding=0.02)
        self._offer()
        self._draw_beside()

    def speak(self) -> None:
        """Say title and axes, again after a change of language."""
        self.set_words(
            self.tr("Human score, 0 to 10, with its 95 % interval"),
            self.tr("checkpoint, oldest first"),
            self.tr("human score"),
        )
        self._offer()
        self._draw_beside()

    def points(self) -> list[PlotPoint]:
        """The figures of both scales."""
        chosen = self._chosen()
        if chosen is None:
            return super().points()
        beside = [
            PlotPoint(chosen.title(), float(i), value)
            for i, s in enumerate(self._scores)
            if (value := getattr(s, chosen.field)) is not None
        ]
        return super().points() + beside

    def restyle(self) -> None:
        """Follow the theme."""
        super().restyle()
        if hasattr(self, "_line"):
            self._paint_beside()

    def _add_scale(self) -> None:
        """A second view over the first, with a vertical scale of its own."""
        plot = self._plot
        plot.showAxis("right")
        plot.scene().addItem(self._beside)
        plot.getAxis("right").linkToView(self._beside)
        plot.getAxis("right").enableAutoSIPrefix(False)
        self._beside.setXLink(plot.getViewBox())
        self._beside.setMouseEnabled(False, False)
        self._beside.setDefaultPadding(0.15)
        self._beside.addItem(self._line)
        plot.getViewBox().sigResized.connect(self._fit_scale)
        self._paint_beside()

    def _fit_scale(self, *_box: object) -> None:
        self._beside.setGeometry(self._plot.getViewBox().sceneBoundingRect())
        self._beside.linkedViewChanged(self._plot.getViewBox(), self._beside.XAxis)

    def _offer(self) -> None:
        """The figures that at least one checkpoint has; what somebody chose stays so."""
        self.measure.blockSignals(True)
        self.measure.clear()
        self.measure.addItem(self.tr("Nothing beside it"), "")
        for one in MEASURES:
            if any(getattr(s, one.field) is not None for s in self._scores):
                text = self.tr("Beside it: {measure}")
                self.measure.addItem(text.format(measure=one.title()), one.field)
        fallback = min(1, self.measure.count() - 1)
        at = fallback if self._wish is None else self.measure.findData(self._wish)
        self.measure.setCurrentIndex(at if at >= 0 else fallback)
        self.measure.blockSignals(False)

    def _on_measure_chosen(self, position: int) -> None:
        self._wish = str(self.measure.itemData(position))
        self._draw_beside()

    def _chosen(self) -> Measure | None:
        field = self.measure.currentData() if hasattr(self, "measure") else ""
        return next((m for m in MEASURES if m.field == field), None)

    def _draw_beside(self) -> None:
        chosen, axis = self._chosen(), self._plot.getAxis("right")
        values = [getattr(s, chosen.field) for s in self._scores] if chosen else []
        known = [np.nan if v is None or not np.isfinite(v) else float(v) for v in values]
        self._line.setData(np.arange(len(known), dtype=float), np.array(known))
        axis.setStyle(showValues=chosen is not None)
        axis.setLabel(chosen.title() if chosen else "")
        axis.showLabel(chosen is not None)
        self._beside.enableAutoRange(self._beside.YAxis)
        self._fit_scale()
        if self.table.isVisible():
            self._fill_table()

    def _paint_beside(self) -> None:
        """Its colour says which scale is its own; mark and dashes say so without colour."""
        colour, mark = tokens.series(SECOND)
        look, font, axis = (
            theme.current(),
            theme.theme().font("caption"),
            self._plot.getAxis("right"),
        )
        pen = pyqtgraph.mkPen(colour, width=2, style=Qt.PenStyle.DashLine)
        self._line.setPen(pen)
        self._line.setSymbol(mark)
        self._line.setSymbolBrush(QColor(colour))
        self._line.setSymbolPen(pyqtgraph.mkPen(look.panel, width=1))
        self._line.setSymbolSize(9)
        axis.setPen(pyqtgraph.mkPen(colour))
        axis.setTextPen(pyqtgraph.mkPen(look.muted))
        axis.setStyle(tickFont=font)
        axis.label.setFont(font)

    def _told(self, point: PlotPoint) -> str:
        """What is said under the cursor: the name, the score with its interval, and the figure."""
        score = self._scores[round(point.x)]
        parts = [one_line(score.name, 30), f"{point.y:.2f}"]
        if point.low is not None and point.high is not None and point.low < point.high:
            limits = self.tr("({low} to {high})")
            parts[-1] += " " + limits.format(low=f"{point.low:.2f}", high=f"{point.high:.2f}")
        chosen: Any = self._chosen()
        value = getattr(score, chosen.field) if chosen else None
        if value is not None:
            parts.append(f"{chosen.title()} {value:.{chosen.decimals}f}")
        return " · ".join(parts)


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value

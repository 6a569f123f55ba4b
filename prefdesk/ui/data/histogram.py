"""The lengths of prompts as bars. Import late: it brings the plotting library."""

from typing import Any

import pyqtgraph
from PySide6.QtWidgets import QWidget

from prefdesk.ui import theme, tokens
from prefdesk.ui.data.reading import Lengths
from prefdesk.ui.widgets.plot import PlotCard, PlotPoint

NEAR = 3
"""The limit is drawn when it lies at most this many times beyond the longest prompt."""


class LengthPlot(PlotCard):
    """A histogram with the truncation line."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        self._lengths: Lengths | None = None
        self._bars: Any = None
        super().__init__("", x="", y="", parent=parent)

    def show_lengths(self, found: Lengths) -> None:
        """Draw other lengths."""
        self._lengths = found
        self.clear()
        self._bars = pyqtgraph.BarGraphItem(
            x0=found.edges[:-1], x1=found.edges[1:], height=found.counts
        )
        self.view.addItem(self._bars)
        near = found.limit <= NEAR * max(1, found.longest)
        if near:
            self.add_line(x=found.limit, text=self.tr("limit"))
        end = max(found.edges[-1], found.limit * 1.08 if near else 0)
        self.view.setXRange(0, end, padding=0.02)
        self.view.setYRange(0, max(found.counts, default=1) * 1.05, padding=0)
        self.restyle()

    def points(self) -> list[PlotPoint]:
        """One point for each bar, at its middle, with its edges."""
        if self._lengths is None:
            return []
        edges, counts = self._lengths.edges, self._lengths.counts
        name = self.tr("Prompts")
        return [
            PlotPoint(name, (low + high) / 2, float(n), low, high)
            for low, high, n in zip(edges, edges[1:], counts)
        ]

    def restyle(self) -> None:
        """Follow the theme."""
        super().restyle()
        if self._bars is not None:
            edge = pyqtgraph.mkPen(theme.current().panel, width=1)
            self._bars.setOpts(brush=tokens.SERIES[0], pen=edge)

    def retranslate(self) -> None:
        """Title and axes follow the language."""
        super().retranslate()
        if hasattr(self, "view"):
            self.say_words()
            if self._lengths is not None:
                self.show_lengths(self._lengths)

    def say_words(self) -> None:
        """Say title and axes; only once the plot has a parent."""
        self.set_words(
            self.tr("Prompt lengths"), self.tr("length, tokens"), self.tr("number of prompts")
        )

"""What one does in a plot with the mouse: look up a value, look closer, see all again.

Imported with `prefdesk.ui.widgets.plot` alone: pyqtgraph costs most of a second.
"""

from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt

from prefdesk.ui import theme


class Axis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """An axis that writes a true minus sign, as all figures of the window do.

    With `whole`, it counts things of which there is no half, such as steps.
    """

    whole = False

    def tickSpacing(self, least: float, most: float, size: float) -> list[tuple[float, float]]:
        """How far figures and lines are apart, the widest first."""
        found: list[tuple[float, float]] = super().tickSpacing(least, most, size)
        if not self.whole:
            return found
        return [one for one in found if one[0] >= 1 and one[0] == int(one[0])] or [(1.0, 0.0)]

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:
        """The figures at the ticks."""
        drawn = super().tickStrings(values, scale, spacing)
        return [text.replace("-", "\N{MINUS SIGN}") for text in drawn]

    def _updateMaxTextSize(self, size: float) -> None:
        # pyqtgraph counts four fifths of a label's height: a wide figure would touch its letters.
        upright = self.orientation in ("left", "right")
        missing = self.label.boundingRect().height() / 5 if upright else 0
        super()._updateMaxTextSize(size + missing)


class ZoomBox(pyqtgraph.ViewBox):  # type: ignore[misc]
    """Dragging chooses what is shown larger, a double click shows all again.

    The wheel scrolls the page; with Ctrl it changes the scale, so that a column of plots can be
    scrolled through.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setMouseMode(pyqtgraph.ViewBox.RectMode)

    def wheelEvent(self, event: Any, axis: Any = None) -> None:
        """Scale with Ctrl, leave the event to the page otherwise."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event, axis)
        else:
            event.ignore()

    def mouseClickEvent(self, event: Any) -> None:
        """A double click shows all again."""
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            self.show_all()
            event.accept()
        else:
            super().mouseClickEvent(event)

    def show_all(self) -> None:
        """Fit the plot to its figures, now and as they grow."""
        self.enableAutoRange()
        self.sigRangeChangedManually.emit(self.state["mouseEnabled"])

    @property
    def is_whole(self) -> bool:
        """True while all figures are shown."""
        return all(self.autoRangeEnabled())


class _Ring(pyqtgraph.ScatterPlotItem):  # type: ignore[misc]
    """Lies above the points and leaves their clicks to them."""

    def mouseClickEvent(self, event: Any) -> None:
        """Whatever lies below is meant."""
        event.ignore()


class Crosshair:
    """Two thin lines through a point, and a ring around it."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._lines = [pyqtgraph.InfiniteLine(angle=angle) for angle in (0, 90)]
        self._ring = _Ring(size=13)
        self.restyle()
        self.attach()

    def attach(self) -> None:
        """Become part of the view, but not of the data: the plot does not list the ring."""
        box = self._plot.getViewBox()
        for item in (*self._lines, self._ring):
            item.setZValue(20)
            item.hide()
            if item not in box.addedItems:
                box.addItem(item, ignoreBounds=True)

    def show_at(self, x: float, y: float) -> None:
        """Point at these coordinates."""
        self._lines[0].setPos(y)
        self._lines[1].setPos(x)
        self._ring.setData([x], [y])
        for item in (*self._lines, self._ring):
            item.show()

    def hide(self) -> None:
        """Point at nothing."""
        for item in (*self._lines, self._ring):
            item.hide()

    @property
    def at(self) -> tuple[float, float] | None:
        """Where it points, or None."""
        if not self._ring.isVisible():
            return None
        return float(self._lines[1].value()), float(self._lines[0].value())

    def restyle(self) -> None:
        """Follow the theme."""
        look = theme.current()
        for line in self._lines:
            line.setPen(pyqtgraph.mkPen(look.muted, width=1, style=Qt.PenStyle.DotLine))
        self._ring.setPen(pyqtgraph.mkPen(look.text, width=2))
        self._ring.setBrush(pyqtgraph.mkBrush(None))

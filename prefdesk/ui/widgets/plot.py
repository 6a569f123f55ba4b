"""Plots in the look of the window. Import late: pyqtgraph costs most of a second.

    from prefdesk.ui.widgets.plot import PlotCard
    card = PlotCard(self.tr("Reward"), x=self.tr("step"), y=self.tr("reward, sd"))
    card.set_series("Round 1", steps, values)

Every plot has a twin as a table, says the value under the cursor, and leaves as PNG or CSV.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QWidget

from prefdesk.ui import background, theme, tokens
from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.widgets.buttons import PlainButton
from prefdesk.ui.widgets.cards import Card
from prefdesk.ui.widgets.plot_box import Axis, Crosshair, ZoomBox
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.table import Column, RowsModel, TableView
from prefdesk.ui.widgets.text import Label

Style = Literal["line", "points", "both"]

LEAST_HEIGHT = 164
"""The name of an axis with its unit has room beside the plot."""

MOST_FIGURES = 3
"""Series whose figures are said together under the cursor."""


@dataclass(frozen=True, slots=True)
class PlotPoint:
    """One point of the table twin; `key` is whatever the caller gave for it."""

    series: str
    x: float
    y: float
    low: float | None = None
    high: float | None = None
    key: Any = None


class PlotCard(Speaking, Card):
    """A card with one plot. `x` and `y` name the axes with their units.

    With `zoom`, dragging shows a part larger and a double click all again. With `counts`, there
    are only whole figures along the bottom.

    *Signals*
    - `point_opened(object)`: the key of a point was clicked, or activated in the table.

    *Attributes*
    - `describe`: what is said about the point under the cursor, where x and y would say little.
    """

    point_opened = Signal(object)

    def __init__(
        self,
        title: str,
        *,
        x: str,
        y: str,
        zoom: bool = False,
        counts: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent=parent)
        self._series: dict[str, _Series] = {}
        self._x, self._y = x, y
        self.describe: Callable[[PlotPoint], str] | None = None
        self.value = Label("", "caption")
        self._box = ZoomBox() if zoom else pyqtgraph.ViewBox()
        axes = {side: Axis(side) for side in ("left", "bottom")}
        axes["bottom"].whole = counts
        self.view = pyqtgraph.PlotWidget(viewBox=self._box, axisItems=axes)
        self._plot = self.view.getPlotItem()
        self._cross = Crosshair(self._plot)
        self._rows: RowsModel[PlotPoint] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.opened.connect(lambda point: self.point_opened.emit(point.key))
        self._stack = QStackedWidget()
        self._make_buttons()
        self._lay_out()
        self._prepare(zoom)
        self.set_words(title, x, y)
        self.restyle()

    def set_words(self, title: str, x: str, y: str) -> None:
        """Say title and axes, again after a change of language."""
        self.set_title(title)
        self._x, self._y = x, y
        self._plot.setLabel("bottom", x)
        self._plot.setLabel("left", y)
        self.view.setAccessibleName(title)
        self.table.setAccessibleName(title)
        self._rows.retitle()

    def set_series(
        self,
        name: str,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        index: int | None = None,
        style: Style = "line",
        low: Sequence[float] | None = None,
        high: Sequence[float] | None = None,
        keys: Sequence[Any] | None = None,
        tints: Sequence[str] | None = None,
    ) -> None:
        """Draw a named series, or draw it anew.

        `index` fixes colour and mark (Okabe and Ito's order); `low` and `high` draw intervals;
        `keys` come back in `point_opened`; `tints` name a colour token for each point.
        """
        series = self._series.get(name)
        if series is None:
            number = len(self._series) if index is None else index
            series = self._series[name] = _Series(self._plot, name, number, self._on_clicked)
        series.set(xs, ys, style, low, high, keys, tints)
        self._label_directly()
        if self.table.isVisible():
            self._fill_table()

    def add_line(self, y: float | None = None, x: float | None = None, text: str = "") -> None:
        """Draw a thin line to compare with, such as a threshold."""
        line = pyqtgraph.InfiniteLine(
            pos=y if y is not None else x,
            angle=0 if y is not None else 90,
            pen=pyqtgraph.mkPen(theme.current().muted, width=1, style=Qt.PenStyle.DashLine),
            label=text,
            labelOpts={"color": theme.current().muted, "position": 0.96},
        )
        self._plot.addItem(line, ignoreBounds=True)

    def set_x_names(self, names: Sequence[str]) -> None:
        """Write names instead of 0, 1, 2 … below the plot, such as checkpoints or raters."""
        self._plot.getAxis("bottom").setTicks([list(enumerate(names))])

    def set_ticks(self, values: Sequence[float]) -> None:
        """Write these figures along both axes, where figures beyond them have no meaning."""
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTicks([[(v, f"{v:g}") for v in values]])

    def clear(self) -> None:
        """Remove all series, lines and names."""
        self._series.clear()
        self._plot.clear()
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTicks(None)
        self._cross.attach()
        self._rows.set_rows([])
        self.value.setText("")

    def follow(self, widget: QWidget) -> None:
        """Be the next stop of the Tab key after a widget, though made later."""
        for before, button in ((widget, self._as_table), (self._as_table, self._export)):
            QWidget.setTabOrder(before, button)

    def points(self) -> list[PlotPoint]:
        """All points, as the table and the CSV show them."""
        return [point for series in self._series.values() for point in series.points()]

    def restyle(self) -> None:
        """Follow the theme."""
        if not hasattr(self, "_plot"):
            return
        look, font = theme.current(), theme.theme().font("caption")
        self._stack.setMinimumHeight(theme.scaled(LEAST_HEIGHT, theme.theme().zoom))
        self.view.setBackground(look.panel)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(look.border))
            axis.setTextPen(pyqtgraph.mkPen(look.muted))
            axis.setStyle(tickFont=font)
            axis.label.setFont(font)
        self._cross.restyle()
        for series in self._series.values():
            series.restyle()

    def _columns(self) -> list[Column[PlotPoint]]:
        return [
            Column(lambda: self.tr("Series"), lambda p: p.series, width=160),
            Column(lambda: self._x, lambda p: p.x, True, show=lambda p: f"{p.x:.6g}"),
            Column(lambda: self._y, lambda p: p.y, True, show=lambda p: f"{p.y:.4g}"),
            Column(lambda: self.tr("from"), lambda p: p.low, True, show=lambda p: _short(p.low)),
            Column(lambda: self.tr("to"), lambda p: p.high, True, show=lambda p: _short(p.high)),
        ]

    def _make_buttons(self) -> None:
        self._as_table = PlainButton("", "table")
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(self._on_table_toggled)
        self.say(self._as_table.setToolTip, lambda: self.tr("Show the figures as a table"))
        self.say(self._as_table.setAccessibleName, lambda: self.tr("Show the figures as a table"))
        self._export = PlainButton("", "export")
        self._export.clicked.connect(self._on_export_pressed)
        self.all = PlainButton("", "undo")
        self.all.hide()
        self.say(self.all.setToolTip, lambda: self.tr("Show the whole plot again"))
        self.say(self.all.setAccessibleName, lambda: self.tr("Show the whole plot again"))
        self.say(self._export.setToolTip, lambda: self.tr("Export this plot"))
        self.say(self._export.setAccessibleName, lambda: self.tr("Export this plot"))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        self.body.removeWidget(self.heading)
        # The figure under the cursor takes what room there is; it must not move the buttons.
        self.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.heading)
        line.addWidget(self.value, 1)
        line.addWidget(self.all)
        line.addWidget(self._as_table)
        line.addWidget(self._export)
        self.body.addLayout(line)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.table)
        self.body.addWidget(self._stack, 1)

    def _prepare(self, zoom: bool) -> None:
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        self.view.setAntialiasing(True)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(zoom, zoom)
        if isinstance(self._box, ZoomBox):
            self.all.clicked.connect(self._box.show_all)
            self._box.sigRangeChangedManually.connect(self._on_zoomed)
        self._plot.getViewBox().setDefaultPadding(0.08)  # room for the labels of the last points
        self._plot.showGrid(x=True, y=True, alpha=0.12)
        for side in ("left", "bottom"):
            self._plot.getAxis(side).enableAutoSIPrefix(False)
        self.view.scene().sigMouseMoved.connect(self._on_mouse_moved)

    def _label_directly(self) -> None:
        several = len(self._series) > 1
        for series in self._series.values():
            series.show_label(several)

    def _fill_table(self) -> None:
        self._rows.set_rows(self.points())

    def _on_table_toggled(self, on: bool) -> None:
        if on:
            self._fill_table()
        self._stack.setCurrentIndex(int(on))

    def _on_clicked(self, key: Any) -> None:
        self.point_opened.emit(key)

    def _on_mouse_moved(self, position: QPointF) -> None:
        drawn = [point for series in self._series.values() for point in series.points()]
        nearest = _nearest(self._plot.getViewBox(), position, drawn)
        if nearest is None:
            self._cross.hide()
            self.value.setText("")
            return
        self._cross.show_at(nearest.x, nearest.y)
        self.value.setText(self.describe(nearest) if self.describe else self._figures(nearest))

    def _figures(self, nearest: PlotPoint) -> str:
        """The nearest figure; with several series those of the same x beside it."""
        if len(self._series) < 2:
            return f"{self._x} {nearest.x:.6g} · {nearest.y:.4g}"
        same = [p for p in self.points() if p.x == nearest.x and p is not nearest]
        others = [p for p in same if p.series != nearest.series and p.y == p.y]
        named = [f"{p.series} {p.y:.4g}" for p in (nearest, *others[: MOST_FIGURES - 1])]
        return f"{self._x} {nearest.x:.6g} · {' · '.join(named)}"

    def _on_zoomed(self, *_axes: object) -> None:
        self.all.setVisible(isinstance(self._box, ZoomBox) and not self._box.is_whole)

    def _on_export_pressed(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Picture (PNG)"), partial(self._ask_where, "png", self._write_png))
        menu.addAction(self.tr("Figures (CSV)"), partial(self._ask_where, "csv", self._write_csv))
        menu.popup(self._export.mapToGlobal(self._export.rect().bottomLeft()))

    def _ask_where(self, suffix: str, write: Callable[[Path], None]) -> None:
        suggested = f"{self.heading.text() or 'plot'}.{suffix}"
        AskFile.to_save(self, self.tr("Export this plot"), f"*.{suffix}", suggested, write)

    def _write_png(self, path: Path) -> None:
        self.view.grab().save(str(path))

    def _write_csv(self, path: Path) -> None:
        rows, header = self.points(), [c.title() for c in self._rows.columns]

        def write() -> None:
            with path.open("w", newline="", encoding="utf-8") as file:
                out = csv.writer(file)
                out.writerow(header)
                out.writerows((r.series, r.x, r.y, r.low, r.high) for r in rows)

        background.query(self, write)


class _Series:
    """The drawn parts of one series."""

    def __init__(
        self, plot: Any, name: str, number: int, on_clicked: Callable[[Any], None]
    ) -> None:
        self._plot, self.name = plot, name
        self._colour, self._mark = tokens.series(number)
        self._tints: Sequence[str] | None = None
        self._style: Style = "line"
        self.xs = self.ys = np.zeros(0)
        self._low: Any = None
        self._high: Any = None
        self._keys: Sequence[Any] | None = None
        self._item = pyqtgraph.PlotDataItem(connect="finite")
        self._item.sigPointsClicked.connect(self._on_points_clicked)
        self._bars = pyqtgraph.ErrorBarItem(beam=0)
        self._label = pyqtgraph.TextItem(anchor=(1, 1))
        self._on_clicked = on_clicked
        plot.addItem(self._bars)
        plot.addItem(self._item)
        plot.addItem(self._label, ignoreBounds=True)

    def set(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        style: Style,
        low: Sequence[float] | None,
        high: Sequence[float] | None,
        keys: Sequence[Any] | None,
        tints: Sequence[str] | None,
    ) -> None:
        """Take other figures."""
        self.xs, self.ys = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
        self._low = None if low is None else np.asarray(low, dtype=float)
        self._high = None if high is None else np.asarray(high, dtype=float)
        self._style, self._keys, self._tints = style, keys, tints
        self.restyle()

    def restyle(self) -> None:
        """Draw in the colours of the theme."""
        pen = pyqtgraph.mkPen(self._colour, width=2) if self._style != "points" else None
        brush: Any = self._colour
        if self._tints is not None:
            brush = [pyqtgraph.mkBrush(QColor(getattr(theme.current(), t))) for t in self._tints]
        marks: dict[str, Any] = {"symbol": None}
        if self._style != "line":
            edge = pyqtgraph.mkPen(theme.current().panel, width=1)
            marks = {"symbol": self._mark, "symbolBrush": brush, "symbolPen": edge, "symbolSize": 9}
        self._item.setData(self.xs, self.ys, pen=pen, **marks)
        if self._low is not None and self._high is not None:
            self._bars.setData(
                x=self.xs,
                y=self.ys,
                top=self._high - self.ys,
                bottom=self.ys - self._low,
                pen=pyqtgraph.mkPen(self._colour, width=1.5),
            )
        self._label.setColor(QColor(theme.current().text))
        self._label.setFont(theme.theme().font("caption"))

    def show_label(self, on: bool) -> None:
        """Write the name beside the last point."""
        fine = np.flatnonzero(np.isfinite(self.ys))
        self._label.setVisible(on and len(fine) > 0 and self._style != "points")
        if len(fine):
            self._label.setText(self.name)
            self._label.setPos(float(self.xs[fine[-1]]), float(self.ys[fine[-1]]))

    def points(self) -> list[PlotPoint]:
        """The figures as records."""
        low = [None] * len(self.xs) if self._low is None else self._low.tolist()
        high = [None] * len(self.xs) if self._high is None else self._high.tolist()
        keys = self._keys or [None] * len(self.xs)
        rows = zip(self.xs.tolist(), self.ys.tolist(), low, high, keys, strict=True)
        return [PlotPoint(self.name, *row) for row in rows]

    def _on_points_clicked(self, _item: Any, points: Any) -> None:
        if self._keys is not None and len(points):
            self._on_clicked(self._keys[points[0].index()])


def _nearest(box: Any, position: QPointF, points: Sequence[PlotPoint]) -> PlotPoint | None:
    """The point nearest to the cursor, measured in the plot's own width and height."""
    if not points or not box.sceneBoundingRect().contains(position):
        return None
    at = box.mapSceneToView(position)
    (x0, x1), (y0, y1) = box.viewRange()
    xs, ys = np.array([p.x for p in points]), np.array([p.y for p in points])
    away = ((xs - at.x()) / (x1 - x0 or 1)) ** 2 + ((ys - at.y()) / (y1 - y0 or 1)) ** 2
    return None if np.isnan(away).all() else points[int(np.nanargmin(away))]


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"

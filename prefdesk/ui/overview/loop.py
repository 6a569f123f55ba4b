"""The loop drawn: six stations, arrows between them, and the way back to the next round."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QWidget

from prefdesk.ui import theme
from prefdesk.ui.overview import steps
from prefdesk.ui.overview.numbers import Numbers
from prefdesk.ui.overview.station import Station
from prefdesk.ui.widgets import Speaking

if TYPE_CHECKING:
    from prefdesk.ui.overview.facts import Better, Facts

GAP = 36
HEAD = 5.0
PLACED = {
    "prompts": (0, 0),
    "completions": (0, 1),
    "ratings": (0, 2),
    "agreement": (1, 2),
    "rounds": (1, 1),
    "scores": (1, 0),
}
"""Row and column of each station: the upper row is read to the right, the lower one back."""


class Loop(Speaking, QWidget):
    """Six stations in a circle.

    *Signals*
    - `station_pressed(str)`: the station's name.
    """

    station_pressed = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: Facts | None = None
        self._better: Better | None = None
        self.stations = {name: Station(name) for name in steps.STATIONS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        for name in steps.STATIONS:
            station = self.stations[name]
            station.clicked.connect(lambda _=False, n=name: self.station_pressed.emit(n))
            grid.addWidget(station, *PLACED[name])
            grid.setColumnStretch(PLACED[name][1], 1)
        self.retranslate()

    def show_facts(self, facts: "Facts | None") -> None:
        """Show other numbers and mark the station of the next step."""
        self._facts = facts
        self._better = self._better if facts is not None else None
        step = facts.status.next_step if facts else None
        at = steps.STATION_OF.get((step.place, step.action), "") if step else ""
        for name, station in self.stations.items():
            station.set_next(name == at)
        self.retranslate()

    def show_better(self, better: "Better | None") -> None:
        """Show what people think of each checkpoint."""
        self._better = better
        self.retranslate()

    def retranslate(self) -> None:
        """Names and numbers follow the language."""
        super().retranslate()
        if not hasattr(self, "stations"):
            return
        shown = Numbers(self._facts, self._better)
        for name, station in self.stations.items():
            station.title.setText(steps.station_name(name))
            station.show_number(*shown.of(name))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrows in the gaps."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme.current().muted)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour)
        for start, end in zip(steps.STATIONS, steps.STATIONS[1:]):
            _arrow(painter, _between(self._box(start), self._box(end)))
        self._draw_way_back(painter)

    def _draw_way_back(self, painter: QPainter) -> None:
        """From the last station up into the gap and on to the completions of the next round."""
        last, to = self._box("scores"), self._box("completions")
        middle = (last.top() + to.bottom()) / 2
        start, turn = last.center().x(), to.left() + to.width() / 3
        painter.drawLine(QLineF(start, last.top() - 4, start, middle))
        painter.drawLine(QLineF(start, middle, turn, middle))
        _arrow(painter, QLineF(turn, middle, turn, to.bottom() + 4))
        text = self.tr("next round")
        painter.setFont(theme.theme().font("caption"))
        metrics = painter.fontMetrics()
        room = metrics.boundingRect(text).adjusted(-6, -1, 6, 1)
        room.moveCenter(QRect(int(start), int(middle), int(turn - start), 0).center())
        painter.fillRect(room, QColor(theme.current().window))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _box(self, name: str) -> QRect:
        return self.stations[name].geometry()


def _between(one: QRect, other: QRect) -> QLineF:
    """From the edge of one box to the facing edge of its neighbour."""
    if abs(one.center().y() - other.center().y()) < one.height() / 2:
        y = one.center().y()
        if one.left() < other.left():
            return QLineF(one.right() + 6, y, other.left() - 6, y)
        return QLineF(one.left() - 6, y, other.right() + 6, y)
    x = one.center().x()
    return QLineF(x, one.bottom() + 4, x, other.top() - 4)


def _arrow(painter: QPainter, line: QLineF) -> None:
    if line.length() < HEAD:
        return
    painter.drawLine(line)
    unit, normal = line.unitVector(), line.normalVector().unitVector()
    along = QPointF(unit.dx(), unit.dy()) * HEAD * 1.4
    aside = QPointF(normal.dx(), normal.dy()) * HEAD
    tip = line.p2()
    painter.drawPolygon(QPolygonF([tip, tip - along + aside, tip - along - aside]))

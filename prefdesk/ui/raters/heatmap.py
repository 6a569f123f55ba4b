"""Who agrees with whom: a map of the correlations of all pairs of raters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from prefdesk.ui import theme, tokens
from prefdesk.ui.raters import words
from prefdesk.ui.raters.charts import Chart, TwinCard
from prefdesk.ui.raters.naming import rater_name
from prefdesk.ui.widgets import Column

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport

GAP, LEAST, MOST = 8, 30, 56
"""Pixels: beside the names, and the side of a cell that holds a number."""
MANY, TINY = 16, 14
"""From so many raters on, cells only show a colour; its number is said under the cursor."""
INK_DARK, INK_LIGHT = "#000000", "#FFFFFF"


class Pair(NamedTuple):
    """Two raters by id and name, in the order of the map, and how they agree."""

    first: int
    second: int
    names: tuple[str, str]
    r: float | None
    n: int


def pairs_of(report: "AgreementReport") -> list[Pair]:
    """The pairs of a report, those that agree least first and those that cannot tell last."""
    names = {r.rater_id: rater_name(r) for r in report.raters}
    found = [
        Pair(p.first, p.second, (names[p.first], names[p.second]), p.r, p.n)
        for p in report.pairs
        if p.first in names and p.second in names and p.first != p.second
    ]
    return sorted(found, key=lambda p: (p.r is None, p.r or 0.0))


def shade(r: float) -> QColor:
    """The colour of a correlation: orange below zero, pale at zero, violet above."""
    low, centre, high = (QColor(c) for c in tokens.DIVERGING)
    end, share = (high, r) if r >= 0 else (low, -r)
    mixed = [
        a + (b - a) * min(1.0, share)
        for a, b in zip(centre.getRgb()[:3], end.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*(round(c) for c in mixed))


def ink(colour: QColor) -> QColor:
    """Black or white, whichever is read better on a colour."""
    inks = (INK_DARK, INK_LIGHT)
    return QColor(max(inks, key=lambda one: tokens.contrast(one, colour.name())))


class HeatMap(Chart):
    """A square of cells: rows and columns are raters, the colour and the number how they agree."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._names: list[str] = []
        self._cells: dict[tuple[int, int], Pair] = {}

    def show_pairs(self, order: Sequence[tuple[int, str]], pairs: Sequence[Pair]) -> None:
        """Show other pairs of raters, given in the order of rows by id and name."""
        met = {i for p in pairs for i in (p.first, p.second)}
        kept = [(i, name) for i, name in order if i in met]
        place = {rater_id: row for row, (rater_id, _) in enumerate(kept)}
        self._names = [name for _, name in kept]
        self._cells = {}
        for p in pairs:
            a, b = place[p.first], place[p.second]
            self._cells[a, b] = self._cells[b, a] = p
        self.updateGeometry()
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Cells large enough for a number."""
        side = self._least() * len(self._names)
        return QSize(side + 120, side + 2 * self.metrics().height())

    def record_at(self, at: QPointF) -> Pair | None:
        """The pair of the cell under a point."""
        left, side = self._left(), self._side()
        column, row = int((at.x() - left) // side), int(at.y() // side)
        return self._cells.get((row, column))

    def words_for(self, record: Pair) -> str:
        """Both names and their figure."""
        return pair_sentence(record)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, then names at the left and numbers below."""
        painter = QPainter(self)
        painter.setFont(self.caption())
        for row in range(len(self._names)):
            self._paint_names(painter, row)
            for column in range(len(self._names)):
                self._paint_cell(painter, row, column)
        painter.end()

    def _left(self) -> float:
        widest = max((self.metrics().horizontalAdvance(n) for n in self._labels()), default=0)
        return min(widest, 0.4 * self.width()) + GAP

    def _labels(self) -> list[str]:
        return [f"{name}  {row}" for row, name in enumerate(self._names, start=1)]

    def _side(self) -> float:
        n = max(1, len(self._names))
        wide = (self.width() - self._left()) / n
        high = (self.height() - self.metrics().height() - 4) / n
        most = theme.scaled(MOST, theme.theme().zoom)
        return max(float(self._least()), min(wide, high, most))

    def _least(self) -> int:
        return theme.scaled(LEAST if len(self._names) <= MANY else TINY, theme.theme().zoom)

    def _paint_names(self, painter: QPainter, row: int) -> None:
        side, left, number = self._side(), self._left(), str(row + 1)
        painter.setPen(theme.colour("text"))
        room = int(left - GAP - self.metrics().horizontalAdvance(f"  {number}"))
        name = self.metrics().elidedText(self._names[row], Qt.TextElideMode.ElideRight, room)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, row * side, left - GAP, side), middle, f"{name}  {number}")
        below = QRectF(left + row * side, side * len(self._names) + 2, side, 40)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, number)

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        side, pair = self._side(), self._cells.get((row, column))
        place = QRectF(self._left() + column * side, row * side, side - 1, side - 1)
        if pair is None or pair.r is None:
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if row != column:
                painter.setBrush(QBrush(theme.colour("border"), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(place)
            return
        colour = shade(pair.r)
        painter.fillRect(place, colour)
        text = short(pair.r)
        if self.metrics().horizontalAdvance(text) + 4 <= side:
            painter.setPen(ink(colour))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


class PairsCard(TwinCard[Pair]):
    """The map with its table."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        self.map = HeatMap()
        super().__init__(self.map, self._columns(), parent=parent)
        self.say(lambda title: self.set_words(title, self._sentence()), self._title)

    def show_report(self, report: "AgreementReport") -> None:
        """Show another report."""
        pairs = pairs_of(report)
        self.map.show_pairs([(r.rater_id, rater_name(r)) for r in report.raters], pairs)
        self.rows.set_rows(pairs)

    def _title(self) -> str:
        return self.tr("Who agrees with whom")

    def _sentence(self) -> str:
        return self.tr(
            "Correlation over the answers both judged: 1 (violet) is the same order, 0 (pale) "
            "chance, below 0 (orange) the reverse. Hatched: too few shared answers."
        )

    def _columns(self) -> list[Column[Pair]]:
        return [
            Column(lambda: self.tr("Rater"), lambda p: p.names[0], width=140),
            Column(lambda: self.tr("With"), lambda p: p.names[1], width=140),
            Column(
                lambda: self.tr("Correlation"),
                lambda p: p.r,
                True,
                show=lambda p: words.plain(p.r),
            ),
            Column(lambda: self.tr("Shared answers"), lambda p: p.n, True),
        ]


def short(r: float) -> str:
    """A correlation in two figures without the zero before the point, as `.42` or `−.10`."""
    text = words.plain(r)
    return text if abs(r) >= 0.995 else text.replace("0.", ".", 1)


def pair_sentence(pair: Pair) -> str:
    """Both names and their figure on one line."""
    figure = words.plain(pair.r) or "–"
    return f"{pair.names[0]} · {pair.names[1]}: {figure} (n = {pair.n:,})"

"""How one rater uses the scale, and how they change as they go on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.ui import theme
from prefdesk.ui.raters import words
from prefdesk.ui.raters.charts import Chart, TwinCard
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Column, Speaking

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RaterReport

HIGH, DOT = 88, 6


class Bin(NamedTuple):
    """Scores from `low` to `high`: the share of this rater's, and of everybody's."""

    low: float
    high: float
    mine: float
    pool: float

    def name(self) -> str:
        """The scores it holds; whole numbers by themselves."""
        if (
            self.high - self.low <= 1
            and (self.low + self.high) % 2 == int(self.low + self.high) % 2
        ):
            middle = (self.low + self.high) / 2
            if middle == round(middle):
                return f"{middle:g}"
        return f"{self.low:g}–{self.high:g}"


class Step(NamedTuple):
    """A run of ratings: where it lies in the rater's sequence, and its mean residual."""

    position: float
    residual: float


def bins_of(report: "AgreementReport", rater: "RaterReport") -> list[Bin]:
    """A rater's histogram over the pool's; empty where the report has none."""
    edges, total = report.bins, sum(rater.histogram)
    if len(edges) != len(rater.histogram) + 1 or not total:
        return []
    same = [r.histogram for r in report.raters if len(r.histogram) == len(rater.histogram)]
    pool = [sum(counts) for counts in zip(*same, strict=True)]
    everyone = sum(pool)
    return [
        Bin(low, high, mine / total, all_ / everyone)
        for low, high, mine, all_ in zip(edges, edges[1:], rater.histogram, pool, strict=False)
    ]


class Bars(Chart):
    """Filled bars for the rater, outlined ones for everybody."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._bins: list[Bin] = []

    def show_bins(self, bins: Sequence[Bin]) -> None:
        """Show others."""
        self._bins = list(bins)
        self.update()

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(160, theme.scaled(HIGH, theme.theme().zoom))

    def record_at(self, at: QPointF) -> Bin | None:
        """The bin under a point."""
        column = int(at.x() // max(1.0, self.width() / max(1, len(self._bins))))
        return self._bins[column] if 0 <= column < len(self._bins) else None

    def words_for(self, record: Bin) -> str:
        """Both shares."""
        return f"{record.name()}: {record.mine:.0%} / {record.pool:.0%}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bar by bar, and the scores below."""
        painter = QPainter(self)
        painter.setFont(self.caption())
        top = max((max(b.mine, b.pool) for b in self._bins), default=1.0) or 1.0
        line = self.metrics().height()
        bottom, wide = self.height() - line - 2, self.width() / max(1, len(self._bins))
        for column, one in enumerate(self._bins):
            left = column * wide
            mine, pool = bottom * one.mine / top, bottom * one.pool / top
            painter.fillRect(
                QRectF(left + 2, bottom - mine, wide - 4, mine), theme.colour("accent")
            )
            painter.setPen(QPen(theme.colour("text"), 1))
            painter.drawLine(QPointF(left, bottom - pool), QPointF(left + wide, bottom - pool))
            self._paint_name(painter, column, wide)
        painter.end()

    def _paint_name(self, painter: QPainter, column: int, wide: float) -> None:
        text = self._bins[column].name()
        widest = max(self.metrics().horizontalAdvance(b.name()) for b in self._bins) + 4
        every = max(1, -(-int(widest) // max(1, int(wide))))
        if column % every:
            return
        painter.setPen(theme.colour("muted"))
        place = QRectF(column * wide - 20, self.height() - self.metrics().height(), wide + 40, 40)
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)


class Line(Chart):
    """The mean residual along a rater's own sequence, with dashes at zero."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._steps: list[Step] = []

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show others."""
        self._steps = list(steps)
        self.update()

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(160, theme.scaled(HIGH, theme.theme().zoom))

    def record_at(self, at: QPointF) -> Step | None:
        """The run nearest to a point."""
        return min(self._steps, key=lambda s: abs(self._at(s).x() - at.x()), default=None)

    def words_for(self, record: Step) -> str:
        """Where, and how far off."""
        text = self.tr("rating {n}: {residual} points")
        return text.format(n=f"{record.position:,.0f}", residual=words.signed(record.residual))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Zero, the course, and both ends of both axes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.caption())
        zero = self._y(0.0)
        painter.setPen(QPen(theme.colour("muted"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, zero), QPointF(self.width(), zero))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawPolyline(QPolygonF([self._at(s) for s in self._steps]))
        painter.setBrush(theme.colour("accent"))
        for step in self._steps:
            painter.drawEllipse(self._at(step), DOT / 2, DOT / 2)
        self._paint_ends(painter)
        painter.end()

    def _paint_ends(self, painter: QPainter) -> None:
        if not self._steps:
            return
        line, reach = self.metrics().height(), self._reach()
        painter.setPen(theme.colour("muted"))
        painter.drawText(QPointF(0, line - 3), words.signed(reach))
        painter.drawText(QPointF(0, self._y(-reach)), words.signed(-reach))
        last = f"{self._steps[-1].position:,.0f}"
        wide = self.metrics().horizontalAdvance(last)
        painter.drawText(QPointF(self.width() - wide, self.height() - 3), last)
        painter.drawText(
            QPointF(self._left(), self.height() - 3), f"{self._steps[0].position:,.0f}"
        )

    def _reach(self) -> float:
        return max([0.5, *(abs(s.residual) for s in self._steps)])

    def _left(self) -> float:
        return self.metrics().horizontalAdvance(words.signed(-self._reach())) + 8.0

    def _y(self, value: float) -> float:
        middle = (self.height() - self.metrics().height()) / 2
        return middle - value / self._reach() * (middle - DOT)

    def _at(self, step: Step) -> QPointF:
        first, last = self._steps[0].position, self._steps[-1].position
        share = (step.position - first) / (last - first) if last > first else 0.5
        left = self._left()
        return QPointF(left + share * (self.width() - left - DOT), self._y(step.residual))


class HabitsView(Speaking, QWidget):
    """Both charts of one rater; each is hidden where the report has no figures for it."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars, self._line = Bars(), Line()
        self.scores: TwinCard[Bin] = TwinCard(self._bars, self._bin_columns())
        self.course: TwinCard[Step] = TwinCard(self._line, self._step_columns())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        for card in (self.scores, self.course):
            card.setProperty("role", "bare")
            card.body.setContentsMargins(0, 0, 0, 0)
            card.setMinimumHeight(theme.scaled(HIGH + 84, theme.theme().zoom))
            column.addWidget(card)
        self.say(
            lambda title: self.scores.set_words(title, self.tr("Bars: this rater; lines: all.")),
            lambda: self.tr("Scores given"),
        )
        self.say(
            lambda title: self.course.set_words(
                title, self.tr("Points above what was expected, from first rating to last.")
            ),
            lambda: self.tr("Over time"),
        )

    def show_rater(self, report: "AgreementReport", rater: "RaterReport") -> None:
        """Show another rater."""
        bins, steps = bins_of(report, rater), [Step(*s) for s in rater.course]
        self._bars.show_bins(bins)
        self.scores.rows.set_rows(bins)
        self.scores.setVisible(bool(bins))
        self._line.show_steps(steps)
        self.course.rows.set_rows(steps)
        self.course.setVisible(len(steps) > 1)

    def _bin_columns(self) -> list[Column[Bin]]:
        return [
            Column(lambda: self.tr("Score"), lambda b: b.low, True, show=lambda b: b.name()),
            Column(
                lambda: self.tr("This rater, %"),
                lambda b: b.mine,
                True,
                show=lambda b: f"{100 * b.mine:.0f}",
            ),
            Column(
                lambda: self.tr("All, %"),
                lambda b: b.pool,
                True,
                show=lambda b: f"{100 * b.pool:.0f}",
            ),
        ]

    def _step_columns(self) -> list[Column[Step]]:
        return [
            Column(lambda: self.tr("Rating number"), lambda s: s.position, True, 0),
            Column(
                lambda: self.tr("Above expected, points"),
                lambda s: s.residual,
                True,
                show=lambda s: words.signed(s.residual),
            ),
        ]

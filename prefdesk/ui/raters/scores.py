"""Every rating against what was expected of it, so that what stands out can be seen."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from prefdesk.ui import theme, tokens
from prefdesk.ui.raters import words
from prefdesk.ui.raters.naming import rater_name
from prefdesk.ui.widgets import Label, Speaking, one_line

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RaterReport, RatingReport

WAYS = ("rater", "position", "expected")
"""What residuals are drawn along."""
MOST_MARKS = 1500
"""More marks of plain ratings would only cover each other, and take long to paint."""
WIDTH = 0.62
"""Share of a rater's column over which his marks are spread."""
MOST_NAMES, LEAST_LETTERS, PLOTTED = 12, 6, 0.78
"""Most columns that bear names, letters a name needs, and the plot's share of the width."""
LEAST_HEIGHT = 268
"""Pixels in which the plot, its axes and its legend can be read."""
SMALL, LARGE = 6, 13
"""Size of a mark in pixels."""


class Layer(NamedTuple):
    """One kind of rating: its place in the fixed order of colours and marks, and its sign."""

    kind: str
    order: int
    sign: str


LAYERS = (
    Layer("plain", 0, "●"),
    Layer("excluded", 7, "▲"),
    Layer("disputed", 1, "■"),
    Layer("outlier", 5, "✕"),
)
"""Drawn in this order, so that what matters lies on top."""


class ScorePlot(Speaking, QWidget):
    """Residuals by rater. Each kind of rating has its own colour and its own mark.

    *Signals*
    - `rating_opened(RatingReport)`: a mark was clicked, or its row opened in the table twin.
    """

    rating_opened = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: AgreementReport | None = None
        self.card: Any = None
        self.legend = Label("", "caption", wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)  # marks in their colours
        self.against, self.who = QComboBox(), QComboBox()
        for way in WAYS:
            self.against.addItem("", way)
        self.who.addItem("", None)
        for box in (self.against, self.who):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(5)
            box.activated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_2)
        line = QHBoxLayout()
        line.setSpacing(tokens.SPACE_2)
        line.addWidget(self.against, 1)
        line.addWidget(self.who, 1)
        column.addLayout(line)
        self._speak()
        self.restyle()

    def show_report(self, report: "AgreementReport") -> None:
        """Draw another report."""
        self._report = report
        self._offer()
        if self.isVisible():
            self._draw()

    def showEvent(self, event: Any) -> None:
        """Draw what came while hidden; the plot itself is made when first seen."""
        super().showEvent(event)
        if self._report is not None:
            self._draw()

    def retranslate(self) -> None:
        """Axes and legend follow the language."""
        super().retranslate()
        if getattr(self, "card", None) is not None:
            self.card.set_words(*self._words())
            self._draw()

    def restyle(self) -> None:
        """Draw again once the plot itself has followed the theme."""
        self.setMinimumHeight(theme.scaled(LEAST_HEIGHT, theme.theme().zoom))
        if getattr(self, "card", None) is not None:
            self._fit_heading()
            QTimer.singleShot(0, self, self._draw)

    def _fit_heading(self) -> None:
        """Large words on one line would push the plot out of a small window."""
        self.card.heading.setWordWrap(theme.theme().zoom > 100)

    def _speak(self) -> None:
        self.say(self.against.setAccessibleName, lambda: self.tr("What the scores are drawn along"))
        self.say(self.who.setAccessibleName, lambda: self.tr("Whose scores are drawn"))
        self.say(lambda text: self.who.setItemText(0, text), lambda: self.tr("Everybody"))
        for number, way in enumerate(WAYS):
            self.say(
                lambda text, n=number: self.against.setItemText(n, text),  # type: ignore[misc]
                lambda w=way: self._way_name(w),  # type: ignore[misc]
            )

    def _way_name(self, way: str) -> str:
        return {
            "rater": self.tr("By rater"),
            "position": self.tr("In the order of rating"),
            "expected": self.tr("By the score expected"),
        }[way]

    def _offer(self) -> None:
        """Offer the raters of the report; without a known order, nothing is drawn along it."""
        assert self._report is not None
        chosen = self.who.currentData()
        while self.who.count() > 1:
            self.who.removeItem(1)
        for rater in self._report.raters:
            self.who.addItem(rater_name(rater), rater.rater_id)
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)))
        ordered = any(r.position is not None for r in self._report.ratings)
        model = self.against.model()
        model.item(WAYS.index("position")).setEnabled(ordered)  # type: ignore[attr-defined]
        if not ordered and self.against.currentData() == "position":
            self.against.setCurrentIndex(0)

    def choose(self, way: str) -> None:
        """Draw along another of `WAYS`."""
        self.against.setCurrentIndex(WAYS.index(way))
        self._on_chosen()

    def _on_chosen(self) -> None:
        if self.card is not None:
            self.card.set_words(*self._words())
            self._draw()

    def _make(self) -> None:
        from prefdesk.ui.widgets.plot import PlotCard

        # A heading that is visible before it has a parent would flash as a window of its own.
        self.card = PlotCard("", x="", y="")
        policy = QSizePolicy.Policy
        self.card.view.setSizePolicy(policy.Expanding, policy.Ignored)  # as high as there is room
        self.card.body.addWidget(self.legend)
        self.card.point_opened.connect(self.rating_opened)
        self.card.describe = lambda point: self._words_for(point.key)
        column = self.layout()
        assert column is not None
        column.addWidget(self.card)
        self.card.follow(self.who)
        self._fit_heading()
        self.card.set_words(*self._words())

    def _draw(self) -> None:
        if self._report is None:
            return
        if self.card is None:
            self._make()
        who = self.who.currentData()
        raters = [r for r in self._report.raters if who is None or r.rater_id == who]
        columns = {r.rater_id: i for i, r in enumerate(raters)}
        way = self.against.currentData()
        self.card.clear()
        self.card.add_line(y=0)
        drawn = layers(tuple(r for r in self._report.ratings if r.rater_id in columns))
        for layer in LAYERS:
            rows = [r for r in drawn[layer.kind] if way != "position" or r.position is not None]
            if rows:
                self.card.set_series(
                    self._name(layer.kind),
                    [along(r, way, columns) for r in rows],
                    [r.residual for r in rows],
                    index=layer.order,
                    style="points",
                    keys=rows,
                )
        self._enlarge()
        self._name_columns()
        total = sum(r.n for r in raters)
        self.legend.setText(self._legend({k: len(v) for k, v in drawn.items()}, total))

    def _enlarge(self) -> None:
        """What stands out is drawn larger than the rest, which is many."""
        quiet = {tokens.series(a.order)[1] for a in LAYERS if a.kind in ("plain", "excluded")}
        for item in self.card.view.getPlotItem().listDataItems():
            few = item.opts["symbol"] not in quiet
            item.setSymbolSize(LARGE if few else SMALL)

    def _name_columns(self) -> None:
        if self._report is not None and self.against.currentData() == "rater":
            who = self.who.currentData()
            shown = [r for r in self._report.raters if who is None or r.rater_id == who]
            self.card.set_x_names(self._names(shown))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names are cut to the room there is."""
        super().resizeEvent(event)
        if self.card is not None:
            self._name_columns()

    def _names(self, raters: "Sequence[RaterReport]") -> list[str]:
        names = [one_line(r.name) for r in raters]
        if len(names) > MOST_NAMES:
            return [str(i) for i in range(1, len(names) + 1)]
        room = int(self.width() * PLOTTED / max(1, len(names)))
        metrics = QFontMetrics(theme.theme().font("caption"))
        widest = max((metrics.horizontalAdvance(n) for n in names), default=0)
        if widest > room and room < metrics.averageCharWidth() * LEAST_LETTERS:
            return [str(i) for i in range(1, len(names) + 1)]
        return [metrics.elidedText(n, Qt.TextElideMode.ElideRight, room) for n in names]

    def _words(self) -> tuple[str, str, str]:
        return (
            self.tr("Scores against what was expected"),
            {
                "rater": self.tr("rater, in the order of the table"),
                "position": self.tr("place in the rater's own sequence"),
                "expected": self.tr("expected score, points"),
            }[self.against.currentData()],
            self.tr("difference, points"),
        )

    def _words_for(self, rating: "RatingReport | None") -> str:
        """What the mark under the cursor stands for."""
        if rating is None or self._report is None:
            return ""
        names = {r.rater_id: rater_name(r) for r in self._report.raters}
        name = names.get(rating.rater_id, "")
        text = self.tr("{rating}, expected {expected}")
        return text.format(
            rating=words.rating_name(rating.score, name, rating.completion_id),
            expected=words.plain(rating.expected, 1),
        )

    def _name(self, kind: str) -> str:
        return words.kind_name(kind, excluded=kind == "excluded")

    def _legend(self, counts: dict[str, int], total: int) -> str:
        found = [
            f"{_sign(layer)}&nbsp;{escape(self._name(layer.kind))} ({counts[layer.kind]:,})"
            for layer in LAYERS
            if counts[layer.kind]
        ]
        drawn = sum(counts.values())
        if drawn < total:
            text = self.tr("{drawn} of {total} ratings drawn, all that stand out among them")
            found.append(escape(text).format(drawn=f"{drawn:,}", total=f"{total:,}"))
        return " &nbsp; ".join(found)


def _sign(layer: Layer) -> str:
    return f'<span style="color: {tokens.series(layer.order)[0]}">{layer.sign}</span>'


def layers(ratings: "tuple[RatingReport, ...]") -> "dict[str, list[RatingReport]]":
    """Ratings by what they are drawn as; of many plain ones some, by chance but always the same."""
    found: dict[str, list[RatingReport]] = {layer.kind: [] for layer in LAYERS}
    for one in ratings:
        found["excluded" if one.excluded else one.kind].append(one)
    # Raters take turns from answer to answer: every third rating could leave one of them out.
    found["plain"] = sorted(found["plain"], key=lambda r: r.event_uid[::-1])[:MOST_MARKS]
    return found


def along(rating: "RatingReport", way: str, columns: "Mapping[int, int]") -> float:
    """Where a rating lies along the plot: in a rater's column, in time, or by what is expected."""
    if way == "rater":
        return columns[rating.rater_id] + spread(rating.event_uid)
    return float((rating.position or 0) if way == "position" else rating.expected)


def spread(event_uid: str) -> float:
    """Where in its column a rating lies: by its own id, so that it never moves."""
    return WIDTH * (int(event_uid[-4:], 16) / 0xFFFF - 0.5)

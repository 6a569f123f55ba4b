"""Every rating against what was expected of it, so that what stands out can be seen."""

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.ui import tokens
from prefdesk.ui.raters import words
from prefdesk.ui.widgets import Label, Speaking, one_line

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RatingReport

MOST_MARKS = 1500
"""More marks of plain ratings would only cover each other, and take long to paint."""
WIDTH = 0.62
"""Share of a rater's column over which his marks are spread."""
LONGEST_NAME = 12
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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_1)

    def show_report(self, report: "AgreementReport") -> None:
        """Draw another report."""
        self._report = report
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
        if getattr(self, "card", None) is not None:
            QTimer.singleShot(0, self, self._draw)

    def _make(self) -> None:
        from prefdesk.ui.widgets.plot import PlotCard

        # A heading that is visible before it has a parent would flash as a window of its own.
        self.card = PlotCard("", x="", y="")
        self.card.body.addWidget(self.legend)
        self.card.point_opened.connect(self.rating_opened)
        column = self.layout()
        assert column is not None
        column.addWidget(self.card)
        self.card.set_words(*self._words())

    def _draw(self) -> None:
        if self._report is None:
            return
        if self.card is None:
            self._make()
        columns = {r.rater_id: i for i, r in enumerate(self._report.raters)}
        self.card.clear()
        self.card.add_line(y=0)
        drawn = layers(self._report.ratings)
        for layer in LAYERS:
            rows = [r for r in drawn[layer.kind] if r.rater_id in columns]
            if rows:
                self.card.set_series(
                    self._name(layer.kind),
                    [columns[r.rater_id] + spread(r.event_uid) for r in rows],
                    [r.residual for r in rows],
                    index=layer.order,
                    style="points",
                    keys=rows,
                )
        self._enlarge()
        self.card.set_x_names(self._names())
        self.legend.setText(self._legend({k: len(v) for k, v in drawn.items()}))

    def _enlarge(self) -> None:
        """What stands out is drawn larger than the rest, which is many."""
        for item in self.card.view.getPlotItem().listDataItems():
            plain = item.opts["symbol"] == tokens.series(LAYERS[0].order)[1]
            item.setSymbolSize(SMALL if plain else LARGE)

    def _names(self) -> list[str]:
        raters = self._report.raters if self._report else ()
        names = [one_line(r.name) for r in raters]
        if len(names) > 12 or any(len(n) > LONGEST_NAME for n in names):
            return [str(i) for i in range(1, len(names) + 1)]
        return names

    def _words(self) -> tuple[str, str, str]:
        return (
            self.tr("Scores against what was expected"),
            self.tr("rater, in the order of the table"),
            self.tr("score − expected, points"),
        )

    def _name(self, kind: str) -> str:
        return words.kind_name(kind, excluded=kind == "excluded")

    def _legend(self, counts: dict[str, int]) -> str:
        signs = {layer.kind: layer.sign for layer in LAYERS}
        found = [f"{signs[k]} {self._name(k)} ({n:,})" for k, n in counts.items() if n]
        drawn, total = sum(counts.values()), self._report.n_ratings if self._report else 0
        if drawn < total:
            text = self.tr("{drawn} of {total} ratings drawn, all that stand out among them")
            found.append(text.format(drawn=f"{drawn:,}", total=f"{total:,}"))
        return "   ".join(found)


def layers(ratings: "tuple[RatingReport, ...]") -> "dict[str, list[RatingReport]]":
    """Ratings by what they are drawn as; plain ones thinned out evenly."""
    found: dict[str, list[RatingReport]] = {layer.kind: [] for layer in LAYERS}
    for one in ratings:
        found["excluded" if one.excluded else one.kind].append(one)
    step = -(-len(found["plain"]) // MOST_MARKS)
    found["plain"] = found["plain"][:: max(1, step)]
    return found


def spread(event_uid: str) -> float:
    """Where in its column a rating lies: by its own id, so that it never moves."""
    return WIDTH * (int(event_uid[-4:], 16) / 0xFFFF - 0.5)

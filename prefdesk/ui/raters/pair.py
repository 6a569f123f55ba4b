"""Two raters side by side: how far they agree, and every answer that both judged."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.ui.raters import words
from prefdesk.ui.tokens import SPACE_1, SPACE_2
from prefdesk.ui.widgets import Column, Label, PlainButton, RowsModel, Speaking, TableView, row
from prefdesk.ui.widgets.arrange import side_by_side

if TYPE_CHECKING:
    from prefdesk.project import PairReport, Range, SharedAnswer

LEAST_HEIGHT, NAME_WIDTH = 380, 76
SCALE = (0.0, 10.0)
"""Ends of the scores, so that every pair is drawn on the same axes."""
SMALLEST, LARGEST = 7.0, 26.0
"""Size in pixels of the mark of one answer, and the most that many together take."""


class PairView(Speaking, QWidget):
    """A scatter of both raters' scores beside the table of the answers.

    *Signals*
    - `left`: back to where the pair was chosen.
    - `answer_opened(SharedAnswer)`: a row was opened.
    """

    left = Signal()
    answer_opened = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: PairReport | None = None
        self._names = ("", "")
        self.back = PlainButton("", "back")
        self.back.clicked.connect(self.left)
        self.title, self.said = Label("", "heading"), Label("", wrap=True)
        self.card: Any = None
        self._rows: RowsModel[SharedAnswer] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.fill((1, 2), NAME_WIDTH)
        self.table.opened.connect(self.answer_opened)
        self.hint = Label("", "caption", wrap=True)
        self._plotted, right = QWidget(), QWidget()
        for inside in (self._plotted, right):
            QVBoxLayout(inside).setContentsMargins(0, 0, 0, 0)
            inside.layout().setSpacing(SPACE_1)  # type: ignore[union-attr]
        for part in (self.table, self.hint):
            right.layout().addWidget(part)  # type: ignore[union-attr]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(row(self.back, self.title))
        column.addWidget(self.said)
        column.addWidget(side_by_side(self._plotted, right, (560, 560)), 1)
        self.setMinimumHeight(LEAST_HEIGHT)
        self._speak()

    def show_pair(self, found: "PairReport", names: tuple[str, str]) -> None:
        """Show two other raters; what a row is chosen for stays chosen by its answer."""
        chosen = {a.completion_id for a in self.table.selected()}
        self.shown, self._names = found, names
        self._rows.set_rows(sorted(found.answers, key=lambda a: -abs(a.difference)))
        self._rows.retitle()
        self._choose([a for a in found.answers if a.completion_id in chosen])
        self._say()
        if self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """The plot is made when it is first seen: its library takes long to load."""
        super().showEvent(event)
        if self.shown is not None:
            self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leads back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Words, titles and axes follow the language."""
        super().retranslate()
        if getattr(self, "shown", None) is not None:
            self._rows.retitle()
            self._say()
            if self.card is not None:
                self._draw()

    def restyle(self) -> None:
        """Draw again once the plot itself has followed the theme."""
        if getattr(self, "card", None) is not None:
            QTimer.singleShot(0, self, self._draw)

    def _speak(self) -> None:
        self.say(self.back.setText, lambda: self.tr("Back"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Answers that both judged"))
        self.say(
            self.hint.setText,
            lambda: self.tr("Enter or a double click opens an answer with all its ratings."),
        )

    def _say(self) -> None:
        found = self.shown
        assert found is not None
        self.title.setText(
            self.tr("{first} and {second}").format(first=self._names[0], second=self._names[1])
        )
        self.said.setText(words.joined(self._sentences(found)))

    def _sentences(self, found: "PairReport") -> list[str]:
        n = len(found.answers)
        said = [self.tr("%n answers judged by both.", "", n)]
        if found.r.value is not None:
            text = self.tr("Correlation {r}: 1 is the same order, 0 chance.")
            said.append(text.format(r=words.with_limits(found.r)))
        elif n:
            said.append(self.tr("Too few, or all alike: no correlation can be told."))
        if found.same is not None:
            text = self.tr("The same score on {share} of them.")
            said.append(text.format(share=words.percent(found.same)))
        if found.difference.value is not None:
            said.append(self._difference(found.difference))
        return said

    def _difference(self, found: "Range") -> str:
        """Who scores higher, and by how much."""
        (first, second), figure = self._names, words.with_limits(found, 1)
        if found.value is not None and found.value < 0:
            first, second = second, first
            figure = words.with_limits(turned(found), 1)
        text = self.tr("{first} scores {figure} points higher than {second}.")
        return text.format(first=first, second=second, figure=figure)

    def _draw(self) -> None:
        found = self.shown
        assert found is not None
        if self.card is None:
            from prefdesk.ui.widgets.plot import PlotCard

            self.card = PlotCard("", x="", y="")
            self.card.point_opened.connect(self._choose)
            self._plotted.layout().addWidget(self.card)  # type: ignore[union-attr]
        self.card.set_words(
            self.tr("Scores of both"),
            self.tr("{name}, points").format(name=self._names[0]),
            self.tr("{name}, points").format(name=self._names[1]),
        )
        self.card.clear()
        places = gathered(found.answers)
        if not places:
            return
        low, high = SCALE
        self.card.set_ticks(range(int(low), int(high) + 1, 2))
        self.card.set_series(self.tr("same score"), [low, high], [low, high], index=7)
        self.card.set_series(
            self.tr("answers"),
            [x for x, _ in places],
            [y for _, y in places],
            index=0,
            style="points",
            keys=list(places.values()),
        )
        self.card.describe = self._words_for
        marks = self.card.view.getPlotItem().listDataItems()[-1]
        marks.setSymbolSize([size(len(some)) for some in places.values()])

    def _words_for(self, point: Any) -> str:
        if point.key is None:
            return ""
        text = self.tr("%n answers: {first} and {second} points", "", len(point.key))
        return text.format(first=f"{point.x:g}", second=f"{point.y:g}")

    def _choose(self, answers: "Sequence[SharedAnswer] | None") -> None:
        """Choose the rows of some answers."""
        wanted = {a.completion_id for a in answers or ()}
        at = [i for i, a in enumerate(self._rows.records) if a.completion_id in wanted]
        picked = QItemSelection()
        for one in at:
            picked.select(self._rows.index(one, 0), self._rows.index(one, 0))
        how = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        model.select(picked, how.ClearAndSelect | how.Rows)
        if at:
            model.setCurrentIndex(self._rows.index(at[0], 0), how.NoUpdate)
            self.table.scrollTo(self._rows.index(at[0], 0))

    def _columns(self) -> "list[Column[SharedAnswer]]":
        return [
            Column(lambda: self.tr("Completion"), lambda a: a.completion_id, True, width=92),
            Column(
                lambda: self._names[0],
                lambda a: a.first,
                True,
                show=lambda a: f"{a.first:g}",
                cut=True,
            ),
            Column(
                lambda: self._names[1],
                lambda a: a.second,
                True,
                show=lambda a: f"{a.second:g}",
                cut=True,
            ),
            Column(
                lambda: self.tr("Difference, points"),
                lambda a: a.difference,
                True,
                show=lambda a: words.signed(a.difference),
            ),
        ]


def gathered(
    answers: "Sequence[SharedAnswer]",
) -> "dict[tuple[float, float], list[SharedAnswer]]":
    """The answers by both scores: many lie on the same point of a scale of whole numbers."""
    found: dict[tuple[float, float], list[SharedAnswer]] = {}
    for one in answers:
        found.setdefault((one.first, one.second), []).append(one)
    return found


def turned(found: "Range") -> "Range":
    """A difference seen from the other side."""
    value, low, high = (None if v is None else -v for v in (found.value, found.high, found.low))
    return replace(found, value=value, low=low, high=high)


def size(n: int) -> float:
    """Pixels of the mark of `n` answers; its area grows with them."""
    return float(min(LARGEST, SMALLEST * n**0.5))

"""The first tab: the verdict above, and below it the raters, a comparison, or all figures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.ui import theme
from prefdesk.ui.raters.caterpillar import BiasCard, by_bias
from prefdesk.ui.raters.coefficients import CoefficientsView
from prefdesk.ui.raters.heatmap import PairsCard
from prefdesk.ui.raters.naming import rater_name
from prefdesk.ui.raters.pair import PairView
from prefdesk.ui.raters.people import PeopleView
from prefdesk.ui.raters.summary import Summary
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Label, PlainButton, Speaking, one_line
from prefdesk.ui.widgets.arrange import stack

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, PairReport, RaterReport
    from prefdesk.records import Exclusion

PEOPLE, COMPARED, ALL, PAIR = range(4)
NARROW = 800
COMPARED_HEIGHT, MOST_HEIGHT, AROUND = 320, 640, 130
"""Pixels of a card of charts, and of what stands in it around its chart."""


class ComparedView(QWidget):
    """Strict and mild raters beside the map of who agrees with whom.

    *Signals*
    - `rater_opened(int)`: the mark of a rater was opened.
    - `pair_opened(Pair)`: a cell of the map, or its row in the table, was.
    """

    rater_opened = Signal(int)
    pair_opened = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bias, self.pairs = BiasCard(), PairsCard()
        self._parts = QHBoxLayout(self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(SPACE_3)
        for card in (self.bias, self.pairs):
            card.setMinimumHeight(COMPARED_HEIGHT)
            self._parts.addWidget(card, 1)
        self.bias.opened.connect(self._on_rater_opened)
        self.pairs.opened.connect(self.pair_opened)

    def show_report(self, report: "AgreementReport") -> None:
        """Show another report; a chart without figures is hidden."""
        self.bias.show_raters(report.raters)
        self.pairs.show_report(report)
        self.pairs.setVisible(bool(report.pairs))
        self.bias.setVisible(bool(by_bias(report.raters)))
        needed = max(c.chart.sizeHint().height() for c in (self.bias, self.pairs)) + AROUND
        for card in (self.bias, self.pairs):
            card.setMinimumHeight(min(max(COMPARED_HEIGHT, needed), MOST_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        stack(self._parts, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))

    def _on_rater_opened(self, rater: "RaterReport") -> None:
        self.rater_opened.emit(rater.rater_id)


class AgreementView(Speaking, QWidget):
    """Summary cards, a row of buttons, and the view they choose; or two raters side by side.

    *Signals*
    - `pair_wished(int, int)`: two raters are to be read, for `show_pair`.
    """

    pair_wished = Signal(int, int)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards, self.people = Summary(), PeopleView()
        self.compared, self.figures = ComparedView(), CoefficientsView()
        self._views = QStackedWidget()
        self.buttons = [PlainButton() for _ in range(3)]
        self._choice = QButtonGroup(self)
        self.pair = PairView()
        self._pair_names: dict[int, str] = {}
        self.criterion = Label("", "caption", wrap=True)
        self._criteria: Sequence[str] = ()
        for number, view in enumerate((self.people, self.compared, self.figures)):
            self._views.addWidget(view)
            self.buttons[number].setCheckable(True)
            self._choice.addButton(self.buttons[number], number)
        self.say(self.buttons[PEOPLE].setText, lambda: self.tr("Raters"))
        self.say(self.buttons[COMPARED].setText, lambda: self.tr("Compare raters"))
        self.say(self.buttons[ALL].setText, lambda: self.tr("All figures"))
        self._choice.idClicked.connect(self.choose)
        self._views.addWidget(self.pair)
        self.compared.rater_opened.connect(self._on_rater_opened)
        self.compared.pair_opened.connect(lambda p: self.pair_wished.emit(p.first, p.second))
        self.pair.left.connect(self._on_pair_left)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(SPACE_2)
        for button in self.buttons:
            self.bar.addWidget(button)
        self.bar.addStretch(1)
        self.bar.addWidget(self.people.columns)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        column.addWidget(self.cards)
        column.addWidget(self.criterion)
        column.addLayout(self.bar)
        self._say_criterion()
        column.addWidget(self._views, 1)
        self.choose(PEOPLE)

    def choose(self, number: int) -> None:
        """Show one of the views."""
        self.buttons[min(number, COMPARED) if number == PAIR else number].setChecked(True)
        self._views.setCurrentIndex(number)
        self.people.columns.setVisible(number == PEOPLE)
        self.cards.setVisible(number != PAIR)  # two raters need the room
        self.cards.set_brief(number != PEOPLE)

    def show_pair(self, found: "PairReport") -> None:
        """Show two raters side by side."""
        first, second = (self._pair_names.get(id, "") for id in (found.first, found.second))
        self.pair.show_pair(found, (first, second))
        if self._views.currentIndex() != PAIR:
            self.choose(PAIR)
            self.pair.table.setFocus()

    def leave_pair(self) -> None:
        """Back to the comparison, where a pair is shown."""
        if self._views.currentIndex() == PAIR:
            self.choose(COMPARED)

    def show_criteria(self, names: "Sequence[str]") -> None:
        """Say which criterion the figures speak of, where there are several."""
        self._criteria = tuple(names)
        self._say_criterion()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_criteria"):
            self._say_criterion()

    def _say_criterion(self) -> None:
        names = self._criteria
        self.criterion.setVisible(len(names) > 1)
        if len(names) > 1:
            text = self.tr(
                "All figures on this page speak of the first criterion, {name}. Rewards are made "
                "of all %n criteria, by their weights.",
                "",
                len(names),
            )
            self.criterion.setText(text.format(name=one_line(names[0], 60)))

    def _on_pair_left(self) -> None:
        self.leave_pair()
        self.compared.pairs.focus()

    def show_report(self, report: "AgreementReport", active: "list[Exclusion]") -> None:
        """Show another report; a view without figures is not offered."""
        self._pair_names = {r.rater_id: rater_name(r) for r in report.raters}
        self.cards.show_report(report)
        self.people.show_report(report, active)
        self.compared.show_report(report)
        self.figures.show_report(report)
        shown = (True, bool(report.pairs or by_bias(report.raters)), bool(report.coefficients))
        for button, on in zip(self.buttons, shown, strict=True):
            button.setVisible(on)
        now = self._views.currentIndex()
        if now == PAIR and self.pair.shown is not None:
            self.pair_wished.emit(self.pair.shown.first, self.pair.shown.second)
        elif not shown[now]:
            self.choose(PEOPLE)

    def _on_rater_opened(self, rater_id: int) -> None:
        self.choose(PEOPLE)
        self.people.choose(rater_id)
        self.people.table.setFocus()

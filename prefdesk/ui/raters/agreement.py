"""The first tab: the verdict above, and below it the raters, a comparison, or all figures."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.ui import theme
from prefdesk.ui.raters.caterpillar import BiasCard, by_bias
from prefdesk.ui.raters.coefficients import CoefficientsView
from prefdesk.ui.raters.heatmap import Pair, PairsCard
from prefdesk.ui.raters.people import PeopleView
from prefdesk.ui.raters.summary import Summary
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import PlainButton, Speaking
from prefdesk.ui.widgets.arrange import stack

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RaterReport
    from prefdesk.records import Exclusion

PEOPLE, COMPARED, ALL = range(3)
NARROW = 800
COMPARED_HEIGHT = 320


class ComparedView(QWidget):
    """Strict and mild raters beside the map of who agrees with whom.

    *Signals*
    - `rater_opened(int)`: the mark of a rater, or of a pair's first one, was opened.
    """

    rater_opened = Signal(int)

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
        self.pairs.opened.connect(self._on_pair_opened)

    def show_report(self, report: "AgreementReport") -> None:
        """Show another report; a chart without figures is hidden."""
        self.bias.show_raters(report.raters)
        self.pairs.show_report(report)
        self.pairs.setVisible(bool(report.pairs))
        self.bias.setVisible(bool(by_bias(report.raters)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        stack(self._parts, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))

    def _on_rater_opened(self, rater: "RaterReport") -> None:
        self.rater_opened.emit(rater.rater_id)

    def _on_pair_opened(self, pair: Pair) -> None:
        self.rater_opened.emit(pair.first)


class AgreementView(Speaking, QWidget):
    """Summary cards, a row of buttons, and the view they choose."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards, self.people = Summary(), PeopleView()
        self.compared, self.figures = ComparedView(), CoefficientsView()
        self._views = QStackedWidget()
        self.buttons = [PlainButton() for _ in range(3)]
        self._choice = QButtonGroup(self)
        for number, view in enumerate((self.people, self.compared, self.figures)):
            self._views.addWidget(view)
            self.buttons[number].setCheckable(True)
            self._choice.addButton(self.buttons[number], number)
        self.say(self.buttons[PEOPLE].setText, lambda: self.tr("Raters"))
        self.say(self.buttons[COMPARED].setText, lambda: self.tr("Compare raters"))
        self.say(self.buttons[ALL].setText, lambda: self.tr("All figures"))
        self._choice.idClicked.connect(self.choose)
        self.compared.rater_opened.connect(self._on_rater_opened)
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
        column.addLayout(self.bar)
        column.addWidget(self._views, 1)
        self.choose(PEOPLE)

    def choose(self, number: int) -> None:
        """Show one of the views."""
        self.buttons[number].setChecked(True)
        self._views.setCurrentIndex(number)
        self.people.columns.setVisible(number == PEOPLE)

    def show_report(self, report: "AgreementReport", active: "list[Exclusion]") -> None:
        """Show another report; a view without figures is not offered."""
        self.cards.show_report(report)
        self.people.show_report(report, active)
        self.compared.show_report(report)
        self.figures.show_report(report)
        shown = (True, bool(report.pairs or by_bias(report.raters)), bool(report.coefficients))
        for button, on in zip(self.buttons, shown, strict=True):
            button.setVisible(on)
        if not shown[self._views.currentIndex()]:
            self.choose(PEOPLE)

    def _on_rater_opened(self, rater_id: int) -> None:
        self.choose(PEOPLE)
        self.people.choose(rater_id)
        self.people.table.setFocus()

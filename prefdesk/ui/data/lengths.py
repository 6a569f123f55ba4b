"""Prompts as the model takes them: measured once, with what the limit leaves out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui import background
from prefdesk.ui.data.reading import Lengths
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Button, Card, Label, Speaking

if TYPE_CHECKING:
    from prefdesk.ui.data.histogram import LengthPlot

PLOT_HEIGHT = 230


class LengthsView(Speaking, QWidget):
    """A card that offers to measure, and the histogram once there is one.

    *Signals*
    - `measure_wished()`
    """

    measure_wished = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Lengths | None = None
        self.plot: LengthPlot | None = None
        self.card, self.words, self.measure = Card(), Label("", "muted", wrap=True), Button()
        self.measure.clicked.connect(self.measure_wished)
        line = QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.measure)
        self.card.body.addLayout(line)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_2)
        self._column.addWidget(self.card)
        self.say(self.card.set_title, lambda: self.tr("Prompts in tokens"))
        self.retranslate()

    def show_lengths(self, found: Lengths | None, *, can_measure: bool) -> None:
        """Show a histogram, or that nothing was measured yet."""
        self.measure.setEnabled(can_measure)
        if found is not None and found != self._found:
            background.query(self, _load_plot, self._on_plot_loaded, key="plot")
        if self.plot is not None:
            self.plot.setVisible(found is not None)
        self._found = found
        self.retranslate()

    def _on_plot_loaded(self, make_plot: "type[LengthPlot]") -> None:
        if self.plot is None:
            self.plot = make_plot()
            self.plot.setFixedHeight(PLOT_HEIGHT)
            self._column.addWidget(self.plot)
            self.plot.say_words()
        QTimer.singleShot(0, self, self._draw)

    def _draw(self) -> None:
        if self._found is not None and self.plot is not None:
            self.plot.show_lengths(self._found)
            self.plot.show()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if not hasattr(self, "measure"):
            return
        found = self._found
        if found is None:
            self.measure.setText(self.tr("Measure"))
            self.words.setText(
                self.tr(
                    "Turns every prompt into the model's tokens once and shows how long they are. "
                    "Sampling does it too where it is missing."
                )
            )
            return
        self.measure.setText(self.tr("Measure again"))
        text = self.tr("{n} prompts, the longest has {longest} tokens; the limit is {limit}.")
        text = text.format(
            n=f"{found.n_prompts:,}", longest=f"{found.longest:,}", limit=f"{found.limit:,}"
        )
        if found.n_too_long:
            more = self.tr(
                "%n prompts are longer and are left out of sampling.", "", found.n_too_long
            )
        else:
            more = self.tr("None is too long.")
        self.words.setText(f"{text} {more}")


def _load_plot() -> "type[LengthPlot]":
    """The plotting library takes most of a second to import, so it comes in the background."""
    from prefdesk.ui.data.histogram import LengthPlot

    return LengthPlot

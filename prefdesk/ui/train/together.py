"""One metric of several rounds on one chart. Import late: it brings the plotting library."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox

from prefdesk.ui.train.curves import CURVES, Curve
from prefdesk.ui.widgets.plot import PlotCard

if TYPE_CHECKING:
    from prefdesk.records import Metric

MOST = 8
"""Rounds drawn at once; there are no more colours to tell apart."""


class Together(PlotCard):
    """The curves of the chosen rounds; a box chooses the metric."""

    def __init__(self) -> None:
        super().__init__("", x="", y="", zoom=True, counts=True)
        self._rounds: dict[int, Mapping[str, Mapping[int, float]]] = {}
        self.choice = QComboBox()
        for curve in CURVES:
            self.choice.addItem("", curve.metric)
        self.body.insertWidget(1, self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.choice.setAccessibleName(self.tr("Metric of the rounds"))
        self.choice.currentIndexChanged.connect(lambda _index: self._draw())
        self.speak()

    def show_rounds(self, rounds: "Mapping[int, Sequence[Metric]]") -> None:
        """Draw these, by number; the newest `MOST` of them."""
        self._rounds = {number: _by_name(rounds[number]) for number in sorted(rounds)[-MOST:]}
        self._draw()

    def speak(self) -> None:
        """Say titles again after a change of language."""
        for position, curve in enumerate(CURVES):
            self.choice.setItemText(position, curve.title())
        self._draw()

    def retranslate(self) -> None:
        """Titles, axes and names of rounds follow the language."""
        super().retranslate()
        if hasattr(self, "choice"):
            self.choice.setAccessibleName(self.tr("Metric of the rounds"))
            self.speak()

    def _draw(self) -> None:
        curve: Curve = CURVES[max(0, self.choice.currentIndex())]
        self.clear()
        step = QCoreApplication.translate("curves", "step")
        self.set_words(self.tr("Rounds on one chart"), step, curve.unit())
        for number, metrics in self._rounds.items():
            values = metrics.get(curve.metric, {})
            steps = sorted(values)
            finite = [values[s] if math.isfinite(values[s]) else math.nan for s in steps]
            if steps:
                name = self.tr("Round {number}").format(number=number)
                self.set_series(name, steps, finite, index=number - 1, style="both")


def _by_name(metrics: "Sequence[Metric]") -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for one in metrics:
        found.setdefault(one.name, {})[one.step] = one.value
    return found

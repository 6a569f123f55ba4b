"""The live curves of a round. They are drawn one at a time, so that the window never waits."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from prefdesk.ui import background, theme
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.widgets import Speaking
from prefdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from prefdesk.records import Metric
    from prefdesk.ui.widgets.plot import PlotCard

TURN_MS = 20
"""Pause between two drawings: each turn of the event loop draws one plot."""
PER_ROW = 3
LEAST_WIDTH = 290
"""A plot has its title and its buttons side by side."""
FEW_STEPS = 60
"""Up to this many steps every one has its mark."""


class Curve(NamedTuple):
    """One metric: its name in the file, its title and unit, and what it tells."""

    metric: str
    title: Callable[[], str]
    unit: Callable[[], str]
    help: Callable[[], str]


CURVES: tuple[Curve, ...] = (
    Curve(
        "reward",
        lambda: QCoreApplication.translate("curves", "Reward"),
        lambda: QCoreApplication.translate("curves", "standard deviations"),
        lambda: QCoreApplication.translate(
            "curves",
            "Mean reward of the answers that are learnt from in a step. These are "
            "fixed: whether new answers are better, Evaluate tells.",
        ),
    ),
    Curve(
        "kl",
        lambda: QCoreApplication.translate("curves", "KL to the reference"),
        lambda: QCoreApplication.translate("curves", "nats per token"),
        lambda: QCoreApplication.translate(
            "curves",
            "How far the policy has moved from the model it is compared with. A "
            "steep rise means that it forgets what it could do.",
        ),
    ),
    Curve(
        "loss",
        lambda: QCoreApplication.translate("curves", "Loss"),
        lambda: QCoreApplication.translate("curves", "loss"),
        lambda: QCoreApplication.translate(
            "curves",
            "What the optimiser makes smaller. Its height says little; it should not jump.",
        ),
    ),
    Curve(
        "grad_norm",
        lambda: QCoreApplication.translate("curves", "Gradient"),
        lambda: QCoreApplication.translate("curves", "norm"),
        lambda: QCoreApplication.translate(
            "curves",
            "How strongly a step pulls at the weights. Rare peaks are cut; many "
            "of them ask for a lower learning rate.",
        ),
    ),
    Curve(
        "ess",
        lambda: QCoreApplication.translate("curves", "Effective share"),
        lambda: QCoreApplication.translate("curves", "share, 0 to 1"),
        lambda: QCoreApplication.translate(
            "curves",
            "Which part of the answers still counts, now that the policy is "
            "another than the one that wrote them.",
        ),
    ),
    Curve(
        "completions/mean_length",
        lambda: QCoreApplication.translate("curves", "Length of completions"),
        lambda: QCoreApplication.translate("curves", "tokens"),
        lambda: QCoreApplication.translate(
            "curves",
            "Mean length of the answers that are learnt from in a step.",
        ),
    ),
    Curve(
        "entropy",
        lambda: QCoreApplication.translate("curves", "Entropy"),
        lambda: QCoreApplication.translate("curves", "nats per token"),
        lambda: QCoreApplication.translate(
            "curves",
            "How undecided the policy is about the next token. A fall to 0 means "
            "that it says the same each time.",
        ),
    ),
    Curve(
        "tokens_per_second",
        lambda: QCoreApplication.translate("curves", "Speed"),
        lambda: QCoreApplication.translate("curves", "tokens per second"),
        lambda: QCoreApplication.translate(
            "curves",
            "Tokens trained on in a second.",
        ),
    ),
    Curve(
        "clip_ratio/region_mean",
        lambda: QCoreApplication.translate("curves", "Clipped tokens"),
        lambda: QCoreApplication.translate("curves", "share, 0 to 1"),
        lambda: QCoreApplication.translate(
            "curves",
            "Which part of the tokens was held back, because the policy had "
            "moved too far on them already.",
        ),
    ),
)
"""Those that no step of a round brings, such as clipping where nothing is clipped, are hidden."""


class Curves(Speaking, QWidget):
    """A plot for each metric over the steps of one round."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, dict[int, float]] = {c.metric: {} for c in CURVES}
        self.cards: dict[str, Any] = {}
        self._wanting: list[str] = []
        self._veiled: list[str] = []
        self._make_card: Callable[..., Any] | None = None
        self._asked, self._per_row = False, PER_ROW
        self._turn = QTimer(self)
        self._turn.setInterval(TURN_MS)
        self._turn.timeout.connect(self._on_turn)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_3)
        for column in range(PER_ROW):
            self._grid.setColumnStretch(column, 1)

    def fit(self, width: int) -> None:
        """Put as many plots beside each other as this width has room for."""
        least = theme.scaled(LEAST_WIDTH, theme.theme().zoom) + SPACE_3
        per_row = min(PER_ROW, max(1, (width + SPACE_3) // least))
        if per_row != self._per_row:
            self._per_row = per_row
            for column in range(PER_ROW):
                self._grid.setColumnStretch(column, int(column < per_row))
            for curve in CURVES:
                if curve.metric in self.cards:
                    self._place(curve)

    def prepare(self) -> None:
        """Load the library in the background and make the plots, before they are needed."""
        if not self._asked:
            self._asked = True
            background.query(self, _load, self._on_loaded)

    def clear(self) -> None:
        """Another round begins."""
        for series in self.values.values():
            series.clear()
        self._want(self.values)

    def show_metrics(self, metrics: "Sequence[Metric]") -> None:
        """Show what is stored of a round; steps that came meanwhile stay."""
        for one in metrics:
            if one.name in self.values:
                self.values[one.name].setdefault(one.step, one.value)
        self._want(self.values)

    def add(self, step: int, metrics: Mapping[str, float]) -> None:
        """One step more."""
        seen = [name for name in metrics if name in self.values]
        for name in seen:
            self.values[name][step] = metrics[name]
        self._want(seen)

    def showEvent(self, event: Any) -> None:
        """Draw what came while hidden."""
        super().showEvent(event)
        self.prepare()
        self._veil()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Plots follow one after the other."""
        super().resizeEvent(event)
        self._veil()

    def retranslate(self) -> None:
        """Titles and axes follow the language."""
        super().retranslate()
        for curve in CURVES:
            if curve.metric in getattr(self, "cards", {}):
                self._say_words(curve)

    def _want(self, names: "Sequence[str] | dict[str, Any]") -> None:
        self._wanting += [n for n in names if n not in self._wanting]
        if not self._turn.isActive():
            self._turn.start()

    def _on_loaded(self, make_card: Callable[..., Any]) -> None:
        self._make_card = make_card
        self._turn.start()

    @Slot()
    def _on_turn(self) -> None:
        missing = [c for c in CURVES if c.metric not in self.cards]
        if missing and self._make_card is not None:
            self._make(missing[0], self._make_card)
        elif missing or not self.isVisible():
            self._turn.stop()
        elif self._wanting:
            self._draw(self._wanting.pop(0))
        elif self._veiled:
            self._unveil(self._veiled[0])
        else:
            self._turn.stop()

    def _veil(self) -> None:
        """Take the plots out of the next paint: all at once would be seen as a jerk."""
        for name, card in self.cards.items():
            _set_painted(card, False)
            if name not in self._veiled:
                self._veiled.append(name)
        self._turn.start()

    def _unveil(self, name: str) -> None:
        if name in self._veiled:
            self._veiled.remove(name)
            _set_painted(self.cards[name], True)

    def _make(self, curve: Curve, make_card: Callable[..., Any]) -> None:
        # A heading that is visible before it has a parent would flash as a window of its own.
        self.cards[curve.metric] = card = make_card("", x="", y="", zoom=True, counts=True)
        self._place(curve)
        self._say_words(curve)
        for side in ("left", "bottom"):
            # Fine grid lines are most of the time a plot takes to paint.
            card.view.getPlotItem().getAxis(side).setStyle(maxTickLevel=0)
        _set_painted(card, False)
        self._veiled.append(curve.metric)
        for part in card.findChildren(QWidget):
            part.ensurePolished()  # costs less now than all at once when the page is shown

    def _say_words(self, curve: Curve) -> None:
        card = self.cards[curve.metric]
        card.set_words(*_words(curve))
        card.heading.setToolTip(tip(curve.help()))
        card.view.setAccessibleDescription(curve.help())

    def _place(self, curve: Curve) -> None:
        position = CURVES.index(curve)
        self._grid.addWidget(
            self.cards[curve.metric], position // self._per_row, position % self._per_row
        )

    def _draw(self, name: str) -> None:
        steps = sorted(self.values[name])
        values = [self.values[name][s] for s in steps]
        finite = [v if math.isfinite(v) else math.nan for v in values]
        style = "both" if len(steps) <= FEW_STEPS else "line"
        self.cards[name].set_series(name, steps, finite, index=0, style=style)
        begun = any(self.values.values())
        for own, card in self.cards.items():
            card.setVisible(bool(self.values[own]) or not begun)
        self._unveil(name)


def _load() -> Callable[..., Any]:
    from prefdesk.ui.widgets.plot import PlotCard

    return PlotCard


def _words(curve: Curve) -> tuple[str, str, str]:
    return curve.title(), QCoreApplication.translate("curves", "step"), curve.unit()


def _set_painted(card: "PlotCard", painted: bool) -> None:
    # A view that says it fills its place would leave there what was painted before.
    card.view.viewport().setAutoFillBackground(painted)
    card.view.setUpdatesEnabled(painted)

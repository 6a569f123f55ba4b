"""The recipe beside what it would train on; counted again as one types."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.config import RoundConfig
from prefdesk.events import JobEnded, JobEvent, JobSpec
from prefdesk.ui.desk import Desk
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.train.card import PreflightCard
from prefdesk.ui.train.conductor import LOOKED_AT
from prefdesk.ui.train.cost import CostCard, SharesCard
from prefdesk.ui.train.reading import Seen, read
from prefdesk.ui.train.recipe import RecipePane
from prefdesk.ui.widgets.arrange import scrolled, side_by_side

if TYPE_CHECKING:
    from prefdesk.records import Checkpoint, Round

TYPING_MS = 250


class SetupPane(QWidget):
    """Everything that is decided before a round.

    *Signals*
    - `changed`: whether a round may start is other now.
    - `place_wished(str)`: a finding's button was pressed.
    """

    changed = Signal()
    place_wished = Signal(str)

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.recipe, self.preflight = RecipePane(), PreflightCard()
        self.cost, self.shares = CostCard(), SharesCard()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.look)
        self.recipe.changed.connect(self._typing.start)
        self.recipe.changed.connect(self.changed)
        self.preflight.changed.connect(self.changed)
        self.preflight.place_wished.connect(self.place_wished)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._area, right = scrolled(self.recipe), scrolled(self._beside())
        self._area.installEventFilter(self)
        column.addWidget(side_by_side(self._area, right, (560, 560)))
        self.cost.measure_wished.connect(self.measure)
        desk.jobs.event_arrived.connect(self._on_job_event)
        desk.jobs.started.connect(self._on_job_started)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The recipe follows its width, which the line beside it can change too."""
        if watched is self._area and event.type() in (QEvent.Type.Resize, QEvent.Type.StyleChange):
            self.recipe.fit(self._area.width())
        return super().eventFilter(watched, event)

    @property
    def has_model(self) -> bool:
        """True if there is a checkpoint to start from."""
        return self.recipe.start.count() > 0

    @property
    def may_start(self) -> bool:
        """True if a round could start as things are."""
        seen = self.preflight.seen
        counted = seen is not None and seen.counts.checkpoint.id == self.checkpoint_id
        return counted and self.recipe.form.value() is not None and self.preflight.may_start

    @property
    def checkpoint_id(self) -> int | None:
        """The chosen checkpoint."""
        return self.recipe.checkpoint_id

    def config(self) -> RoundConfig | None:
        """The recipe, the written override in it; None while a setting is wrong."""
        return self.recipe.value(self.preflight.written())

    def soon(self) -> None:
        """Count again in a moment."""
        self._typing.start()

    def look(self) -> None:
        """Count what a round would train on."""
        config, start = self.recipe.value(), self.checkpoint_id
        if config is not None:
            self._desk.query(lambda p: read(p, config, start), self._on_seen, key="look")

    def measure(self) -> None:
        """Try two small steps, to know what a round would cost."""
        config, start = self.recipe.value(), self.checkpoint_id
        if config is not None and start is not None:
            spec = self._desk.run_job(
                "trial", config=config.to_json(), checkpoint_id=start, gallery=LOOKED_AT
            )
            self.cost.set_measuring(spec is not None)

    def clear(self) -> None:
        """The project was closed."""
        self._typing.stop()
        self.recipe.clear()
        self.preflight.override.clear()
        self._show(None)

    def show_checkpoints(self, checkpoints: "Sequence[Checkpoint]", current: int) -> None:
        """Offer these to start from."""
        self.recipe.show_checkpoints(checkpoints, current)

    def use(self, one: "Round") -> None:
        """Show the recipe of an earlier round; `InputError` if it is of another version."""
        self.recipe.set_value(RoundConfig.from_json(one.config), one.parent_checkpoint_id)

    def start_from(self, checkpoint_id: int) -> None:
        """Choose a checkpoint."""
        at = self.recipe.start.findData(checkpoint_id)
        self.recipe.start.setCurrentIndex(max(0, at))

    def _beside(self) -> QWidget:
        column = QWidget()
        cards = QVBoxLayout(column)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(SPACE_3)
        for card in (self.preflight, self.cost, self.shares):
            cards.addWidget(card)
        cards.addStretch(1)
        return column

    def _show(self, seen: Seen | None) -> None:
        self.preflight.show_seen(seen)
        self.shares.show_seen(seen)
        teaches = bool(seen and seen.counts.shares and seen.counts.shares[0].share)
        self.cost.show_seen(seen, may_measure=teaches)

    def _on_seen(self, seen: Seen | None) -> None:
        self._show(seen)

    def _on_job_started(self, spec: JobSpec) -> None:
        if spec.kind == "trial":
            self.cost.set_measuring(True)

    def _on_job_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind == "trial" and isinstance(event, JobEnded):
            self.cost.set_measuring(False)
            self.soon()

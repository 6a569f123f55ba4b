"""The second tab: model, lengths and the form of a sampling."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.events import JobSpec
from prefdesk.ui import theme
from prefdesk.ui.data.lengths import LengthsCard
from prefdesk.ui.data.model import ModelCard
from prefdesk.ui.data.reading import Models
from prefdesk.ui.data.sampling import SampleCard, SampleWish
from prefdesk.ui.desk import Desk
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.widgets import Speaking
from prefdesk.ui.widgets.arrange import scrolled, stack

if TYPE_CHECKING:
    from prefdesk.project import Project


NARROW = 840
"""Below this width, at text zoom 100 %, the columns stand below each other."""


class SamplerView(Speaking, QWidget):
    """Model and lengths at the left, what to sample at the right.

    *Signals*
    - `changed()`: `wish` says something else now.
    - `refused(PrefdeskError)`: a model or a sampling was refused. `accepted()`: a model is taken.
    """

    changed = Signal()
    refused = Signal(object)
    accepted = Signal()

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._models: Models | None = None
        self.model, self.lengths, self.form = ModelCard(desk), LengthsCard(), SampleCard()
        self._lay_out()
        self.form.changed.connect(self.changed)
        self.model.refused.connect(self.refused)
        self.model.accepted.connect(self.accepted)

    def show_models(self, found: Models) -> None:
        """Show another state of the project."""
        self._models = found
        self.model.show_model(found.base)
        self.lengths.show_lengths(found.lengths)
        self.form.show_models(found)
        self.form.setEnabled(found.base is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room for two."""
        super().resizeEvent(event)
        stack(self._columns, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))

    @property
    def has_model(self) -> bool:
        """True if the project has a model to sample from."""
        return self._models is not None and self._models.base is not None

    def clear(self) -> None:
        """The project was closed."""
        self._models = None
        self.form.forget()
        self.lengths.show_lengths(None)

    def wish(self) -> SampleWish | None:
        """What the form asks for; None if it cannot be done."""
        return self.form.wish()

    def sample(self) -> None:
        """Make the sampling in the project, then hand its job in."""
        wish = self.wish()
        if wish is None:
            return

        def make(project: "Project") -> JobSpec:
            return project.completions.sampling_job(
                wish.config,
                split=wish.split,
                checkpoint_id=wish.checkpoint_id,
                limit=wish.limit,
            )

        self._desk.mutate(make, self._on_prepared, self.refused.emit)

    def _on_prepared(self, spec: JobSpec) -> None:
        self._desk.run_job(spec.kind, **spec.settings)

    def _lay_out(self) -> None:
        inside = QWidget()
        self._columns = columns = QHBoxLayout(inside)
        columns.setContentsMargins(0, 0, SPACE_3, 0)
        columns.setSpacing(SPACE_3)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(SPACE_3)
        left.addWidget(self.model)
        left.addWidget(self.lengths)
        left.addStretch(1)
        right.addWidget(self.form)
        right.addStretch(1)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inside))

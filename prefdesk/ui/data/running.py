"""A job of some kinds while it runs: how far, how long, stop and keep, cancel."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from prefdesk.events import JobEnded, JobEvent, JobSpec, JobStarted, Note, Progress
from prefdesk.ui.desk import Desk
from prefdesk.ui.widgets import PlainButton, ProgressStrip, Speaking


class JobStrip(Speaking, QWidget):
    """Hidden unless a job of one of `kinds` runs.

    *Signals*
    - `began(JobSpec)`, `noted(str)`: a warning of the job; `ended(JobSpec, JobEnded)`
    """

    began = Signal(object)
    noted = Signal(str)
    ended = Signal(object, object)

    def __init__(self, desk: Desk, kinds: frozenset[str], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._kinds = desk, kinds
        self.strip, self.cancel = ProgressStrip(), PlainButton("", "close")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.strip, 1)
        line.addWidget(self.cancel)
        self.say(self.cancel.setText, lambda: self.tr("Cancel"))
        self.say(
            self.cancel.setToolTip,
            lambda: self.tr("End it now. Stop ends it after the present batch and keeps it."),
        )
        self.strip.stop_pressed.connect(self._on_stop_pressed)
        self.cancel.clicked.connect(desk.jobs.cancel)
        desk.jobs.started.connect(self._on_started)
        desk.jobs.event_arrived.connect(self._on_event)
        desk.jobs.ended.connect(self._on_ended)
        self.hide()

    @property
    def busy(self) -> bool:
        """True if a job of these kinds works or waits."""
        return any(self._desk.jobs.is_busy(kind) for kind in self._kinds)

    def job_name(self, kind: str) -> str:
        """What a person calls a job."""
        return {
            "preprocess": self.tr("Preprocessing"),
            "sample": self.tr("Sampling"),
            "evaluate": self.tr("Perplexity"),
            "tryout": self.tr("Answering"),
        }.get(kind, kind)

    @Slot()
    def _on_stop_pressed(self) -> None:
        self._desk.jobs.stop()
        self.strip.stopping()

    @Slot(object)
    def _on_started(self, spec: JobSpec) -> None:
        if spec.kind in self._kinds:
            self.strip.begin(self.job_name(spec.kind))
            self.show()
            self.began.emit(spec)

    @Slot(object, object)
    def _on_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind not in self._kinds:
            return
        if isinstance(event, JobStarted):
            self.strip.advance(0, event.total)
        elif isinstance(event, Progress):
            self.strip.advance(event.done, event.total, "", event.left_s)
        elif isinstance(event, Note):
            self.noted.emit(event.message)

    @Slot(object, object)
    def _on_ended(self, spec: JobSpec, event: JobEnded) -> None:
        if spec.kind in self._kinds:
            self.hide()
            self.ended.emit(spec, event)

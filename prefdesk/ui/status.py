"""The line at the bottom: what runs, where, and whether everything is saved."""

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from prefdesk.events import JobEnded, JobEvent, JobSpec, JobStarted, Paused, Progress, StepDone
from prefdesk.ui import icons, theme
from prefdesk.ui.desk import Desk
from prefdesk.ui.last_words import told
from prefdesk.ui.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_6
from prefdesk.ui.widgets import Label, ProgressStrip, Speaking

POLL_MS = 250
LOST = -2
"""In place of a number of ratings: nothing can be saved."""


class StatusLine(Speaking, QFrame):
    """Always visible, except while somebody rates."""

    def __init__(
        self,
        desk: Desk,
        is_in_trouble: Callable[[], bool] = lambda: False,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "status")
        self._desk, self._is_in_trouble = desk, is_in_trouble
        self._device = "auto"
        self._pending = -1
        self._dot, self.saved = QLabel(), Label("", "muted")
        self.idle, self.device = Label("", "muted"), Label("", "muted")
        self.strip = ProgressStrip()
        self.strip.stop_pressed.connect(self._on_stop_pressed)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)
        self._lay_out()
        self.say(self.idle.setText, lambda: self.tr("Nothing is running"))
        desk.jobs.started.connect(self._on_started)
        desk.jobs.event_arrived.connect(self._on_event)
        desk.jobs.ended.connect(self._on_ended)
        desk.project_opened.connect(self._on_project_opened)
        desk.project_closed.connect(self._on_project_closed)
        desk.preferences.changed.connect(self._on_preference_changed)
        self._on_preference_changed("device")
        self._show_running(False)

    def retranslate(self) -> None:
        """Words follow the language."""
        super().retranslate()
        self._pending = -1
        self._look()
        if self._desk.jobs.running is not None:
            self.strip.name.setText(self.job_name(self._desk.jobs.running.kind))
        self._show_device()

    def restyle(self) -> None:
        """The dot follows the theme."""
        self._pending = -1
        self._look()

    def job_name(self, kind: str) -> str:
        """What a person calls a job."""
        names = {
            "preprocess": self.tr("Preprocessing"),
            "tokens": self.tr("Asking the tokenizer"),
            "sample": self.tr("Sampling"),
            "round": self.tr("Training"),
            "evaluate": self.tr("Evaluating"),
            "export": self.tr("Exporting"),
            "trial": self.tr("Measuring"),
            "tryout": self.tr("Trying out"),
            "agreement": self.tr("Agreement"),
        }
        return names.get(kind, kind)

    def _look(self) -> None:
        """Ask how many ratings are on their way; cheap, so that a poll is the simplest truth."""
        project = getattr(self, "_desk", None) and self._desk.project
        if not project:
            return
        pending = project.pending if project.mode == "w" else 0
        pending = LOST if project.mode == "w" and self._is_in_trouble() else pending
        if pending == self._pending:
            return
        self._pending = pending
        if project.mode != "w":
            text, tint = self.tr("Read-only"), "muted"
        elif pending == LOST:
            text, tint = self.tr("Nothing can be saved"), "bad"
        elif pending:
            text, tint = self.tr("%n ratings not saved yet", "", pending), "warn"
        else:
            text, tint = self.tr("All saved"), "good"
        self.saved.setText(text)
        colour = getattr(theme.current(), tint)
        self._dot.setPixmap(icons.pixmap("dot", colour, 16, self.devicePixelRatioF()))
        self._dot.setToolTip(text)

    def _show_running(self, on: bool) -> None:
        self.strip.setVisible(on)
        self.idle.setVisible(not on)

    def _show_device(self) -> None:
        words = {"auto": self.tr("Device: automatic"), "cpu": self.tr("Device: processor")}
        text = self.tr("Device: {name}").format(name=self._device)
        self.device.setText(words.get(self._device, text))

    @Slot(object)
    def _on_started(self, spec: JobSpec) -> None:
        if spec.kind != "agreement":
            self.strip.begin(self.job_name(spec.kind))
            self._show_running(True)

    @Slot(object, object)
    def _on_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind == "agreement":
            return
        match event:
            case JobStarted():
                self._device = event.device
                self._show_device()
                self.strip.advance(0, event.total)
            case Progress():
                self.strip.advance(event.done, event.total, event.message, event.left_s)
            case StepDone():
                self.strip.advance(event.step, event.total)
            case Paused(on=True):
                self.strip.words.setText(self.tr("Paused"))

    @Slot(object, object)
    def _on_ended(self, spec: JobSpec, event: JobEnded) -> None:
        if spec.kind == "agreement" and event.status == "done":
            return
        self._show_running(self._desk.jobs.running is not None)
        if spec.kind == "tokens":
            return  # said where it was asked for
        kinds = {"done": "good", "failed": "bad", "stopped": "info", "cancelled": "info"}
        name = self.job_name(spec.kind)
        if event.status == "done" and event.message == "Done.":
            self._desk.tell(self.tr("{job}: done.").format(job=name), "good")
        else:
            self._desk.tell(self._ending(name, event.message), kinds[event.status])

    def _ending(self, job: str, message: str) -> str:
        return self.tr("{job}: {message}").format(job=job, message=told(message))

    @Slot()
    def _on_stop_pressed(self) -> None:
        self.strip.stopping()
        self._desk.jobs.stop()

    @Slot()
    def _on_project_opened(self) -> None:
        self._pending = -1
        self._look()
        self._timer.start()

    @Slot()
    def _on_project_closed(self) -> None:
        self._timer.stop()
        self._show_running(False)

    @Slot(str)
    def _on_preference_changed(self, name: str) -> None:
        if name == "device":
            self._device = self._desk.preferences.device.device
            self._show_device()

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_3, SPACE_1, SPACE_3, SPACE_1)
        line.setSpacing(SPACE_2)
        self._dot.setFixedSize(QSize(16, 16))
        line.addWidget(self._dot)
        line.addWidget(self.saved)
        line.addSpacing(SPACE_3)
        line.addWidget(self.strip, 3)
        line.addWidget(self.idle)
        line.addStretch(1)
        line.addWidget(self.device)
        line.addStrut(SPACE_6)

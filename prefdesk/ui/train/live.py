"""A round while it runs and after: how far, how long, curves, notes, how it ended."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from prefdesk.config import RoundConfig
from prefdesk.errors import InputError
from prefdesk.events import (
    JobEnded,
    JobEvent,
    JobStarted,
    Note,
    Paused,
    Progress,
    ReportReady,
    StepDone,
)
from prefdesk.ui import icons, theme
from prefdesk.ui.last_words import told
from prefdesk.ui.tokens import ROW_HEIGHT, SPACE_2, SPACE_3
from prefdesk.ui.train.curves import Curves
from prefdesk.ui.train.gallery import GalleryCard
from prefdesk.ui.widgets import (
    Button,
    Card,
    Label,
    PlainButton,
    Speaking,
    config_text,
    setting_name,
    time_left,
)
from prefdesk.ui.widgets.arrange import scrolled, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefdesk.records import Metric, Round

MOST_NOTES = 100
NARROW = 800
LEVEL_ROLE = Qt.ItemDataRole.UserRole


class RoundPane(Speaking, QWidget):
    """One round: the running one, or one of those before.

    *Signals*
    - `pause_pressed(bool)`: wait, or go on.
    - `stop_pressed`, `cancel_pressed`, `back_pressed`
    """

    pause_pressed = Signal(bool)
    stop_pressed = Signal()
    cancel_pressed = Signal()
    back_pressed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._round: Round | None = None
        self._round_id, self._from, self._state = -1, "", ""
        self._message = ""
        self._progress: Progress | None = None
        self._step = (0, 0)
        self._stopping = self._paused = self._pausing = False
        self.curves, self.gallery = Curves(), GalleryCard()
        self.name, self.told = Label("", "heading"), Label("", "muted")
        self.recipe = Label("", "caption", wrap=True)
        self.sentence = Label("", "", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.pause = Button("", "pause")
        self.stop, self.cancel = Button("", "stop"), PlainButton("", "close")
        self.back = PlainButton("", "back")
        self.notes = QListWidget()
        self.notes.setMinimumHeight(ROW_HEIGHT)
        self.notes.setMaximumHeight(88)
        self.notes.setWordWrap(True)
        self._connect()
        self._lay_out()
        self.expect(0)

    def expect(self, round_id: int) -> None:
        """The round with this id comes on stage; another one's curves and notes go."""
        if round_id != self._round_id:
            self._round_id, self._round = round_id, None
            self._step, self._progress, self._stopping = (0, 0), None, False
            self._paused = self._pausing = False
            self._state = ""
            self.notes.clear()
            self.notes.hide()
            self.curves.clear()
            self.gallery.show_gallery(None)
            self._say_round()

    def show_round(self, shown: "Round", checkpoint: str) -> None:
        """Say which round this is, and from which checkpoint it started."""
        self.expect(shown.id)
        self._round, self._from = shown, checkpoint
        self._say_round()

    def begin(self, *, waits: bool = False) -> None:
        """The round runs, or waits for another job."""
        self._state = "waiting" if waits else "running"
        self.sentence.hide()
        for part in (self.bar, self.pause, self.stop, self.cancel):
            part.show()
        self.stop.setEnabled(not waits and not self._stopping)
        self._say_pause()
        self.back.hide()
        self._say_progress()

    def end(self, status: str, message: str) -> None:
        """The round has ended."""
        self._state, self._message = status, message
        self.sentence.setText(told(message))
        self.sentence.setVisible(bool(message) and status != "done")
        self.sentence.set_role("bad" if status == "failed" else "")
        going = (self.pause, self.stop, self.cancel)
        had = self.window().focusWidget() in going
        self.back.show()
        for part in (self.bar, *going):
            part.hide()
        if had:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say_progress()

    def show_metrics(self, metrics: "Sequence[Metric]") -> None:
        """Draw what is stored of this round."""
        self.curves.show_metrics(metrics)
        if metrics and not self._step[0]:
            self._step = (max(m.step for m in metrics), self._step[1])
            self._say_progress()

    def take(self, event: JobEvent) -> None:
        """Take news of the running round."""
        match event:
            case JobStarted():
                self._say_progress()
            case StepDone():
                self._step = (event.step, event.total)
                self.curves.add(event.step, event.metrics)
                self._say_progress()
            case Progress():
                self._progress = event
                self._say_progress()
            case Paused():
                self._paused, self._pausing = event.on, False
                self._say_pause()
                self._say_progress()
            case ReportReady() if event.name.startswith("gallery/"):
                self.gallery.show_gallery(event.document)
            case Note():
                self._note(event)
            case JobEnded():
                self.end(event.status, event.message)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_state"):
            self._say_round()
            self._say_pause()
            self._say_progress()
            self.sentence.setText(told(self._message))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window buttons stand below the words, and fewer plots side by side."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        stack(self._head, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))
        self.curves.fit(self.width() - SPACE_3)

    def restyle(self) -> None:
        """The notes' icons follow the theme, the arrangement the size of the text."""
        if hasattr(self, "_head"):
            self._fit()
        for row in range(self.notes.count() if hasattr(self, "notes") else 0):
            item = self.notes.item(row)
            item.setIcon(_note_icon(item.data(LEVEL_ROLE)))

    def _on_escape(self) -> None:
        if not self.back.isHidden():
            self.back_pressed.emit()

    def _on_end_pressed(self) -> None:
        self._stopping = True
        self.stop.setEnabled(False)
        self._say_pause()
        self._say_progress()

    def _on_pause_pressed(self) -> None:
        self._pausing = not self._paused
        self.pause_pressed.emit(not self._paused)
        self._say_pause()
        self._say_progress()

    def _say_pause(self) -> None:
        self.pause.setText(self.tr("Go on") if self._paused else self.tr("Pause"))
        self.pause.set_icon("play" if self._paused else "pause")
        may = self._state == "running" and not self._stopping and not self._pausing
        self.pause.setEnabled(may)
        self.bar.setEnabled(not self._paused)

    def _note(self, note: Note) -> None:
        if self.notes.count() >= MOST_NOTES:
            self.notes.takeItem(0)
        item = QListWidgetItem(_note_icon(note.level), note.message)
        item.setData(LEVEL_ROLE, note.level)
        self.notes.addItem(item)
        self.notes.scrollToBottom()
        self.notes.show()

    def _say_round(self) -> None:
        one = self._round
        if one is None:
            self.name.setText("")
            self.recipe.setText("")
            return
        text = self.tr("Round {number}, from {checkpoint}")
        self.name.setText(text.format(number=one.number, checkpoint=self._from))
        self.recipe.setText(recipe_text(one.config))

    def _say_progress(self) -> None:
        step, total = self._step
        self.bar.setRange(0, total)
        self.bar.setValue(step)
        self.told.setText(self._progress_text(step, total))

    def _progress_text(self, step: int, total: int) -> str:
        if self._state == "waiting" and self._stopping:
            return self.tr("Is cancelled as soon as its turn comes")
        if self._state == "waiting":
            return self.tr("Waits until the present job has ended")
        if self._state != "running":
            return {
                "done": self.tr("Done after %n steps", "", step),
                "stopped": self.tr("Stopped and kept after %n steps", "", step),
                "cancelled": self.tr("Cancelled after %n steps", "", step),
                "failed": self.tr("Ended early, after %n steps", "", step),
            }.get(self._state, "")
        if self._stopping:
            return self.tr("Stopping after the present step")
        if self._paused:
            text = self.tr("Paused at step {step} of {total}; memory stays in use")
            return text.format(step=step, total=total or "…")
        if self._pausing:
            return self.tr("Pausing after the present answers")
        if not step:
            return self.tr("Loading the model and the answers")
        left = time_left(self._progress.left_s) if self._progress else ""
        text = self.tr("Step {step} of {total}").format(step=step, total=total or "…")
        return f"{text} · {left}" if left and step < total else text

    def _connect(self) -> None:
        self.pause.clicked.connect(self._on_pause_pressed)
        self.stop.clicked.connect(self.stop_pressed)
        self.cancel.clicked.connect(self.cancel_pressed)
        self.stop.clicked.connect(self._on_end_pressed)
        self.cancel.clicked.connect(self._on_end_pressed)
        self.back.clicked.connect(self.back_pressed)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._on_escape)
        self.say(self.stop.setText, lambda: self.tr("Stop and keep"))
        self.say(self.cancel.setText, lambda: self.tr("Cancel"))
        self.say(self.back.setText, lambda: self.tr("Back to the recipe"))
        self.say(self.notes.setAccessibleName, lambda: self.tr("Notes of this round"))
        self.say(self.bar.setAccessibleName, lambda: self.tr("Progress of the round"))
        self.say(
            self.pause.setText,
            lambda: self.tr("Go on") if self._paused else self.tr("Pause"),
        )
        self.say(
            self.pause.setToolTip,
            lambda: self.tr("Give the processor free; the round goes on as if it had not waited"),
        )
        self.say(
            self.stop.setToolTip,
            lambda: self.tr("End after the present step and keep the checkpoint so far"),
        )
        self.say(self.cancel.setToolTip, lambda: self.tr("End now and keep nothing but the curves"))

    def _lay_out(self) -> None:
        head = Card()
        self._head, said, pressed = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for line in (self._head, said, pressed):
            line.setSpacing(SPACE_2)
        self.told.setMinimumWidth(1)  # until it stands below, it must not hold the window wide
        said.addWidget(self.name)
        said.addWidget(self.told, 1)
        for button in (self.back, self.pause, self.stop, self.cancel):
            pressed.addWidget(button)
        pressed.addStretch(0)
        self._head.addLayout(said, 1)
        self._head.addLayout(pressed)
        head.body.addLayout(self._head)
        for part in (self.bar, self.sentence, self.recipe, self.notes):
            head.body.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        column.addWidget(head)
        below = QWidget()
        parts = QVBoxLayout(below)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(SPACE_3)
        parts.addWidget(self.curves, 1)
        parts.addWidget(self.gallery)
        area = scrolled(below)
        area.setMinimumHeight(1)  # in a low window the words above are not squeezed
        column.addWidget(area, 1)


def recipe_text(config_json: str) -> str:
    """What a recipe says beyond the defaults, in one line."""
    try:
        config = RoundConfig.from_json(config_json)
    except (InputError, ValueError, TypeError):
        return ""
    default = RoundConfig()
    parts = [config_text(config.objective), config_text(config.method)]
    for one in config.describe():
        value = getattr(config, one.name)
        if one.name not in ("objective", "method") and value != getattr(default, one.name):
            shown = f"{value:g}" if isinstance(value, float) else config_text(str(value))
            parts.append(f"{setting_name(one.name)} {shown}")
    return " · ".join(parts)


def _note_icon(level: str) -> QIcon:
    return icons.icon("warning", "warn") if level == "warning" else icons.icon("info", "accent")

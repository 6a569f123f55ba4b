"""What happened lately: the last jobs in words, with a way on where one was cut off."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from prefdesk.records import JobRow
from prefdesk.ui import icons, theme
from prefdesk.ui.dates import moment
from prefdesk.ui.last_words import told
from prefdesk.ui.overview.facts import Happening
from prefdesk.ui.tokens import ROW_HEIGHT, SPACE_3
from prefdesk.ui.widgets import Card, Label, PlainButton, Speaking, one_line

_SIGNS = {
    "done": ("check", "good"),
    "running": ("play", "accent"),
    "stopped": ("stop", "muted"),
    "cancelled": ("close", "muted"),
    "failed": ("warning", "bad"),
}


class Activity(Speaking, Card):
    """A card with a line for each of the last jobs.

    *Signals*
    - `go_on_wished(JobRow)`: a job that was cut off should continue.
    """

    go_on_wished = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: tuple[Happening, ...] = ()
        self._writable = False
        self.empty = Label("", "muted", wrap=True)
        self.body.addWidget(self.empty)
        self._rows = QWidget()
        self.body.addWidget(self._rows)
        self.say(self.set_title, lambda: self.tr("Recent activity"))
        self.say(
            self.empty.setText,
            lambda: self.tr("Nothing has run in this project yet."),
        )

    def show_happenings(self, found: Sequence[Happening], *, writable: bool) -> None:
        """Show other lines."""
        if tuple(found) == self._shown and writable == self._writable:
            return
        self._shown, self._writable = tuple(found), writable
        self._rebuild()

    def retranslate(self) -> None:
        """Words follow the language."""
        super().retranslate()
        if hasattr(self, "_rows"):
            self._rebuild()

    def restyle(self) -> None:
        """Icons follow the theme."""
        if hasattr(self, "_rows"):
            self._rebuild()

    def _rebuild(self) -> None:
        self.empty.setVisible(not self._shown)
        self.body.removeWidget(self._rows)
        self._rows.deleteLater()
        self._rows = QWidget()
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(3, 1)
        for row, one in enumerate(self._shown):
            self._add(grid, row, one)
        self.body.addWidget(self._rows)
        self._rows.setVisible(bool(self._shown))

    def _add(self, grid: QGridLayout, row: int, one: Happening) -> None:
        picture, tint = _SIGNS.get(one.job.status, ("info", "muted"))
        sign = QLabel()
        colour = getattr(theme.current(), tint)
        sign.setPixmap(icons.pixmap(picture, colour, 16, self.devicePixelRatioF()))
        when = Label(moment(one.job.heartbeat_ms or one.job.started_ms), "caption")
        parts = (sign, Label(self._name(one)), Label(self._status(one.job), "muted"))
        for column, part in enumerate(parts):
            grid.addWidget(part, row, column)
        words = Label(one_line(told(one.job.message), 240), "muted", wrap=True)
        grid.setRowMinimumHeight(row, theme.scaled(ROW_HEIGHT, theme.theme().zoom))
        grid.addWidget(words, row, 3)
        grid.addWidget(when, row, 4, Qt.AlignmentFlag.AlignRight)
        if one.can_go_on and self._writable:
            again = one.job.kind == "round"
            button = PlainButton(self.tr("Start again") if again else self.tr("Go on"), "play")
            button.setAccessibleName(f"{button.text()}: {self._name(one)}")
            button.clicked.connect(lambda _=False, job=one.job: self.go_on_wished.emit(job))
            grid.addWidget(button, row, 5)

    def _name(self, one: Happening) -> str:
        if one.job.kind == "round" and one.round_number:
            return self.tr("Round {number}").format(number=one.round_number)
        return {
            "preprocess": self.tr("Measuring prompts"),
            "sample": self.tr("Sampling"),
            "round": self.tr("Training"),
            "evaluate": self.tr("Perplexity"),
        }.get(one.job.kind, one.job.kind)

    def _status(self, job: JobRow) -> str:
        return {
            "running": self.tr("running"),
            "done": self.tr("done"),
            "stopped": self.tr("stopped"),
            "cancelled": self.tr("cancelled"),
            "failed": self.tr("failed"),
        }.get(job.status, job.status)

"""Long work in one line: what, how far, how long, and Stop."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets.buttons import PlainButton
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.text import Label


def time_left(seconds: float | None) -> str:
    """Time left in words, or an empty string while it is not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        text = QCoreApplication.translate("time", "{n} s left")
        return text.format(n=max(1, round(seconds)))
    if seconds < 3600:
        return QCoreApplication.translate("time", "{n} min left").format(n=round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    text = QCoreApplication.translate("time", "{hours} h {minutes} min left")
    return text.format(hours=hours, minutes=minutes)


class ProgressStrip(Speaking, QWidget):
    """Name, bar, words and a Stop button for one job.

    *Signals*
    - `stop_pressed`
    """

    stop_pressed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.words = Label("", "heading"), Label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(80)
        self.stop = PlainButton("", "stop")
        self.stop.clicked.connect(self.stop_pressed)
        self.say(self.stop.setText, lambda: self.tr("Stop"))
        self.say(self.bar.setAccessibleName, lambda: self.tr("Progress"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        line.addWidget(self.name)
        line.addWidget(self.bar, 1)
        line.addWidget(self.words)
        line.addWidget(self.stop)

    def begin(self, name: str) -> None:
        """A job started; how much there is to do is not known yet."""
        self.name.setText(name)
        self.words.setText("")
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)

    def advance(
        self, done: int, total: int, message: str = "", left_s: float | None = None
    ) -> None:
        """How far the work is."""
        self.bar.setRange(0, max(0, total))
        self.bar.setValue(done)
        parts = [f"{done:,} / {total:,}" if total else "", message, time_left(left_s)]
        self.words.setText(" · ".join(p for p in parts if p))

    def stopping(self) -> None:
        """Stop was pressed and the job has not ended yet."""
        self.stop.setEnabled(False)
        self.words.setText(self.tr("Stopping"))

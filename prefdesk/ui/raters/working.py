"""A line while agreement is worked out; where it takes long, how far it is, and Stop."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from prefdesk.ui.widgets import ProgressStrip, Speaking

LONG_MS = 1500
"""Work that is done before then is not worth more than a line."""


class WorkingStrip(Speaking, QWidget):
    """Hidden while nothing is worked out.

    *Signals*
    - `stop_pressed()`
    """

    stop_pressed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.strip = QProgressBar(), ProgressStrip()
        self.line.setProperty("role", "line")
        self.line.setRange(0, 0)
        self.line.setTextVisible(False)
        self.strip.stop_pressed.connect(self.stop_pressed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.show_strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.line, self.strip):
            column.addWidget(part)
        self.say(self.line.setAccessibleName, lambda: self.tr("Working agreement out"))
        self.say(self.strip.name.setText, lambda: self.tr("Working agreement out"))
        self.set_working(False)

    def set_working(self, on: bool) -> None:
        """Work began or ended."""
        self.setVisible(on)
        self.line.show()
        self.strip.hide()
        if on:
            self.strip.begin(self.tr("Working agreement out"))
            self._later.start(LONG_MS)
        else:
            self._later.stop()

    def show_strip(self) -> None:
        """It takes long."""
        self.line.hide()
        self.strip.show()

    def advance(self, done: int, total: int) -> None:
        """How far the work is."""
        if not self.strip.stop.isEnabled():
            return
        self.strip.bar.setRange(0, total)
        self.strip.bar.setValue(done)
        self.strip.words.setText(f"{done / max(total, 1):.0%}")

    def stopping(self) -> None:
        """Stop was pressed."""
        self.strip.stopping()

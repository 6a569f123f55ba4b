"""A copy being written: how far it is, and Stop."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.ui import background
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.errand import Errand
from prefdesk.ui.widgets import Label, Notice, one_line

POLL_MS = 100
MIB = 2**20

Make = Callable[[Errand], Path]


class CopyDialog(Dialog):
    """Runs `make(errand)` in the background and closes when it is done; closing stops it."""

    def __init__(
        self, make: Make, path: Path, on_done: Callable[[Path], object], parent: QWidget | None
    ) -> None:
        super().__init__(parent, "")
        self._make, self._path, self._on_done = make, path, on_done
        self._errand = Errand()
        self._ended = False
        self.bar, self.words = QProgressBar(), Label("", "muted")
        self.bar.setTextVisible(False)
        self.notice = Notice()
        self.file = Label(one_line(str(path), 200), "muted", wrap=True)
        for widget in (self.file, self.bar, self.words, self.notice):
            self.body.addWidget(widget)
        self.stop = self.add_button("", self.close)
        self.say(self.set_title, lambda: self.tr("Saving a copy"))
        self.say(self.stop.setText, self._stop_text)
        self.say(self.bar.setAccessibleName, lambda: self.tr("Progress"))
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._on_poll)

    def start(self) -> None:
        """Open and begin."""
        self.bar.setRange(0, 0)
        self.open()
        self._poll.start()
        make, errand = self._make, self._errand

        def run() -> Path:
            made = make(errand)
            if errand.is_stopped():  # too late for the work to notice
                made.unlink(missing_ok=True)
                raise Cancelled
            return made

        background.query(self, run, self._on_made, self._on_failed)

    def reject(self) -> None:
        """Stop the work, of which nothing is kept; Escape and closing come here too."""
        self._errand.stop()
        super().reject()

    def _stop_text(self) -> str:
        return self.tr("Close") if self._ended else self.tr("Stop")

    @Slot()
    def _on_poll(self) -> None:
        self.show_state(*self._errand.state)

    def show_state(self, done: int, total: int) -> None:
        """How many bytes of how many are written; 0 of 0 before that is known."""
        if total:
            # In MiB: a progress bar counts to two thousand million only.
            self.bar.setRange(0, max(1, total // MIB))
            self.bar.setValue(done // MIB)
            text = self.tr("{done} of {total} MiB")
            at, of = f"{done // MIB:,}", f"{max(1, total // MIB):,}"
            self.words.setText(text.format(done=at, total=of))
        if total and done == total:
            self.bar.setRange(0, 0)
            self.words.setText(self.tr("Looking whether the copy is whole"))

    def _on_made(self, path: Path) -> None:
        self.close()
        self._on_done(path)

    def _on_failed(self, error: PrefdeskError) -> None:
        self._poll.stop()
        if isinstance(error, Cancelled):
            return
        self._ended = True
        self.bar.hide()
        self.words.hide()
        self.stop.setText(self._stop_text())
        self.notice.tell_error(error)

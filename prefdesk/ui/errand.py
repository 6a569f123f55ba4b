"""Long work in the background: word of how far it is, the way to stop it, and the line for both."""

import threading

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from prefdesk.ui.widgets import ProgressStrip

POLL_MS = 100
FINENESS = 1_000
"""Steps of a bar; what is counted may be more than the two thousand million that a bar takes."""


class Errand:
    """Given to work in the background; the window asks it now and then how far the work is.

    No Qt object: the last to hold it may be the thread that works.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.state = (0, 0)

    def progress(self, done: int, total: int) -> None:
        """Called by the work: how much is done, and how much there is."""
        self.state = (done, total)

    def is_stopped(self) -> bool:
        """Asked by the work."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Ask the work to end at its next step."""
        self._stopped.set()


class ErrandStrip(ProgressStrip):
    """The line that shows how far an errand is; hidden while there is none.

    With `counted` it says in words how much of how much is done.

    *Attributes*
    - `errand`: the one that is followed, or None.
    """

    def __init__(self, *, counted: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._counted = counted
        self.errand: Errand | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self.hide()

    def follow(self, name: str) -> Errand:
        """Begin to show a new errand, and return it; what was followed before is stopped."""
        self.ask_to_stop()
        self.errand = Errand()
        self.begin(name)
        self.show()
        self._poll.start()
        return self.errand

    def ask_to_stop(self) -> None:
        """Stop the errand, if there is one, at its next step."""
        if self.errand is not None:
            self.errand.stop()

    def rest(self) -> None:
        """The errand has ended."""
        self.errand = None
        self._poll.stop()
        self.hide()

    @Slot()
    def _on_poll(self) -> None:
        if self.errand is None or self.errand.is_stopped() or not self.errand.state[1]:
            return
        done, total = self.errand.state
        if self._counted:
            self.advance(done, total)
        else:
            self.bar.setRange(0, FINENESS)
            self.bar.setValue(round(FINENESS * done / total))

"""Word from long work in the background, and the way to stop it."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Errand(QObject):
    """Given to work in the background; outlives the widget that waits for it.

    *Signals*
    - `progressed(int, int)`: done and total, delivered on the listener's thread.
    """

    progressed = Signal(int, int)

    def __init__(self, on_progress: Callable[[int, int], None]) -> None:
        super().__init__()
        self._stopped = threading.Event()
        self.progressed.connect(on_progress, Qt.ConnectionType.QueuedConnection)

    def progress(self, done: int, total: int) -> None:
        """Called by the work, on its thread."""
        if not self._stopped.is_set():
            self.progressed.emit(done, total)

    def is_stopped(self) -> bool:
        """Asked by the work, on its thread."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Ask the work to end at its next step."""
        self._stopped.set()

"""Word from long work in the background, and the way to stop it."""

import threading


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

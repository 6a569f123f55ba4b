"""How far the reading of a file is, looked up by the window's thread, and the wish to stop it.

No signal: an object of Qt that work in the background holds could be destroyed on its thread.
"""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefdesk.project.watch import Watch

LOOK_MS = 100


class Following:
    """Follows one piece of work in the background; `stop` ends it at its next step."""

    def __init__(self, sentence: str = "", file: str = "") -> None:
        self._sentence, self._file = sentence, file
        self._share = 0.0
        self._wish = threading.Event()

    def watch(self) -> "Watch":
        """What the work is given."""
        from prefdesk.project.watch import Watch  # late, so that the window shows first

        return Watch(self._hear, self._wish.is_set)

    def words(self) -> str:
        """The sentence with how far the work is."""
        return self._sentence.format(file=self._file, percent=int(100 * self._share))

    def stop(self) -> None:
        """Nobody waits for the result any more."""
        self._wish.set()

    def _hear(self, share: float) -> None:
        self._share = share

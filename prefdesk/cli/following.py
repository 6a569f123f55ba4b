"""Follow the import of a file at a terminal, and stop it with Ctrl-C before anything is taken."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

from prefdesk.cli import streams
from prefdesk.formats import visible
from prefdesk.project.watch import Watch

EVERY_S = 1.0
LIVE_S = 0.2


@contextlib.contextmanager
def following(name: str) -> Iterator[Watch]:
    """Tell on standard error how far the import of a file is, where it takes longer than a second.

    The first Ctrl-C ends it with `Cancelled`, the second ends the program.
    """
    line, wish = _Line(name), threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if wish.is_set():
            raise KeyboardInterrupt
        wish.set()

    # Only the main thread hears signals.
    heard = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, interrupt) if heard else None
    try:
        yield Watch(line.tell, wish.is_set)
    finally:
        line.end()
        if heard:
            signal.signal(signal.SIGINT, before)


class _Line:
    """One line that is written again at a terminal, and one line each second elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._live = sys.stderr.isatty()
        self._told = time.monotonic() + (EVERY_S if self._live else 0)
        self._said = False

    def tell(self, share: float) -> None:
        """Say how far it is, unless that was said a moment ago."""
        now = time.monotonic()
        if now - self._told < (LIVE_S if self._live else EVERY_S):
            return
        self._told, self._said = now, True
        clear, end = ("\r\033[K", "") if self._live else ("", "\n")
        streams.tell(f"{clear}{visible(self._name)}: {share:.0%}", end=end)

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._said:
            streams.tell("\r\033[K", end="")

"""Time on an item: only while the window is active and somebody is there."""

import time
from collections.abc import Callable

IDLE_S = 30.0
READING_CHARACTERS_PER_S = 15.0


class FocusClock:
    """Counts seconds of attention by a clock that never goes back.

    A pause without any input counts up to 30 s, plus the time it takes to read the text at 15
    characters a second; what is longer is taken as absence.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counted_s = 0.0
        self._since: float | None = None
        self._limit_s = IDLE_S
        self._active = True

    def start(self, characters: int = 0) -> None:
        """A text of this length was shown; count from zero."""
        self._counted_s = 0.0
        self._limit_s = IDLE_S + characters / READING_CHARACTERS_PER_S
        self._since = self._now() if self._active else None

    def touch(self) -> None:
        """Somebody moved the mouse, scrolled or pressed a key."""
        self._count()

    def set_active(self, active: bool) -> None:
        """The window came to the front or left it."""
        if active == self._active:
            return
        self._count()
        self._active = active
        self._since = self._now() if active else None

    def lap(self) -> float:
        """Seconds since the start or the last lap."""
        self._count()
        seconds, self._counted_s = self._counted_s, 0.0
        return round(seconds, 3)

    def _count(self) -> None:
        if self._since is not None:
            now = self._now()
            self._counted_s += min(now - self._since, self._limit_s)
            self._since = now

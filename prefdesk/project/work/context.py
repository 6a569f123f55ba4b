"""What a running job knows of the world around it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from prefdesk.config import DeviceConfig
from prefdesk.errors import Cancelled
from prefdesk.events import Progress

Word = Literal["go", "stop", "cancel"]
"""What a job hears when it asks."""

Order = Word | Literal["pause"]
"""What it may be told from outside."""

LOOK_S = 0.05
"""How often a paused job looks whether it may go on."""


def _go() -> Word:
    return "go"


def patient(
    control: Callable[[], Order], told: Callable[[bool], object] = lambda paused: None
) -> Callable[[], Word]:
    """The same control, which waits as long as it says pause; `told` hears when that begins and
    ends."""

    def ask() -> Word:
        order = control()
        if order != "pause":
            return order
        told(True)
        while order == "pause":
            time.sleep(LOOK_S)
            order = control()
        told(False)
        return order

    return ask


@dataclass(frozen=True)
class Context:
    """Where a job may put large files, on which device it runs, and whether it should go on.

    `control` answers go, stop (finish the step and keep what is done) or cancel; jobs ask it
    between micro-batches, prompts or texts, and where it keeps them waiting they are paused.
    """

    spool: Path
    device: DeviceConfig = field(default_factory=DeviceConfig)
    control: Callable[[], Word] = _go

    def stopped(self) -> bool:
        """True if the job was asked to stop or to cancel."""
        return self.control() != "go"

    def check(self) -> None:
        """Raise `Cancelled` if the job was cancelled."""
        if self.control() == "cancel":
            raise Cancelled


class Pace:
    """Progress events at most ten times a second, with the time left from the pace so far.

    `before` were done by an earlier job and say nothing about this one's pace.
    """

    def __init__(self, total: int, message: str = "", before: int = 0) -> None:
        self.total = total
        self.message = message
        self.done = before
        self._before = before
        self._began = time.monotonic()
        self._told = 0.0

    def step(self, n: int = 1) -> Iterator[Progress]:
        """Count `n` more as done; yields an event when it is time for one."""
        self.done += n
        now = time.monotonic()
        if now - self._told >= 0.1 or self.done >= self.total:
            self._told = now
            yield Progress(self.done, self.total, self.message, self._left(now))

    def _left(self, now: float) -> float | None:
        made = self.done - self._before
        if not made:
            return None
        return round((now - self._began) / made * (self.total - self.done), 1)

"""How much of its own processor time the window's thread spends on each event.

    with GuiTime() as spent:
        ...                       # whatever happens while the event loop turns
    assert not spent.over(16.0), spent.worst()

Every slot, timer and paint runs inside some event that the application delivers; only the
outermost one is counted, so that a slot which sends events is charged for all of them. Time is
the thread's own (`time.thread_time`), so that waiting for a processor does not count. On a crowded
machine even that clock runs fast, for others share the processor's units and caches. So after a
long event a piece of work that is always the same is timed, and the event is charged what it would
have taken where that work takes `STANDARD_MS`, which is what the limits are meant for.
"""

import gc
import time
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication

LONG_MS = 8.0
"""Events that take longer are set right by the pace of the machine."""

STANDARD_MS = 0.13
"""What `standard_ms` takes on a quiet machine of the kind that the limits were set on."""


def standard_ms() -> float:
    """Processor time of a piece of work that touches a few hundred kilobytes."""
    began = time.thread_time()
    table = {n: str(n) for n in range(2000)}
    sorted(table.values())
    return 1000 * (time.thread_time() - began)


def pace() -> float:
    """How much longer the machine takes for everything just now; never below 1."""
    return max(1.0, min(standard_ms() for _ in range(3)) / STANDARD_MS)


class Spent(NamedTuple):
    """One event: processor time in milliseconds at full pace, its kind, and who received it."""

    ms: float
    kind: str
    receiver: str


class GuiTime:
    """Measures from `with` to the end of the block. `spent` holds every event."""

    def __init__(self) -> None:
        self.spent: list[Spent] = []
        self._app = QCoreApplication.instance()
        self._inside = False

    def over(self, limit_ms: float) -> list[Spent]:
        """Events that took longer, the longest first."""
        return sorted((s for s in self.spent if s.ms > limit_ms), key=lambda s: -s.ms)

    def worst(self, n: int = 5) -> list[Spent]:
        """The longest events."""
        return sorted(self.spent, key=lambda s: -s.ms)[:n]

    def __enter__(self) -> Self:
        # The test runner's own objects must not be searched for garbage at the window's expense.
        gc.collect()
        gc.freeze()
        self._app.notify = self._notify  # type: ignore[union-attr, method-assign]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del self._app.notify  # type: ignore[union-attr]
        gc.unfreeze()

    def _notify(self, receiver: QObject, event: QEvent) -> bool:
        deliver: Callable[..., bool] = QApplication.notify
        if self._inside:
            return deliver(self._app, receiver, event)
        self._inside, kind, began = True, event.type(), time.thread_time()
        try:
            return deliver(self._app, receiver, event)
        finally:
            took = 1000 * (time.thread_time() - began)
            self._inside = False
            took /= pace() if took > LONG_MS else 1.0
            self.spent.append(Spent(took, kind.name, type(receiver).__name__))

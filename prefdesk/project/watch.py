"""Watching an import: how far it is, and the wish to stop."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from prefdesk.errors import Cancelled

T = TypeVar("T")

_EVERY = 256
_READING = 0.5
"""Reading the file counts as this share of the work, storing its rows as the rest."""


def _nobody(_share: float) -> None:
    return


@dataclass(frozen=True, slots=True)
class Watch:
    """`notify(share)` hears how much is done, from 0 to 1, many times a second and on whatever
    thread works; `cancelled()` true ends the work with `Cancelled`, and nothing was taken."""

    notify: Callable[[float], None] = _nobody
    cancelled: Callable[[], bool] = lambda: False

    def reading(self, done_bytes: int, size_bytes: int) -> None:
        """So much of the file is read."""
        self.notify(_READING * done_bytes / max(size_bytes, 1))

    def storing(self, rows: Sequence[T], before: int = 0, total: int = 0) -> Iterator[T]:
        """The rows one by one, watched on their way into the file; `before` of `total` rows went
        before them (by default these are all)."""
        for number, row in enumerate(rows, before):
            if not number % _EVERY:
                self._look(number / (total or len(rows)))
            yield row
        self._look((before + len(rows)) / (total or max(len(rows), 1)))

    def _look(self, stored: float) -> None:
        if self.cancelled():
            raise Cancelled()
        self.notify(_READING + (1 - _READING) * stored)


UNWATCHED = Watch()

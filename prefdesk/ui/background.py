"""Short work off the window's thread: one verb, `query`, and one for writes that keep order.

Nothing else in the window starts threads, except the supervisor of jobs. What a function
returns is delivered on the window's thread; if the asking widget is gone by then, it is dropped.
"""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from shiboken6 import isValid

from prefdesk.errors import PrefdeskError

T = TypeVar("T")
OnError = Callable[[PrefdeskError], None]

_queries = QThreadPool()
_queries.setMaxThreadCount(2)
_mutations = QThreadPool()
_mutations.setMaxThreadCount(1)
_waiting: set["_Answer"] = set()
_latest: dict[tuple[int, str], "_Answer"] = {}


class _Answer(QObject):
    """Lives on the window's thread and takes the result of one piece of work there."""

    arrived = Signal(object, object)

    def __init__(
        self, owner: QObject, done: Callable[[Any], None] | None, failed: OnError | None
    ) -> None:
        super().__init__()
        self._owner, self._done, self._failed = owner, done, failed
        self.dropped = False
        self.arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    @Slot(object, object)
    def _on_arrived(self, result: object, error: object) -> None:
        _waiting.discard(self)
        if self.dropped or not isValid(self._owner):
            return
        if error is None:
            if self._done is not None:
                self._done(result)
        elif isinstance(error, PrefdeskError) and self._failed is not None:
            self._failed(error)
        elif isinstance(error, BaseException):
            sys.excepthook(type(error), error, error.__traceback__)


class _Work(QRunnable):
    def __init__(self, fn: Callable[[], object], answer: _Answer) -> None:
        super().__init__()
        self._fn, self._answer = fn, answer

    def run(self) -> None:
        result, error = None, None
        try:
            if not self._answer.dropped:
                result = self._fn()
        except BaseException as caught:  # goes to the window's thread, which knows what to do
            error = caught
        if isValid(self._answer):
            self._answer.arrived.emit(result, error)


def query(
    owner: QObject,
    fn: Callable[[], T],
    on_done: Callable[[T], None] | None = None,
    on_error: OnError | None = None,
    *,
    key: str = "",
) -> None:
    """Run `fn` in the pool and hand its result to `on_done` on the window's thread.

    A `PrefdeskError` goes to `on_error`; anything else, and a known error nobody asked for, to
    `sys.excepthook`. With a `key`, only the newest question of this owner and key is answered.
    """
    answer = _Answer(owner, on_done, on_error)
    if key:
        before = _latest.get((id(owner), key))
        if before is not None:
            before.dropped = True
        _latest[(id(owner), key)] = answer
    _start(_queries, fn, answer)


def mutation(
    owner: QObject,
    fn: Callable[[], T],
    on_done: Callable[[T], None] | None = None,
    on_error: OnError | None = None,
) -> None:
    """Like `query`, but one at a time and in the order of asking."""
    _start(_mutations, fn, _Answer(owner, on_done, on_error))


def is_idle() -> bool:
    """True if nothing was asked that is not answered yet."""
    return not _waiting


def finish(limit_ms: int = 10_000) -> bool:
    """Wait until all work has ended; False if some still runs after the limit."""
    done = _mutations.waitForDone(limit_ms) and _queries.waitForDone(limit_ms)
    _latest.clear()
    return done


def _start(pool: QThreadPool, fn: Callable[[], object], answer: _Answer) -> None:
    _waiting.add(answer)
    pool.start(_Work(fn, answer))

"""What every manager of a project shares: the store, and word of each change."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import TypeVar

from prefdesk.errors import ReadOnly
from prefdesk.records import Changes
from prefdesk.store import Connection, Store

T = TypeVar("T")
Listener = Callable[[Changes], None]


class Core:
    """Reads through short-lived readers, writes through the one writer, tells the listeners."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change, on the writer's thread; returns the way to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def announce(self, changes: Changes) -> None:
        """Tell all listeners."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(changes)

    def announce_kinds(self, *kinds: str) -> None:
        """Tell all listeners that these kinds of thing changed."""
        self.announce(Changes(frozenset(kinds)))

    def read(self) -> AbstractContextManager[Connection]:
        """A read-only connection of this thread."""
        return self.store.read()

    def query(self, fn: Callable[[Connection], T]) -> T:
        """The result of one read."""
        with self.store.read() as connection:
            return fn(connection)

    def submit(
        self, fn: Callable[[Connection], T], *kinds: str, urgent: bool = False, origin: str = ""
    ) -> "Future[T]":
        """Queue a write; listeners hear of it once it is on disk."""
        if self.store.mode != "w":
            raise ReadOnly(
                "This project is open read-only.", "Open it for writing to change anything."
            )
        changes = Changes(frozenset(kinds), origin)

        def spread(done: "Future[T]") -> None:
            if not done.cancelled() and done.exception() is None:
                self.announce(changes)

        future = self.store.write(fn, urgent=urgent)
        future.add_done_callback(spread)
        return future

    def mutate(self, fn: Callable[[Connection], T], *kinds: str, origin: str = "") -> T:
        """Write and wait until it is on disk."""
        return self.submit(fn, *kinds, origin=origin).result()

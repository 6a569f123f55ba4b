"""Connections that only read. Each block sees one state of the file and holds nothing after."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prefdesk.errors import ProjectError
from prefdesk.store import engine, faults
from prefdesk.store.engine import Connection

_WAIT_S = 10.0


class Readers:
    """A pool: a thread has one connection to itself while it is inside `read`.

    At most `kept` connections stay open between reads. A process that only reads keeps none,
    because an open connection, even an idle one, keeps the writer from leaving a plain file.
    `is_here` says if the file under the name is still the one that was opened. If it is not, no
    new connection would reach it; those that are open go on, and `keep_one` makes sure of one.
    """

    def __init__(self, path: Path, kept: int, is_here: Callable[[], bool]) -> None:
        self._path = path
        self._kept = kept
        self._is_here = is_here
        self._guard = threading.Condition()
        self._free: list[Connection] = []
        self._lent: set[Connection] = set()
        self._ended = False
        self._own = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection inside one read transaction; nested blocks of a thread share it."""
        held: Connection | None = getattr(self._own, "connection", None)
        if held is not None:
            yield held
            return
        with faults.translated(self._path):
            connection = self._borrow()
            self._own.connection = connection
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._own.connection = None
                self._give_back(connection)

    def close(self, wait_s: float) -> bool:
        """Close all; reads still running after `wait_s` are interrupted. True if all are closed."""
        with self._guard:
            self._ended = True
            if not self._guard.wait_for(lambda: not self._lent, timeout=wait_s):
                for connection in self._lent:
                    connection.interrupt()
                self._guard.wait_for(lambda: not self._lent, timeout=1.0)
            while self._free:
                self._free.pop().close()
            return not self._lent

    def _borrow(self) -> Connection:
        with self._guard:
            if self._ended:
                raise ProjectError(f"{self._path.name} is closed.")
            connection = self._free.pop() if self._free else self._connect()
            self._lent.add(connection)
            return connection

    def _connect(self) -> Connection:
        if self._is_here():
            made = engine.connect(self._path, read_only=True)
            # What was opened is known only while the name stays with the file.
            if self._is_here():
                return made
            made.close()
        self._guard.wait_for(lambda: self._free or not self._lent, timeout=_WAIT_S)
        if self._free:
            return self._free.pop()
        raise faults.out_of_reach(self._path)

    def keep_one(self) -> None:
        """Open a connection now, for the case that the file loses its name later."""
        with self.read() as connection:
            # Only a connection that has read something has the file open.
            connection.execute("SELECT 1 FROM sqlite_schema").fetchall()

    def _give_back(self, connection: Connection) -> None:
        keep = True
        try:
            # rollback() also resets cursors that were left half read.
            connection.rollback()
        except engine.FAILURES:
            keep = False
        with self._guard:
            self._lent.discard(connection)
            if keep and not self._ended and len(self._free) < self._kept:
                self._free.append(connection)
            else:
                with suppress(*engine.FAILURES):
                    connection.close()
            self._guard.notify_all()

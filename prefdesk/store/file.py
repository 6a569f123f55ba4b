"""A project file that is open: who may write, who reads, and how it is left behind."""

import glob
import os
import stat
import threading
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Literal, Self, TypeVar

from prefdesk.errors import FileMoved, NotAProject, NotWritable, ProjectError, ReadOnly
from prefdesk.store import (
    durable,
    engine,
    faults,
    header,
    keeping,
    lock,
    migrations,
    places,
    recovery,
    schema,
    stranger,
    watching,
)
from prefdesk.store.engine import Connection
from prefdesk.store.generation import Marker
from prefdesk.store.readers import Readers
from prefdesk.store.watching import HERE, OVERWRITTEN, Watch, Whereabouts
from prefdesk.store.writer import Writer, identity

T = TypeVar("T")
Mode = Literal["w", "r"]

_CLOSE_WAIT_S = 5.0
_KEPT_READERS = 4

# Files that this process holds open. Reading a file's header by hand and closing it again would
# drop the locks that SQLite holds on it in this process (a rule of POSIX).
_open_files: dict[tuple[int, int], int] = {}
_opening = threading.RLock()


class _Parts:
    """What an open store holds; separate from it, so that a forgotten store can be closed."""

    def __init__(
        self,
        path: Path,
        held: lock.Lock | None = None,
        connection: Connection | None = None,
        marker: Marker | None = None,
    ) -> None:
        self.path = path
        self.pid = os.getpid()
        self.lock = held
        self.identity = identity(path) or (0, 0)
        self.readers = Readers(
            path,
            0 if connection is None else _KEPT_READERS,
            lambda: identity(path) == self.identity,
        )
        self.writer = Writer(path, connection, marker) if connection and marker else None
        self.watch = Watch(path, self.identity, self.writer.look if self.writer else None)
        _open_files[self.identity] = _open_files.get(self.identity, 0) + 1

    def close(self) -> None:
        # A forked child has the object but neither the thread nor the right to the file.
        if os.getpid() != self.pid:
            return
        if self.writer is not None and self.writer.is_current_thread:
            # A store can be forgotten by its last job, on the thread that must be waited for.
            threading.Thread(target=self.close, name="prefdesk closing").start()
            return
        if self.writer is not None:
            self.writer.stop()
            if self.writer.failure is not None:
                # The log stays as it is and is looked at when the project is opened again. The
                # connection that closes last would bring it in, unless it may only read.
                self.writer.connection.close()
        at_rest = self.readers.close(_CLOSE_WAIT_S)
        try:
            if self.writer is not None and self.writer.failure is None:
                self._end_writing(self.writer, at_rest)
        finally:
            with _opening:
                _open_files[self.identity] -= 1
                if not _open_files[self.identity]:
                    del _open_files[self.identity]
            if self.lock is not None:
                self.lock.release()

    def _end_writing(self, writer: Writer, at_rest: bool) -> None:
        # If somebody still reads, or the disk is full, the log stays and is taken in next time.
        with suppress(*engine.FAILURES):
            with suppress(*engine.FAILURES):
                writer.marker.end()
            writer.marker.checkpoint("TRUNCATE")
            # The log of a file that was moved goes by a name that may belong to another file now.
            if writer.unmoved and at_rest:
                engine.end_log(writer.connection)
        writer.connection.close()
        if at_rest and not writer.unmoved and not header.log_size_bytes(self.path):
            # An empty log under the old name is of no use, and the lock on the name is still held.
            for end in ("-wal", "-shm"):
                Path(f"{self.path}{end}").unlink(missing_ok=True)
        if writer.unmoved:
            stranger.remember(self.path)


class Store:
    """An open project file. Made by `create` and `open`; use it in a `with` block or close it."""

    def __init__(
        self, path: Path, mode: Mode, parts: _Parts, notices: tuple[str, ...] = ()
    ) -> None:
        self.path = path
        self.mode: Mode = mode
        self.notices = notices
        """What a person should know about how the file was found, in sentences."""
        self.engine_version = engine.version()
        self._parts = parts
        self._finalizer = weakref.finalize(self, parts.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """True after `close`."""
        return not self._finalizer.alive

    @property
    def pending(self) -> int:
        """Urgent writes that are not yet on disk."""
        return self._parts.writer.pending if self._parts.writer else 0

    @property
    def last_urgent_s(self) -> float:
        """When the last urgent write was asked for, on the monotonic clock."""
        return self._parts.writer.last_urgent_s if self._parts.writer else -1e9

    @property
    def writes(self) -> int:
        """How many transactions were written since the file was opened."""
        return self._parts.writer.done if self._parts.writer else 0

    def read(self) -> AbstractContextManager[Connection]:
        """A block with a connection that sees one state of the file and cannot write.

        Keep the block short: while it lasts the log beside the file cannot shrink.
        """
        return self._parts.readers.read()

    def write(self, fn: Callable[[Connection], T], *, urgent: bool = False) -> Future[T]:
        """Run `fn` in one transaction on the writer thread; the future resolves once it is on disk.

        Urgent jobs go before all others. `fn` must not wait for another write. The future
        raises `DiskFull` or `ProjectError` where the file cannot be written, or what `fn` raised.
        """
        if self._parts.writer is None:
            raise ReadOnly(f"{self.path.name} is open for reading only.")
        return self._parts.writer.submit(fn, urgent=urgent)

    def check(self, tell: Callable[[int, int], None] | None = None) -> list[str]:
        """Everything that is wrong with the file, as sentences; empty if it is whole.

        `tell` is called with how many looks are done, and how many there are.
        """
        from prefdesk.store import checking

        return checking.problems(self, tell)

    @property
    def place(self) -> places.Place:
        """What is known of the disk and the folder; asks the disk."""
        return places.of(self.path)

    def whereabouts(self) -> Whereabouts:
        """If the file under the name is still the one that is open; returns at once.

        The answer is that of the question asked at the call before; ask twice a second.
        """
        if self.closed:
            return HERE
        found, failure = self._parts.watch.look(), self.failure
        # Once it was written over, nothing that is read from it afterwards can be relied on.
        return OVERWRITTEN if found.is_here and isinstance(failure, FileMoved) else found

    def present_name(self) -> Path | None:
        """The other name that the open file was given; asks the disk and may wait for it."""
        return watching.find(self.path, self._parts.identity).now

    @property
    def is_in_place(self) -> bool:
        """True while the file under the name is the open one; asks the disk and may wait for it."""
        return identity(self.path) == self._parts.identity

    def save_copy(
        self,
        to: Path,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Path:
        """Write everything to a new file; see `copying.save_copy`."""
        from prefdesk.store import copying

        return copying.save_copy(self, to, progress, cancelled)

    @property
    def failure(self) -> ProjectError | None:
        """Why nothing more is written: `DiskFailed`, or `FileMoved` if another program wrote it."""
        return self._parts.writer.failure if self._parts.writer else None

    def give_back(self, budget_s: float = 0.2) -> bool:
        """Give unused space back for about this long; see `compacting.give_back`."""
        from prefdesk.store import compacting

        return compacting.give_back(self, budget_s)

    def discard(self) -> None:
        """Close the file and remove it: for a new project that could not be made whole."""
        self.close()
        if self._parts.writer is not None and self._parts.writer.unmoved:
            durable.remove(self.path)

    def close(self) -> None:
        """Finish all writes, leave one plain file and let the lock go. Safe to call twice."""
        self._finalizer()


def follow(closed: Store, now: Path) -> Store:
    """Open a file under the name that it was given while `closed` had it open.

    What a reader kept from coming into the file lies in the log under the old name; it goes along.
    """
    left = Path(f"{closed.path}-wal")
    if not os.path.lexists(closed.path):
        log = Path(f"{now}-wal")
        if header.log_size_bytes(closed.path) and not os.path.lexists(log):
            left.rename(log)
        left.unlink(missing_ok=True)
        Path(f"{closed.path}-shm").unlink(missing_ok=True)
    if identity(now) == closed._parts.identity and closed.failure is None:
        stranger.remember(now)
    return open(now)


def create(path: Path | str, *, meta: Mapping[str, str]) -> Store:
    """Make a new project file and open it for writing.

    Raises `ProjectError` if something lies there already; a failure leaves nothing behind.
    """
    path = Path(path).absolute()
    durable.require_folder(path)
    places.require_local(path)
    held = lock.acquire(path)
    try:
        with faults.opening(path):
            _build(path, meta)
    except BaseException:
        held.release()
        raise
    try:
        with faults.opening(path):
            return _open_writing(path, held, ours=True)
    except BaseException:
        durable.remove(path)
        raise


def open(path: Path | str, mode: Mode = "w") -> Store:
    """Open a project file, for writing (one process at a time) or for reading only.

    Raises `NotAProject`, `NewerFormat`, `ProjectInUse` or `ProjectError`; a file that is refused
    is left as it was. A file of an older format is migrated and the old one kept beside it.
    """
    if mode not in ("w", "r"):
        raise ValueError(f"mode is 'w' or 'r', not {mode!r}")
    if "\0" in str(path):
        raise ProjectError(f"{str(path)!r} is not a file name.")
    path = Path(path).absolute()
    with faults.opening(path):
        return _open_reading(path) if mode == "r" else _open_writing(path, None)


def _build(path: Path, meta: Mapping[str, str]) -> None:
    if os.path.lexists(path):
        raise ProjectError(
            f"There is already a file called {path.name}.", "Open it, or choose another name."
        )
    # The lock is ours, so these were left by a crash.
    for stale in path.parent.glob(f".{glob.escape(path.name)}.*.new*"):
        stale.unlink()
    made = path.with_name(f".{path.name}.{os.getpid()}.new")
    written = made
    try:
        migrations.build(made, meta)
        made.rename(path)
        written = path
        durable.sync_folder(path.parent)
    except BaseException:
        durable.remove(written)
        raise


def is_open_here(path: Path) -> bool:
    """True while this process holds the file open, by whatever name."""
    return identity(path) in _open_files


def _version(path: Path) -> int:
    found = identity(path)
    if found not in _open_files or stat.S_ISLNK(path.lstat().st_mode):
        return header.inspect(path)
    return schema.FORMAT


def _open_reading(path: Path) -> Store:
    try:
        return _open_to_read(path)
    except (NotWritable, engine.dbapi.Error) as error:
        known = faults.translate(error, path)
        if isinstance(known, NotWritable) and header.needs_writer(path):
            # The rights are in order as far as reading goes: only a writer may put this right.
            raise faults.left_over(path) from error
        raise


def _open_to_read(path: Path) -> Store:
    with _opening:
        if _version(path) < schema.FORMAT:
            raise ProjectError(
                f"{path.name} has an older format.",
                "Open it for writing once to bring it up to date.",
            )
    # Others open and close files while this one is looked at, which may take minutes.
    if not is_open_here(path):
        stranger.require_harmless_unless_written(path)
    with _opening:
        # A writer that is at work has looked at the log already.
        if header.log_size_bytes(path) and not lock.is_held(path):
            recovery.require_own_log(path, held_here=identity(path) in _open_files)
        notices = recovery.told_of_copy(path, held_here=identity(path) in _open_files)
        parts = _Parts(path)
    try:
        with parts.readers.read() as connection:
            _check_schema(connection, path)
    except BaseException:
        parts.close()
        raise
    return Store(path, "r", parts, notices)


def _open_writing(path: Path, held: lock.Lock | None, *, ours: bool = False) -> Store:
    with _opening:
        version = _version(path)
    places.require_writable(path)
    held = held or lock.acquire(path)
    try:
        _require_one_name(path)
        # Others open and close files while this one is looked at, which may take minutes.
        if not ours and not is_open_here(path):
            stranger.require_harmless(path)
        with _opening:
            parts, notices = _begin_writing(path, held, version)
    except BaseException:
        held.release()
        raise
    try:
        parts.readers.keep_one()
    except BaseException:
        parts.close()
        raise
    return Store(path, "w", parts, notices)


def _begin_writing(path: Path, held: lock.Lock, version: int) -> tuple[_Parts, tuple[str, ...]]:
    held_here = is_open_here(path)
    notices = recovery.told_of_copy(path, held_here=held_here)
    notices += recovery.take_in_log(path, held_here=held_here)
    if version < schema.FORMAT:
        notices += (migrations.told(path, version, migrations.migrate(path, version)),)
    connection = engine.connect(path, read_only=False)
    try:
        _check_schema(connection, path)
        marker = _start_writing(connection)
        if identity(path) is None:
            raise faults.moved(path)
        return _Parts(path, held, connection, marker), notices
    except BaseException:
        connection.close()
        raise


def _require_one_name(path: Path) -> None:
    # The lock goes by the name, so each name of a file would let a writer in.
    if path.stat().st_nlink > 1:
        keeping.forget_cut_off(path)
    if path.stat().st_nlink > 1:
        raise ProjectError(
            f"{path.name} has two names on this disk (a hard link), so two people could write it.",
            "Copy the file and open the copy, or remove the other name; reading is possible.",
        )


def _start_writing(connection: Connection) -> Marker:
    engine.start_log(connection)
    marker = Marker(connection)
    # What a crash left is brought in now; a full disk is reported by the next write.
    with suppress(*engine.FAILURES):
        marker.checkpoint()
    recovery.tidy(connection, marker)
    return marker


def _check_schema(connection: Connection, path: Path) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application_id == schema.APPLICATION_ID and version > schema.FORMAT:
        raise header.newer(path, version)
    if (
        application_id != schema.APPLICATION_ID
        or migrations.actual(connection) != schema.expected()
    ):
        raise NotAProject(
            f"{path.name} holds other tables than a prefdesk project.",
            f"Another program changed it. {header.WAY_OUT}",
        )

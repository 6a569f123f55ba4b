"""The one thread that writes a project file.

Every job is one transaction. Ratings go before everything else, so a rating is on disk within
milliseconds while a checkpoint of a gigabyte is being stored.

A disk that reports an error is not trusted again: Linux, for one, reports that a sync failed once
and then forgets the pages that were to be written, so the next sync would succeed without them.
"""

import itertools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from prefdesk.errors import FileMoved, ProjectError
from prefdesk.store import engine, faults, generation
from prefdesk.store.engine import Connection
from prefdesk.store.generation import Marker

T = TypeVar("T")

_URGENT, _BULK, _END = 0, 1, 2
CHECKPOINT_EVERY = 200
IDLE_S = 2.0
LOOK_S = 0.5


@dataclass(order=True)
class _Job:
    priority: int
    number: int
    run: Callable[[Connection], Any] | None = field(compare=False, default=None)
    is_look: bool = field(compare=False, default=False)
    future: Future[Any] = field(compare=False, default_factory=Future)


class Writer:
    """Owns the writing connection; `submit` from any thread, `stop` drains and ends."""

    def __init__(self, path: Path, connection: Connection, marker: Marker) -> None:
        self.path = path
        self.connection = connection
        self.marker = marker
        self.last_urgent_s = -1e9
        self.done = 0
        self.failure: ProjectError | None = None
        """Why nothing more is written: the disk failed, or another program wrote the file."""
        self._stamp = _stamp(path)
        self._identity = identity(path) or (0, 0)
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._guard = threading.Lock()
        self._pending = 0
        self._since_checkpoint = 0
        self._ended = False
        self._inside = False
        # A daemon, so that an interpreter that ends without close() does not wait for it;
        # the store's finalizer drains it in that case.
        self._thread = threading.Thread(
            target=self._loop, name=f"prefdesk writer: {path.name}", daemon=True
        )
        self._thread.start()

    @property
    def pending(self) -> int:
        """Urgent jobs that are not yet on disk."""
        return self._pending

    @property
    def is_current_thread(self) -> bool:
        """True on the writer thread itself, which must not wait for its own end."""
        return threading.current_thread() is self._thread

    @property
    def unmoved(self) -> bool:
        """True while the file under the path is the one that is open."""
        return identity(self.path) == self._identity

    def submit(self, run: Callable[[Connection], T], *, urgent: bool) -> Future[T]:
        """Queue one transaction; raises `ProjectError` after `stop`."""
        with self._guard:
            if self._ended:
                raise ProjectError(f"{self.path.name} is closed.")
            job = _Job(_URGENT if urgent else _BULK, next(self._numbers), run)
            if urgent:
                self._pending += 1
                self.last_urgent_s = time.monotonic()
            self._jobs.put(job)
        return job.future

    def look(self) -> None:
        """Raise the error for a file that is not in its place any more; for any other thread.

        Returns at once while a job runs, which may take long and looks by itself before it ends.
        Waiting is left for the disk.
        """
        with self._guard:
            if self._ended or self._inside:
                return
            job = _Job(
                _URGENT, next(self._numbers), lambda _: self._require_in_place(), is_look=True
            )
            self._jobs.put(job)
        while not self._inside:
            with suppress(TimeoutError):
                job.future.result(LOOK_S)
                return

    def stop(self) -> None:
        """Finish what is queued and end the thread; safe to call twice."""
        if self.is_current_thread:
            raise RuntimeError("the writer cannot close itself")
        with self._guard:
            if not self._ended:
                self._ended = True
                self._jobs.put(_Job(_END, next(self._numbers)))
        self._thread.join()

    def _loop(self) -> None:
        idle_s = 0.0
        while True:
            # Counted from the last write: somebody looks twice a second.
            wait_s = max(0.0, idle_s - time.monotonic()) if self._since_checkpoint else None
            try:
                job = self._jobs.get(timeout=wait_s)
            except queue.Empty:
                self._checkpoint()
                continue
            if job.run is None:
                return
            if job.is_look:
                self._answer(job)
                continue
            self._settle(job)
            idle_s = time.monotonic() + IDLE_S
            self._since_checkpoint += 1
            if job.priority == _BULK or self._since_checkpoint >= CHECKPOINT_EVERY:
                self._checkpoint()
            # A waiting loop must not keep the last job's data alive.
            del job

    def _answer(self, job: _Job) -> None:
        assert job.run is not None
        try:
            job.run(self.connection)
        except BaseException as error:
            job.future.set_exception(faults.translate(error, self.path))
        else:
            job.future.set_result(None)

    def _settle(self, job: _Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            self._count_down(job)
            return
        assert job.run is not None
        try:
            result = self._transact(job.run)
        except BaseException as error:
            self._count_down(job)
            job.future.set_exception(self._judged(error))
        else:
            self.done += 1
            self._count_down(job)
            job.future.set_result(result)

    def _require_in_place(self) -> None:
        """Raise `FileMoved` if the file is not under its name, or somebody else wrote into it."""
        found = _stamp(self.path)
        if found[:2] != self._identity:
            raise faults.moved(self.path)
        if found == self._stamp:
            return
        # Only this thread writes the file itself. A new time alone is no harm: somebody touched
        # it, or it lies on a file system that is late.
        self._require_own(found)

    def _require_own(self, stamp: tuple[int, int, int, int]) -> None:
        if generation.of_bare(self.path) not in self.marker.bare:
            self.failure = faults.overwritten(self.path)
            raise self.failure
        self._stamp = stamp

    def _judged(self, error: BaseException) -> BaseException:
        if faults.is_damage(error):
            with suppress(engine.dbapi.Error, ProjectError):
                self._require_in_place()
        if faults.is_final(error):
            self.failure = self.failure or faults.failed(self.path)
        if self.failure is not None:
            return self.failure
        return faults.translate(error, self.path)

    def _transact(self, run: Callable[[Connection], T]) -> T:
        if self.failure is not None:
            raise type(self.failure)(self.failure.message, self.failure.hint)

        def checked() -> T:
            self._inside = True
            try:
                result = run(self.connection)
            finally:
                self._inside = False
            self._require_in_place()
            return result

        return self.marker.transact(checked)

    def _count_down(self, job: _Job) -> None:
        if job.priority == _URGENT:
            with self._guard:
                self._pending -= 1

    def _checkpoint(self) -> None:
        self._since_checkpoint = 0
        # What was acknowledged is in the log; a full disk is reported by the next write.
        try:
            # A file that was moved still takes its log, one that others wrote must not.
            with suppress(FileMoved):
                self._require_in_place()
            if self.failure is None:
                self.marker.checkpoint()
                # The time of the file is new, so others who wrote meanwhile do not show by it.
                stamp = _stamp(self.path)
                if stamp[:2] == self._identity:
                    with suppress(FileMoved):
                        self._require_own(stamp)
        except engine.FAILURES as error:
            self._judged(error)


def _stamp(path: Path) -> tuple[int, int, int, int]:
    """Device, inode, size and time of the last change; zeros without a file."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0, 0
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of the file under a path, None without one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

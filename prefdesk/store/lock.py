"""The lock that keeps a project to one writing process.

The operating system holds the lock and drops it when the process dies; the text inside the
file only says who that is.
"""

import errno
import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prefdesk.errors import Holder, NotWritable, ProjectError, ProjectInUse
from prefdesk.store.clock import now_ms

_TRIES = 5
_REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS)
_GLANCE_S = 0.02


class Lock:
    """A held lock on `<path>.lock`; made by `acquire`."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def release(self) -> None:
        """Remove the lock file and let the next writer in."""
        # Removed while still held: `acquire` notices a file that is no longer under its name.
        try:
            if sys.platform != "win32":
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
        finally:
            os.close(self._handle)


def acquire(project: Path) -> Lock:
    """Take the lock of a project file, or raise `ProjectInUse` with the holder's name.

    Raises `ProjectError` where the disk gives no locks, as some network disks do.
    """
    path = Path(f"{project}.lock")
    for attempt in range(_TRIES):
        handle = _open(path, project)
        try:
            locked = _locked(handle, project)
            if locked and _is_current(handle, path):
                _sign(handle)
                return Lock(path, handle)
            if not locked and attempt:
                raise _in_use(project, _text(handle))
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if not locked:
            # Somebody may only have looked whether it is held.
            time.sleep(_GLANCE_S)
    raise _in_use(project, b"")


@contextmanager
def locked(project: Path) -> Iterator[None]:
    """Keep a project from being opened for writing inside the block; raises as `acquire`."""
    held = acquire(project)
    try:
        yield
    finally:
        held.release()


def is_held(project: Path, *, unknown: bool = True) -> bool:
    """True while a process has the project open for writing.

    `unknown` is the answer where nobody can tell: who may not look at the lock, or finds
    something else under its name.
    """
    # A link could lead to the lock of another project, and a pipe would wait for a writer.
    guards = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(f"{project}.lock", os.O_RDONLY | guards)
    except FileNotFoundError:
        return False
    except OSError:
        return unknown
    try:
        return not _try_lock(handle)
    except OSError:
        return unknown
    finally:
        os.close(handle)


def _locked(handle: int, project: Path) -> bool:
    try:
        return _try_lock(handle)
    except OSError as error:
        raise NotWritable(
            f"The disk that holds {project.name} cannot lock files: {error.strerror}.",
            "Copy the project to a disk of this computer, or open it for reading only.",
        ) from error


def _sign(handle: int) -> None:
    # The text only tells others who has the file; a full disk must not keep anybody out.
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.write(handle, _holder())


def _text(handle: int) -> bytes:
    if not hasattr(os, "pread"):
        return b""
    with suppress(OSError):
        return os.pread(handle, 4096, 0)
    return b""


def _open(path: Path, project: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        kind = NotWritable if error.errno in _REFUSALS else ProjectError
        raise kind(
            f"{project.name} cannot be opened for writing in {project.parent}: {error.strerror}.",
            "Open it for reading only, or copy it to a folder of your own.",
        ) from error


def _is_current(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _holder() -> bytes:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "somebody"
    who = {"user": user, "host": socket.gethostname(), "pid": os.getpid(), "since_ms": now_ms()}
    return json.dumps(who).encode()


def _in_use(project: Path, text: bytes) -> ProjectInUse:
    holder = _read_holder(text)
    said = "in another prefdesk"
    if holder is not None:
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(holder.since_ms / 1000))
        said = f"by {holder.user} on {holder.host} (process {holder.pid}) since {since}"
    return ProjectInUse(
        f"{project.name} is open {said}.",
        "Close it there, or open it here for reading only.",
        holder,
    )


def _read_holder(text: bytes) -> Holder | None:
    try:
        who = json.loads(text)
        found = Holder(str(who["user"]), str(who["host"]), int(who["pid"]), int(who["since_ms"]))
        time.localtime(found.since_ms / 1000)
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None
    return found


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            # Far behind the text, which must stay readable for others.
            os.lseek(handle, 1 << 30, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

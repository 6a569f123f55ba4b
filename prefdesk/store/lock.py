"""The lock that keeps a project to one writing process.

The operating system holds the lock and drops it when the process dies; the text inside the
file only says who that is.
"""

import getpass
import json
import os
import socket
import sys
import time
from pathlib import Path

from prefdesk.errors import ProjectError, ProjectInUse
from prefdesk.store.clock import now_ms

_TRIES = 5


class Lock:
    """A held lock on `<path>.lock`; made by `acquire`."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def release(self) -> None:
        """Remove the lock file and let the next writer in."""
        # Removed while still held: `acquire` notices a file that is no longer under its name.
        if sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        os.close(self._handle)


def acquire(project: Path) -> Lock:
    """Take the lock of a project file, or raise `ProjectInUse` with the holder's name."""
    path = Path(f"{project}.lock")
    for _ in range(_TRIES):
        handle = _open(path, project)
        if not _try_lock(handle):
            text = os.pread(handle, 4096, 0) if hasattr(os, "pread") else b""
            os.close(handle)
            raise _in_use(project, text)
        if _is_current(handle, path):
            os.ftruncate(handle, 0)
            os.write(handle, _holder())
            return Lock(path, handle)
        os.close(handle)
    raise _in_use(project, b"")


def _open(path: Path, project: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        raise ProjectError(
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
    try:
        who = json.loads(text)
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(who["since_ms"] / 1000))
        holder = f"by {who['user']} on {who['host']} (process {who['pid']}) since {since}"
    except (ValueError, KeyError, TypeError, OverflowError):
        holder = "in another prefdesk"
    return ProjectInUse(
        f"{project.name} is open {holder}.", "Close it there, or open it here for reading only."
    )


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            # Far behind the text, which must stay readable for others.
            os.lseek(handle, 1 << 30, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
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

"""Whether the file under a project's name is still the one that is open, and what became of it.

SQLite keeps writing into a file that was renamed, deleted or replaced, and nobody would ever see
it again. So each write looks first (see `writer`), and the window asks here every half second.
"""

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prefdesk.errors import FileMoved, ProjectError

State = Literal["here", "renamed", "replaced", "deleted", "overwritten", "gone", "silent"]
"""here: all is well. renamed, replaced by another file, deleted: what became of it. overwritten:
another program wrote into it, so that nothing in it can be relied on. gone: the folder or the
whole disk is not there any more. silent: the disk does not answer."""

SILENT_S = 5.0
_SILENT = (errno.EIO, errno.ENOTCONN, errno.ESTALE, errno.ENXIO, errno.ENODEV, errno.ETIMEDOUT)
_Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What became of an open file; `now` is where it lies, if it has another name by now."""

    state: State
    now: Path | None = None

    @property
    def is_here(self) -> bool:
        """True while the file under the name is the open one."""
        return self.state == "here"


HERE = Whereabouts("here")
OVERWRITTEN = Whereabouts("overwritten")


def find(path: Path, identity: _Identity) -> Whereabouts:
    """Look at the disk. May hang with it: never on a thread that somebody waits for."""
    try:
        found = path.stat()
    except OSError as error:
        if error.errno in _SILENT:
            return Whereabouts("silent")
        return _missing(path, identity)
    if (found.st_dev, found.st_ino) == identity:
        return HERE
    return Whereabouts("replaced", _present_name(path, identity))


def _missing(path: Path, identity: _Identity) -> Whereabouts:
    now = _present_name(path, identity)
    if now is not None:
        return Whereabouts("renamed", now)
    held = next(_handles(identity), None)
    # A disk that was taken away leaves a file that has a name, though nobody can reach it.
    deleted = held is not None and os.fstat(held).st_nlink == 0
    return Whereabouts("deleted" if deleted and path.parent.is_dir() else "gone")


def _present_name(path: Path, identity: _Identity) -> Path | None:
    for handle in _handles(identity):
        with suppress(OSError):
            name = _name_of(handle)
            found = name.stat()
            if name != path and (found.st_dev, found.st_ino) == identity:
                return name
    return None


def _handles(identity: _Identity) -> Iterator[int]:
    """The handles by which this process holds the file.

    They are SQLite's. Opening the file once more would be simpler, but closing it again drops
    the locks that SQLite holds (a rule of POSIX).
    """
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    names: list[str] = []
    with suppress(OSError):
        names = [one.name for one in Path(folder).iterdir()]
    for name in names:
        with suppress(OSError, ValueError):
            found = os.fstat(int(name))
            if (found.st_dev, found.st_ino) == identity:
                yield int(name)


def _name_of(handle: int) -> Path:
    if sys.platform == "darwin":
        import fcntl

        answer: bytes = fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024))
        return Path(os.fsdecode(answer.rstrip(b"\0")))
    return Path(f"/proc/self/fd/{handle}").readlink()


class Watch:
    """Asks on a thread of its own, one question at a time; `look` returns at once."""

    def __init__(
        self, path: Path, identity: _Identity, look_inside: Callable[[], None] | None = None
    ) -> None:
        """`look_inside` raises `FileMoved` if somebody else wrote into the file."""
        self._path, self._identity, self._look_inside = path, identity, look_inside
        self._known = HERE
        self._asked_s: float | None = None

    def look(self) -> Whereabouts:
        """The newest answer, and a new question on its way; silent if none comes for 5 s."""
        asked = self._asked_s
        if asked is None:
            self._asked_s = time.monotonic()
            threading.Thread(target=self._ask, name="prefdesk watch", daemon=True).start()
        elif time.monotonic() - asked > SILENT_S:
            return Whereabouts("silent")
        return self._known

    def _ask(self) -> None:
        # A daemon: a disk that never answers must not keep the program from ending.
        try:
            self._known = self._found()
        except OSError:
            # A handle was closed meanwhile, or a folder cannot be looked at: nothing is known.
            pass
        finally:
            self._asked_s = None

    def _found(self) -> Whereabouts:
        found = find(self._path, self._identity)
        if found.is_here and self._look_inside is not None:
            try:
                self._look_inside()
            except FileMoved:
                again = find(self._path, self._identity)
                return OVERWRITTEN if again.is_here else again
            except ProjectError:
                return Whereabouts("silent")
        return found

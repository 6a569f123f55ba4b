"""New files that are whole or not there: written under another name, brought to disk, and only
then given their own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EINVAL, ENOTSUP
from pathlib import Path

from prefdesk.errors import ProjectError

ENDS = ("", "-wal", "-shm", "-journal")
"""What may lie under the name of a project: the file itself, and what SQLite keeps beside it."""


@contextmanager
def appearing(to: Path) -> Iterator[Path]:
    """The name to write a new project file under; at the end of the block it gets the name `to`.

    An error leaves nothing behind. Raises `ProjectError` if the name is taken by then.
    """
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        remove(part)
        yield part
        sync(part)
        require_free_name(to)
        part.rename(to)
        sync_folder(to.parent)
    except BaseException:
        remove(part)
        raise


def require_free_name(to: Path) -> None:
    """Raise `ProjectError` where something of this name is there."""
    if os.path.lexists(to):
        raise ProjectError(f"There is already a file called {to.name}.", "Choose another name.")


def require_folder(path: Path) -> None:
    """Raise `ProjectError` where the folder of a file is not there."""
    if not path.parent.is_dir():
        raise ProjectError(f"There is no folder {path.parent}.")


def remove(path: Path) -> None:
    """Remove a file, if it is there, and what SQLite keeps beside it."""
    for end in ENDS:
        Path(f"{path}{end}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Return once the content of a file is on disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename inside a folder durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            # Some network disks know this for files only.
            if error.errno not in (EINVAL, ENOTSUP):
                raise
        finally:
            os.close(handle)

"""Make a folder that is there whole or not at all; standard library only."""

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from prefdesk.errors import Cancelled, ModelError

Notify = Callable[[str, int, int], None]
"""What is being done, how much is done, how much there is in all (0 if unknown)."""

Cancel = Callable[[], bool]
"""True once somebody pressed Stop."""

STALE_AFTER_S = 24 * 3600.0


def silent(message: str, done: int, total: int) -> None:
    """A `Notify` that says nothing."""


def never() -> bool:
    """A `Cancel` that never stops."""
    return False


def check(cancelled: Cancel) -> None:
    """Raise `Cancelled` once somebody pressed Stop."""
    if cancelled():
        raise Cancelled


@contextlib.contextmanager
def whole(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` that takes its name when the block ends well.

    Whatever goes wrong, the half-made folder is removed; one that a killed process left behind
    is removed by the next call.
    """
    require_absent(target)
    with disk_errors(target.parent), scratch(target) as partial:
        yield partial
        require_absent(target)  # another process may have made it meanwhile
        partial.rename(target)


def require_absent(target: Path) -> None:
    """Raise `ModelError` if there is something under this name already."""
    if target.exists():
        raise ModelError(f"{target} is there already.", "Name another folder, or remove this one.")


@contextlib.contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """An empty hidden folder beside `target`, removed when the block ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    partial = target.parent / f".{target.name}.{os.getpid()}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full disk or a folder without write access into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise no_space(folder) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise ModelError(f"{folder} cannot be written: {error.strerror}.") from error
        raise


def no_space(folder: Path, needed_bytes: int = 0) -> ModelError:
    """The error for a disk that is full, or would be."""
    amount = f"; {needed_bytes / 1e9:.1f} GB are needed" if needed_bytes else ""
    return ModelError(
        f"There is no space left in {folder}{amount}.", "Free some space, then try again."
    )


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raise `ModelError` if the disk that will hold `folder` has less than `needed_bytes` free."""
    there = next(p for p in (folder, *folder.parents) if p.exists())
    if shutil.disk_usage(there).free < needed_bytes:
        raise no_space(folder, needed_bytes)


def _sweep(target: Path) -> None:
    for old in target.parent.glob(f".{target.name}.*.partial"):
        if not _in_use(old):
            shutil.rmtree(old, ignore_errors=True)


def _in_use(partial: Path) -> bool:
    """True if the process that makes the folder may still live."""
    owner = partial.name.split(".")[-2]
    if os.name == "posix" and owner.isdigit():
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return int(owner) != os.getpid()
    return time.time() - partial.stat().st_mtime < STALE_AFTER_S

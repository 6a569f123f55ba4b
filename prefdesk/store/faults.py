"""Turns what SQLite and the operating system report into sentences a person can act on."""

import errno
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefdesk.errors import (
    DamagedProject,
    DiskFailed,
    DiskFull,
    FileMoved,
    InputError,
    NotWritable,
    ProjectError,
)
from prefdesk.store.engine import dbapi

_PERM, _BUSY, _LOCKED, _NOMEM, _READONLY, _INTERRUPT, _IOERR, _CORRUPT = 3, 5, 6, 7, 8, 9, 10, 11
_FULL, _CANTOPEN, _NOTADB = 13, 14, 26

# Errors of input and output that say nothing about what is on the disk: no memory, a lock that
# another program holds, no space for the index beside the log.
_PASSING = frozenset(_IOERR | number << 8 for number in (9, 11, 12, 14, 15, 18, 19, 20, 21))
_MOVED = _READONLY | 4 << 8
# A journal or a log beside the file that only a writer could take in.
_LEFT_OVER = frozenset(_READONLY | number << 8 for number in (1, 2, 3))


SPACE_TO_GO_ON_BYTES = 16 * 2**20
"""With this much free space rating goes on; a log that is being brought in needs most of it."""


def disk_full(path: Path) -> DiskFull:
    """The error for a write that found no space."""
    return DiskFull(
        f"There is no space left where {path.name} lies; the last change was not saved.",
        f"Free at least {SPACE_TO_GO_ON_BYTES // 2**20} MiB on the disk that holds {path.parent}, "
        "then try again. Everything saved before is there.",
    )


def failed(path: Path) -> DiskFailed:
    """The error for a disk that did not do what it was asked, and for every write after it.

    What a system forgets after a failed sync it does not report a second time, so a write that
    seems to succeed later proves nothing.
    """
    return DiskFailed(
        f"The disk that holds {path.name} reports an error; this change was not saved.",
        "Nothing more is written until the project is opened again. What was saved before is "
        "there; save a copy on another disk.",
    )


def moved(path: Path) -> FileMoved:
    """The error for a file that was moved, deleted or replaced while it was open."""
    return FileMoved(
        f"The file under the name {path.name} is no longer the one that is open; "
        "this change was not saved.",
        "Put the file back under its name, or save a copy elsewhere from the window.",
    )


def overwritten(path: Path) -> FileMoved:
    """The error for a file that another program wrote into while it was open."""
    return FileMoved(
        f"Another program wrote over {path.name} while it was open; this change was not saved.",
        "Close the project and look at the file. What was saved here before is in the backups: "
        "`prefdesk restore` goes back to one.",
    )


def out_of_reach(path: Path) -> FileMoved:
    """The error for reading a file that was moved, deleted or replaced while it was open."""
    return FileMoved(
        f"The file under the name {path.name} is no longer the one that is open.",
        "Put the file back under its name, or open it where it is now.",
    )


def left_over(path: Path) -> ProjectError:
    """The error for a file that must be put right by a writer before it can be read."""
    return ProjectError(
        f"Writing {path.name} was cut off, and what is left beside it is not taken in yet.",
        "Open the project for writing once. Where that is not possible, copy it together with "
        f"{path.name}-journal or {path.name}-wal to a folder of your own and open the copy.",
    )


def is_final(error: BaseException) -> bool:
    """True if the disk failed, so that nothing it says afterwards can be believed."""
    if not isinstance(error, dbapi.Error):
        return False
    return _code(error) == _IOERR and _whole_code(error) not in _PASSING


def damaged(path: Path | None, what: str = "") -> DamagedProject:
    """The error for content that cannot be right, also where the file's name is not known."""
    return DamagedProject(
        f"{path.name if path else 'The project'} is damaged{': ' + what if what else ''}.",
        "Keep this file. `prefdesk check` names what is damaged, `prefdesk restore` goes back to a "
        "backup, `prefdesk salvage` saves what can be read.",
    )


# What Python says when a stored value has another form than the program ever writes.
_MALFORMED = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Raise the error for damaged content where `what` does not have the form it was stored in."""
    try:
        yield
    except (*_MALFORMED, dbapi.Error) as error:
        if isinstance(error, dbapi.Error) and not is_damage(error):
            raise
        raise damaged(None, f"{what} cannot be read") from error


def out_of_memory(path: Path) -> ProjectError:
    """The error for work on a file that found no memory."""
    return ProjectError(
        f"There is not enough memory to work on {path.name}.",
        "Close other programs, then try again.",
    )


def busy(path: Path) -> ProjectError:
    """The error for a file that another program keeps locked."""
    return ProjectError(
        f"Another program keeps {path.name} locked.", "Close that program, then try again."
    )


def is_damage(error: BaseException) -> bool:
    """True if SQLite says that the content of a file cannot be right.

    A full or failing disk, a lock or a lack of memory say nothing about the content.
    """
    if isinstance(error, UnicodeDecodeError):
        return True
    if not isinstance(error, dbapi.Error):
        return False
    # For a text that is none SQLite has no code: it never looks into texts, the reader does.
    undecodable = str(error).startswith("Could not decode")
    return undecodable or _code(error) in (_CORRUPT, _NOTADB)


def _code(error: BaseException) -> int:
    return _whole_code(error) & 0xFF


def _whole_code(error: BaseException) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def translate(error: BaseException, path: Path) -> BaseException:
    """The known error for `error`, or `error` itself where it is nobody's but ours."""
    if is_damage(error):
        return damaged(path)
    if isinstance(error, dbapi.Error):
        return _of_sqlite(error, path) or error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path)
    if isinstance(error, MemoryError):
        return out_of_memory(path)
    if isinstance(error, UnicodeEncodeError):
        return InputError("A text holds half a character (a lone surrogate) and cannot be stored.")
    return error


def _of_sqlite(error: BaseException, path: Path) -> ProjectError | None:
    code = _code(error)
    if code == _FULL:
        return disk_full(path)
    if code == _NOMEM:
        return out_of_memory(path)
    if code in (_BUSY, _LOCKED):
        return busy(path)
    if _whole_code(error) == _MOVED:
        return moved(path)
    if _whole_code(error) in _LEFT_OVER:
        return left_over(path)
    if code in (_READONLY, _PERM, _CANTOPEN):
        return NotWritable(
            f"{path.name} cannot be opened or written here.",
            "Check the rights of the file and its folder.",
        )
    if code == _IOERR:
        return ProjectError(
            f"The disk that holds {path.name} reports an error.",
            "Check the disk; what was saved before is there.",
        )
    if code == _INTERRUPT:
        return ProjectError(f"{path.name} was closed while it was being read.")
    return None


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """As `translated`, for a block in which every refusal of the system is about this file."""
    try:
        with translated(path):
            yield
    except OSError as error:
        raise ProjectError(
            f"{path.name} cannot be opened or written here: {error.strerror or error}.",
            "Check the disk, and the rights of the file and its folder.",
        ) from error


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise known errors in place of the engine's inside the block."""
    try:
        yield
    except Exception as error:
        known = translate(error, path)
        if known is error:
            raise
        raise known from error

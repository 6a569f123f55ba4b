"""Looks at the first hundred bytes of a file before SQLite sees it.

SQLite takes an empty file for an empty database and repairs what it finds beside a file, so
anything that is not a project must be refused earlier, with its bytes untouched.
"""

import os
import stat
import struct
from pathlib import Path

from prefdesk.errors import NewerFormat, NotAProject, ProjectError
from prefdesk.store.schema import APPLICATION_ID, FORMAT

SIZE = 100
WAY_OUT = "`prefdesk restore` goes back to a backup, `prefdesk salvage` saves what can be read."
_MAGIC = b"SQLite format 3\x00"


def inspect(path: Path) -> int:
    """The format version of a project file.

    Raises `ProjectError` for a missing file, `NotAProject` for anything else that is no
    project, `NewerFormat` for a project of a newer program.
    """
    head, size_bytes = _head(path)
    if len(head) < SIZE or not head.startswith(_MAGIC):
        what = "is empty" if size_bytes == 0 else "is not a prefdesk project"
        hint = "Choose a file that ends in .prefdesk."
        if path.suffix.lower() == ".prefdesk":
            hint = f"If it was one: {WAY_OUT}"
        raise NotAProject(f"{path.name} {what}.", hint)
    application_id, version = field(head, 68), field(head, 60)
    if application_id != APPLICATION_ID:
        raise NotAProject(f"{path.name} is a database of another program.")
    if version > FORMAT:
        raise newer(path, version)
    if version < 1:
        raise NotAProject(f"{path.name} has a damaged header.", WAY_OUT)
    _check_length(path, head, size_bytes)
    return version


def is_ours(path: Path) -> bool:
    """True if the first bytes of a file are those of a project. Raises nothing."""
    try:
        head, _ = _head(path)
    except ProjectError:
        return False
    return len(head) >= 72 and head.startswith(_MAGIC) and field(head, 68) == APPLICATION_ID


def newer(path: Path, version: int) -> NewerFormat:
    """The error for a project whose format this program does not know yet."""
    return NewerFormat(
        f"{path.name} was made by a newer prefdesk (format {version}, this one reads {FORMAT}).",
        "Update prefdesk to open it.",
    )


def field(head: bytes, offset: int) -> int:
    """A big-endian 32-bit field of the header."""
    return int(struct.unpack_from(">I", head, offset)[0])


def generation(path: Path) -> int:
    """The generation of the bare file, whatever a log beside it says (see `generation`).

    The caller makes sure that this process does not hold the file open (a rule of POSIX locks).
    """
    return field(_head(path)[0], 40)


def lost_its_log(path: Path) -> bool:
    """True for a file that was not closed and has no log beside it, not even an empty one.

    A crash leaves the log. A copy of the file alone, made while it was open, does not. The caller
    makes sure that this process does not hold the file open.
    """
    written_with_log = _head(path)[0][18:20] == b"\x02\x02"
    return written_with_log and not Path(f"{path}-wal").exists()


def log_size_bytes(path: Path) -> int:
    """The size of the write-ahead log beside a file, 0 without one."""
    try:
        return Path(f"{path}-wal").stat().st_size
    except FileNotFoundError:
        return 0


def is_cut_off(path: Path) -> bool:
    """True if a journal or a log beside the file holds what is not in the file yet."""
    journal = Path(f"{path}-journal")
    return bool(log_size_bytes(path)) or (journal.is_file() and journal.stat().st_size > 0)


def needs_writer(path: Path) -> bool:
    """True if what is left beside the file keeps it from being read here.

    A journal must be rolled back first; a log needs an index beside it, which takes the right to
    write in the folder.
    """
    if log_size_bytes(path):
        return not os.access(path.parent, os.W_OK)
    return is_cut_off(path)


def _head(path: Path) -> tuple[bytes, int]:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise NotAProject(f"{path.name} is a link.", "Open the file that it points to.")
        if not stat.S_ISREG(found.st_mode):
            raise NotAProject(
                f"{path.name} is not a file.", "Choose a file that ends in .prefdesk."
            )
        with path.open("rb") as file:
            return file.read(SIZE), found.st_size
    except FileNotFoundError:
        raise ProjectError(f"There is no file {path}.") from None
    except OSError as error:
        raise ProjectError(f"{path.name} cannot be read: {error.strerror}.") from error


def _check_length(path: Path, head: bytes, size_bytes: int) -> None:
    # While a log lies beside the file, its header may already count pages that are still there.
    page_size = struct.unpack_from(">H", head, 16)[0]
    counted = field(head, 28) if field(head, 24) == field(head, 92) else 0
    if counted * page_size > size_bytes and not log_size_bytes(path):
        raise NotAProject(
            f"{path.name} is cut off: {size_bytes} of {counted * page_size} bytes are there.",
            f"Copy it again from where it came. {WAY_OUT}",
        )

"""What can go wrong with a command, as sentences on standard error."""

import errno
from pathlib import Path

from prefdesk.cli.output import say
from prefdesk.errors import InputError, RowErrors

MOST_ROWS = 50
_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_RIGHTS = (errno.EACCES, errno.EPERM, errno.EROFS)
_NAME = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EEXIST)


def of_rows(error: RowErrors) -> None:
    """Name the refused rows, the first of them where they are many."""
    for row in error.rows[:MOST_ROWS]:
        say(str(row))
    if len(error.rows) > MOST_ROWS:
        say(f"… and {len(error.rows) - MOST_ROWS} more")


def of_column(error: InputError, hint: str) -> InputError:
    """An error that asks which column is meant, with the way to say it here; others as they
    are."""
    return InputError(error.message, hint) if error.hint.startswith("Rename a column") else error


def of_system(error: OSError) -> str:
    """The system's refusal in one sentence: which file, why, and what to do."""
    name = error.filename if isinstance(error.filename, (str, Path)) else ""
    why = error.strerror or str(error) or type(error).__name__
    what = f"{name}: {why}." if name else f"A file cannot be read or written: {why}."
    return " ".join([what, *getattr(error, "__notes__", [_way_out(error.errno)])])


def _way_out(number: int | None) -> str:
    if number in _SPACE:
        return "Free some space on that disk, then try again."
    if number in _RIGHTS:
        return "Check the rights of the file and its folder, or name another place."
    if number in _NAME:
        return "Check the name."
    return "Check the disk that holds it, then try again."

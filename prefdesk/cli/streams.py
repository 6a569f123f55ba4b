"""Standard output and error as they are: narrow encodings, full disks, readers that went away."""

import contextlib
import io
import os
import sys
from typing import TextIO

from prefdesk.errors import PrefdeskError


def prepare() -> None:
    """Let the streams take any text: what their encoding lacks is shown as `\\u2026`."""
    for stream in (sys.stdout, sys.stderr):
        _set(stream, errors="backslashreplace")
    _set(sys.stdin, errors="replace")


def use_utf8() -> None:
    """Write standard output in UTF-8, as JSON must be; half a character stays a JSON escape."""
    _set(sys.stdout, encoding="utf-8", errors="backslashreplace")


def _set(stream: TextIO | None, *, errors: str, encoding: str | None = None) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=errors, encoding=encoding)


def write(text: str) -> None:
    """Print on standard output at once; `PrefdeskError` if it cannot take the text.

    `BrokenPipeError` means that the reader (`| head`) has seen enough.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        _let_go(sys.stdout)
        raise refused(error) from error


def tell(text: str, end: str = "\n") -> None:
    """Print on standard error; work goes on where nobody can read it."""
    # A signal's message may arrive while another one is being written (RuntimeError).
    try:
        print(text, end=end, file=sys.stderr, flush=True)
    except OSError:
        _let_go(sys.stderr)
    except RuntimeError:
        return


def finish() -> OSError | None:
    """Hand over what is still held back; the system's refusal if standard output cannot take it."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _let_go(sys.stdout)
        return error
    return None


def _let_go(stream: TextIO) -> None:
    """Drop what could not be written, or the interpreter would try again at its end and print a
    complaint of its own."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def refused(error: OSError) -> PrefdeskError:
    """The error for text that standard output did not take."""
    return PrefdeskError(
        f"Standard output cannot be written: {error.strerror or error}.",
        "Free some space, or send it somewhere else.",
    )

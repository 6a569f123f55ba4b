"""Projects from elsewhere are looked at by another process before this one reads them.

SQLite is written in C and has had faults that a crafted file could use. So a file that is not as
this computer left it is first read from end to end by a short-lived child with little memory and
time (`looking`). If that crashes, hangs or finds too much, the child is gone and the program says
one sentence.

A file counts as this computer's own while a mark in the user's data folder fits it: the mark goes
by the file's place on the disk (device and inode) and holds its size and its times of last change
to the nanosecond, as they were when it was last closed, made or accepted here. Replacing or editing
the file changes them, and so does copying it; then it is looked at once more. Nothing inside the
file is believed, and the mark travels nowhere. `PREFDESK_LOOK=off` opens without looking.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prefdesk.errors import NotAProject, ProjectError
from prefdesk.paths import data_dir, own_command, own_environment
from prefdesk.store import header, lock
from prefdesk.store.looking import OTHER_TABLES

SWITCH = "PREFDESK_LOOK"
MOST_MARKS = 1000

LEAST_S = 10.0
BYTES_PER_S = 20e6
"""A look may take `LEAST_S` and as long as a slow disk needs for the file."""

_ADVICE = (
    "The file is damaged or made to do harm, and was left as it is. Ask for another copy, or for "
    "its tables as CSV."
)


def require_harmless(path: Path) -> None:
    """Return if this computer knows the file as it is, or if a look at it went well.

    Raises `ProjectError` with the reason otherwise, `NotAProject` for other tables.
    """
    if os.environ.get(SWITCH, "").lower() == "off" or is_known(path):
        return
    before = _state(path)
    with _no_trace(path):
        _judge(path, _answer(path))
    if _state(path) == before:
        remember(path)


def is_known(path: Path) -> bool:
    """True if the file is just as it was when it was last closed or accepted here."""
    if header.log_size_bytes(path):
        return False
    with suppress(OSError):
        return _mark(path).read_text() == _state(path)
    return False


def remember(path: Path) -> None:
    """Know the file as it is now; a mark that cannot be kept only costs another look."""
    if header.log_size_bytes(path):
        return
    with suppress(OSError):
        mark = _mark(path)
        if not mark.exists():
            _forget_old(mark.parent)
        # Two processes may write the same mark; a torn one fits nothing.
        mark.write_text(_state(path))


def forget(path: Path) -> None:
    """Know a file no more that is about to be removed; its mark would take the place of another."""
    with suppress(OSError):
        _mark(path).unlink(missing_ok=True)


def _mark(path: Path) -> Path:
    found = path.stat()
    folder = data_dir() / "known"
    folder.mkdir(exist_ok=True)
    return folder / f"{found.st_dev:x}-{found.st_ino:x}"


def _state(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _forget_old(folder: Path) -> None:
    marks = sorted(folder.iterdir(), key=lambda mark: mark.stat().st_mtime_ns)
    for mark in marks[: max(0, len(marks) - MOST_MARKS + 1)]:
        mark.unlink(missing_ok=True)


@contextmanager
def _no_trace(path: Path) -> Iterator[None]:
    # Reading a log makes an index of it beside the file. Nobody writes the file meanwhile.
    index = Path(f"{path}-shm")
    there = index.exists()
    try:
        yield
    finally:
        if not there:
            index.unlink(missing_ok=True)


def limit_s(path: Path) -> float:
    """How long a look at this file may take, in seconds."""
    return LEAST_S + path.stat().st_size / BYTES_PER_S


def _answer(path: Path) -> "subprocess.CompletedProcess[bytes]":
    limit = limit_s(path)
    try:
        return subprocess.run(
            [*own_command(), "--look", str(path.absolute()), f"{limit:.0f}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            # Python looks for modules where it is started: never beside a stranger's file.
            cwd=data_dir(),
            env=own_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired:
        # A slow disk, as a rule; what waits on purpose cannot be told from it.
        raise _refused(
            path,
            f"looking through it took longer than {limit:.0f} seconds",
            f"Copy it to a faster disk; {SWITCH}=off opens it without looking, if you trust it.",
        ) from None
    except OSError as error:
        raise _refused(
            path,
            f"the process that looks at unknown projects cannot start ({error.strerror or error})",
            f"Close other programs; {SWITCH}=off opens it without looking, if you trust it.",
        ) from error


def _judge(path: Path, done: "subprocess.CompletedProcess[bytes]") -> None:
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit {done.returncode}"
        raise _refused(path, f"the process that looked at it first crashed ({how})", _ADVICE)
    if answer.get("refused") == OTHER_TABLES:
        raise NotAProject(
            f"{path.name} holds other tables than a prefdesk project.",
            f"Another program changed it. {header.WAY_OUT}",
        )
    if answer.get("refused"):
        raise _refused(path, str(answer["refused"])[:300], _ADVICE)


def _refused(path: Path, why: str, hint: str) -> ProjectError:
    return ProjectError(f"{path.name} was not opened: {why}.", hint)


def require_harmless_unless_written(path: Path) -> None:
    """As `require_harmless`, but a file that a process here has open for writing was looked at."""
    # What came with the file must not be able to feign a writer.
    if not lock.is_held(path, unknown=False):
        require_harmless(path)

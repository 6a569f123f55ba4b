"""Kills a process at the k-th file operation, for every k: what a crash finds between two steps.

Python tells an audit hook of every file it opens, renames, links, copies or removes. Each run
is a forked process that ends itself with SIGKILL when it has come to its operation, so a kill
meets every gap between two operations once, also those that a kill at a random time would meet
once in a thousand tries.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

OPERATIONS = frozenset(
    {
        "open", "os.rename", "os.link", "os.remove", "os.truncate", "os.mkdir", "os.rmdir",
        "os.utime", "os.chmod", "shutil.copyfile", "shutil.copymode", "shutil.copystat",
    }
)  # fmt: skip
LIMIT = 400


def kill_at_each(work: Callable[[], object], folders: tuple[Path, ...]) -> Iterator[int]:
    """Yield after each death: 1 for the first operation inside the folders, and so on.

    Put the folders back between two of them. Ends when the work came to its own end.
    """
    for number in range(1, LIMIT):
        if _run_and_die(work, folders, number):
            return
        yield number
    raise AssertionError(f"more than {LIMIT} file operations")


def _run_and_die(work: Callable[[], object], folders: tuple[Path, ...], number: int) -> bool:
    """True if the work ended before its operation of that number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _die_at(folders, number)
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the work failed by itself; look at its output"
    return True


def _die_at(folders: tuple[Path, ...], number: int) -> None:
    inside, seen = tuple(map(str, folders)), 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in OPERATIONS and any(str(a).startswith(inside) for a in arguments):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)

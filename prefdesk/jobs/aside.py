"""One verb on a project's file in a process of its own: look, check, save, restore, compact.

These read whole files, damaged ones among them, for seconds or minutes. In a process of its own
that costs the window nothing, it can be broken off at any moment, and a file that brings SQLite
down brings down no window. The parent runs `command(verb, ...)`, reads one JSON document a line
from its output, and closes its input, or says `stop`, to have it end.

    {"doing": "copy", "done": 3, "total": 10}      any number of these
    {"result": {...}}                              then one of these two
    {"error": "DiskFull", "message": "...", "hint": "..."}
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from prefdesk import errors, project
from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.paths import own_command

FLAG = "--aside"
_SOMETIMES_S = 0.1
_NICENESS = 10
Tell = Callable[[str, int, int], None]


def command(verb: str, *arguments: str) -> list[str]:
    """How to start the process for one verb."""
    return [*own_command(), FLAG, verb, *arguments]


def error_of(message: Mapping[str, Any]) -> PrefdeskError:
    """The error that a child's line stands for, of its own class."""
    kind = getattr(errors, str(message.get("error")), PrefdeskError)
    if not (isinstance(kind, type) and issubclass(kind, PrefdeskError)):
        kind = PrefdeskError
    made = kind.__new__(kind)
    PrefdeskError.__init__(made, str(message.get("message", "")), str(message.get("hint", "")))
    return made


def main(arguments: list[str]) -> int:
    """The child's side: run one verb and say what came of it; exit 0 also for a known error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    line = _Line(out)
    threading.Thread(target=line.listen, name="orders", daemon=True).start()
    try:
        found = VERBS[arguments[0]](line.tell, *arguments[1:])
        line.say({"result": found})
    except PrefdeskError as error:
        kind = type(error).__name__
        line.say({"error": kind, "message": error.message, "hint": error.hint})
    except OSError as error:
        words = f"The file cannot be read or written: {error.strerror or error}."
        line.say({"error": "ProjectError", "message": words, "hint": ""})
    return 0


class _Line:
    """The line to the parent: progress out, now and then, and the order to stop in."""

    def __init__(self, out: Any) -> None:
        self._out, self._stopped = out, threading.Event()
        self._doing, self._said_s = "", 0.0

    def listen(self) -> None:
        """Wait for `stop`, or for the parent to be gone."""
        sys.stdin.readline()
        self._stopped.set()

    def tell(self, doing: str, done: int, total: int) -> None:
        """Say how far the work is; raises `Cancelled` once it is not wanted any more."""
        if self._stopped.is_set():
            raise Cancelled
        now = time.monotonic()
        if doing != self._doing or now - self._said_s > _SOMETIMES_S:
            self._doing, self._said_s = doing, now
            self.say({"doing": doing, "done": done, "total": total})

    def say(self, message: dict[str, Any]) -> None:
        """One line out; a parent that is gone hears nothing."""
        try:
            self._out.write(json.dumps(message, default=_plain) + "\n")
            self._out.flush()
        except OSError:
            self._stopped.set()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def _survey(tell: Tell, path: str) -> object:
    return project.survey(path, tell)


def _check(tell: Tell, path: str) -> object:
    with project.Project.open(path, "r") as opened:
        return opened.check(lambda done, total: tell("check", done, total))


def _backups(tell: Tell, path: str) -> object:
    tell("backups", 0, 0)
    return project.backups(path)


def _restore(tell: Tell, path: str, backup: str) -> object:
    tell("restore", 0, 0)
    return project.restore(path, backup)


def _salvage(tell: Tell, path: str, new: str) -> object:
    return project.salvage(path, new, tell)


def _compact(tell: Tell, path: str) -> object:
    with project.Project.open(path, "r") as opened:
        space = opened.file.space()
    tell("compact", 0, 0)
    with _watched(Path(path).absolute(), space.size_bytes - space.unused_bytes, tell):
        return project.compact(path)


@contextmanager
def _watched(path: Path, total: int, tell: Tell) -> Iterator[None]:
    """Tell how much of the new file is written; it cannot be stopped half-way."""
    ended = threading.Event()
    made = path.with_name(f".{path.name}.{os.getpid()}.compact")

    def watch() -> None:
        while not ended.wait(_SOMETIMES_S):
            with suppress(OSError, Cancelled):
                tell("compact", min(made.stat().st_size, total) // 2**20, total // 2**20)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


VERBS: dict[str, Callable[..., object]] = {
    "survey": _survey,
    "check": _check,
    "backups": _backups,
    "restore": _restore,
    "salvage": _salvage,
    "compact": _compact,
}

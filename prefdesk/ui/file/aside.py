"""Work on a whole file, beside the window: a child process that tells how far it is.

The window's thread hears of it through signals and never waits; see `prefdesk.jobs.aside`.
"""

import json
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

from prefdesk.errors import ProjectError
from prefdesk.jobs.aside import command, error_of
from prefdesk.jobs.worker import environment
from prefdesk.paths import log_dir

GRACE_MS = 15_000
_working: set["Aside"] = set()


class Aside(QObject):
    """One verb of `prefdesk.jobs.aside` in a process of its own.

    It lives until the process has ended, whoever drops it; who is gone by then hears nothing.

    *Signals* (exactly one of `done` and `failed`, last)
    - `progressed(str, int, int)`: what is in hand, how much is done, how much there is.
    - `done(object)`: the result, as JSON has it. `failed(PrefdeskError)`, also `Cancelled`.
    """

    progressed = Signal(str, int, int)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, verb: str, *arguments: str) -> None:
        super().__init__()
        self._last: dict[str, Any] | None = None
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.setStandardErrorFile(
            str(log_dir() / "worker.log"), QProcess.OpenModeFlag.Append
        )
        self._process.readyReadStandardOutput.connect(self._on_lines)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        program, *rest = command(verb, *arguments)
        self._process.setProgram(program)
        self._process.setArguments(rest)

    def start(self) -> None:
        """Begin."""
        _working.add(self)
        self._process.start()

    def stop(self) -> None:
        """Ask for an end; the process is killed if it does not hear."""
        if self in _working:
            self._process.write(b"stop\n")
            QTimer.singleShot(GRACE_MS, self, self._process.kill)

    @Slot()
    def _on_lines(self) -> None:
        while self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()))

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:  # the torn last line of a process that was killed
            return
        if "doing" in message:
            self.progressed.emit(message["doing"], message["done"], message["total"])
        else:
            self._last = message

    @Slot()
    def _on_finished(self) -> None:
        self._on_lines()
        if self in _working:
            self._end(self._last)

    @Slot()
    def _on_error(self) -> None:
        if self._process.error() == QProcess.ProcessError.FailedToStart and self in _working:
            self._end(None)

    def _end(self, message: dict[str, Any] | None) -> None:
        _working.discard(self)
        if message is None:
            self.failed.emit(
                ProjectError(
                    "The work on the file ended unexpectedly.",
                    "The file is as it was. Close other programs, then try again.",
                )
            )
        elif "error" in message:
            self.failed.emit(error_of(message))
        else:
            self.done.emit(message["result"])
        self.deleteLater()


def is_working() -> bool:
    """True while any such work goes on."""
    return bool(_working)


def stop_all(limit_ms: int = 5_000) -> None:
    """End everything, for the end of the program."""
    for one in list(_working):
        one.stop()
        one._process.waitForFinished(limit_ms)


def _environment() -> QProcessEnvironment:
    made = QProcessEnvironment()
    for name, value in environment().items():
        made.insert(name, value)
    return made

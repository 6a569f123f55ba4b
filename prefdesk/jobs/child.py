"""The child's side: read orders from standard input, write events to standard output.

Standard output belongs to the events alone: whatever a library prints goes to the log. When the
parent is gone its end of the pipe closes, and the child ends itself.
"""

import json
import os
import queue
import sys
import threading
from functools import partial
from pathlib import Path
from typing import IO, Any

from prefdesk.config import DeviceConfig
from prefdesk.errors import PrefdeskError
from prefdesk.events import JobEnded, JobSpec, Paused, to_json
from prefdesk.project import Project
from prefdesk.project.work import Context, run
from prefdesk.project.work.context import Order, patient


class Orders:
    """Reads the parent's lines in a thread of its own: jobs to run, pause, stop, cancel."""

    def __init__(self, lines: IO[str]) -> None:
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self._order: Order = "go"
        self._lines = lines
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def order(self) -> Order:
        """What the parent wants of the present job."""
        return self._order

    def begin(self) -> None:
        """Forget the orders that were meant for the job before."""
        self._order = "go"

    def _listen(self) -> None:
        for line in self._lines:
            message = json.loads(line)
            if "order" in message:
                self._order = _after(self._order, message["order"])
            else:
                self.jobs.put(message)
        # The parent is gone or wants no more: nothing that is still running has a reader.
        os._exit(0)


def _after(present: Order, wanted: Order) -> Order:
    """What holds now: nothing softens a cancel, and only a cancel goes beyond a stop."""
    if present == "cancel" or (present == "stop" and wanted != "cancel"):
        return present
    return wanted


def main(path: str) -> int:
    """Serve jobs for the project at `path` until standard input closes."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    orders = Orders(sys.stdin)
    niced = 0
    while True:
        message = orders.jobs.get()
        if "warm" in message:
            _warm()
            continue
        orders.begin()
        device = DeviceConfig.from_mapping(message["device"])
        if device.niceness > niced and hasattr(os, "nice"):
            niced = os.nice(device.niceness - niced)
        spec = JobSpec(message["run"]["kind"], message["run"]["settings"])
        try:
            told = partial(_tell_pause, events)
            context = Context(Path(message["spool"]), device, patient(orders.order, told))
            _serve(Path(path), spec, context, events)
        except PrefdeskError as e:
            _say(events, to_json(JobEnded("failed", str(e))))


def _serve(path: Path, spec: JobSpec, context: Context, events: IO[str]) -> None:
    with Project.open(path, "r") as project:
        for event in run(project, spec, context):
            _say(events, to_json(event))
            if isinstance(event, JobEnded):
                return


def _say(events: IO[str], line: str) -> None:
    events.write(line + "\n")
    events.flush()


def _tell_pause(events: IO[str], paused: bool) -> None:
    _say(events, to_json(Paused(paused)))


def _warm() -> None:
    import prefdesk.project.work.round
    import prefdesk.project.work.sample  # noqa: F401

"""Watch a job at a terminal: one line that grows, and a way to stop."""

import signal
import sys
import time
from types import FrameType
from typing import Any

from prefdesk.config import DeviceConfig
from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec, Note, Progress, ReportReady, StepDone
from prefdesk.project import Project
from prefdesk.project.work.context import Order


class Monitor:
    """Runs a job in this process and prints its events on standard error.

    The first Ctrl-C asks the job to stop at the next safe point, the second ends the program.
    """

    def __init__(self, project: Project, device: DeviceConfig | None = None) -> None:
        self._project = project
        self._device = device
        self._order: Order = "go"
        self._live = sys.stderr.isatty()
        self._told = 0.0
        self.reports: list[ReportReady] = []

    def run(self, spec: JobSpec) -> JobEnded:
        """The job's last event; raises if it failed or was cancelled."""
        before = signal.signal(signal.SIGINT, self._on_interrupt)
        ended = JobEnded("failed", "The job said nothing.")
        try:
            for event in self._project.run_job(
                spec, device=self._device, control=lambda: self._order
            ):
                self._show(event)
                if isinstance(event, JobEnded):
                    ended = event
        finally:
            signal.signal(signal.SIGINT, before)
        if ended.status == "failed":
            if ended.detail:
                print(ended.detail, file=sys.stderr)
            raise PrefdeskError(ended.message)
        if ended.status == "cancelled":
            raise Cancelled(ended.message)
        return ended

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._order == "cancel":
            raise KeyboardInterrupt
        self._order = "cancel"

    def _show(self, event: JobEvent) -> None:
        match event:
            case Progress():
                self._progress(event)
            case Note():
                self._line(event.message)
            case StepDone():
                self._line(f"step {event.step}/{event.total}  {_metrics(event.metrics)}")
            case ReportReady():
                self.reports.append(event)
            case JobEnded() if event.status in ("done", "stopped"):
                self._line(event.message)

    def _progress(self, event: Progress) -> None:
        now = time.monotonic()
        if event.done < event.total and now - self._told < (0.2 if self._live else 10):
            return
        self._told = now
        left = f", {event.left_s:.0f} s left" if event.left_s else ""
        text = f"{event.message}: {event.done}/{event.total}{left}"
        if self._live and event.done < event.total:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
        else:
            self._line(text)

    def _line(self, text: str) -> None:
        print(f"\r\033[K{text}" if self._live else text, file=sys.stderr, flush=True)


def _metrics(metrics: Any) -> str:
    shown = ("reward", "kl", "ess", "loss", "grad_norm")
    return "  ".join(f"{k} {metrics[k]:.4g}" for k in shown if k in metrics)

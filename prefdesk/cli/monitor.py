"""Watch a job at a terminal: one line that grows, and a way to stop."""

import signal
import sys
import time
from types import FrameType
from typing import Any

from prefdesk.cli import streams
from prefdesk.cli.output import say
from prefdesk.config import DeviceConfig
from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec, Note, Progress, ReportReady, StepDone
from prefdesk.formats import visible
from prefdesk.project import Project
from prefdesk.project.work.context import Order

KEPT = ("sample", "round")
"""Jobs that can stop early and keep what is done; the others are cancelled at once."""

INTERRUPTED = 130


class Monitor:
    """Runs a job in this process and prints its events on standard error.

    The first Ctrl-C asks the job to stop at the next safe point and keep what is done, the
    second to cancel, the third ends the program. Where there is nothing to keep, or `keep` is
    off, the first one cancels already.
    """

    def __init__(
        self, project: Project, device: DeviceConfig | None = None, *, keep: bool = True
    ) -> None:
        self._project = project
        self._device = device
        self._keep = keep
        self._order: Order = "go"
        self._kept = False
        self._live = sys.stderr.isatty()
        self._told = 0.0
        self.reports: list[ReportReady] = []

    def run(self, spec: JobSpec) -> JobEnded:
        """The job's last event; raises if it failed or was cancelled."""
        self._kept = self._keep and spec.kind in KEPT
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
        if ended.status == "failed" and ended.detail:
            say(ended.detail)
        if ended.status == "cancelled" or (ended.status == "failed" and self._order != "go"):
            raise Cancelled(ended.message)
        if ended.status == "failed":
            raise PrefdeskError(ended.message)
        return ended

    def exit_status(self, ended: JobEnded) -> int:
        """0, or 130 where Ctrl-C left the work unfinished, so that a script goes no further."""
        return INTERRUPTED if ended.status == "stopped" and self._order != "go" else 0

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._order == "cancel":
            raise KeyboardInterrupt
        if self._order == "go" and self._kept:
            self._order = "stop"
            self._line(
                "Stopping at the next safe point; what is done is kept. Ctrl-C again cancels."
            )
        else:
            self._order = "cancel"
            self._line("Cancelling. Ctrl-C again ends the program at once.")

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
        self._line(text, end="" if self._live and event.done < event.total else "\n")

    def _line(self, text: str, end: str = "\n") -> None:
        clear = "\r\033[K" if self._live else ""
        streams.tell(clear + visible(text), end=end)


def _metrics(metrics: Any) -> str:
    shown = ("reward", "kl", "ess", "loss", "grad_norm", "final/kl")
    return "  ".join(f"{k} {metrics[k]:.4g}" for k in shown if k in metrics)

"""The parent's side: start a child, hand it jobs, store what it says, notice if it dies."""

import contextlib
import json
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from prefdesk.config import DeviceConfig
from prefdesk.errors import PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec, from_json
from prefdesk.paths import cache_dir, log_dir, own_command, own_environment
from prefdesk.project import Project, spool_folder

GRACE_S = 10.0
SAFE = "The ratings are safe."


def command(python: str = "") -> list[str]:
    """How to start a child that serves jobs."""
    return [*own_command(python), "--worker"]


def environment() -> dict[str, str]:
    """The environment of a child: it finds this very program, and no network."""
    return {**own_environment(), "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}


class Worker:
    """A child process that runs one job after the other for one project.

    `run` is called from one thread at a time (a `QThread` in the window); `pause`, `go_on`, `stop`,
    `cancel` and `kill` from any. `python` names another interpreter, for example one with CUDA.
    """

    def __init__(
        self, project: Project, device: DeviceConfig | None = None, *, python: str = ""
    ) -> None:
        self._project = project
        self._device = device or DeviceConfig()
        self._python = python
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._timers: list[threading.Timer] = []
        self._asked_to_end = False
        self._killed = False

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def warm(self) -> None:
        """Start the child and let it load its libraries, so that the first job starts fast."""
        self._send({"warm": True})

    def run(self, spec: JobSpec) -> Iterator[JobEvent]:
        """The events of a job, each stored in the project before it is yielded.

        The last one is exactly one `JobEnded`. If the child dies, it says so; if an event
        cannot be stored (no space left), the child is ended and the reason is given.
        """
        intake = self._project.intake(spec)
        try:
            # The folder outlives the child's last word, so that its weights can be taken in.
            with spool_folder() as spool:
                for event in self._events(spec, spool):
                    intake.take(event)
                    yield event
        except PrefdeskError as e:
            self.kill()
            ended = JobEnded("failed", str(e))
            with contextlib.suppress(PrefdeskError):
                intake.take(ended)
            yield ended
        finally:
            self._clear_timers()

    def stop(self) -> None:
        """Ask for an end after the present step, keeping what is done."""
        self._send({"order": "stop"}, start=False)

    def pause(self) -> None:
        """Ask the job to wait after the present micro-batch; it says `Paused` when it does.

        It keeps its memory. A round that was paused has the numbers of one that was not.
        """
        self._send({"order": "pause"}, start=False)

    def go_on(self) -> None:
        """Let a paused job go on."""
        self._send({"order": "go"}, start=False)

    def cancel(self, grace_s: float = GRACE_S) -> None:
        """Ask for an end now; terminate after `grace_s` seconds, kill after twice that."""
        self._asked_to_end = True
        self._send({"order": "cancel"}, start=False)
        for delay, how in ((grace_s, signal.SIGTERM), (2 * grace_s, signal.SIGKILL)):
            timer = threading.Timer(delay, self._signal, (how,))
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def kill(self) -> None:
        """End the child at once; a round can be gone on with afterwards."""
        self._killed = True
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """End the child and wait for it."""
        self._clear_timers()
        process, self._process = self._process, None
        if process is None:
            return
        _close(process.stdin)
        try:
            process.wait(GRACE_S / 2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close(process.stdout)

    def _events(self, spec: JobSpec, spool: Path) -> Iterator[JobEvent]:
        self._asked_to_end = self._killed = False
        device = {s.name: getattr(self._device, s.name) for s in self._device.describe()}
        job = {"kind": spec.kind, "settings": dict(spec.settings)}
        self._send({"run": job, "device": device, "spool": str(spool)})
        process = self._process
        assert process is not None and process.stdout is not None
        for event in _parse(process.stdout):
            if isinstance(event, JobEnded) and event.detail:
                # Nobody knows what an unexpected error left behind, such as a device that is
                # lost to this process: the next job has a child of its own.
                self.close()
            yield event
            if isinstance(event, JobEnded):
                return
        code = process.wait()
        self.close()
        yield self._died(code)

    def _died(self, code: int) -> JobEnded:
        if self._asked_to_end:
            return JobEnded("cancelled", f"Cancelled. {SAFE}")
        if self._killed:
            return JobEnded("failed", f"It was ended before it was done. {SAFE}")
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        why = " The machine may have run out of memory." if code == -signal.SIGKILL else ""
        return JobEnded(
            "failed",
            f"The worker process ended unexpectedly ({how}).{why} {SAFE} Start the job again: "
            "it goes on from what is stored.",
            f"See {log_dir() / 'worker.log'}.",
        )

    def _send(self, message: dict[str, object], *, start: bool = True) -> None:
        with self._lock:
            if start and (self._process is None or self._process.poll() is not None):
                self._process = self._start()
            process = self._process
            if process is None or process.stdin is None:
                return
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(json.dumps(message) + "\n")
                process.stdin.flush()

    def _start(self) -> subprocess.Popen[str]:
        arguments: Sequence[str] = [*command(self._python), str(self._project.path)]
        with (log_dir() / "worker.log").open("ab") as log:
            return subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                cwd=cache_dir(),
                env=environment(),
            )

    def _signal(self, how: signal.Signals) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)

    def _clear_timers(self) -> None:
        while self._timers:
            self._timers.pop().cancel()


def _close(pipe: IO[str] | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        if pipe:
            pipe.close()


def _parse(lines: IO[str]) -> Iterator[JobEvent]:
    """Events from the pipe; the torn last line of a child that was killed is passed over."""
    for line in lines:
        with contextlib.suppress(ValueError):
            yield from_json(line)

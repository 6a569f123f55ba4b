"""Long work from the window's side: a thread that supervises the worker process.

The thread reads the worker's events (each is on disk before it is passed on) and turns them
into signals; the window's thread never waits for it. Figures about raters have a lane of their
own, so that they need not wait for training.
"""

import queue
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from prefdesk.config import DeviceConfig
from prefdesk.errors import InputError, PrefdeskError, ReadOnly
from prefdesk.events import JobEnded, JobEvent, JobSpec, JobStarted, Paused, Progress

if TYPE_CHECKING:
    from prefdesk.project import Project

CLOSING_GRACE_S = 3.0
_FIGURES = frozenset({"agreement"})


class JobWorker(Protocol):
    """What a lane needs of `prefdesk.jobs.Worker`; tests bring their own."""

    def warm(self) -> None: ...
    def run(self, spec: JobSpec) -> Iterator[JobEvent]: ...
    def pause(self) -> None: ...
    def go_on(self) -> None: ...
    def stop(self) -> None: ...
    def cancel(self, grace_s: float = ...) -> None: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...


MakeWorker = Callable[["Project", DeviceConfig], JobWorker]


def process_worker(project: "Project", device: DeviceConfig) -> JobWorker:
    """A worker in a process of its own."""
    from prefdesk.jobs import Worker

    return Worker(project, device)


class _Lane(QThread):
    """One worker and the jobs that wait for it."""

    began = Signal(object)
    told = Signal(object, object)

    def __init__(self, worker: JobWorker, parent: QObject) -> None:
        super().__init__(parent)
        self.worker = worker
        self._orders: queue.SimpleQueue[JobSpec | str] = queue.SimpleQueue()
        self._wish: Callable[[], None] | None = None

    def put(self, order: JobSpec | str) -> None:
        """Queue a job, or "warm" or "end"."""
        self._orders.put(order)

    def order(self, wish: Callable[[], None]) -> None:
        """Tell the worker to stop or cancel the present job, from the window's thread."""
        self._wish = wish
        wish()

    def run(self) -> None:
        """Serve until told to end."""
        while (order := self._orders.get()) != "end":
            if isinstance(order, JobSpec):
                self._serve(order)
            else:
                self._warm()
        self.worker.close()

    def _serve(self, spec: JobSpec) -> None:
        self._wish = None
        self.began.emit(spec)
        ended = heard = False
        try:
            for event in self.worker.run(spec):
                if not heard:
                    self._repeat_order()  # it may have come before the worker could hear it
                heard = True
                ended = ended or isinstance(event, JobEnded)
                self.told.emit(spec, event)
        except PrefdeskError as error:
            self._end(spec, ended, JobEnded("failed", str(error)))
        except Exception as error:  # the window lives on and shows it
            self._end(spec, ended, JobEnded("failed", f"Something unexpected happened: {error}"))
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            self._end(spec, ended, JobEnded("failed", "The worker stopped without a last word."))

    def _repeat_order(self) -> None:
        if self._wish is not None:
            self._wish()

    def _end(self, spec: JobSpec, ended: bool, word: JobEnded) -> None:
        if not ended:
            self.told.emit(spec, word)

    def _warm(self) -> None:
        try:
            self.worker.warm()
        except (OSError, PrefdeskError):
            return  # the first job will meet the same trouble and say so


class JobRunner(QObject):
    """Runs jobs for the open project, one at a time; figures about raters beside them.

    *Attributes*
    - `running`: the job that works now, or None. `waiting`: jobs queued behind it.
    - `last_started`, `last_progress`: what the running job said last. `paused`: it waits.

    *Signals*
    - `queued(JobSpec)`: a job was handed in.
    - `started(JobSpec)`: its turn came.
    - `event_arrived(JobSpec, JobEvent)`: every event, the last one included.
    - `ended(JobSpec, JobEnded)`: exactly once for each started job.
    """

    queued = Signal(object)
    started = Signal(object)
    event_arrived = Signal(object, object)
    ended = Signal(object, object)

    def __init__(
        self, make_worker: MakeWorker = process_worker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make_worker = make_worker
        self._project: Project | None = None
        self._device = DeviceConfig()
        self._lanes: dict[str, _Lane] = {}
        self._present: dict[str, JobSpec] = {}
        self._leaving: list[_Lane] = []
        self.waiting: list[JobSpec] = []
        self.last_started: JobStarted | None = None
        self.last_progress: Progress | None = None
        self.paused = False

    @property
    def running(self) -> JobSpec | None:
        """The long job that works now."""
        return self._present.get("work")

    def is_busy(self, kind: str) -> bool:
        """True if a job of this kind works or waits."""
        specs = [*self._present.values(), *self.waiting]
        return any(spec.kind == kind for spec in specs)

    def attach(self, project: "Project", device: DeviceConfig) -> None:
        """Serve this project from now on."""
        self._project, self._device = project, device

    def set_device(self, device: DeviceConfig) -> None:
        """Use another device from the next start of a worker on."""
        self._device = device
        for name in [n for n in self._lanes if n not in self._present]:
            self._retire(self._lanes.pop(name))

    def warm(self) -> None:
        """Start the worker process now, so that the first job starts fast."""
        if self._project is not None and self._project.mode == "w" and "work" not in self._lanes:
            self._lane("work").put("warm")

    def start(self, spec: JobSpec) -> None:
        """Run a job, or queue it behind the present one; `InputError` without a project."""
        if self._project is None:
            raise InputError("There is no open project.", "Open or make one first.")
        if self._project.mode != "w":
            raise ReadOnly("This project is open read-only.", "Open it for writing first.")
        self.waiting.append(spec)
        self.queued.emit(spec)
        self._lane(_lane_name(spec)).put(spec)

    def pause(self) -> None:
        """Let the running job wait; it keeps its memory and says `Paused`."""
        self._order("pause")

    def go_on(self) -> None:
        """Let a paused job go on."""
        self._order("go_on")

    def stop(self) -> None:
        """Stop the running job and keep what it made."""
        self._order("stop")

    def cancel(self) -> None:
        """End the running job."""
        self._order("cancel")

    def cancel_figures(self) -> None:
        """End the work on figures about raters."""
        self._order("cancel", "figures")

    def kill(self) -> None:
        """End the running job's process at once."""
        self._order("kill")

    def detach(self, on_done: Callable[[], None]) -> None:
        """End everything, then call `on_done` on the window's thread."""
        self._project = None
        for name in list(self._lanes):
            lane = self._lanes.pop(name)
            if name in self._present:
                lane.order(partial(lane.worker.cancel, CLOSING_GRACE_S))
            self._retire(lane)
        self._when_gone(on_done)

    def _order(self, verb: str, name: str = "work") -> None:
        if name in self._present:
            lane = self._lanes[name]
            lane.order(getattr(lane.worker, verb))

    def _lane(self, name: str) -> _Lane:
        if name not in self._lanes:
            assert self._project is not None
            lane = _Lane(self._make_worker(self._project, self._device), self)
            lane.began.connect(self._on_began)
            lane.told.connect(self._on_told)
            self._lanes[name] = lane
            lane.start()
        return self._lanes[name]

    def _retire(self, lane: _Lane) -> None:
        self._leaving.append(lane)
        lane.finished.connect(self._on_lane_finished)
        lane.put("end")

    def _when_gone(self, on_done: Callable[[], None]) -> None:
        self._on_gone: Callable[[], None] | None = on_done
        self._on_lane_finished()

    @Slot()
    def _on_lane_finished(self) -> None:
        for lane in [one for one in self._leaving if one.isFinished()]:
            lane.wait()
            self._leaving.remove(lane)
            lane.deleteLater()
        done = getattr(self, "_on_gone", None)
        if not self._leaving and self._project is None and done is not None:
            self._on_gone = None
            done()

    @Slot(object)
    def _on_began(self, spec: JobSpec) -> None:
        if spec in self.waiting:
            self.waiting.remove(spec)
        self._present[_lane_name(spec)] = spec
        if spec.kind not in _FIGURES:
            self.last_started = self.last_progress = None
            self.paused = False
        self.started.emit(spec)

    @Slot(object, object)
    def _on_told(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind not in _FIGURES:
            if isinstance(event, JobStarted):
                self.last_started = event
            elif isinstance(event, Progress):
                self.last_progress = event
            elif isinstance(event, Paused):
                self.paused = event.on
        if isinstance(event, JobEnded):
            self._present.pop(_lane_name(spec), None)
        self.event_arrived.emit(spec, event)
        if isinstance(event, JobEnded):
            self.ended.emit(spec, event)


def _lane_name(spec: JobSpec) -> str:
    return "figures" if spec.kind in _FIGURES else "work"

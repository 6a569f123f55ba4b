"""Leaving a project: what becomes of a running job, and everything on disk before going on."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prefdesk.ui.dialogs import Question

if TYPE_CHECKING:
    from prefdesk.ui.window import Window


class Leaving(QObject):
    """Closes the window's project and goes on.

    *Attributes*
    - `is_under_way`: the project is being closed; nothing is asked any more.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.is_under_way = False

    def leave(self, then: Callable[[], object]) -> None:
        """Close the project and go on; asks if a job runs."""
        running = self._desk.jobs.running
        if running is None:
            self._finish(then)
        else:
            self.ask_about_job(self._window.status.job_name(running.kind), then)

    def ask_about_job(self, name: str, then: Callable[[], object]) -> None:
        """Ask what becomes of the running job, then close the project and go on."""
        Question.ask(
            self._window,
            self.tr("{job} is running").format(job=name),
            self.tr(
                "It can stop after the present step and keep what is done, or be cancelled at once."
            ),
            [
                (self.tr("Stop and keep"), partial(self._stop_then, then)),
                (self.tr("Cancel the job"), partial(self._finish, then)),
            ],
            stay=self.tr("Stay here"),
        )

    def _stop_then(self, then: Callable[[], object]) -> None:
        jobs = self._desk.jobs

        def ended() -> None:
            if jobs.running is None:
                jobs.ended.disconnect(ended)
                self._finish(then)

        jobs.ended.connect(ended)
        jobs.stop()
        self._window.status.strip.stopping()

    def _finish(self, then: Callable[[], object]) -> None:
        def closed() -> None:
            self.is_under_way = False
            then()

        self.is_under_way = True
        self._desk.close_project(closed)

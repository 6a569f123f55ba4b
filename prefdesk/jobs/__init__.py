"""Running the engine's long work elsewhere: a child process, one pipe, typed events.

The child reads the project and writes nothing in it; its parent, the one owner of the project,
stores each event before passing it on. `project.run_job` is the same job in this process. No Qt
lives here; `cli` and `ui` import this room.
"""

from prefdesk.events import JobSpec
from prefdesk.jobs.worker import Worker

__all__ = ["JobSpec", "Worker"]

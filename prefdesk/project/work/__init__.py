"""What runs away from the window: sampling, rounds, evaluation, statistics.

Each kind of job is a generator of events that reads the project and writes nothing in it; the
owner of the project takes the events in. `run` wraps any of them so that the last event is
exactly one `JobEnded`, whatever happens. Heavy imports stay inside the functions.
"""

from prefdesk.project.work.context import Context
from prefdesk.project.work.run import KINDS, run

__all__ = ["KINDS", "Context", "run"]

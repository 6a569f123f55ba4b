"""Run one job of any kind, and say how it ended: exactly once, in words for a person."""

import importlib
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec
from prefdesk.models import lost
from prefdesk.models.memory import is_shortage
from prefdesk.project.work.context import Context

if TYPE_CHECKING:
    from prefdesk.project.project import Project

NO_MEMORY = (
    "There is not enough memory for this. Close other programs, or choose a smaller model, the "
    "lora method or shorter answers."
)

DEVICE_LOST = (
    "The ratings are safe. Start it again, or choose the processor as the device (cpu); a round "
    "goes on from what was kept."
)

KINDS = (
    *("preprocess", "tokens", "sample", "trial", "round", "evaluate", "agreement", "export"),
    "tryout",
)

Job = Callable[["Project", dict[str, Any], Context], Iterator[JobEvent]]


def run(project: "Project", spec: JobSpec, context: Context) -> Iterator[JobEvent]:
    """The events of a job; the last one is its `JobEnded`, the only one.

    A job may end itself with a `JobEnded` of its own; one that just finishes is done. Known
    errors become one sentence; unknown ones keep their traceback in `detail`.
    """
    try:
        for event in _job(spec.kind)(project, dict(spec.settings), context):
            yield event
            if isinstance(event, JobEnded):
                return
    except Cancelled as e:
        yield JobEnded("cancelled", str(e))
    except PrefdeskError as e:
        yield JobEnded("failed", str(e))
    except Exception as e:
        yield _failed(e)
    else:
        yield JobEnded("done", "Done.")


def _failed(error: Exception) -> JobEnded:
    """How a job ends that met an error which is none of ours."""
    if is_shortage(error):
        return JobEnded("failed", f"{NO_MEMORY} The ratings are safe.")
    if lost.is_lost(error):
        return JobEnded("failed", f"{lost.SENTENCE} {DEVICE_LOST}", traceback.format_exc())
    if isinstance(error, OSError):
        name, why = error.filename or "A file", error.strerror or error
        what = f"{name} cannot be read or written: {why}."
        return JobEnded("failed", f"{what} The ratings are safe.")
    return JobEnded(
        "failed",
        f"Something unexpected happened ({type(error).__name__}). The ratings are safe.",
        traceback.format_exc(),
    )


def _job(kind: str) -> Job:
    if kind not in KINDS:
        raise PrefdeskError(f"There is no job called {kind!r}.")
    module = importlib.import_module(f"prefdesk.project.work.{kind}")
    job: Job = getattr(module, kind)
    return job

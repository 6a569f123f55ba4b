"""The job that writes a checkpoint as a model folder, where a window must load no model."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.events import JobEnded, JobEvent, JobStarted, Progress
from prefdesk.project.checkpoints import EXPORT_STAGES
from prefdesk.project.work.context import Context

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def export(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Export `checkpoint_id` into the new folder `folder`, as an adapter or `merged`."""
    checkpoint = project.checkpoints.get(int(settings["checkpoint_id"]))
    folder, merged, total = (
        Path(settings["folder"]),
        bool(settings.get("merged")),
        len(EXPORT_STAGES),
    )
    yield JobStarted("export", total, "stages")
    stages = project.checkpoints.exporting(checkpoint.id, folder, merged=merged)
    with contextlib.closing(stages):  # what is half written goes if somebody cancels
        for done, stage in enumerate(stages):
            context.check()
            yield Progress(done, total, stage)
    yield Progress(total, total)
    yield JobEnded("done", f"{checkpoint.name} is in {folder}.")

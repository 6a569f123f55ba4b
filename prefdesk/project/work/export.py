"""The job that writes a checkpoint as a model folder, where a window must load no model."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.events import JobEnded, JobEvent, JobStarted
from prefdesk.project.work.context import Context

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def export(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Export `checkpoint_id` into the new folder `folder`, as an adapter or `merged`."""
    checkpoint = project.checkpoints.get(int(settings["checkpoint_id"]))
    yield JobStarted("export", 1, "folders")
    merged = bool(settings.get("merged"))
    made = project.checkpoints.export(checkpoint.id, Path(settings["folder"]), merged=merged)
    yield JobEnded("done", f"{checkpoint.name} is in {made}.")

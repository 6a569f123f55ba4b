"""The job that works out agreement, outliers and rewards; needs no torch."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prefdesk.events import JobEvent, JobStarted, ReportReady
from prefdesk.project.work.context import Context

if TYPE_CHECKING:
    from prefdesk.project.project import Project


def agreement(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Compute the agreement report from the ratings as they are now."""
    yield JobStarted("agreement", 1, "reports")
    report = project.judgement.compute()
    yield ReportReady("agreement", report.to_document())

"""The first page of a search in a million answers.

Joined by the search itself: `prefdesk.store.search` is looked for when this runs, and left out,
with a line that says so, where it is not there.
"""

import importlib.util
from pathlib import Path

from prefdesk.project import Project
from tests.bench.report import Report

BAR_MS = 20.0


def search(report: Report, project: Project, folder: Path, *, quick: bool) -> None:
    """How long until the first page of hits is there."""
    if importlib.util.find_spec("prefdesk.store.search") is None:
        report.runs.append({"run": "search", "left_out": "there is no prefdesk.store.search"})
        return
    report.runs.append({"run": "search", "left_out": "not measured here yet"})

"""The command that searches in the texts of a project."""

import argparse
import sys
import time
from dataclasses import asdict

from prefdesk.cli import streams
from prefdesk.cli.opening import opened
from prefdesk.cli.output import counted, document, say
from prefdesk.cli.tables import table
from prefdesk.project import Hit, Project, SearchPage

_LIVE_S, _QUIET_S = 0.2, 10.0


def search(options: argparse.Namespace) -> None:
    """Search in prompts, completions and comments."""
    with opened(options.file, "r") as project:
        _bring_up_to_date(project)
        page = project.search(options.words, kind=options.kind, limit=options.limit)
        names = {r.id: r.name for r in project.raters.all()}
    if options.json:
        found = {key: value for key, value in asdict(page).items() if key != "next"}
        document({"total": page.total, "exact": page.exact, **found})
        return
    say(_summary(page, options.limit))
    if page.hits:
        table(("kind", "id", "rater", "text"), [_row(hit, names) for hit in page.hits])


def _row(hit: Hit, names: dict[int, str]) -> tuple[object, ...]:
    return (hit.kind, hit.id, names.get(hit.rater_id or 0, ""), " ".join(hit.excerpt.split()))


def _summary(page: SearchPage, limit: int) -> str:
    if not page.total:
        return (
            "Nothing was found." if page.complete else "Nothing was found among the newest texts."
        )
    parts = [counted(n, kind) for kind, n in page.totals.items() if n]
    least = "" if page.exact else "At least "
    cut = page.total > limit or page.next is not None
    order = "the best first" if page.ranked else "the newest first"
    return f"{least}{', '.join(parts)}{f'; {limit} are shown, {order}' if cut else ''}."


def _bring_up_to_date(project: Project) -> None:
    """Index what is new, with a line that grows on standard error where that takes long."""
    live, told = sys.stderr.isatty(), time.monotonic()
    shown = False
    for step in project.search_index():
        now = time.monotonic()
        if now - told > (_LIVE_S if live else _QUIET_S):
            told, shown = now, True
            text = f"{step.message} the texts: {step.done}/{step.total}"
            streams.tell(f"\r\033[K{text}" if live else text, end="" if live else "\n")
    if shown and live:
        streams.tell("\r\033[K", end="")

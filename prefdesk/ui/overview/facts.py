"""What Overview shows, read in the background and handed over in one piece."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefdesk.records import JobRow, Round

if TYPE_CHECKING:
    from prefdesk.project import EvaluationReport, Project, Range, Status

RECENT = 8
CONTINUABLE = frozenset({"preprocess", "sample", "evaluate", "round"})
"""Jobs worth another start. A round starts anew from its place; the others go on as they were."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of recent activity. `round_number` is 0 unless the job was a round."""

    job: JobRow
    round_number: int = 0
    can_go_on: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers of the loop, what the project asks of raters, and what happened lately."""

    status: "Status"
    target_ratings: int
    n_simulated: int
    model: str
    recent: tuple[Happening, ...]
    writable: bool


@dataclass(frozen=True, slots=True)
class HumanScore:
    """One checkpoint's mean human score with its interval."""

    name: str
    score: "Range"


@dataclass(frozen=True, slots=True)
class Better:
    """How people score the checkpoints, and by how much the newest differs from the first."""

    scores: tuple[HumanScore, ...]
    difference: "Range | None" = None


def read(project: "Project") -> Facts:
    """Everything that is quick to know."""
    base = project.checkpoints.base()
    return Facts(
        status=project.status(),
        target_ratings=project.settings.target_ratings,
        n_simulated=sum(r.simulated for r in project.raters.all()),
        model=base.name if base else "",
        recent=happenings(project.jobs(), project.rounds.all()),
        writable=project.mode == "w",
    )


def read_better(project: "Project") -> Better:
    """The human score of each checkpoint; takes longer, for the rewards are worked out."""
    report: EvaluationReport = project.evaluation.report()
    scores = tuple(HumanScore(s.name, s.human) for s in report.scores if s.human.value is not None)
    last = report.comparisons[-1].difference if report.comparisons else None
    return Better(scores, last if last is None or last.value is not None else None)


def happenings(jobs: Sequence[JobRow], rounds: Sequence[Round]) -> tuple[Happening, ...]:
    """The newest jobs, newest first; an unfinished one can go on if none of its kind came after."""
    numbers = {r.id: r.number for r in rounds}
    seen: set[str] = set()
    found = []
    for job in jobs:
        if job.kind == "agreement":
            continue
        newest = job.kind not in seen
        seen.add(job.kind)
        unfinished = job.status in ("failed", "stopped", "cancelled")
        found.append(
            Happening(
                job,
                numbers.get(_settings(job).get("round_id", 0), 0),
                newest and unfinished and job.kind in CONTINUABLE,
            )
        )
        if len(found) == RECENT:
            break
    return tuple(found)


def _settings(job: JobRow) -> dict[str, int]:
    found = json.loads(job.settings or "{}")
    return found if isinstance(found, dict) else {}

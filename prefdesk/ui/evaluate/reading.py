"""What the place asks of the project: plain functions for the background."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from prefdesk.config import SamplingConfig
from prefdesk.events import JobSpec
from prefdesk.records import Checkpoint, Completion, Prompt
from prefdesk.ui.data.reading import last_config

if TYPE_CHECKING:
    from prefdesk.project import CheckpointScore, Project
    from prefdesk.project.evaluation import Comparison, Divergence


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One checkpoint's figures; `n_answers` counts them as drawn."""

    score: "CheckpointScore"
    n_answers: int
    position: int


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A checkpoint against the first one."""

    name: str
    found: "Comparison"


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the first tab shows."""

    scores: tuple[ScoreRow, ...]
    comparisons: tuple[CompareRow, ...]
    checkpoints: tuple[Checkpoint, ...]
    n_prompts: int
    config: SamplingConfig
    perplexity_source: str
    divergences: tuple["Divergence", ...] = ()

    @property
    def n_answers(self) -> int:
        """Evaluation answers of all checkpoints."""
        return sum(row.n_answers for row in self.scores)

    @property
    def n_rated(self) -> int:
        """Those that somebody rated."""
        return sum(row.score.n_rated for row in self.scores)

    @property
    def unanswered(self) -> tuple[Checkpoint, ...]:
        """Checkpoints that have answered fewer prompts than there are."""
        done = {r.score.checkpoint_id for r in self.scores if r.score.n_prompts >= self.n_prompts}
        return tuple(c for c in self.checkpoints if c.id not in done)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one prompt; a missing one is None."""

    prompt: Prompt
    number: int
    a: Completion | None
    b: Completion | None


def standing(project: "Project") -> Standing:
    """Scores, comparisons and what is still to do."""
    report = project.evaluation.report()
    names = {s.checkpoint_id: s.name for s in report.scores}
    rows = tuple(ScoreRow(s, s.n_completions, i) for i, s in enumerate(report.scores))
    return Standing(
        scores=rows,
        comparisons=tuple(CompareRow(names[c.b], c) for c in report.comparisons),
        checkpoints=tuple(project.checkpoints.models()),
        n_prompts=project.prompts.count("evaluation"),
        config=last_config(project, "evaluation"),
        perplexity_source=_source(project),
        divergences=report.divergences,
    )


def _source(project: "Project") -> str:
    """The file of the newest measurement of perplexity."""
    for job in project.jobs():
        if job.kind == "evaluate" and job.status == "done":
            return str(json.loads(job.settings).get("source", ""))
    return ""


def pairs(project: "Project", a: int, b: int) -> list[Pair]:
    """The answers of two checkpoints side by side, one row for each pair."""
    return [
        Pair(one.prompt, number, ours, theirs)
        for one in project.evaluation.side_by_side(a, b)
        for number, (ours, theirs) in enumerate(zip_longest(one.a, one.b), 1)
    ]


def answer_jobs(
    project: "Project", config: SamplingConfig, checkpoint_ids: Sequence[int]
) -> list[JobSpec]:
    """One job for each checkpoint, with the same settings."""
    return [
        project.completions.sampling_job(config, split="evaluation", checkpoint_id=i)
        for i in checkpoint_ids
    ]

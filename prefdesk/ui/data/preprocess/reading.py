"""What the tab asks of the project: plain functions for the background."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from prefdesk.records import (
    PROMPT_FINDINGS,
    Prompt,
    PromptChoice,
    PromptFinding,
    PromptFindingKind,
)

if TYPE_CHECKING:
    from prefdesk.project import PreprocessReport, Project

PAGE = 200
EXCERPT = 300
Kind = PromptFindingKind | Literal["left-out"]
KINDS: tuple[Kind, ...] = (*PROMPT_FINDINGS, "left-out")


@dataclass(frozen=True, slots=True)
class KindRow:
    """One line of the list of kinds."""

    kind: Kind
    n: int
    n_open: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the tab: the last report, counts by kind, and what can be undone."""

    n_prompts: int
    has_model: bool
    report: "PreprocessReport | None"
    kinds: tuple[KindRow, ...]
    n_left_out: int
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with the beginning of its prompt."""

    finding: PromptFinding
    text: str
    split: str

    @property
    def key(self) -> tuple[str, int]:
        """Kind and prompt: what a decision is about."""
        return self.finding.kind, self.finding.prompt_id


@dataclass(frozen=True, slots=True)
class RowPage:
    """Findings of a kind behind another one; `first` starts the table anew."""

    kind: Kind
    rows: tuple[Row, ...]
    first: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """A finding with its prompt, the prompt that it repeats, and the other findings about it."""

    finding: PromptFinding
    prompt: Prompt
    other: Prompt | None
    n_tokens: int
    others_found: tuple[PromptFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model sees of a prompt: the templated text, and tokens as (id, text, control)."""

    prompt_id: int
    text: str
    n_tokens: int
    tokens: tuple[tuple[int, str, bool], ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, body: Mapping[str, object]) -> "Seen":
        """From the document of the job."""
        listed = cast("list[tuple[int, str, bool]]", body["tokens"])
        return cls(
            int(cast(int, body["prompt_id"])),
            str(body["text"]),
            int(cast(int, body["n_tokens"])),
            tuple((int(i), str(text), bool(control)) for i, text, control in listed),
        )


def overview(project: "Project") -> Overview:
    """Counts and the last report."""
    counts = project.preprocessing.counts()
    found = [
        KindRow(kind, sum(of.values()), of.get("open", 0))
        for kind in PROMPT_FINDINGS
        if (of := counts.get(kind))
    ]
    n_out = len(project.preprocessing.left_out())
    if n_out:
        found.append(KindRow("left-out", n_out, 0))
    undo, redo = project.preprocessing.can_undo()
    return Overview(
        project.prompts.count(),
        project.checkpoints.base() is not None,
        project.preprocessing.report(),
        tuple(found),
        n_out,
        undo,
        redo,
    )


def rows(project: "Project", kind: Kind, after: int, n: int = PAGE) -> RowPage:
    """Findings of a kind about prompts with an id above `after`."""
    if kind == "left-out":
        found = [f for f in _left_out(project) if f.prompt_id > after][:n]
    else:
        found = project.preprocessing.findings(kind, after=(kind, after), limit=n)
    prompts = project.prompts.by_ids([f.prompt_id for f in found])
    made = tuple(
        Row(f, prompts[f.prompt_id].text[:EXCERPT], prompts[f.prompt_id].split)
        for f in found
        if f.prompt_id in prompts
    )
    return RowPage(kind, made, not after, len(found) < n)


def _left_out(project: "Project") -> list[PromptFinding]:
    """One line for each prompt that is left out, with a decision that does it."""
    by_prompt: dict[int, PromptFinding] = {}
    for one in project.preprocessing.in_force("leave-out", "shorten"):
        kind = cast(PromptFindingKind, one.kind)
        by_prompt[one.prompt_id] = PromptFinding(kind, one.prompt_id, choice=one.choice)
    return [by_prompt[i] for i in sorted(by_prompt)]


def detail(project: "Project", finding: PromptFinding) -> Detail:
    """Everything about the prompt of a finding."""
    found = project.preprocessing.of_prompt(finding.prompt_id)
    full = next((f for f in found if f.kind == finding.kind), finding)
    ids = [finding.prompt_id] + ([full.other_id] if full.other_id is not None else [])
    prompts = project.prompts.by_ids(ids)
    if finding.prompt_id not in prompts:
        project.prompts.get(finding.prompt_id)  # says that it is gone
    return Detail(
        full,
        prompts[finding.prompt_id],
        prompts.get(full.other_id) if full.other_id is not None else None,
        project.preprocessing.n_tokens(finding.prompt_id),
        tuple(f for f in found if f.kind != finding.kind),
    )


def choice_of(name: str) -> PromptChoice:
    """A choice by its name."""
    return cast(PromptChoice, name)

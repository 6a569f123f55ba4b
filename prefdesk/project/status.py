"""Where a project stands: the numbers of the loop, and the one next step."""

from dataclasses import dataclass

from prefdesk import store
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.core import Core
from prefdesk.project.judgement import Judgement
from prefdesk.project.report import Range
from prefdesk.project.settings import ProjectSettings


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do now: the place of the window, the verb, and why in one sentence."""

    place: str
    action: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Status:
    """The six stations of the loop in numbers. `coverage` is the share of completions that
    have as many ratings as the project wants."""

    train_prompts: int
    evaluation_prompts: int
    completions: int
    rated_completions: int
    ratings: int
    raters: int
    coverage: float
    alpha: Range | None
    verdict: str
    agreement_is_current: bool
    rounds: int
    checkpoints: int
    next_step: NextStep


RATE = "Rate the answers; two or more people make it stronger."


def status(core: Core, checkpoints: Checkpoints, judgement: Judgement) -> Status:
    """Count what is there; cheap, uses the stored agreement report."""
    with core.read() as c:
        settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
        counts = store.summary(c, target_ratings=settings.target_ratings)
        rounds = [r for r in store.rounds.all(c) if r.status in ("done", "stopped")]
    report = judgement.stored()
    found = checkpoints.models()
    latest = found[-1].id if found else None
    answered, evaluated = (
        latest is not None and core.query(lambda c, s=split: store.completions.any_of(c, s, latest))  # type: ignore[misc]
        for split in ("train", "evaluation")
    )
    return Status(
        train_prompts=counts.train_prompts,
        evaluation_prompts=counts.evaluation_prompts,
        completions=counts.completions,
        rated_completions=counts.rated_completions,
        ratings=counts.ratings,
        raters=counts.raters,
        coverage=counts.coverage,
        alpha=report.alpha if report else None,
        verdict=report.verdict.word if report else "",
        agreement_is_current=report is not None and judgement.is_current(report),
        rounds=len(rounds),
        checkpoints=len(found),
        next_step=_next(counts, bool(found), answered, evaluated, len(rounds)),
    )


def _next(
    counts: store.Summary, model: bool, sampled: bool, evaluated: bool, rounds: int
) -> NextStep:
    if not counts.train_prompts:
        return NextStep("data", "import", "Import the prompts your model should answer better.")
    if not model and counts.completions and counts.coverage < 0.5:
        return NextStep("rate", "rate", RATE)
    if not model:
        return NextStep("data", "model", "Choose the model that answers them.")
    if not sampled and not rounds:
        return NextStep("data", "sample", "Let the model write a few answers to each prompt.")
    if counts.coverage < 0.5 and not rounds:
        return NextStep("rate", "rate", RATE)
    if not rounds:
        return NextStep("train", "train", "Train one round on the ratings.")
    if not counts.evaluation_prompts:
        return NextStep(
            "data", "keep", "Keep some prompts for evaluation; a checkpoint is compared on them."
        )
    if not evaluated:
        return NextStep(
            "evaluate", "answer", "Let the old and the new model answer the evaluation prompts."
        )
    if counts.coverage < 0.5:
        return NextStep("rate", "rate", "Rate the new answers, blind, to see what changed.")
    if not sampled:
        return NextStep("data", "sample", "Sample from the new checkpoint for the next round.")
    return NextStep("evaluate", "compare", "Compare the checkpoints, then sample the next round.")

"""`prefdesk train FILE --dry-run`: what a round would train on, and what it would cost."""

from dataclasses import asdict

from prefdesk.cli.monitor import Monitor
from prefdesk.cli.output import counted, document, show
from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.project import MeasuredCost, Preflight, Project

SHOWN = 5


def dry_run(
    project: Project,
    config: RoundConfig,
    device: DeviceConfig,
    checkpoint_id: int | None,
    *,
    as_json: bool,
) -> None:
    """Count, measure two micro-batches, and print both; the project is left as it was."""
    seen = project.rounds.preflight(config, checkpoint_id)
    cost = None
    if seen.comparable or (seen.completions and config.objective == "reinforce"):
        monitor = Monitor(project, device)
        monitor.run(project.rounds.trial_job(config, checkpoint_id=checkpoint_id))
        cost = MeasuredCost.from_document(monitor.reports[-1].document)
    if as_json:
        document({"preflight": {**asdict(seen), "comparable": seen.comparable}, "cost": cost})
        return
    _say_counts(seen)
    for sentence in config.cautions():
        show(sentence)
    if cost is not None:
        _say_cost(cost)


def _say_counts(seen: Preflight) -> None:
    show(
        f"{counted(seen.completions, 'rated completion')} to {counted(seen.prompts, 'prompt')} "
        f"would be used, starting from {seen.checkpoint.name}; {counted(seen.steps, 'step')}."
    )
    facts = (
        (seen.single, "prompt", "with one answer only: it teaches nothing. Rate a second one."),
        (seen.identical, "prompt", "answered with the same text each time. Draw more answers."),
        (seen.flat, "prompt", "whose answers have equal rewards."),
        (seen.unsure, "answer", "too unsure for min_reliability. Rate them again."),
        (seen.older, "rated answer", "of other checkpoints. --take-older uses them too."),
        (seen.unrated, "answer", "of this checkpoint without a rating."),
        (seen.truncated, "draw", "under top-p or top-k, which policy gradients cannot use."),
    )
    if seen.left_out:
        of = counted(seen.left_out_prompts, "prompt")
        show(f"  {counted(seen.left_out, 'answer')} to {of} left out by decision.")
    for n, noun, what in facts:
        if n:
            show(f"  {counted(n, noun)} {what}")
    if seen.verdict is not None:
        show(seen.verdict.sentence)
    if seen.shares and seen.shares[0].share:
        n = seen.carriers()
        show(f"{counted(n, 'prompt')} would make 80 % of the gradient (an estimate). The first:")
        for one in seen.shares[:SHOWN]:
            show(f"  prompt {one.prompt_id}: {one.share:.1%}, {counted(one.n_draws, 'draw')}")


def _say_cost(cost: MeasuredCost) -> None:
    show(
        f"It would take {_minutes(cost.wall_low_s)} to {_minutes(cost.wall_high_s)} "
        f"({cost.cpu_s:.0f} seconds of processor time) on {cost.device}, hold "
        f"{cost.memory_bytes / 1e9:.1f} GB of memory at most and leave "
        f"{cost.kept_bytes / 1e6:.0f} MB on the disk ({cost.disk_bytes / 1e6:.0f} MB while it "
        "runs)."
    )
    if not cost.fits_memory:
        show(
            f"Only {(cost.free_memory_bytes or 0) / 1e9:.1f} GB of memory are free: lower "
            "micro_batch_tokens, choose the method lora, or close other programs."
        )
    if not cost.fits_disk:
        show(f"Only {cost.free_disk_bytes / 1e6:.0f} MB are free on the disk: make room first.")


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"

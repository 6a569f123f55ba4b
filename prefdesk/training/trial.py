"""What a round will cost, from two of its micro-batches run once.

The widest micro-batch with its gradient, AdamW's moments and the copy of the weights that a round
keeps: that is the most memory a round holds at once. One of middling size tells how long a token
takes to be read and to be trained on. The weights end as they were.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from prefdesk.config import RoundConfig
from prefdesk.training import checks, packing, scoring, start
from prefdesk.training.packing import Row
from prefdesk.training.passes import Gate, Passes
from prefdesk.training.round import Part, planned
from prefdesk.training.scoring import Path
from prefdesk.training.trail import Trail
from prefdesk.training.types import Baseline, Control, Draft, PolicyLike, Rollout
from prefdesk.training.update import Known


@dataclass(frozen=True)
class Work:
    """How much a round does: tokens read without gradients, tokens trained on (both with their
    padding), and steps of the optimiser."""

    read_tokens: int
    trained_tokens: int
    steps: int

    def with_texts(self, texts: Sequence[Draft], config: RoundConfig) -> "Work":
        """The same with the texts that every step learns along, by their mean length."""
        if not (texts and config.mle_coef):
            return self
        mean = sum(packing.width(texts, (i,)) for i in range(len(texts))) / len(texts)
        more = round(self.steps * min(config.batch_prompts, len(texts)) * mean)
        return replace(self, trained_tokens=self.trained_tokens + more)


@dataclass(frozen=True)
class Rate:
    """Seconds a token read, a token trained on, and a step of the optimiser; of all processors
    together (`cpu`) or by the clock."""

    read: float
    trained: float
    step: float

    def of(self, work: Work) -> float:
        """Seconds for this much work."""
        return (
            self.read * work.read_tokens
            + self.trained * work.trained_tokens
            + self.step * work.steps
        )


@dataclass(frozen=True)
class Trial:
    """The work of a round, what was measured, and the micro-batch in tokens that fitted."""

    work: Work
    cpu: Rate
    clock: Rate
    trained_bytes: int
    micro_batch_tokens: int
    aside: tuple[float, float] = (0.0, 0.0)
    """Seconds of one call of `aside`: of all processors together, and by the clock."""


def run_trial(
    policy: PolicyLike,
    rollouts: Sequence[Rollout],
    config: RoundConfig,
    *,
    control: Control = lambda: "go",
    reference_is_start: bool = False,
    texts: Sequence[Draft] = (),
    aside: Callable[[], object] = lambda: None,
) -> Trial:
    """Measure a round on `rollouts` without changing `policy`.

    `aside` is what the caller does between two steps of the round, such as asking the policy; it
    is called once, while as much memory is held as then.

    Refuses what the round itself would refuse before its first step.
    """
    kept = checks.usable(rollouts, config)
    used = [rollouts[i] for i in kept]
    parameters = checks.trainable(policy.model)
    groups = checks.grouped(used)
    plan = list(planned(groups, config))
    optimizer = torch.optim.AdamW(parameters, lr=0.0, weight_decay=0.0)
    trail = Trail(parameters, Baseline())
    with scoring.steady(policy.model):
        path = scoring.choose_path(policy, used, groups)
        budget = scoring.trained_at_once(policy, path, config.micro_batch_tokens)
        passes = Passes(policy, used, path, budget, Gate(control), texts)
        middle, widest = _probes(used, plan, path, passes.budget)
        _gradients(passes, middle, config)  # the first pass pays for what later ones find ready
        stepped = _timed(lambda: trail.step(optimizer))
        read = _timed(lambda: passes.scores(middle, whole=True))
        trained = _timed(lambda: _gradients(passes, middle, config))
        _gradients(passes, widest, config)
        policy.model.zero_grad(set_to_none=True)
        beside = _timed(aside)
    tokens = _tokens(used, [middle], path, passes.budget)
    fewer = _tokens(used, [middle], path, scoring.read_at_once(path, passes.budget))
    cpu, clock = (Rate(r / fewer, t / tokens, s) for r, t, s in zip(read, trained, stepped))
    work = work_of(
        used, groups, plan, config, path, passes.budget, reference_is_start=reference_is_start
    ).with_texts(texts, config)
    size = sum(p.numel() * p.element_size() for p in parameters)
    return Trial(work, cpu, clock, size, passes.budget, beside)


def work_of(
    rollouts: Sequence[Rollout],
    groups: Sequence[Row],
    plan: Sequence[Part],
    config: RoundConfig,
    path: Path,
    budget: int,
    *,
    reference_is_start: bool,
) -> Work:
    """What `run_round` does with this plan, counted."""
    reads = list(_reads(rollouts, groups, plan, config, reference_is_start))
    steps = [part.groups for part in plan]
    if config.kl_placement == "reward" and config.kl_coef > 0 and config.compares:
        for some in steps:
            batches = packing.micro_batches(rollouts, some, budget, share=path.share)
            if packing.is_split(batches, some):
                reads.append(some)
    return Work(
        _tokens(rollouts, reads, path, scoring.read_at_once(path, budget)),
        _tokens(rollouts, steps, path, budget),
        len(steps),
    )


def _reads(
    rollouts: Sequence[Rollout],
    groups: Sequence[Row],
    plan: Sequence[Part],
    config: RoundConfig,
    reference_is_start: bool,
) -> Iterator[Sequence[Row]]:
    older = [tuple(i for i in g if not rollouts[i].from_start) for g in groups]
    yield [g for g in older if g]  # once more, by what drew them
    yield start.to_be_read(rollouts, groups, plan[0].groups)
    if not reference_is_start:
        yield groups
    for _ in range(1, config.epochs):
        yield groups
    yield groups  # the end


def _tokens(
    rollouts: Sequence[Rollout], parts: Sequence[Sequence[Row]], path: Path, budget: int
) -> int:
    return sum(
        packing.cost(rollouts, rows)
        for groups in parts
        for rows in packing.micro_batches(rollouts, groups, budget, share=path.share)
    )


def _probes(
    rollouts: Sequence[Rollout], plan: Sequence[Part], path: Path, budget: int
) -> tuple[list[Row], list[Row]]:
    """A micro-batch of middling size and the largest, as groups."""
    batches = [
        rows
        for part in plan
        for rows in packing.micro_batches(rollouts, part.groups, budget, share=path.share)
    ]
    batches.sort(key=lambda rows: packing.cost(rollouts, rows))
    return batches[len(batches) // 2], batches[-1]


def _gradients(passes: Passes, groups: Sequence[Row], config: RoundConfig) -> None:
    passes.gradients(groups, Known(), config, Baseline())


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of all processors together, and by the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.process_time() - cpu, time.perf_counter() - clock

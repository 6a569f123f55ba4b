"""One training round from stored judgements, readable from top to bottom.

The objective is the expected reward under the policy; the gradient is the score-function form
with importance weights over whole sequences, truncated at `max_weight`, and a leave-one-out
(rloo: Kool et al. 2019, Ahmadian et al. 2024) or running-mean (reinforce) baseline.

Left out of the published methods, and why: no division by a group's standard deviation and no
whitening of advantages (they raise rating noise to unit size and lose the scale that `kl_coef`
is stated in); no clipped token ratios (biased off-policy); no value head; no learning-rate
schedule and no weight decay (a round has few steps). Draws of another checkpoint are compared
by the log-probs that the sampler stored, since that checkpoint is not at hand.
"""

import random
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.errors import OutOfMemory, TrainingError
from prefdesk.training import advantages, checks, metrics, scoring, start
from prefdesk.training.packing import Row
from prefdesk.training.passes import Gate, Passes
from prefdesk.training.start import Reference
from prefdesk.training.types import Baseline, Control, PolicyLike, Rollout, RoundEnd, StepReport

STOPPED = "Stopped by hand; what the steps so far have made is kept."


class Part(NamedTuple):
    """One optimiser step of the plan; `opens` marks the first of an epoch."""

    epoch: int
    opens: bool
    groups: list[Row]


def run_round(
    policy: PolicyLike,
    rollouts: Sequence[Rollout],
    config: RoundConfig,
    *,
    control: Control = lambda: "go",
    baseline: Baseline | None = None,
    reference: Reference | None = None,
    reference_is_start: bool = False,
) -> Generator[StepReport, None, RoundEnd]:
    """Train `policy` in place on its rated rollouts, one report per optimiser step.

    0. Refuse what cannot train.
    1. Log-probs of the draws by training's own numeric path and under the reference, once:
       `policy.reference()` (adapter off, also when the round starts from an adapter), unless
       `reference` brings a context or log-probs. `reference_is_start`: one pass serves both.
    2. Effective sample size before each epoch: too small is refused, or ends the round.
    3. Gradient of `batch_prompts` prompts in micro-batches; prompts in seeded order.
    4. AdamW; where something is not finite or the policy ran away, one step back and the end.
    5. Report.

    `control` is asked between micro-batches: stop keeps what the steps have made, cancel raises
    `Cancelled`. A round that gains nothing raises `TrainingError` and leaves the policy as it
    was. `baseline` goes from round to round by the caller's hand (see `RoundEnd`).
    """
    # 0. Refuse what cannot train.
    kept = checks.usable(rollouts, config)
    used = [rollouts[i] for i in kept]
    if reference is not None and not callable(reference):
        reference = [reference[i] for i in kept]
    parameters = checks.trainable(policy.model)
    groups = checks.grouped(used)
    plan, gate, mean = list(planned(groups, config)), Gate(control), baseline or Baseline()
    taken, ess, gap, budget, good = 0, 1.0, 0.0, config.micro_batch_tokens, list[Tensor]()
    reason: TrainingError | None = None
    began = time.monotonic()
    with scoring.steady(policy.model), clean(policy.model):
        # 1. Log-probs that stay fixed.
        path = scoring.choose_path(policy, used, groups)
        passes = Passes(policy, used, path, budget, gate)
        known = start.known_at_start(passes, groups, plan[0].groups, reference, reference_is_start)
        optimizer = torch.optim.AdamW(parameters, lr=config.learning_rate, weight_decay=0.0)
        for step, part in enumerate(plan, 1):
            at = time.monotonic()
            # 2. Are the draws still near enough to the policy?
            if part.opens and not gate.stopping:
                ess = start.sample_size(used, known, passes.scores(groups) if step > 1 else None)
                reason = None if gate.stopping else checks.too_far(ess, config)
            if reason or gate.stopping:
                break
            # 3. The gradient.
            try:
                visit = passes.gradients(part.groups, known, config, mean)
            except OutOfMemory as shortage:
                reason = shortage
                break
            norm = clipped(parameters, config.max_grad_norm)
            # 4. The step.
            gap = metrics.sampler_gap(used, known) if step == 1 else gap
            report = metrics.of_visit(visit) | {"grad_norm": norm, "ess": ess, "sampler_gap": gap}
            reason = checks.trouble(report)
            if reason:
                restore(parameters, good)
                taken = max(0, taken - 1)
                break
            good = [p.detach().clone() for p in parameters]
            optimizer.step()
            taken += 1
            # 5. The report.
            if part.epoch == 0:
                mean = advantages.moved(mean, visit.rewards, visit.penalty, visit.weights)
            report |= metrics.of_progress(config, part.epoch, mean, visit, at, began)
            yield StepReport(step, len(plan), report, less_memory(budget, passes.budget))
            budget = passes.budget
    if reason and not taken:
        raise reason
    ended = reason.message if reason else STOPPED if taken < len(plan) else ""
    if ended:
        yield StepReport(taken, len(plan), {}, ended, stopped=True)
    return RoundEnd(taken, ended, mean)


def planned(groups: Sequence[Row], config: RoundConfig) -> Iterator[Part]:
    """The steps of all epochs: every group once an epoch, in an order made from the seed."""
    for epoch in range(config.epochs):
        order = list(groups)
        random.Random(f"{config.seed}/{epoch}").shuffle(order)
        for at in range(0, len(order), config.batch_prompts):
            yield Part(epoch, at == 0, order[at : at + config.batch_prompts])


def clipped(parameters: Sequence[torch.nn.Parameter], longest: float) -> float:
    """Shorten the gradient to `longest` (0 is no limit); its length before."""
    return float(torch.nn.utils.clip_grad_norm_(parameters, longest or float("inf")))


@contextmanager
def clean(model: torch.nn.Module) -> Iterator[None]:
    """Leave no gradients behind, however the round ends."""
    try:
        yield
    finally:
        model.zero_grad(set_to_none=True)


@torch.no_grad()
def restore(parameters: Sequence[torch.nn.Parameter], good: Sequence[Tensor]) -> None:
    """Put the weights back; nothing to do where none were set aside."""
    for parameter, value in zip(parameters, good):
        parameter.copy_(value)


def less_memory(before: int, after: int) -> str:
    """A sentence for the person who watches, if memory ran short in between."""
    if after == before:
        return ""
    return f"Memory ran short; going on with {after} tokens at once instead of {before}."

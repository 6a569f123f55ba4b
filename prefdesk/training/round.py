"""One training round from stored judgements, readable from top to bottom.

The objective is the expected reward under the policy; the gradient is the score-function form
with importance weights over whole sequences, truncated at `max_weight`, and a leave-one-out
(rloo: Kool et al. 2019, Ahmadian et al. 2024) or running-mean (reinforce) baseline. grpo (Shao et
al. 2024) and ppo (Schulman et al. 2017) have the leave-one-out baseline too, and the clipped ratio
of each token instead: the same gradient at the first visit, a biased one afterwards.

Left out of the published methods, and why: no division by a group's standard deviation unless asked
for (it raises rating noise to unit size and loses the scale that rewards are stated in); no
whitening of advantages; no value head (there is one reward for a whole answer); no weight decay (a
round has few steps). Draws of another checkpoint are compared by the log-probs that they bring.
"""

import random
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import OutOfMemory, TrainingError
from prefdesk.training import advantages, checks, memory, metrics, schedule, scoring, start, state
from prefdesk.training.packing import Row
from prefdesk.training.passes import Gate, Passes
from prefdesk.training.start import Reference
from prefdesk.training.state import Live, RoundState, Standing
from prefdesk.training.team import Team
from prefdesk.training.trail import Trail
from prefdesk.training.types import (
    Baseline,
    Control,
    Draft,
    PolicyLike,
    Rollout,
    RoundEnd,
    StepReport,
)
from prefdesk.training.update import Known

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
    resume: RoundState | None = None,
    texts: Sequence[Draft] = (),
) -> Generator[StepReport, None, RoundEnd]:
    """Train `policy` in place on its rated rollouts, one report per optimiser step.

    0. Refuse what cannot train.
    1. Log-probs of the draws by training's own numeric path; and under the reference, once, before
       the step that first needs them: `policy.reference()` (adapter off, also when the round
       starts from an adapter), unless `reference` brings a context or log-probs.
       `reference_is_start`: one pass serves both.
    2. Effective sample size before each epoch: too small is refused, or ends the round; so does a
       policy whose answers are half or twice as long as those it learns from.
    3. Gradient of `batch_prompts` prompts in micro-batches; prompts in seeded order. With
       `mle_coef` also of as many of the `texts`.
    4. AdamW at the step's own rate; where something is not finite or the policy ran away, one step
       back and the end. With `kl_target` the weight of the divergence follows.
    5. Report.
    6. The draws once more without gradients (after a stop, only those of the last step), so that
       the last step is judged like the others: `final/kl`, `final/kl_sequence`, `final/ess`.

    Between two steps a report brings `capture`, which makes a `RoundState`. With `resume` the
    round goes on from such a state, over the same rollouts and settings, as if it had never been
    interrupted; its steps, weights and metrics are the same to the last bit on the same machine.
    A round that was stopped by hand brings the state with its last report.

    `control` is asked between micro-batches: stop keeps what the steps have made, cancel raises
    `Cancelled`. A round that gains nothing raises `TrainingError` and leaves the policy as it
    was. `baseline` goes from round to round by the caller's hand (see `RoundEnd`).

    Where torch.distributed has joined several processes, all of them call this with the same
    arguments; each does its share of the work, and all have the same weights in the end.
    """
    # 0. Refuse what cannot train.
    kept = checks.usable(rollouts, config)
    used = [rollouts[i] for i in kept]
    if reference is not None and not callable(reference):
        reference = [reference[i] for i in kept]
    parameters = checks.trainable(policy.model)
    memory.require(parameters)
    groups = checks.grouped(used)
    team = Team()
    plan, gate = list(planned(groups, config)), Gate(control, team)
    texts = texts if config.mle_coef else ()
    at = Standing(1.0, 0.0, config.micro_batch_tokens, time.monotonic(), config.kl_coef)
    trail, known, final = Trail(parameters, baseline or Baseline()), Known(), dict[str, float]()
    reason: TrainingError | None = None
    optimizer = torch.optim.AdamW(parameters, lr=config.learning_rate, weight_decay=0.0)
    live = Live(policy, parameters, optimizer, trail, known, state.digest(used, config, texts))
    with scoring.steady(policy.model), clean(policy.model):
        # 1. Log-probs that stay fixed; all is as it was where the round goes on.
        at, last = live.restore(resume) if resume else live.begin(at, used, groups)
        passes = Passes(policy, used, live.path, at.budget, gate, texts, team)
        team.copy(parameters)
        start.fill(known, passes, groups, plan[0].groups, reference, reference_is_start)
        for step, part in enumerate(plan[trail.taken :], trail.taken + 1):
            now = time.monotonic()
            try:
                # 2. Are the draws still near enough to the policy?
                if part.opens and not gate.stopping:
                    ess, length = start.drift(used, known, passes.scores(groups) if last else None)
                    at = at if gate.stopping else at._replace(ess=ess)
                    length = length if last else 1.0  # older draws may be of any length
                    reason = None if gate.stopping else checks.astray(ess, length, config)
                if reason or gate.stopping:
                    break
                # 3. The gradient.
                if not reference_is_start:
                    start.meet(known, passes, part.groups, reference)
                visit = passes.gradients(
                    part.groups, known, replace(config, kl_coef=at.kl_coef), trail.baseline, step
                )
                norm = clipped(parameters, config.max_grad_norm)
                # 4. The step.
                at = at._replace(gap=metrics.sampler_gap(used, known) if step == 1 else at.gap)
                rate = paced(optimizer, config, step, len(plan))
                report = metrics.of_visit(visit, clips=config.clips) | at.metrics()
                report |= {"grad_norm": norm, "learning_rate": rate}
                reason = checks.trouble(report)
                if reason:
                    reason = undone(reason) if trail.back() else reason
                    break
                team.all_or_none(partial(trail.step, optimizer), trail.withdraw)
            except OutOfMemory as shortage:
                reason = shortage
                break
            # 5. The report; that of the last step waits for what the step has made.
            if part.epoch == 0:
                trail.baseline = advantages.moved(
                    trail.baseline, visit.rewards, visit.penalty, visit.weights
                )
            report |= metrics.of_progress(part.epoch, trail.baseline, visit, now, at.began)
            last = StepReport(step, len(plan), report, less_memory(at.budget, passes.budget))
            at = at._replace(budget=passes.budget, kl_coef=steered(at, report, config))
            if step < len(plan):
                yield replace(last, capture=partial(live.capture, at, last))
        # 6. What the last step made.
        if last and trail.untried:
            seen = plan[trail.taken - 1].groups if gate.stopping else groups
            final = start.ending(passes, seen, known, reference)
            trouble = checks.trouble(last.metrics | {"kl": final.get("final/kl", 0.0)})
            reason = undone(trouble) if trouble and trail.back() else reason
            last = replace(last, note=f"{last.note} {length_note(final)}".strip())
    capture = partial(live.capture, at, last) if last else None
    return (yield from closed(trail, len(plan), last, final, reason, capture))


def closed(
    trail: Trail,
    total: int,
    last: StepReport | None,
    final: dict[str, float],
    reason: TrainingError | None,
    capture: Callable[[], RoundState] | None,
) -> Generator[StepReport, None, RoundEnd]:
    """Say what is still to be said when the steps are over; raise if they have made nothing."""
    ended = reason.message if reason else STOPPED if trail.taken < total else ""
    by_hand = ended == STOPPED
    if last and last.step == total:
        yield replace(last, metrics=last.metrics | final)
        final = {}
    if ended and (trail.taken or not reason):
        goes_on = capture if by_hand else None
        yield StepReport(trail.taken, total, final, ended, stopped=True, capture=goes_on)
    if reason and not trail.taken:
        raise reason
    may_go_on = by_hand or isinstance(reason, OutOfMemory)
    return RoundEnd(trail.taken, ended, trail.baseline, may_go_on)


def undone(reason: TrainingError) -> TrainingError:
    """The same reason, with what was done about it."""
    return TrainingError(f"{reason.message} The last step was undone.", reason.hint)


def planned(groups: Sequence[Row], config: RoundConfig) -> Iterator[Part]:
    """The steps of all epochs: every group once an epoch, in an order made from the seed."""
    for epoch in range(config.epochs):
        order = list(groups)
        random.Random(f"{config.seed}/{epoch}").shuffle(order)
        for at in range(0, len(order), config.batch_prompts):
            yield Part(epoch, at == 0, order[at : at + config.batch_prompts])


def length_note(final: Mapping[str, float]) -> str:
    """A sentence where the answers of the policy that is left have another length than rated."""
    found = checks.other_length(final.get("final/length_ratio", 1.0))
    return f"{found.message} {found.hint}" if found else ""


def steered(at: Standing, report: Mapping[str, float], config: RoundConfig) -> float:
    """The weight of the divergence in the next step, after what this one saw."""
    return schedule.steered(at.kl_coef, report["kl_sequence"], config.kl_target)


def paced(optimizer: torch.optim.Optimizer, config: RoundConfig, step: int, total: int) -> float:
    """Set the learning rate of this step and return it."""
    factor = schedule.rate_factor(step, total, config.lr_schedule, config.warmup_ratio)
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * factor
    return config.learning_rate * factor


def clipped(parameters: Sequence[torch.nn.Parameter], longest: float) -> float:
    """Shorten the gradient to `longest` (0 is no limit); its length before."""
    with memory.shortages():
        return float(torch.nn.utils.clip_grad_norm_(parameters, longest or float("inf")))


@contextmanager
def clean(model: torch.nn.Module) -> Iterator[None]:
    """Leave no gradients behind, however the round ends."""
    try:
        yield
    finally:
        model.zero_grad(set_to_none=True)


def less_memory(before: int, after: int) -> str:
    """A sentence for the person who watches, if memory ran short in between."""
    if after == before:
        return ""
    return f"Memory ran short; going on with {after} tokens at once instead of {before}."

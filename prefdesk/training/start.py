"""What a round computes before it moves the weights, and how far it has moved at its end."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from prefdesk.errors import OutOfMemory
from prefdesk.training import losses, metrics
from prefdesk.training.packing import Row
from prefdesk.training.passes import Passes
from prefdesk.training.types import PolicyLike, Rollout
from prefdesk.training.update import Known

Reference = Callable[[], AbstractContextManager[Any]] | Sequence[Sequence[float]]
"""How to make the model the reference policy; or its log-probs, one list per rollout."""


def fill(
    known: Known,
    passes: Passes,
    groups: Sequence[Row],
    first: Sequence[Row],
    reference: Reference | None,
    reference_is_start: bool,
) -> None:
    """Put log-probs of the draws under what drew them and under the reference into `known`.

    The base model of an adapter can be asked at any time, and is met step by step (see `meet`),
    unless `reference` is a context.

    Where these are known, in a round that goes on, nothing is computed.

    Groups of the `first` step are left to their first visit, which finds the policy as it is
    now; except where they hold draws of another checkpoint, whose weights must be known.
    """
    if known.behaviour:
        return
    rollouts = passes.rollouts
    stored = {
        i: _stored(r.behaviour or r.logprobs) for i, r in enumerate(rollouts) if not r.from_start
    }
    known.behaviour.update(stored)
    known.start = passes.scores(to_be_read(rollouts, groups, first))
    for i, values in known.start.items():
        known.behaviour.setdefault(i, values)
    if reference_is_start:
        known.reference = dict(known.start)
    elif reference is not None and not callable(reference):
        known.reference = {i: _stored(values) for i, values in enumerate(reference)}
    elif reference or not stays(passes.policy):
        meet(known, passes, groups, reference, whole=False)


def stays(policy: PolicyLike) -> bool:
    """True if the weights behind `policy.reference()` are not those that are trained."""
    return bool(getattr(policy, "is_adapter", False))


def meet(
    known: Known,
    passes: Passes,
    groups: Sequence[Row],
    reference: Reference | None,
    *,
    whole: bool = True,
) -> None:
    """Put log-probs of these groups under the reference into `known` where they are missing.

    Step by step, so that a round over many prompts does not read them all before its first step.
    A step needs them `whole`, also if somebody asks to stop meanwhile.
    """
    new = [g for g in groups if any(i not in known.reference for i in g)]
    if new:
        how = reference if callable(reference) else passes.policy.reference
        with how():
            known.reference |= passes.scores(new, whole=whole)


def to_be_read(
    rollouts: Sequence[Rollout], groups: Sequence[Row], first: Sequence[Row]
) -> list[Row]:
    """The groups that are read before the first step: all but those that it visits itself, unless
    they hold draws of another checkpoint."""
    visited = set(first)
    return [g for g in groups if g not in visited or not all(rollouts[i].from_start for i in g)]


def _stored(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def drift(
    rollouts: Sequence[Rollout], known: Known, now: dict[int, Tensor] | None = None
) -> tuple[float, float]:
    """How far the policy is from the draws: their effective share, and how long its answers are
    over how long they are. From log-probs `now`; None is as the round started."""
    scores = known.start if now is None else now
    log_weight = [
        (scores[i].double() - known.behaviour[i].double()).sum()
        if i in scores and i in known.behaviour
        else torch.zeros((), dtype=torch.float64)
        for i in range(len(rollouts))
    ]
    weights = torch.stack(log_weight)
    lengths = torch.tensor([float(len(r.token_ids)) for r in rollouts])
    longer = losses.expected_mean(weights, lengths) / float(lengths.mean())
    return losses.effective_sample_size(weights), longer


def ending(
    passes: Passes, groups: Sequence[Row], known: Known, reference: Reference | None
) -> dict[str, float]:
    """Where the policy has come to, over these groups; empty if memory is too short to tell."""
    try:
        meet(known, passes, groups, reference)
        now = passes.scores(groups, whole=True)
    except OutOfMemory:
        return {}
    return metrics.of_ending(passes.rollouts, known, now)

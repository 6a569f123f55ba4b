"""How much better a completion is than what was to be expected: pure functions.

A baseline must not depend on the completion it is subtracted from; both of these keep to that,
so the gradient stays unbiased. Division by a group's standard deviation is there for those who
want GRPO as it was published, and off unless asked for: on noisy ratings it blows noise up to unit
size.
"""

import torch
from torch import Tensor

from prefdesk.training.types import Baseline


def leave_one_out(values: Tensor, groups: Tensor, weights: Tensor) -> Tensor:
    """`values[i]` minus the weighted mean of the others in its group.

    All arguments are [n]; `groups` holds any integers. With weights 1 this is RLOO,
    `R_i - mean_{j != i} R_j`. Where the others are absent or weigh nothing, the result is 0.
    """
    _, code = torch.unique(groups, return_inverse=True)
    n_groups = int(code.max()) + 1 if len(code) else 0
    total = values.new_zeros(n_groups).index_add(0, code, weights * values)
    mass = weights.new_zeros(n_groups).index_add(0, code, weights)
    others = mass[code] - weights
    has_others = others > 0
    mean = (total[code] - weights * values) / torch.where(has_others, others, 1.0)
    return torch.where(has_others, values - mean, 0.0)


def group_sizes(groups: Tensor) -> Tensor:
    """[n] how many share the group of each."""
    _, code, count = torch.unique(groups, return_inverse=True, return_counts=True)
    sizes: Tensor = count[code]
    return sizes


def rloo(rewards: Tensor, penalty: Tensor, groups: Tensor, weights: Tensor) -> Tensor:
    """Advantages [n] of `rewards + penalty` against the rest of the group.

    `weights` are how far each reward is to be believed. They scale what people said and never
    the penalty (`-kl_coef` times divergence), which is known exactly. With weights 1 this is
    `leave_one_out(rewards + penalty)`. A group of one has advantage 0.

    GRPO's `(R_i - mean) k / (k - 1)` in a group of k is the same number: the mean of all holds one
    k-th of `R_i`, and the factor takes it out again. Without the factor it is biased.
    """
    said = weights * leave_one_out(rewards, groups, weights)
    return said + leave_one_out(penalty, groups, torch.ones_like(weights))


FLOOR = 1e-4
"""Added to a spread before dividing by it (as GRPO does): equal rewards stay without advantage."""


def spread(rewards: Tensor, groups: Tensor, scale: str) -> Tensor:
    """[n] what each reward is divided by; the same for all of a group.

    none: 1. group: the standard deviation in its own group (Shao et al. 2024). batch: that within
    groups, pooled over the step, `sqrt(sum_i (R_i - mean_group)^2 / (N - number of groups))`; what
    sets one prompt apart from another does not count. Groups of one have no spread.
    """
    if scale == "none":
        return torch.ones_like(rewards)
    _, code, count = torch.unique(groups, return_inverse=True, return_counts=True)
    mean = rewards.new_zeros(len(count)).index_add(0, code, rewards) / count
    squares = rewards.new_zeros(len(count)).index_add(0, code, (rewards - mean[code]) ** 2)
    free = count - 1
    if scale == "batch":
        pooled: Tensor = (squares.sum() / free.sum().clamp(min=1)).sqrt()
        return pooled.expand_as(rewards) + FLOOR
    if scale == "group":
        own: Tensor = (squares / free.clamp(min=1)).sqrt()
        return own[code] + FLOOR
    raise ValueError(f"unknown scale {scale!r}")


def reinforce(rewards: Tensor, penalty: Tensor, expected: Tensor, weights: Tensor) -> Tensor:
    """Advantages [n] of `rewards + penalty` against `expected` [n], each one's baseline.

    That is the running mean as it was before the completion was first seen in the round.
    """
    return weights * (rewards - expected) + penalty


def moved(baseline: Baseline, rewards: Tensor, penalty: Tensor, weights: Tensor) -> Baseline:
    """The running mean after having seen these completions, once each.

    It starts at 0, which is the project's mean reward by the rewards' own scale. It moves only
    after a step and only for completions that were not seen before in the round. It depends on
    them from then on: where they come again in a later epoch, the mean from before their first
    visit is subtracted. Only a later round that takes older draws again meets them in the mean.
    """
    weight = baseline.weight + float(weights.sum())
    if weight <= 0:
        return baseline
    seen = baseline.mean * baseline.weight + float((weights * (rewards + penalty)).sum())
    return Baseline(seen / weight, weight)

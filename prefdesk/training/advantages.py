"""How much better a completion is than what was to be expected: pure functions.

A baseline must not depend on the completion it is subtracted from; both of these keep to that,
so the gradient stays unbiased. There is no division by a group's standard deviation: on noisy
ratings it would blow noise up to unit size.
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
    """
    said = weights * leave_one_out(rewards, groups, weights)
    return said + leave_one_out(penalty, groups, torch.ones_like(weights))


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

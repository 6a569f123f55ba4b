"""Losses, importance weights and divergences: pure functions of log-probabilities.

Shapes: per token [tokens], with `owner` [tokens] naming each token's sequence; per sequence [n].
`behaviour` is the log-probability under the distribution that drew the token, `reference` under
the reference policy, all at the same temperature.
"""

import math

import torch
from torch import Tensor


def per_sequence(values: Tensor, owner: Tensor, n: int) -> Tensor:
    """[n] sum of token values over each sequence."""
    return values.new_zeros(n).index_add(0, owner, values)


def scales(lengths: Tensor, aggregation: str, n: int, n_tokens: int) -> Tensor:
    """[m] the factor of each sequence's token sum; `n` and `n_tokens` are of the whole step.

    sequence: 1/N (the gradient of the expected reward, no length bias); sequence_mean:
    1/(N L_i); token: 1/sum(L).
    """
    if aggregation == "sequence":
        return torch.full_like(lengths, 1.0 / n)
    if aggregation == "sequence_mean":
        return 1.0 / (n * lengths)
    if aggregation == "token":
        return torch.full_like(lengths, 1.0 / n_tokens)
    raise ValueError(f"unknown aggregation {aggregation!r}")


def clipped_weight(log_weight: Tensor, max_weight: float) -> Tensor:
    """[n] `min(W, max_weight)` from log W, detached; 0 is no limit."""
    limit = math.log(max_weight) if max_weight > 0 else math.inf
    return log_weight.detach().clamp(max=limit).exp()


def policy_loss(
    logp: Tensor, owner: Tensor, weight: Tensor, advantage: Tensor, scale: Tensor
) -> Tensor:
    """`-sum_i scale_i sg[weight_i advantage_i] sum_t log pi_t`, the score-function loss.

    With `weight = min(W, inf)`, `scale = 1/N` and draws from any behaviour policy its gradient
    is an unbiased estimate of minus the gradient of the expected reward.
    """
    factor = (scale * weight * advantage).detach()
    return -(factor * per_sequence(logp, owner, len(factor))).sum()


def clipped_loss(
    logp: Tensor,
    behaviour: Tensor,
    owner: Tensor,
    advantage: Tensor,
    scale: Tensor,
    bounds: tuple[float, float],
) -> Tensor:
    """`-sum_i scale_i sum_t min(ratio_t A_i, clip(ratio_t, low, high) A_i)` (Schulman et al. 2017).

    `ratio_t = pi_t / behaviour_t`; `bounds` are (low, high) around 1. While the policy equals the
    behaviour this has the gradient of `policy_loss`; afterwards it is biased, because a token's
    ratio leaves out how likely the tokens before it have become.
    """
    ratio, each = (logp - behaviour).exp(), advantage.detach()[owner]
    value = torch.minimum(ratio * each, ratio.clamp(*bounds) * each)
    return -(scale * per_sequence(value, owner, len(scale))).sum()


def clipped_tokens(
    logp: Tensor, behaviour: Tensor, owner: Tensor, advantage: Tensor, bounds: tuple[float, float]
) -> tuple[Tensor, Tensor]:
    """Tokens [n] of each sequence without a gradient: below the lower bound and above the upper."""
    ratio, each = (logp.detach() - behaviour).exp(), advantage[owner]
    low, high = (ratio < bounds[0]) & (each < 0), (ratio > bounds[1]) & (each > 0)
    n = len(advantage)
    return per_sequence(low.to(logp), owner, n), per_sequence(high.to(logp), owner, n)


def k3(logp: Tensor, reference: Tensor) -> Tensor:
    """Per token `exp(d) - 1 - d`, d = log ref - log pi: never negative, mean KL(pi || ref)."""
    gap = reference - logp
    return torch.expm1(gap) - gap


def kl_loss(
    logp: Tensor, behaviour: Tensor, reference: Tensor, owner: Tensor, scale: Tensor
) -> Tensor:
    """`sum_i scale_i sum_t ratio_t k3_t`, ratio_t = pi_t / behaviour_t, NOT detached.

    Its gradient is unbiased for `sum_t KL(pi(.|s_t) || ref(.|s_t))` over the states s_t that the
    behaviour policy reaches; with the ratio detached it would be that of KL(ref || pi).
    """
    ratio = (logp - behaviour).exp()
    return (scale * per_sequence(ratio * k3(logp, reference), owner, len(scale))).sum()


def kl_penalty(logp: Tensor, reference: Tensor, owner: Tensor, n: int, kl_coef: float) -> Tensor:
    """[n] `-kl_coef sum_t sg[log pi_t - log ref_t]`, to be added to the rewards."""
    return -kl_coef * per_sequence(logp.detach() - reference, owner, n)


def effective_sample_size(log_weight: Tensor) -> float:
    """`(sum W)^2 / (N sum W^2)` from log W [n], between 1/N and 1."""
    lw = log_weight.detach().double()
    twice = 2 * torch.logsumexp(lw, 0)
    share = float((twice - torch.logsumexp(2 * lw, 0)).exp()) / len(lw)
    return min(share, 1.0)  # in this order, what is not a number stays so


def expected_mean(log_weight: Tensor, values: Tensor) -> float:
    """Mean of `values` [n] under the policy, from draws with log W [n] (self-normalised)."""
    weight = torch.softmax(log_weight.detach().double(), 0)
    return float((weight * values.double()).sum())


def measured_kl(log_weight: Tensor, divergence: Tensor, lengths: Tensor) -> tuple[float, float]:
    """KL(pi || ref) per token and per sequence, importance-weighted (self-normalised).

    `divergence` [n] is each sequence's sum of `k3`.
    """
    weight = torch.softmax(log_weight.detach().double(), 0)
    sequence = float((weight * divergence.double()).sum())
    return sequence / float((weight * lengths.double()).sum()), sequence

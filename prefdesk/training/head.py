"""Log-probabilities of chosen tokens without holding [tokens, vocabulary].

The output layer is applied to a few hundred states at a time. Because a token's log-probability
has one number of upstream gradient, its gradient with respect to the state can be made while the
probabilities are at hand, so a frozen output layer costs one product forward and one for the
gradient. A trained one is computed again in the backward pass.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

CHUNK = 256
"""States at a time: 50 MB of float32 for a vocabulary of 50 000."""


def head_logprobs(
    hidden: Tensor, weight: Tensor, targets: Tensor, heat: Tensor
) -> tuple[Tensor, Tensor]:
    """Log-probability and entropy [tokens] of `softmax(hidden @ weight.T / heat)` at `targets`.

    `hidden` is [tokens, size], `weight` [vocabulary, size], `heat` the temperature [tokens].
    Softmax is in float32 at least.
    """
    graded = torch.is_grad_enabled()
    found = _HeadLogprobs.apply(hidden, weight, targets, heat[:, None], graded)  # type: ignore[no-untyped-call]
    logp, entropy = found
    return logp, entropy


def logits_logprobs(logits: Tensor, targets: Tensor, heat: Tensor) -> tuple[Tensor, Tensor]:
    """The same from ready logits [tokens, vocabulary], by plain differentiation."""
    # log_softmax adds up a wide vocabulary in float32 ten times less exactly than this.
    scaled = _wide(logits) / heat[:, None]
    everything = scaled - scaled.logsumexp(-1, keepdim=True)
    with torch.no_grad():
        entropy = -(everything.exp() * everything).sum(-1)
    return everything.gather(1, targets[:, None])[:, 0], entropy


def _wide(values: Tensor) -> Tensor:
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def _shares(hidden: Tensor, weight: Tensor, heat: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Shifted logits, their exponentials [chunk, vocabulary] and the sum of these [chunk, 1]."""
    logits = _wide(functional.linear(hidden, weight)).div_(heat)
    logits -= logits.amax(1, keepdim=True)
    powers = logits.exp()
    return logits, powers, powers.sum(1, keepdim=True)


def _slope(powers: Tensor, total: Tensor, target: Tensor, heat: Tensor) -> Tensor:
    """[chunk, vocabulary] gradient of each log-probability with respect to the raw logits.

    Written over `powers`, which nobody needs any more.
    """
    return powers.div_(-total).scatter_add_(1, target, torch.ones_like(total)).div_(heat)


class _HeadLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor, heat: Tensor, graded: bool
    ) -> tuple[Tensor, Tensor]:
        at_once = graded and ctx.needs_input_grad[0] and not ctx.needs_input_grad[1]
        ctx.slope = torch.empty_like(hidden) if at_once else None
        logp, entropy = [], []
        for start in range(0, len(hidden), CHUNK):
            here = slice(start, start + CHUNK)
            logits, powers, total = _shares(hidden[here], weight, heat[here])
            target, log_total = targets[here, None], total.log()[:, 0]
            logp.append(logits.gather(1, target)[:, 0] - log_total)
            entropy.append(log_total - torch.linalg.vecdot(powers, logits) / total[:, 0])
            if at_once:
                slope = _slope(powers, total, target, heat[here])
                ctx.slope[here] = slope.to(weight.dtype) @ weight
        if graded and ctx.needs_input_grad[1]:
            ctx.save_for_backward(hidden, weight, targets, heat)
        result = torch.cat(logp), torch.cat(entropy)
        ctx.mark_non_differentiable(result[1])
        return result

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        up = upstream[0][:, None]
        if ctx.slope is not None:
            return ctx.slope * up.to(ctx.slope.dtype), None, None, None, None
        hidden, weight, targets, heat = ctx.saved_tensors
        to_hidden, to_weight = torch.empty_like(hidden), torch.zeros_like(weight)
        for start in range(0, len(hidden), CHUNK):
            here = slice(start, start + CHUNK)
            _, powers, total = _shares(hidden[here], weight, heat[here])
            slope = _slope(powers, total, targets[here, None], heat[here])
            step = slope.mul_(up[here]).to(weight.dtype)
            to_hidden[here] = step @ weight
            to_weight += step.T @ hidden[here]
        return to_hidden, to_weight, None, None, None

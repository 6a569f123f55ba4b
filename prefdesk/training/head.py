"""Log-probabilities of chosen tokens without holding [tokens, vocabulary].

The output layer is applied to a few hundred states at a time. Because a token's log-probability
has one number of upstream gradient, its gradient with respect to the state can be made while the
probabilities are at hand, so a frozen output layer costs one product forward and one for the
gradient. A trained one is computed again in the backward pass.
"""

from math import nan
from typing import Any

import torch
from torch import Tensor

from prefdesk.models.products import product

CHUNK = 128
"""States at a time: 25 MB of float32 for a vocabulary of 50 000."""


def head_logprobs(
    hidden: Tensor, weight: Tensor, targets: Tensor, heat: Tensor
) -> tuple[Tensor, Tensor]:
    """Log-probability and entropy [tokens] of `softmax(hidden @ weight.T / heat)` at `targets`.

    `hidden` is [tokens, size], `weight` [vocabulary, size], `heat` the temperature [tokens].
    Softmax is in float32 at least. Without gradients the entropy, which costs as much as the
    rest of the softmax, is left out: it is NaN.
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


def _shifted(hidden: Tensor, weight: Tensor, heat: Tensor) -> Tensor:
    """Logits [chunk, vocabulary] at their temperature, the largest of a row at 0."""
    logits = _wide(product(hidden, weight)).div_(heat)
    return logits.sub_(logits.amax(1, keepdim=True))


def _dot(one: Tensor, other: Tensor) -> Tensor:
    """Sum of products of each row, without a table of the products."""
    return torch.bmm(one[:, None], other[:, :, None])[:, 0, 0]


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
        logp, entropy, room = [], [], None
        for start in range(0, len(hidden), CHUNK):
            here = slice(start, start + CHUNK)
            logits, target = _shifted(hidden[here], weight, heat[here]), targets[here, None]
            chosen = logits.gather(1, target)[:, 0]
            if not graded:
                logp.append(chosen - logits.exp_().sum(1).log())
                continue
            # Fresh memory for as large a table costs more than the exponentials that go into it.
            room = torch.empty_like(logits) if room is None else room[: len(logits)]
            powers = torch.exp(logits, out=room)
            total = powers.sum(1, keepdim=True)
            log_total = total.log()[:, 0]
            logp.append(chosen - log_total)
            entropy.append(log_total - _dot(powers, logits) / total[:, 0])
            if at_once:
                slope = _slope(powers, total, target, heat[here])
                ctx.slope[here] = product(slope.to(weight.dtype), weight.t())
        if graded and ctx.needs_input_grad[1]:
            ctx.save_for_backward(hidden, weight, targets, heat)
        found = torch.cat(logp)
        result = found, torch.cat(entropy) if graded else torch.full_like(found, nan)
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
            powers = _shifted(hidden[here], weight, heat[here]).exp_()
            total = powers.sum(1, keepdim=True)
            slope = _slope(powers, total, targets[here, None], heat[here])
            step = slope.mul_(up[here]).to(weight.dtype)
            to_hidden[here] = product(step, weight.t())
            to_weight += product(step.t(), hidden[here].t())
        return to_hidden, to_weight, None, None, None

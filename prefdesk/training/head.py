"""Log-probabilities of chosen tokens without holding [tokens, vocabulary].

The output layer is applied to a block of the vocabulary at a time, and the softmax is added up as
the blocks come (Milakov and Gimelshein 2018), so that a block's logits never leave the processor's
cache. Because a token's log-probability has one number of upstream gradient, its gradient with
respect to the state can be added up on the way, so a frozen output layer costs one product forward
and one for the gradient. A trained one is computed again in the backward pass.
"""

from collections.abc import Iterator
from math import inf, nan
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from prefdesk.models.products import product

BLOCK = 2048
"""Words of the vocabulary at a time: 2 MB of float32 for 256 states."""


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


def _blocks(hidden: Tensor, weight: Tensor, heat: Tensor) -> Iterator[tuple[int, Tensor, Tensor]]:
    """Where each block begins, its rows of the output layer, and its logits at their heat."""
    is_tempered = bool((heat != 1).any())
    for first in range(0, len(weight), BLOCK):
        part = weight[first : first + BLOCK]
        logits = _wide(product(hidden, part))
        yield first, part, logits.div_(heat) if is_tempered else logits


def _place(targets: Tensor, first: int, block: Tensor) -> tuple[Tensor, Tensor]:
    """In which column of the block that begins at `first` each target is, and if it is there."""
    at = targets - first
    return at.clamp(0, block.shape[1] - 1), (at >= 0) & (at < block.shape[1])


def _dot(one: Tensor, other: Tensor) -> Tensor:
    """[rows, 1] sum of products of each row, without a table of the products."""
    return torch.bmm(one[:, None], other[:, :, None])[:, 0]


class _Softmax:
    """A softmax that is added up block by block; all [tokens, 1].

    `largest` is the largest logit so far, `total` the sum of powers relative to it, `bent` the sum
    of powers times their exponents, and `chosen` the logit of the target.
    """

    def __init__(self, hidden: Tensor, targets: Tensor, heat: Tensor) -> None:
        self.targets = targets[:, None]
        self.largest = torch.full_like(heat, -inf)
        self.total, self.bent, self.chosen = (torch.zeros_like(heat) for _ in range(3))

    def take(self, first: int, logits: Tensor) -> Tensor:
        """Take up a block, whose logits become exponents; the factor by which earlier sums of
        powers have become smaller."""
        at, is_here = _place(self.targets, first, logits)
        self.chosen = torch.where(is_here, logits.gather(1, at), self.chosen)
        before, self.largest = self.largest, torch.maximum(self.largest, logits.amax(1, True))
        logits.sub_(self.largest)
        less = before - self.largest
        factor = less.exp()
        # Nothing was added up before the first block, and less is infinite there.
        self.bent = factor * (self.bent + self.total * less.nan_to_num(neginf=0.0))
        self.total = factor * self.total
        return factor

    def logp(self) -> Tensor:
        """Log-probability [tokens] of the targets."""
        return (self.chosen - self.largest - self.total.log())[:, 0]

    def entropy(self) -> Tensor:
        """[tokens], where `bent` was kept."""
        return (self.total.log() - self.bent / self.total)[:, 0]


class _HeadLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor, heat: Tensor, graded: bool
    ) -> tuple[Tensor, Tensor]:
        at_once = graded and ctx.needs_input_grad[0] and not ctx.needs_input_grad[1]
        sums = _Softmax(hidden, targets, heat)
        pulled = (
            torch.zeros(hidden.shape, dtype=heat.dtype, device=heat.device) if at_once else None
        )
        for first, part, logits in _blocks(hidden, weight, heat):
            factor = sums.take(first, logits)
            powers = torch.exp(logits) if graded else logits.exp_()
            sums.total += powers.sum(1, keepdim=True)
            if graded:
                sums.bent += _dot(powers, logits)
            if pulled is not None:
                # A likely target's own power would round off those of all others.
                at, is_here = _place(sums.targets, first, powers)
                powers.scatter_(1, at, powers.gather(1, at).masked_fill_(is_here, 0))
                pulled.mul_(factor).add_(product(powers.to(part.dtype), part.t()))
        found = sums.logp()
        result = found, sums.entropy() if graded else torch.full_like(found, nan)
        ctx.dtype = hidden.dtype
        ctx.slope = None
        if pulled is not None:
            others = -torch.expm1(found)[:, None]
            ctx.slope = (others * weight[targets] - pulled / sums.total).div_(heat)
        if graded and ctx.needs_input_grad[1]:
            ctx.save_for_backward(hidden, weight, targets, heat, sums.largest, sums.total)
        ctx.mark_non_differentiable(result[1])
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        up = upstream[0][:, None]
        if ctx.slope is not None:
            return (ctx.slope * up).to(ctx.dtype), None, None, None, None
        hidden, weight, targets, heat, largest, total = ctx.saved_tensors
        up = up / heat
        to_hidden = torch.zeros(hidden.shape, dtype=up.dtype, device=up.device)
        to_weight = torch.zeros_like(weight)
        for first, part, logits in _blocks(hidden, weight, heat):
            at, is_here = _place(targets[:, None], first, logits)
            step = logits.sub_(largest).exp_().mul_(-up / total)
            step = step.scatter_add_(1, at, up.where(is_here, 0)).to(weight.dtype)
            to_hidden += product(step, part.t())
            to_weight[first : first + BLOCK] = product(step.t(), hidden.t())
        return to_hidden.to(hidden.dtype), to_weight, None, None, None

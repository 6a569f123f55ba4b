"""Attention of a prompt with several completions behind it, without a look at what is not seen.

With a mask, every token is compared with every other of its row, and most of that is thrown away:
of 45 tokens of prompt and four times 64 of completion, two thirds. Here the prompt reads itself,
and the completions, side by side, the prompt and themselves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from prefdesk.models.attention import attention, wide
from prefdesk.models.library import transformers

NAME = "prefdesk_branches"
"""Under which transformers knows this attention."""


@dataclass(frozen=True, slots=True)
class Branches:
    """How one row is made: `prompt` tokens, then completions of `lengths` tokens.

    `take` [completions * longest] says which token of the completions stands where when they lie
    side by side, `back` [tokens] where each one is then; both None where all are of one length.
    The masks are additive: of the prompt [prompt, prompt], and of any completion, which has the
    prompt before it, [longest, prompt + longest].
    """

    prompt: int
    lengths: tuple[int, ...]
    causal: Tensor
    mask: Tensor
    take: Tensor | None
    back: Tensor | None

    @property
    def longest(self) -> int:
        """Tokens of the longest completion."""
        return max(self.lengths)


def branches(
    prompt: int, lengths: Sequence[int], dtype: torch.dtype, device: torch.device
) -> Branches:
    """The plan for a row of `prompt` tokens with completions of these lengths behind it."""
    longest = max(lengths)
    causal = _causal(longest, wide(dtype))
    mask = functional.pad(causal, (prompt, 0))
    take = back = None
    if len(set(lengths)) > 1:
        sizes = torch.tensor(lengths)
        begins = sizes.cumsum(0) - sizes
        inside = torch.arange(longest)
        real = inside[None] < sizes[:, None]
        take = torch.where(real, begins[:, None] + inside[None], 0).flatten().to(device)
        back = real.flatten().nonzero()[:, 0].to(device)
    first = _causal(prompt, wide(dtype))
    return Branches(prompt, tuple(lengths), first.to(device), mask.to(device), take, back)


def _causal(size: int, dtype: torch.dtype) -> Tensor:
    return torch.full((size, size), -torch.inf, dtype=dtype).triu(1)


def attend(
    _module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    _mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    rows: Sequence[Branches] | None = None,
    **more: Any,
) -> tuple[Tensor, None]:
    """[rows, tokens, heads, size] for queries [rows, heads, tokens, size], as transformers asks.

    Raises ValueError where the model wants more than a softmax over what comes before.
    """
    odd = [name for name in ("softcap", "sliding_window", "s_aux") if more.get(name) is not None]
    if rows is None or odd or dropout:
        raise ValueError(f"attention in branches knows nothing of {odd or 'this call'}")
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    found = [_row(query[r], key[r], value[r], one, scale) for r, one in enumerate(rows)]
    wide = query.shape[2]
    padded = [functional.pad(one, (0, 0, 0, 0, 0, wide - len(one))) for one in found]
    return torch.stack(padded), None


def _row(query: Tensor, key: Tensor, value: Tensor, one: Branches, scale: float) -> Tensor:
    """[tokens, heads, size] of one row."""
    q, k, v = (part[None, :, : one.prompt] for part in (query, key, value))
    heard = attention(q, k, v, one.causal, scale)
    mine, my_k, my_v = (_side_by_side(part[:, one.prompt :], one) for part in (query, key, value))
    told = attention(mine, _behind(k, my_k), _behind(v, my_v), one.mask, scale)
    flat = told.transpose(1, 2).flatten(0, 1)
    flat = flat if one.back is None else flat[one.back]
    return torch.cat([heard[0].transpose(0, 1), flat])


def _side_by_side(part: Tensor, one: Branches) -> Tensor:
    """[completions, heads, longest, size] of [heads, tokens, size]."""
    part = part[:, : sum(one.lengths)] if one.take is None else part[:, one.take]
    return part.reshape(len(part), len(one.lengths), one.longest, -1).transpose(0, 1)


def _behind(shared: Tensor, own: Tensor) -> Tensor:
    """What the prompt has, before each completion's own."""
    return torch.cat([shared.expand(len(own), -1, -1, -1), own], dim=2)


@contextmanager
def branching(model: Any) -> Iterator[None]:
    """Let `model` read rows in branches for one pass, which is called with `rows`.

    Raises ValueError at its end if the model has attended in a way of its own.
    """
    calls = 0

    def counted(*given: Any, **more: Any) -> tuple[Tensor, None]:
        nonlocal calls
        calls += 1
        return attend(*given, **more)

    transformers.AttentionInterface.register(NAME, counted)
    config = model.config
    before = config._attn_implementation
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before
    if not calls:
        raise ValueError("this model attends in a way of its own")

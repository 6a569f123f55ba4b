"""How much of a prompt that is too long fits: a cut in its last turn, at a space if one is near."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from prefdesk.errors import InputError
from prefdesk.models.encoding import encode
from prefdesk.records import Message

_TRIES = 8
_NEAR = 0.1
"""The part of the text in which a space is looked for, back from the cut."""


def fitting(
    model: Any,
    content: str | Sequence[Message],
    limit: int,
    *,
    system: str = "",
    template: str = "chat",
) -> tuple[int, int] | None:
    """How many characters of the last turn can stay, and how many tokens the prompt has then.

    None if there is nothing sensible to cut: the last turn is not a person's, or hardly anything
    of it would be left beside what stands around it.
    """
    last = content if isinstance(content, str) else content[-1].content
    if not isinstance(content, str) and content[-1].role != "user":
        return None

    def size(keep: int) -> int:
        return len(encode(model, _cut(content, keep), system=system, template=template))

    try:
        around = size(1)
        if around >= limit:
            return None
        keep = _reaching(model, last, limit - around)
        for _ in range(_TRIES):
            keep = _at_space(last, keep)
            if keep < 1:
                return None
            n = size(keep)
            if n <= limit:
                return keep, n
            keep = int(keep * limit / n * 0.98)
    except InputError:
        return None
    return None


def _cut(content: str | Sequence[Message], keep: int) -> str | tuple[Message, ...]:
    if isinstance(content, str):
        return content[:keep]
    return (*content[:-1], replace(content[-1], content=content[-1].content[:keep]))


def _reaching(model: Any, text: str, n_tokens: int) -> int:
    """How many characters the first `n_tokens` tokens of a text have."""
    tokenizer = getattr(model, "tokenizer", model)
    # Nobody's tokens are longer than this on average, and a book need not be cut into tokens.
    text = text[: 64 * n_tokens]
    if not tokenizer.is_fast:
        return min(len(text), 3 * n_tokens)
    offsets = tokenizer(
        text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True,
        return_attention_mask=False, verbose=False,
    )["offset_mapping"]  # fmt: skip
    return len(text) if len(offsets) <= n_tokens else int(offsets[n_tokens - 1][1])


def _at_space(text: str, keep: int) -> int:
    if keep >= len(text) or text[keep : keep + 1].isspace():
        return keep
    for at in range(keep, max(0, int(keep * (1 - _NEAR))), -1):
        if text[at - 1].isspace():
            return at - 1
    return keep

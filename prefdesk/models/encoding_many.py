"""Many prompts to token ids at once, with the same result as `encode` one by one.

The tokenizer cuts the rendered texts in one call of its batch function. Only prompts that hold a
control string, and those that the chat template refuses, go the slow way.
"""

from collections.abc import Sequence
from typing import Any

from prefdesk.errors import InputError
from prefdesk.models.encoding import _control_strings, _ids, _render, _turns, encode
from prefdesk.models.library import transformers
from prefdesk.records import Message

Content = str | Sequence[Message]


def encode_many(
    model: Any,
    contents: Sequence[Content],
    *,
    system: str = "",
    template: str = "chat",
) -> list[tuple[int, ...] | InputError]:
    """Token ids of prompts; in the place of a prompt that cannot be encoded stands the reason.

    `ModelError` if there is no chat template: then none of them can.
    """
    tokenizer = getattr(model, "tokenizer", model)
    if template == "chat" and not tokenizer.chat_template:
        _render(tokenizer, [], template)  # says so
    marked = set(with_control(tokenizer, contents, system))
    easy = [i for i in range(len(contents)) if i not in marked and contents[i]]
    texts = _rendered(tokenizer, [contents[i] for i in easy], system, template)
    found: dict[int, tuple[int, ...]] = {}
    if texts is not None:
        found = dict(zip(easy, _many_ids(tokenizer, texts, template), strict=True))
    return [
        found[i] if i in found else _one(tokenizer, content, system, template)
        for i, content in enumerate(contents)
    ]


def with_control(
    tokenizer: Any, contents: Sequence[Content], system: str = ""
) -> dict[int, list[str]]:
    """The prompts that hold control strings of the tokenizer, with those strings, by position.

    A control string in the system text counts for all of them.
    """
    control = _control_strings(tokenizer)
    texts = [c if isinstance(c, str) else "\n".join(m.content for m in c) for c in contents]
    # One look at all of them together: nearly always there is none.
    together = "\0".join(texts)
    present = [s for s in control if s in together]
    in_system = [s for s in control if system and s in system]
    if not present and not in_system:
        return {}
    found = {i: [s for s in control if s in t or s in in_system] for i, t in enumerate(texts)}
    return {i: strings for i, strings in found.items() if strings}


def _one(
    tokenizer: Any, content: Content, system: str, template: str
) -> tuple[int, ...] | InputError:
    try:
        return encode(tokenizer, content, system=system, template=template)
    except InputError as error:
        return error


def _rendered(
    tokenizer: Any, contents: Sequence[Content], system: str, template: str
) -> list[str] | None:
    """The texts that the tokenizer cuts; None if the template refuses one of them."""
    turns = [_turns(content, system) for content in contents]
    if template == "plain":
        return [_render(tokenizer, one, template) for one in turns]
    rows = [[{"role": t.role, "content": t.content} for t in one] for one in turns]
    try:
        texts = tokenizer.apply_chat_template(rows, tokenize=False, add_generation_prompt=True)
    except MemoryError:
        raise
    except Exception:  # a template is a program, and may raise anything
        return None
    return [str(text) for text in texts]


def _many_ids(tokenizer: Any, texts: Sequence[str], template: str) -> list[tuple[int, ...]]:
    """As `_ids` for each of the texts."""
    if not texts:
        return []
    kind = type(tokenizer)
    if kind._encode_plus is not transformers.PreTrainedTokenizerFast._encode_plus:
        return [_ids(tokenizer, text, template) for text in texts]
    # What transformers does, without building a dictionary for every text.
    plain, backend = template == "plain", tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    backend.encode_special_tokens = False
    found = backend.encode_batch_fast(list(texts), add_special_tokens=plain)
    ids = [tuple(one.ids) for one in found]
    if plain:
        end = tokenizer.eos_token_id
        ids = [one[:-1] if one and one[-1] == end else one for one in ids]
    return ids

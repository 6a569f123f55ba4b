"""From prompts to token ids: chat template or plain text, control tokens only from the template.

A prompt is text from somebody, so `<|im_end|>` inside it must stay text. Where a prompt holds
such a string, its letters are masked while the template runs, the template's own control tokens
are found in the result, and everything between them is cut into tokens as plain text.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prefdesk.errors import InputError, ModelError
from prefdesk.models import folder, template_trial
from prefdesk.models.library import LOCAL, transformers
from prefdesk.models.settings import read_config
from prefdesk.records import Message

_MASK_FROM = 0xF0000
"""First code point of a private plane, from which stand-ins for masked letters are taken."""


def load_tokenizer(path: Path | str) -> Any:
    """The tokenizer of a model folder, which is inspected first; padding is on the left."""
    folder.inspect(path)
    return read_tokenizer(Path(path))


def read_tokenizer(path: Path) -> Any:
    """As `load_tokenizer`, for a folder that was inspected already."""
    template_trial.require_harmless(path)
    config = read_config(path)
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(path, config=config, **LOCAL)
    except Exception as error:  # the tokenizers library raises bare exceptions
        raise ModelError(
            f"The tokenizer cannot be loaded: {_first_line(error)}.",
            "The folder needs a tokenizer.json of the same model.",
        ) from error
    tokenizer.padding_side = "left"
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None:
        # Left over from its training, they cut long texts until transformers switches them off
        # at the first call, and the fingerprint would change with that.
        backend.no_padding()
        backend.no_truncation()
    return tokenizer


def encode(
    model: Any,
    content: str | Sequence[Message],
    *,
    system: str = "",
    template: str = "chat",
) -> tuple[int, ...]:
    """Token ids of a prompt, up to where the model's answer begins.

    `model` is a policy or a tokenizer; `content` a text or the turns of a conversation. With
    `template` chat the tokenizer's chat template is applied and `system` is its system text;
    with plain the texts are joined by an empty line, after the start token if the model has one.
    Raises `ModelError` if there is no chat template, `InputError` if it refuses the turns.
    """
    tokenizer = getattr(model, "tokenizer", model)
    turns = _turns(content, system)
    control = _control_strings(tokenizer)
    if not any(s in turn.content for turn in turns for s in control):
        return _ids(tokenizer, _render(tokenizer, turns, template), template)
    masked, unmask = _mask(turns, control)
    text = _render(tokenizer, masked, template)
    return tuple(_encode_apart(tokenizer, text, control, unmask, template))


def encode_answer(model: Any, text: str) -> tuple[int, ...]:
    """Token ids of an answer as the model would have to write it, its end token included.

    Control tokens inside it stay text. `model` is a policy or a tokenizer.
    """
    tokenizer = getattr(model, "tokenizer", model)
    ids = _ids(tokenizer, text, "chat", split=True)
    return ids if tokenizer.eos_token_id is None or not ids else (*ids, tokenizer.eos_token_id)


def templated(
    model: Any,
    content: str | Sequence[Message],
    *,
    system: str = "",
    template: str = "chat",
) -> str:
    """The exact text that `encode` cuts into tokens."""
    tokenizer = getattr(model, "tokenizer", model)
    masked, unmask = _mask(_turns(content, system), _control_strings(tokenizer))
    return _render(tokenizer, masked, template).translate(unmask)


def token_texts(model: Any, ids: Sequence[int]) -> list[tuple[int, str, bool]]:
    """Each token's id, its text, and whether it is a control token.

    Tokens that hold a part of a character only are named as the vocabulary writes them.
    """
    tokenizer = getattr(model, "tokenizer", model)
    control = set(_control_strings(tokenizer))
    names = tokenizer.convert_ids_to_tokens(list(ids))
    texts = tokenizer.batch_decode([[i] for i in ids], skip_special_tokens=False)
    return [
        (i, name if "\ufffd" in text or not text else text, name in control)
        for i, name, text in zip(ids, names, texts)
    ]


def tokenizer_fingerprint(tokenizer: Any) -> str:
    """32 hex digits that name the tokenizer and its chat template."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    body = backend.to_str() if backend is not None else repr(sorted(tokenizer.get_vocab().items()))
    digest = hashlib.blake2b(body.encode(), digest_size=16)
    digest.update(repr(tokenizer.chat_template).encode())
    return digest.hexdigest()


def encoding_fingerprint(model: Any, *, system: str = "", template: str = "chat") -> str:
    """32 hex digits: prompts encoded under the same fingerprint have the same token ids."""
    tokenizer = getattr(model, "tokenizer", model)
    parts = (tokenizer_fingerprint(tokenizer), template, system)
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _turns(content: str | Sequence[Message], system: str) -> list[Message]:
    turns = [Message("user", content)] if isinstance(content, str) else list(content)
    if not turns:
        raise InputError("The prompt is empty.")
    if system and all(turn.role != "system" for turn in turns):
        turns.insert(0, Message("system", system))
    return turns


def _render(tokenizer: Any, turns: Sequence[Message], template: str) -> str:
    if template == "plain":
        return "\n\n".join(turn.content for turn in turns)
    if not tokenizer.chat_template:
        raise ModelError(
            "This model has no chat template.", "Choose the template plain in the settings."
        )
    rows = [{"role": turn.role, "content": turn.content} for turn in turns]
    try:
        return str(tokenizer.apply_chat_template(rows, tokenize=False, add_generation_prompt=True))
    except MemoryError:
        raise
    except Exception as error:  # a template is a program, and may raise anything
        raise InputError(
            f"The model's chat template refuses this prompt: {_first_line(error)}.",
            "Some models take no system text and want user and assistant in turn.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def _control_strings(tokenizer: Any) -> list[str]:
    """The texts that the tokenizer turns into control tokens, longest first."""
    added = [t.content for t in tokenizer.added_tokens_decoder.values() if t.special]
    return sorted({*added, *tokenizer.all_special_tokens}, key=lambda s: (-len(s), s))


def _mask(turns: Sequence[Message], control: Sequence[str]) -> tuple[list[Message], dict[int, str]]:
    """The turns with every control string's letters replaced, and the table that undoes it.

    Letter by letter, so that a template that trims or splits the text does the same as before.
    """
    used = {c for turn in turns for c in turn.content}
    spare = (chr(p) for p in range(_MASK_FROM, _MASK_FROM + 0xFFFE) if chr(p) not in used)
    table = {ord(c): next(spare) for c in sorted({c for s in control for c in s})}
    pattern = re.compile("|".join(map(re.escape, control)) or r"(?!)")
    masked = [
        Message(t.role, pattern.sub(lambda m: m[0].translate(table), t.content)) for t in turns
    ]
    return masked, {ord(stand_in): chr(letter) for letter, stand_in in table.items()}


def _encode_apart(
    tokenizer: Any, text: str, control: Sequence[str], unmask: dict[int, str], template: str
) -> Iterator[int]:
    """Token ids of `text`: control tokens where they stand unmasked, plain text between them."""
    if template == "plain":
        yield from _ids(tokenizer, text.translate(unmask), template, split=True)
        return
    for piece in re.split(f"({'|'.join(map(re.escape, control))})", text):
        if piece in control:
            yield tokenizer.convert_tokens_to_ids(piece)
        elif piece:
            yield from _ids(tokenizer, piece.translate(unmask), template, split=True)


def _ids(tokenizer: Any, text: str, template: str, *, split: bool = False) -> tuple[int, ...]:
    """Token ids of `text`; with `split`, control strings in it are plain text."""
    plain = template == "plain"
    ids = tokenizer(
        text,
        add_special_tokens=plain,  # a chat template writes its own start token
        split_special_tokens=split,
        return_attention_mask=False,
        verbose=False,
    )["input_ids"]
    if plain and ids and ids[-1] == tokenizer.eos_token_id:
        ids = ids[:-1]  # some tokenizers close the text, and the model is to go on
    return tuple(ids)

"""JSON from strangers: what Python's reader lets through in silence is refused by name."""

import json
import math
from collections import Counter
from typing import Any

MAX_DIGITS = 400


class Refused(ValueError):
    """Why a value or a row cannot be used, as the rest of a sentence."""


def parse(text: str) -> Any:
    """The value of one JSON text.

    Refused: NaN and infinities (also 1e999), numbers of more than `MAX_DIGITS` digits, a key
    that appears twice in one object, nesting beyond the interpreter's limit.
    """
    try:
        return json.loads(
            text,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise Refused(f"not valid JSON at character {error.pos + 1}: {error.msg.lower()}") from None
    except RecursionError:
        raise Refused("nested too deeply") from None


def as_text(value: Any) -> str:
    """A JSON value as the text of a cell: strings as they are, null empty, the rest as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise Refused("nested too deeply") from None


def storable(text: str, what: str) -> str:
    """The text itself, if a file can hold it; NUL and half characters are refused."""
    if "\0" in text:
        raise Refused(f"{what} holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(f"{what} holds half of a character (a lone surrogate)") from None
    return text


def _constant(word: str) -> Any:
    raise Refused(f"{word} is not a number that JSON knows")


def _float(digits: str) -> float:
    value = float(digits) if len(digits) <= MAX_DIGITS else math.inf
    if not math.isfinite(value):
        raise Refused(f"the number {digits[:20]} is too large or too long")
    return value


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Refused(f"a number has {len(digits)} digits")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise Refused(f"the key {twice[:40]!r} appears twice")
    return made

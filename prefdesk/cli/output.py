"""What the commands print: sentences and counts for people, one document for programs."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from prefdesk.cli import streams
from prefdesk.formats import visible
from prefdesk.project import Range


def document(body: Any) -> None:
    """Print one JSON document in UTF-8 on standard output.

    Bytes become hexadecimal; numbers that are not finite, which JSON does not have, null.
    """
    streams.use_utf8()
    streams.write(json.dumps(_plain(body), ensure_ascii=False, allow_nan=False, indent=1))


def documents(bodies: Iterable[Any]) -> None:
    """As `document` for a list, whose elements are printed as they come."""
    streams.use_utf8()
    between = "["
    for body in bodies:
        text = json.dumps(_plain(body), ensure_ascii=False, allow_nan=False)
        streams.write(f"{between}{text}")
        between = ","
    streams.write("]" if between == "," else "[]")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (str, int)) else str(value)


def show(text: str = "") -> None:
    """A result for the person at the terminal; hidden characters in it are made visible."""
    streams.write(visible(text))


def say(text: str) -> None:
    """A sentence for the person at the terminal, on standard error, apart from the results."""
    streams.tell(visible(text))


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 rating`, `2 ratings`, `0 ratings`."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def are(n: int) -> str:
    """The verb after a number: `1 is`, `2 are`."""
    return f"{n} {'is' if n == 1 else 'are'}"


def figure(found: Range | None, digits: int = 2) -> str:
    """A figure with its interval: `7.1 (6.7 to 7.5)`, or nothing."""
    if found is None or found.value is None:
        return ""
    text = f"{found.value:.{digits}f}"
    if found.low is None or found.high is None:
        return text
    return f"{text} ({found.low:.{digits}f} to {found.high:.{digits}f})"

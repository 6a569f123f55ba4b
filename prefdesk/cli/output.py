"""What the commands print: small aligned tables for people, one document for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from prefdesk.project import Range


def document(body: Any) -> None:
    """Print one JSON document on standard output; bytes become hexadecimal."""
    print(json.dumps(body, default=_plain, ensure_ascii=False, indent=1))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def say(text: str) -> None:
    """A sentence for the person at the terminal, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table: text to the left, numbers to the right, empty where there is nothing."""
    cells = [[_cell(v) for v in row] for row in rows]
    widths = [max(len(head[i]), *(len(r[i]) for r in cells), 0) for i in range(len(head))]
    right = [all(_number(row[i]) for row in rows) for i in range(len(head))]
    for line in [list(head), ["-" * w for w in widths], *cells]:
        parts = [
            t.rjust(w) if r else t.ljust(w) for t, w, r in zip(line, widths, right, strict=True)
        ]
        print("  ".join(parts).rstrip())


def figure(found: Range | None, digits: int = 2) -> str:
    """A figure with its interval: `7.1 (6.7 to 7.5)`, or nothing."""
    if found is None or found.value is None:
        return ""
    text = f"{found.value:.{digits}f}"
    if found.low is None or found.high is None:
        return text
    return f"{text} ({found.low:.{digits}f} to {found.high:.{digits}f})"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))

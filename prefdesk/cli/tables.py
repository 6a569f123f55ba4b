"""Small aligned tables for a terminal."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from prefdesk.cli import streams
from prefdesk.formats import visible


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table: text to the left, numbers to the right, empty where there is nothing."""
    streams.write("\n".join(lines(head, rows)))


def lines(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """The table line by line; every cell is one line that cannot act on the terminal."""
    cells = [[_cell(v) for v in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(head, *cells, strict=True)]
    right = [all(_is_number(row[i]) for row in rows) for i in range(len(head))]
    return [
        "  ".join(_filled(*one) for one in zip(line, widths, right, strict=True)).rstrip()
        for line in [list(head), ["-" * w for w in widths], *cells]
    ]


def width(text: str) -> int:
    """Columns that a terminal gives the text: two for wide characters, none for marks."""
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _filled(text: str, columns: int, right: bool) -> str:
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".replace("-0.00", "0.00")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value)).replace("\n", "⏎").replace("\t", " ")


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))

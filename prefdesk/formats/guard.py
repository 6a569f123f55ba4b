"""Cells that a spreadsheet would run as a formula, made harmless on the way out and restored.

A leading apostrophe makes a spreadsheet show a cell as text. One is added to every text cell
that begins with a formula character, also behind blanks or apostrophes, so that taking exactly
one away again is the exact inverse.
"""

import re

_SKIPPED = r"\s\ufeff\u200b"
_FORMULA = re.compile(rf"'*(?:[\t\r\n]|[{_SKIPPED}]*[=+\-@|%＝＋－＠])")


def guarded(text: str) -> str:
    """The cell as it is written to CSV."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The cell as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text

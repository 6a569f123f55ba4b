"""The elements of one JSON list, one after the other, each with the line it begins on.

A list of a hundred thousand objects is never in memory as a whole: a text of JSON cannot hold a
line end, so brackets and commas are found line by line, and only one element is put together.
"""

import re
from collections.abc import Iterator

from prefdesk.formats.lines import MAX_LINE_BYTES, TOO_LONG

# A text that is not closed takes the rest of its line, so that no second quote is tried from there.
_TOKEN = re.compile(
    r'(?P<text>"[^"\\]*(?:\\.[^"\\]*)*")|(?P<torn>"[\s\S]*)'
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)"
)

Element = tuple[int, str | None]
"""The line and the JSON text of an element; None for one that is longer than a line may be."""


class Broken(ValueError):
    """The list cannot be read on: the line, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def elements(lines: Iterator[tuple[int, str | None]]) -> Iterator[Element]:
    """Cut the elements of a list out of numbered lines, the first of which opens the list.

    Raises `Broken` where nobody knows where the next element begins.
    """
    cutter, number = _Cutter(), 0
    for number, text in lines:
        if text is None:
            raise Broken(number, TOO_LONG)
        yield from cutter.take(number, text)
    if not cutter.done:
        raise Broken(number, "the list is not closed; the file seems to be cut off")


class _Cutter:
    """Where in the list the reader is."""

    def __init__(self) -> None:
        self.done = False
        self._depth = 0
        self._parts: list[str] = []
        self._size = 0
        self._line = 0
        self._expected = False

    def take(self, number: int, text: str) -> Iterator[Element]:
        """The elements that end in this line."""
        at = 0
        for token in () if self.done else _TOKEN.finditer(text):
            kind = token.lastgroup
            if kind == "torn":
                raise Broken(number, "a text opens here and is not closed; the rest was not read")
            self._depth += (kind == "open") - (kind == "close")
            if kind == "open" and self._depth == 1:
                at = token.end()
            elif self._depth == 0 or (kind == "comma" and self._depth == 1):
                self._add(number, text[at : token.start()])
                at = token.end()
                yield from self._finished(number, is_last=kind == "close")
                if self.done:
                    break
        if not self.done:
            self._add(number, text[at:])
        elif text[at:].strip():
            raise Broken(number, "something follows the end of the list")

    def _add(self, number: int, part: str) -> None:
        if not self._size:
            part = part.lstrip(" \t\r\n")
            self._line = number
        self._size += len(part)
        # A part of an element that is too long is counted and not kept.
        if self._size <= MAX_LINE_BYTES:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _finished(self, number: int, *, is_last: bool) -> Iterator[Element]:
        if self._size:
            yield self._line, "".join(self._parts) if self._size <= MAX_LINE_BYTES else None
        elif self._expected or not is_last:
            raise Broken(number, "a comma with nothing beside it")
        self._parts.clear()
        self._size, self._expected, self.done = 0, not is_last, is_last

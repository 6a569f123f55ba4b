"""Records of CSV and TSV files with the line each begins on; broken ones are told, not raised."""

import csv
from collections.abc import Callable, Iterator
from typing import Self

from prefdesk.errors import BadRow
from prefdesk.formats.lines import MAX_LINE_BYTES, TOO_LONG, Lines

Record = tuple[int, list[str]]


class _LongLine(Exception):
    pass


class Feed:
    """Lines for the csv module, which remembers where it is and survives an oversized one."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._ahead: tuple[int, str | None] | None = None
        self.number = 0

    def peek(self) -> str:
        """The first line that is not blank, without taking it; blank ones before it go."""
        filled = (line for line in self._lines if line[1] is None or line[1].strip())
        self._ahead = next(filled, None)
        return (self._ahead and self._ahead[1]) or ""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        self.number, text = self._ahead or next(self._lines)
        self._ahead = None
        if text is None:
            raise _LongLine
        return text


def delimiter(header: str) -> str:
    """Comma, semicolon or tab: the one that the header has most of outside quotes."""
    # Quoted parts may hold any delimiter; every second piece between quotes is a quoted one.
    bare = "".join(header.split('"')[::2])
    return max(",;\t", key=bare.count)


def records(
    feed: Feed, delimiter: str, bad: Callable[[int, str], BadRow]
) -> Iterator[BadRow | Record]:
    """Records with the line each begins on, blank ones too; `bad` makes the row for a broken one.

    A quote that is not closed ends the file: nobody knows where the next record begins.
    """
    # The limit belongs to the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        start = feed.number + 1
        try:
            yield start, next(reader)
        except StopIteration:
            return
        except _LongLine:
            yield bad(feed.number, TOO_LONG)
        except csv.Error as error:
            if "expected after" in str(error):
                yield bad(start, "text after a closing quote; inside a cell a quote is doubled")
                continue
            if "end of data" in str(error) or "field limit" in str(error):
                yield bad(start, "a quote opens here and is not closed; the rest was not read")
                return
            yield bad(start, f"not readable as CSV: {error}")

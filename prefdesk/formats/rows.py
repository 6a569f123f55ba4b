"""Rows of a file as columns with values, whatever the file's kind: JSONL, JSON, CSV, TSV, TXT."""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Self

from prefdesk.errors import BadRow, InputError
from prefdesk.formats.delimited import Feed, Record, delimiter, records
from prefdesk.formats.guard import unguarded
from prefdesk.formats.jsonlist import Broken, Element, elements
from prefdesk.formats.jsontext import Refused, parse
from prefdesk.formats.lines import TOO_LONG, Lines, Notify, read_lines

MAX_COLUMNS = 1000

KINDS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "txt",
    ".text": "txt",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on and its values by column."""

    line: int
    values: dict[str, Any]


class Rows(AbstractContextManager["Rows"]):
    """An open file; iterate once.

    `columns` are the names met so far; `fixed` says that a header named them all in advance.
    """

    def __init__(self, path: Path, lines: Lines, kind: str) -> None:
        self.name = path.name
        self.columns: dict[str, None] = {}
        self.fixed = kind != "jsonl"
        self._lines = lines
        if kind == "jsonl":
            self._rows = self._objects()
        elif kind == "txt":
            self.columns = {"text": None}
            self._rows = self._texts()
        else:
            self._rows = self._cells(kind)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._lines.close()

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self._rows

    def _bad(self, line: int, reason: str) -> BadRow:
        return BadRow(self.name, line, reason)

    def _texts(self) -> Generator[Row | BadRow, None, None]:
        for number, text in self._lines:
            if text is None:
                yield self._bad(number, TOO_LONG)
            elif text.strip():
                yield Row(number, {"text": text.rstrip("\r\n")})

    def _objects(self) -> Generator[Row | BadRow, None, None]:
        filled = (line for line in self._lines if line[1] is None or line[1].strip(" \t\r\n"))
        first = next(filled, None)
        if first is None:
            return
        begin = (first[1] or "").strip()
        if begin == "{":
            raise InputError(
                f"{self.name} is one JSON object over several lines.",
                "Write one object on each line (JSON lines), or a list of objects.",
            )
        lines = chain([first], filled)
        # In JSON lines a list in one line is a row, if one that cannot be used.
        is_list = begin == "[" or (begin[:1] == "[" and self.name.lower().endswith(".json"))
        for found in self._listed(lines) if is_list else lines:
            yield found if isinstance(found, BadRow) else self._object(*found)

    def _listed(self, lines: Iterator[tuple[int, str | None]]) -> Iterator[BadRow | Element]:
        try:
            yield from elements(lines)
        except Broken as error:
            yield self._bad(error.line, error.reason)

    def _object(self, number: int, text: str | None) -> Row | BadRow:
        if text is None:
            return self._bad(number, TOO_LONG)
        try:
            value = parse(text)
        except Refused as why:
            return self._bad(number, str(why))
        if isinstance(value, str):
            value = {"prompt": value}
        if not isinstance(value, dict):
            return self._bad(number, f"{_json_kind(value)}, not an object in braces")
        if len(self.columns) + len(value) <= MAX_COLUMNS:
            self.columns.update(dict.fromkeys(value))
        elif not value.keys() <= self.columns.keys():
            return self._bad(number, f"more than {MAX_COLUMNS} column names in one file")
        return Row(number, value)

    def _cells(self, kind: str) -> Generator[Row | BadRow, None, None]:
        """Rows of a delimited file; the header is read now, the rows when they are asked for."""
        feed = Feed(self._lines)
        first = feed.peek()
        found = records(feed, "\t" if kind == "tsv" else delimiter(first), self._bad)
        header = next((r for r in found if isinstance(r, BadRow) or r[1]), None)
        if isinstance(header, BadRow):
            raise InputError(f"The header of {self.name} cannot be read: {header.reason}.")
        if header is not None:
            self.columns = dict.fromkeys(self._names(header[1]))
        return self._named(found)

    def _names(self, header: list[str]) -> list[str]:
        if len(header) > MAX_COLUMNS:
            raise InputError(f"{self.name} has {len(header)} columns; {MAX_COLUMNS} is the most.")
        names = [unguarded(n).strip() or f"column {i}" for i, n in enumerate(header, 1)]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise InputError(f"{self.name} has two columns called {twice!r}.", "Rename one.")
        return names

    def _named(self, found: Iterator[BadRow | Record]) -> Generator[Row | BadRow, None, None]:
        names = list(self.columns)
        for record in found:
            if isinstance(record, BadRow):
                yield record
                continue
            line, cells = record
            if len(cells) == len(names):
                yield Row(line, dict(zip(names, map(unguarded, cells))))
            elif cells:
                yield self._bad(line, f"{len(cells)} cells where the header has {len(names)}")


def open_rows(
    path: Path,
    *,
    notify: Notify | None = None,
    cancelled: Callable[[], bool] | None = None,
    kinds: tuple[str, ...] = ("jsonl", "csv", "tsv", "txt"),
) -> Rows:
    """Open a file by its suffix; `InputError` for other kinds and for a header that is no use."""
    kind = KINDS.get(path.suffix.lower())
    if kind not in kinds or kind is None:
        known = ", ".join(s for s, k in KINDS.items() if k in kinds)
        raise InputError(f"{path.name} is of no kind that can be read here.", f"Known are {known}.")
    lines = read_lines(path, notify=notify, cancelled=cancelled)
    try:
        return Rows(path, lines, kind)
    except BaseException:
        lines.close()
        raise


def _json_kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else f"the value {str(value)[:40]}"

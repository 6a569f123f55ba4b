"""Ratings of any study from one table: whatever the columns are called and the scale is.

Unlike `ratings`, which reads for a project, nothing here has to exist elsewhere: raters, items
and prompts are the names in the file, scores any finite number. Rows that cannot be used are
told with their line and left out; a file of which nothing is left is an error.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefdesk.errors import BadRow, InputError, RowErrors
from prefdesk.formats.fields import find, missing, plain
from prefdesk.formats.jsontext import Refused, as_text, storable
from prefdesk.formats.rows import Row, Rows, open_rows

MAX_ROWS = 10_000_000
MAX_BAD_ROWS = 10_000

ALIASES: dict[str, tuple[str, ...]] = {
    "rater": ("rater", "annotator", "rater_name", "rater_id", "worker", "user"),
    "item": ("item", "completion", "completion_id", "item_id"),
    "score": ("score", "rating"),
    "prompt": ("prompt", "prompt_id"),
    "criterion": ("aspect", "criterion"),
    "seconds": ("seconds", "elapsed_s"),
    "order": ("order",),
    "winner": ("winner", "chosen"),
    "loser": ("loser", "rejected"),
    "tie": ("tie",),
    "rank": ("rank",),
    "found": ("found",),
    "missed": ("missed",),
}
"""For each field the column names that are taken for it, best first."""

GROUPS = ("prompt", "prompt_id", "group")
"""Pairs and rankings are always made within a group, so there a column `group` means one."""

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,20}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
)
_TRUE = ("1", "true", "yes", "tie")
_FALSE = ("", "0", "false", "no")


@dataclass(slots=True)
class Scores:
    """Ratings as equally long columns; `seconds` and `order` hold nan where a cell is empty.

    `prompt`, `seconds` and `order` are None where the file has no such column. `lines` are the
    lines of the rows, `bad` the refused ones and `notes` sentences on what was decided.
    """

    name: str
    rater: list[str] = field(default_factory=list)
    item: list[str] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    prompt: list[str] | None = None
    seconds: list[float] | None = None
    order: list[float] | None = None
    lines: list[int] = field(default_factory=list)
    repeated: int = 0
    bad: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pairs:
    """Comparisons as columns; where `tie` is true, winner and loser are only the two sides."""

    name: str
    rater: list[str] = field(default_factory=list)
    winner: list[str] = field(default_factory=list)
    loser: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    tie: list[bool] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


@dataclass(slots=True)
class Ranks:
    """Rankings as columns: each rater's place (1 is best) of each item of a group."""

    name: str
    rater: list[str] = field(default_factory=list)
    item: list[str] = field(default_factory=list)
    rank: list[float] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_scores(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    *,
    criterion: str = "",
    scale: tuple[float, float] | None = None,
) -> Scores:
    """Read scores from CSV, TSV or JSONL; `columns` names the column of a field that is chosen.

    A rater's last score of an item counts. `InputError` for a file that cannot be read, lacks a
    needed column or holds several criteria of which none is chosen; `RowErrors` if no row, or
    fewer than all but `MAX_BAD_ROWS`, can be used.
    """
    read = Scores(Path(path).name)
    last: dict[tuple[str, str, str], int] = {}
    seen: dict[str, None] = {}
    with _opened(path, dict(columns or {}), ("rater", "item", "score")) as table:
        if "criterion" not in table.fields and criterion:
            raise missing(read.name, "column 'aspect' or 'criterion'", table.columns)
        for name in ("prompt", "seconds", "order"):
            setattr(read, name, [] if name in table.fields else None)
        for line, cells in table.cells(read.bad):
            named = cells.get("criterion", "").strip()
            seen.setdefault(named)
            if criterion and plain(named) != plain(criterion):
                continue
            if not criterion and len(seen) > 1:
                raise _several(read.name, seen)
            try:
                _add_score(read, last, line, cells, scale)
            except Refused as why:
                table.refuse(read.bad, line, str(why))
    if criterion and not read.score and not read.bad:
        raise InputError(
            f"{read.name} has no ratings of {criterion!r}.",
            f"Its criteria are {', '.join(list(seen)[:12])}.",
        )
    _some(read.name, len(read.score), read.bad)
    _note(read)
    return read


def read_pairs(path: str | Path, columns: Mapping[str, str] | None = None) -> Pairs:
    """Read pairs: rater, winner, loser, if wanted group (or prompt) and tie. Errors as scores."""
    read = Pairs(Path(path).name)
    with _opened(path, dict(columns or {}), ("rater", "winner", "loser"), GROUPS) as table:
        for line, cells in table.cells(read.bad):
            try:
                winner, loser = _name(cells, "winner"), _name(cells, "loser")
                if winner == loser:
                    raise Refused(f"{winner[:40]!r} is compared with itself")
                rater, tie = _name(cells, "rater"), _truth(cells.get("tie", ""))
            except Refused as why:
                table.refuse(read.bad, line, str(why))
                continue
            read.rater.append(rater)
            read.winner.append(winner)
            read.loser.append(loser)
            read.group.append(cells.get("prompt", "").strip())
            read.tie.append(tie)
    _some(read.name, len(read.rater), read.bad)
    return read


def read_ranks(
    path: str | Path, columns: Mapping[str, str] | None = None, *, criterion: str = ""
) -> Ranks:
    """Read rankings: rater, item, rank and if wanted prompt (or group). Errors as scores."""
    read = Ranks(Path(path).name)
    seen: dict[str, None] = {}
    with _opened(path, dict(columns or {}), ("rater", "item", "rank"), GROUPS) as table:
        for line, cells in table.cells(read.bad):
            named = cells.get("criterion", "").strip()
            seen.setdefault(named)
            if criterion and plain(named) != plain(criterion):
                continue
            if not criterion and len(seen) > 1:
                raise _several(read.name, seen)
            try:
                rater, item = _name(cells, "rater"), _name(cells, "item")
                rank = number(cells.get("rank", ""), "rank")
            except Refused as why:
                table.refuse(read.bad, line, str(why))
                continue
            read.rater.append(rater)
            read.item.append(item)
            read.rank.append(rank)
            read.group.append(cells.get("prompt", "").strip())
    _some(read.name, len(read.rater), read.bad)
    return read


def read_checks(path: str | Path) -> dict[str, tuple[int, int]]:
    """Attention checks by rater: how many were found and missed. Several rows are added up."""
    checks: dict[str, tuple[int, int]] = {}
    bad: list[BadRow] = []
    with _opened(path, {}, ("rater", "found", "missed")) as table:
        for line, cells in table.cells(bad):
            try:
                rater = _name(cells, "rater")
                found, missed = (_count(cells[k], k) for k in ("found", "missed"))
            except Refused as why:
                table.refuse(bad, line, str(why))
                continue
            before = checks.get(rater, (0, 0))
            checks[rater] = (before[0] + found, before[1] + missed)
    if bad:
        raise RowErrors(f"{Path(path).name} has rows that cannot be used.", bad)
    _some(Path(path).name, len(checks), bad)
    return checks


class _Table:
    """An open file whose columns are known by what they hold."""

    def __init__(self, rows: Rows, fields: dict[str, str], chosen: Mapping[str, str]) -> None:
        self.fields, self._chosen, self._rows = fields, chosen, rows
        self.columns = tuple(rows.columns)

    def __enter__(self) -> "_Table":
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.__exit__()

    def cells(self, bad: list[BadRow]) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and text by field of every row."""
        count = 0
        for row in self._rows:
            if not isinstance(row, Row):
                self.refuse(bad, row.line, row.reason)
                continue
            count += 1
            if count > MAX_ROWS:
                raise InputError(f"{self._rows.name} has more than {MAX_ROWS:,} rows.")
            try:
                yield row.line, {f: _text(row.values.get(c), f) for f, c in self.fields.items()}
            except Refused as why:
                self.refuse(bad, row.line, str(why))

    def refuse(self, bad: list[BadRow], line: int, reason: str) -> None:
        """Keep why a row is not used; too many of them end the reading."""
        bad.append(BadRow(self._rows.name, line, reason))
        if len(bad) > MAX_BAD_ROWS:
            raise RowErrors(
                f"More than {MAX_BAD_ROWS:,} rows of {self._rows.name} cannot be used.", bad
            )


def _opened(
    path: str | Path,
    chosen: dict[str, str],
    needed: tuple[str, ...],
    groups: tuple[str, ...] = ALIASES["prompt"],
) -> _Table:
    rows = open_rows(Path(path), kinds=("csv", "tsv", "jsonl"))
    try:
        if not rows.fixed:  # the names in JSON lines are those of its first object
            names = _first_names(path)
        else:
            names = tuple(rows.columns)
        if not names:
            raise InputError(f"{rows.name} is empty.")
        return _Table(rows, _fields(rows.name, names, chosen, needed, groups), chosen)
    except BaseException:
        rows.__exit__()
        raise


def _first_names(path: str | Path) -> tuple[str, ...]:
    with open_rows(Path(path), kinds=("csv", "tsv", "jsonl")) as rows:
        return next((tuple(r.values) for r in rows if isinstance(r, Row)), ())


def _fields(
    name: str,
    columns: tuple[str, ...],
    chosen: Mapping[str, str],
    needed: tuple[str, ...],
    groups: tuple[str, ...],
) -> dict[str, str]:
    fields: dict[str, str] = {}
    for what, column in chosen.items():
        there = find(column, columns)
        if there is None:
            raise missing(name, f"column {column[:40]!r}", columns)
        fields[what] = there
    free = {plain(c): c for c in reversed(columns) if c not in fields.values()}
    for what, aliases in {**ALIASES, "prompt": groups}.items():
        there = next((free[a] for a in aliases if a in free), None)
        if what not in fields and there is not None:
            fields[what] = there
    for what in needed:
        if what not in fields:
            raise missing(name, f"column {what!r}", columns)
    return fields


def _add_score(
    read: Scores,
    last: dict[tuple[str, str, str], int],
    line: int,
    cells: Mapping[str, str],
    scale: tuple[float, float] | None,
) -> None:
    rater, item = _name(cells, "rater"), _name(cells, "item")
    score = number(cells["score"], "score")
    if scale and not scale[0] <= score <= scale[1]:
        raise Refused(f"the score {score:g} is not within {scale[0]:g} to {scale[1]:g}")
    prompt = cells.get("prompt", "").strip()
    seconds = _optional(cells.get("seconds", ""), "time in seconds")
    order = _optional(cells.get("order", ""), "order")
    values = (rater, item, score, prompt, seconds, order, line)
    columns: tuple[list[Any] | None, ...] = (
        read.rater, read.item, read.score, read.prompt, read.seconds, read.order, read.lines,
    )  # fmt: skip
    at = last.setdefault((rater, item, prompt), len(read.score))
    read.repeated += at < len(read.score)
    for column, value in zip(columns, values, strict=True):
        if column is None:
            continue
        if at == len(column):
            column.append(value)
        else:
            column[at] = value


def _note(read: Scores) -> None:
    """Say what was left out and what was decided."""
    if read.bad:
        shown = "; ".join(f"line {b.line}: {b.reason}" for b in read.bad[:3])
        more = f"; and {len(read.bad) - 3} more" if len(read.bad) > 3 else ""
        read.notes.append(f"Rows left out because they cannot be used: {shown}{more}.")
    if read.repeated:
        read.notes.append(
            f"{read.repeated} rows rate an item that the same rater rates further down; his last "
            "score of an item counts."
        )


def _several(name: str, seen: Mapping[str, None]) -> InputError:
    found = ", ".join(repr(s[:40]) for s in seen)
    return InputError(
        f"{name} holds ratings of several criteria ({found}, …).", "Choose one with --criterion."
    )


def _some(name: str, n: int, bad: list[BadRow]) -> None:
    if n == 0 and bad:
        raise RowErrors(f"No row of {name} can be used.", bad)
    if n == 0:
        raise InputError(f"{name} holds a header and no rows.")


def _text(value: Any, name: str) -> str:
    return storable(as_text(value), f"the {name}")


def _name(cells: Mapping[str, str], what: str) -> str:
    text = " ".join(cells.get(what, "").split())
    if not text:
        raise Refused(f"the {what} is blank")
    return text


def number(text: str, what: str) -> float:
    """A finite number, with a point or (as some spreadsheets write) a comma; else `Refused`."""
    text = text.strip()
    if not text:
        raise Refused(f"the {what} is blank")
    if not _NUMBER.fullmatch(text):
        raise Refused(f"the {what} {text[:20]!r} is not a number")
    value = float(text.replace(",", "."))
    # Beyond this squares overflow; no scale of a study comes near.
    if not abs(value) < 1e100:
        raise Refused(f"the {what} {text[:20]!r} is too large")
    return value


def _optional(text: str, what: str) -> float:
    return number(text, what) if text.strip() else math.nan


def _count(text: str, what: str) -> int:
    value = number(text, what)
    if value < 0 or value != int(value):
        raise Refused(f"{what} is a count, not {text[:20]!r}")
    return int(value)


def _truth(text: str) -> bool:
    text = text.strip().casefold()
    if text not in _TRUE + _FALSE:
        raise Refused(f"tie is true or false, not {text[:20]!r}")
    return text in _TRUE

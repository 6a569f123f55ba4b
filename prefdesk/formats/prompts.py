"""Prompts from JSONL, CSV, TSV and TXT files.

JSONL: one object on each line, `prompt` as text or as a list of {"role", "content"} (or
`messages`), or just a string; a JSON file may also be one list of such objects. CSV and TSV: a
header, then rows; quotes as in spreadsheets. TXT: each line that is not blank is a prompt.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefdesk.errors import BadRow, InputError, RowErrors
from prefdesk.formats import fields
from prefdesk.formats.conversation import conversation
from prefdesk.formats.jsontext import Refused, as_text, parse, storable
from prefdesk.formats.lines import Notify
from prefdesk.formats.rows import Row, Rows, open_rows
from prefdesk.formats.template import Template
from prefdesk.formats.template import parse as parse_template
from prefdesk.records import Message, NewPrompt, Split

OURS = ("id", fields.KEPT)
"""Columns that only our own files have and that say nothing about a prompt."""

PREVIEW_ROWS = 20
MAX_BAD_ROWS = 10_000
"""Beyond this a file is refused as a whole: nobody mends so many rows by hand."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a file holds: usable rows, refused rows, its columns, and its first rows as they are.

    `mapping` tells which column was taken for which field.
    """

    rows: tuple[NewPrompt, ...]
    bad: tuple[BadRow, ...]
    columns: tuple[str, ...]
    preview: tuple[Mapping[str, str], ...]
    mapping: Mapping[str, str] = field(default_factory=dict)


def read(
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    template: str = "",
    split: Split = "train",
    task: str = "",
    limit: int = 0,
    notify: Notify | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ReadResult:
    """Read prompts; every refused row is named, and only the file as a whole can fail.

    `mapping` names the column of a field (prompt, references, source, task, split, tags) where
    the usual names do not fit; an empty name leaves the field out. `template` makes the prompt
    from columns. `split` and `task` hold for rows that do not say. `limit` stops after so many
    rows, for previews (0 reads all); the columns are then those of these rows.
    `notify(done_bytes, size_bytes)` reports progress; `cancelled()` true raises `Cancelled`.
    `InputError` for a file that cannot be read, is empty or lacks a needed column; `RowErrors`
    for more than `MAX_BAD_ROWS` refused rows.
    """
    path = Path(path)
    asked, filled = fields.checked(mapping), parse_template(template) if template else None
    with open_rows(path, notify=notify, cancelled=cancelled) as rows:
        how = _Conversion(asked, filled, split, task, cells=rows.fixed)
        if rows.fixed and rows.columns:
            how.check(rows.name, tuple(rows.columns))
        return _collect(rows, how, limit)


def _collect(rows: Rows, how: "_Conversion", limit: int) -> ReadResult:
    good: list[NewPrompt] = []
    bad: list[BadRow] = []
    preview: list[Mapping[str, str]] = []
    for row in rows:
        if isinstance(row, Row):
            try:
                if len(preview) < PREVIEW_ROWS:
                    preview.append({k: as_text(v) for k, v in row.values.items()})
                good.append(how.convert(row.values))
            except Refused as why:
                bad.append(BadRow(rows.name, row.line, str(why)))
        else:
            bad.append(row)
        if len(bad) > MAX_BAD_ROWS:
            how.check(rows.name, tuple(rows.columns))
            raise RowErrors(f"More than {MAX_BAD_ROWS:,} rows of {rows.name} cannot be used.", bad)
        if limit and len(good) + len(bad) >= limit:
            break
    columns = tuple(rows.columns)
    if columns:
        how.check(rows.name, columns)
    if not good and not bad:
        what = "holds a header and no rows" if rows.fixed and columns != ("text",) else "is empty"
        raise InputError(f"{rows.name} {what if columns else 'is empty'}.")
    return ReadResult(tuple(good), tuple(bad), columns, tuple(preview), how.choice(columns))


@dataclass(frozen=True, slots=True)
class _Conversion:
    """How rows of one file become prompts."""

    mapping: dict[str, str]
    template: Template | None
    split: Split
    task: str
    cells: bool

    def choice(self, columns: tuple[str, ...]) -> dict[str, str]:
        return fields.choose(columns, tuple(self.mapping.items()))

    def check(self, name: str, columns: tuple[str, ...]) -> None:
        """Every column that was asked for must occur in the file."""
        for column in filter(None, self.mapping.values()):
            if fields.find(column, columns) is None:
                raise fields.missing(name, f"column {column!r}", columns)
        for column in self.template.names if self.template else ():
            if fields.find(column, columns) is None:
                raise fields.missing(name, f"column {column!r} for the template", columns)
        if self.template is None and "prompt" not in self.choice(columns):
            raise fields.missing(name, "column for the prompt", columns)

    def convert(self, values: dict[str, Any]) -> NewPrompt:
        """One row as a prompt; `Refused` says why it is none."""
        chosen = self.choice(tuple(values))
        texts = {key: storable(as_text(v), f"column {key[:40]!r}") for key, v in values.items()}
        for key in texts:
            storable(key, "a column name")
        used = {c for f, c in chosen.items() if f != "prompt" or self.template is None}
        picked = {f: values[c] for f, c in chosen.items()}
        return NewPrompt(
            content=self._content(values, texts, chosen),
            task=as_text(picked.get("task")).strip() or self.task,
            split=_split(as_text(picked.get("split")), self.split),
            references=_texts(picked.get("references"), self.cells),
            source=as_text(picked.get("source")),
            tags=_tags(picked.get("tags"), self.cells),
            columns=_columns(values, {k: t for k, t in texts.items() if k not in used}),
        )

    def _content(
        self, values: dict[str, Any], texts: dict[str, str], chosen: dict[str, str]
    ) -> str | tuple[Message, ...]:
        if self.template is not None:
            return self.template.fill(texts)
        column = chosen.get("prompt")
        if column is None:
            raise Refused("no column for the prompt")
        value = values[column]
        if as_text(value).strip() == "":
            # A table has a column for texts and one for conversations; each row fills one.
            column = next((c for c in values if _holds_turns(c) and values[c]), column)
            value = values[column]
        if isinstance(value, str) and _holds_turns(column):
            value = parse(value)
        if isinstance(value, list):
            return conversation(value)
        if not isinstance(value, str):
            raise Refused(f"the prompt is {as_text(value)[:40] or 'null'}, not text")
        if not value.strip():
            raise Refused("the prompt is empty")
        return value


def _holds_turns(column: str) -> bool:
    return fields.plain(column) in ("messages", "conversation")


def _columns(values: dict[str, Any], spare: dict[str, str]) -> dict[str, str]:
    """What a row says beside the prompt; in our own files that stands in one object."""
    kept = values.get(fields.KEPT)
    if isinstance(kept, str) and kept.lstrip().startswith("{"):
        with suppress(Refused):
            kept = parse(kept)
    if not isinstance(kept, dict):
        return spare
    others = {k: t for k, t in spare.items() if k not in OURS and not _holds_turns(k)}
    return others | {k: storable(as_text(v), f"column {k[:40]!r}") for k, v in kept.items()}


def _split(text: str, default: Split) -> Split:
    if not text.strip():
        return default
    known = fields.SPLITS.get(fields.plain(text))
    if known is None:
        raise Refused(f"the split {text[:20]!r} is neither train nor evaluation")
    return "train" if known == "train" else "evaluation"


def _texts(value: Any, cells: bool) -> tuple[str, ...]:
    """One text or a list of texts; a cell of a table may hold the list as JSON."""
    listed = _list_in(value, cells)
    if listed is None:
        listed = value if isinstance(value, list) else [value]
    if any(isinstance(v, (dict, list)) for v in listed):
        raise Refused("the references are not a list of texts")
    return tuple(t for t in map(as_text, listed) if t.strip())


def _list_in(value: Any, cells: bool) -> list[Any] | None:
    """The list of texts that a cell of a table holds as JSON; None if it holds none."""
    if cells and as_text(value).lstrip().startswith("["):
        with suppress(Refused):
            found = parse(as_text(value))
            if all(isinstance(t, str) for t in found):
                return list(found)
    return None


def _tags(value: Any, cells: bool) -> tuple[str, ...]:
    listed = _list_in(value, cells)
    if listed is None:
        listed = value if isinstance(value, list) else as_text(value).split(",")
    return tuple(dict.fromkeys(t for t in (as_text(v).strip() for v in listed) if t))

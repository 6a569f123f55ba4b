"""Ratings of several raters from one table.

Columns: rater, completion (its number in the project), score (0-10) or label (bad, medium, good,
or its place 0-2), and where wanted criterion, comment, seconds, occasion, simulated. A column
`excluded` is counted, not applied: who is left out is decided where the rewards are made.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefdesk.errors import BadRow, InputError, RowErrors
from prefdesk.formats.fields import missing, plain
from prefdesk.formats.jsontext import Refused, as_text, storable
from prefdesk.formats.lines import Notify
from prefdesk.formats.rows import Row, Rows, open_rows
from prefdesk.records import LABELS, SCALE, RatingKind

MAX_BAD_ROWS = 10_000

ALIASES: dict[str, tuple[str, ...]] = {
    "rater": ("rater", "annotator", "rater_name", "user"),
    "completion": ("completion", "completion_id", "item"),
    "score": ("score", "rating"),
    "label": ("label",),
    "criterion": ("criterion", "aspect"),
    "comment": ("comment", "note"),
    "seconds": ("seconds", "elapsed_s"),
    "occasion": ("occasion",),
    "simulated": ("simulated",),
    "excluded": ("excluded",),
}

TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

# float() and int() also take underscores, blanks and digits of other scripts.
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
)
_WHOLE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating of a file; `value` is the score, or the label's place in `LABELS`.

    Blanks in the rater's name are single ones. `simulated` is None where the file does not say;
    `excluded` is true where the file says that the rating was left out of the rewards.
    """

    line: int
    rater: str
    completion_id: int
    kind: RatingKind
    value: float
    criterion: str = ""
    comment: str = ""
    seconds: float | None = None
    occasion: int = 0
    simulated: bool | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class RatingsRead:
    """What a file of ratings holds: usable rows and refused ones."""

    rows: tuple[RatingRow, ...]
    bad: tuple[BadRow, ...]
    columns: tuple[str, ...]


def read(
    path: str | Path,
    *,
    scale: tuple[float, float] = SCALE,
    notify: Notify | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RatingsRead:
    """Read ratings from CSV, TSV or JSONL; every refused row is named with its line.

    Whether raters, completions and criteria exist is for the project to say. A judgement that
    appears twice is refused the second time. `scale` gives the ends of the file's scores, which
    are taken in proportion to those of ours. `InputError` for a file that cannot be read, is
    empty or lacks a needed column; `RowErrors` for more than `MAX_BAD_ROWS` refused rows.
    """
    with open_rows(
        Path(path), notify=notify, cancelled=cancelled, kinds=("csv", "tsv", "jsonl")
    ) as rows:
        if rows.fixed and rows.columns:
            _check(rows.name, tuple(rows.columns))
        return _collect(rows, scale)


def is_ratings(path: str | Path) -> bool:
    """True if the first row of a file has the columns of ratings. Raises nothing."""
    try:
        with open_rows(Path(path), kinds=("csv", "tsv", "jsonl")) as rows:
            first = next(iter(rows), None)
            names = tuple(first.values) if isinstance(first, Row) else tuple(rows.columns)
        _check(Path(path).name, names)
    except (InputError, OSError):
        return False
    return True


def _collect(rows: Rows, scale: tuple[float, float]) -> RatingsRead:
    good: list[RatingRow] = []
    bad: list[BadRow] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        if isinstance(row, Row):
            try:
                good.append(_first(_rating(row, scale), seen))
            except Refused as why:
                bad.append(BadRow(rows.name, row.line, str(why)))
        else:
            bad.append(row)
        if len(bad) > MAX_BAD_ROWS:
            _check(rows.name, tuple(rows.columns))
            raise RowErrors(f"More than {MAX_BAD_ROWS:,} rows of {rows.name} cannot be used.", bad)
    columns = tuple(rows.columns)
    if columns:
        _check(rows.name, columns)
    if not good and not bad:
        raise InputError(f"{rows.name} {'holds a header and no rows' if columns else 'is empty'}.")
    return RatingsRead(tuple(good), tuple(bad), columns)


def _columns(columns: tuple[str, ...]) -> dict[str, str]:
    by_name = {plain(c): c for c in reversed(columns)}
    return {
        field: next(by_name[a] for a in names if a in by_name)
        for field, names in ALIASES.items()
        if any(a in by_name for a in names)
    }


def _check(name: str, columns: tuple[str, ...]) -> None:
    found = _columns(columns)
    for needed in ("rater", "completion"):
        if needed not in found:
            raise missing(name, f"column {needed!r}", columns)
    if "score" not in found and "label" not in found:
        raise missing(name, "column 'score' or 'label'", columns)


def _first(row: RatingRow, seen: dict[tuple[object, ...], int]) -> RatingRow:
    key = (row.rater.casefold(), row.completion_id, row.criterion, row.occasion, row.kind)
    line = seen.setdefault(key, row.line)
    if line != row.line:
        raise Refused(f"{row.rater} already rates completion {row.completion_id} in line {line}")
    return row


def _rating(row: Row, scale: tuple[float, float]) -> RatingRow:
    cells = {f: _cell(row.values[c], f) for f, c in _columns(tuple(row.values)).items()}
    rater = " ".join(cells.get("rater", "").split())
    if not rater:
        raise Refused("the rater is blank")
    kind, value = _judgement(cells, scale)
    return RatingRow(
        row.line,
        rater,
        _whole(cells.get("completion", ""), "completion"),
        kind,
        value,
        cells.get("criterion", "").strip(),
        cells.get("comment", ""),
        _seconds(cells.get("seconds", "")),
        _whole(cells.get("occasion", "").strip(" \t") or "0", "occasion"),
        _truth(cells.get("simulated", ""), "simulated"),
        _says_excluded(cells.get("excluded", "")),
    )


def _cell(value: Any, name: str) -> str:
    return storable(as_text(value), f"the {name}")


def _judgement(cells: dict[str, str], scale: tuple[float, float]) -> tuple[RatingKind, float]:
    score, label = cells.get("score", "").strip(" \t"), cells.get("label", "").strip(" \t")
    if score and label:
        raise Refused("both a score and a label")
    if score:
        return "score", _score(score, scale)
    if label:
        return "label", _label(label)
    raise Refused("neither a score nor a label")


def _score(text: str, scale: tuple[float, float]) -> float:
    low, high = scale
    value = _number(text, "score")
    if not low <= value <= high:
        raise Refused(f"the score {text[:20]} is not within {low:g} to {high:g}")
    ours, most = SCALE
    return value if scale == SCALE else ours + (value - low) / (high - low) * (most - ours)


def _label(text: str) -> float:
    if text.casefold() in LABELS:
        return float(LABELS.index(text.casefold()))
    if text in ("0", "1", "2"):
        return float(text)
    raise Refused(f"the label {text[:20]!r} is not one of {', '.join(LABELS)}")


def _seconds(text: str) -> float | None:
    if not text.strip(" \t"):
        return None
    value = _number(text.strip(" \t"), "time in seconds")
    if not 0 <= value < float("inf"):
        raise Refused(f"the time in seconds is {text[:20]}")
    return value


def _truth(text: str, what: str) -> bool | None:
    text = text.strip().casefold()
    if text and text not in TRUTHS:
        raise Refused(f"{what} is true or false, not {text[:20]!r}")
    return TRUTHS[text] if text else None


def _says_excluded(text: str) -> bool:
    # Our own files hold the reason here, those of others a truth value.
    return TRUTHS.get(text.strip().casefold(), bool(text.strip()))


def _number(text: str, what: str) -> float:
    if not _NUMBER.fullmatch(text):
        comma = "; write the decimal point as a point" if "," in text else ""
        raise Refused(f"the {what} {text[:20]!r} is not a number{comma}")
    return float(text)


def _whole(text: str, what: str) -> int:
    if not _WHOLE.fullmatch(text.strip(" \t")):
        raise Refused(f"the {what} {text[:20]!r} is not a whole number")
    return int(text)

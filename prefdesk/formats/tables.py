"""Rows written as CSV for spreadsheets and as JSONL for programs, whole or not at all."""

import csv
import errno
import json
import math
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from prefdesk.errors import DiskFull, InputError
from prefdesk.formats.guard import guarded

RowLike = Mapping[str, Any]


def write_table(
    path: str | Path,
    rows: Iterable[RowLike],
    *,
    columns: Sequence[str] | None = None,
    overwrite: bool = False,
) -> int:
    """Write by the suffix, .csv or .jsonl; otherwise as `write_csv` and `write_jsonl`."""
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        return write_csv(path, rows, columns=columns, overwrite=overwrite)
    if suffix == ".jsonl":
        return write_jsonl(path, rows, columns=columns, overwrite=overwrite)
    raise InputError(
        f"{Path(path).name} is of no kind that can be written.", "Name it .csv or .jsonl."
    )


def write_csv(
    path: str | Path,
    rows: Iterable[RowLike],
    *,
    columns: Sequence[str] | None = None,
    overwrite: bool = False,
) -> int:
    """Write rows as CSV (UTF-8, header, CR LF as in RFC 4180); returns how many.

    `columns` give order and choice; without them the first row's keys do. Text that a spreadsheet
    would run as a formula gets a leading apostrophe, which our own reading takes off again; lists
    and mappings become JSON; None and numbers that are not finite become empty cells.
    `InputError` if the file exists and `overwrite` is off, or cannot be written.
    """

    def write(handle: TextIO) -> int:
        # Only with this ending does the csv module quote a cell that holds a lone CR.
        writer = csv.writer(handle, lineterminator="\r\n")
        names, count = columns, 0
        for row in rows:
            if count == 0:
                names = tuple(row) if names is None else names
                writer.writerow(map(guarded, names))
            writer.writerow([_cell(row.get(name)) for name in names or ()])
            count += 1
        if count == 0 and names:
            writer.writerow(map(guarded, names))
        return count

    return _write(Path(path), write, overwrite)


def write_jsonl(
    path: str | Path,
    rows: Iterable[RowLike],
    *,
    columns: Sequence[str] | None = None,
    overwrite: bool = False,
) -> int:
    """Write rows as JSON lines, without loss but for numbers that are not finite (null).

    Columns, returns and errors as for `write_csv`.
    """

    def write(handle: TextIO) -> int:
        count = 0
        for row in rows:
            chosen = row if columns is None else {name: row.get(name) for name in columns}
            handle.write(json.dumps(_finite(chosen), ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
        return count

    return _write(Path(path), write, overwrite)


def _finite(value: Any) -> Any:
    """The value with None in the place of NaN and infinities, which JSON does not have."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(v) for key, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, (list, tuple)) else value


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, Mapping)):
        return guarded(json.dumps(_finite(value), ensure_ascii=False))
    return _finite(value)


def _write(path: Path, write: Callable[[TextIO], int], overwrite: bool) -> int:
    if "\0" in str(path):
        raise InputError(f"{str(path)!r} is not a file name.")
    if not overwrite and os.path.lexists(path):
        raise exists(path)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        count = _fill(part, write)
        put(part, path, overwrite)
    except FileExistsError:
        raise exists(path) from None
    except UnicodeEncodeError:
        raise InputError(f"{path.name} was not written: half a character in a text.") from None
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):  # a folder that cannot be written in has nothing to clear away
            part.unlink(missing_ok=True)
    return count


def _fill(part: Path, write: Callable[[TextIO], int]) -> int:
    with part.open("x", encoding="utf-8", newline="") as handle:
        count = write(handle)
        handle.flush()
        os.fsync(handle.fileno())
    return count


def put(part: Path, path: Path, overwrite: bool) -> None:
    """Give a finished file its name; `FileExistsError` if one is there and must stay."""
    if overwrite:
        part.replace(path)
        return
    try:
        # A link, unlike a rename, fails if somebody made the file in the meantime.
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.rename(path)


def exists(path: Path) -> InputError:
    """The error for a file that is there already."""
    return InputError(f"{path.name} exists already.", "Choose another name, or overwrite it.")


def unwritable(path: Path, error: OSError) -> DiskFull | InputError:
    """The error for what the system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"{path.name} was not written: there is no space left on the disk.")
    return InputError(f"{path.name} cannot be written: {error.strerror or error}.")

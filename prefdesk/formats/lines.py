"""A text file as numbered lines, read piece by piece, with every doubt about its bytes settled.

Lines end at LF, CR LF or CR and nowhere else: U+2028, form feed and the like stay inside a line,
as JSON and CSV have it.
"""

import codecs
import os
import stat
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO

from prefdesk.errors import Cancelled, InputError

MAX_LINE_BYTES = 16 * 2**20
"""A longer line is skipped and reported: parsing it would take the memory of the machine."""

TOO_LONG = f"longer than {MAX_LINE_BYTES // 2**20} MB"

CHUNK_BYTES = 2**18

Lines = Generator[tuple[int, str | None], None, None]

Notify = Callable[[int, int], None]
"""Called with the bytes read so far and the size of the file in bytes."""

_OTHER_KINDS = (
    (b"PK\x03\x04", "a spreadsheet or a zip archive", "Save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document", "Save the sheet as CSV."),
    (b"PAR1", "a Parquet file", "Convert it to JSON lines or CSV."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first."),
    (b"BZh", "a compressed file", "Unpack it first."),
    (b"\xfd7zXZ", "a compressed file", "Unpack it first."),
    (b"SQLite format 3\x00", "a database", "Export the table as CSV."),
    (b"%PDF-", "a PDF document", "Save its text as TXT."),
    (b"\x89PNG", "an image", ""),
)

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_lines(
    path: Path, *, notify: Notify | None = None, cancelled: Callable[[], bool] | None = None
) -> Lines:
    """Number (from 1) and text of each line, with its ending; None for an oversized line.

    UTF-8, with or without a byte order mark, and UTF-16/32 with one are read. Anything else, and
    what is no regular file or cannot be read, is an `InputError` that says where and why.
    """
    try:
        with _opened(path) as handle:
            chunks = _chunks(handle, notify, cancelled)
            for number, raw in enumerate(_split(_utf8(chunks, path.name)), 1):
                yield number, None if raw is None else _decoded(raw, path.name, number)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _opened(path: Path) -> BinaryIO:
    try:
        # Looking before opening: opening a pipe would wait for its other end for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path.name or path} is not a file.")
        return path.open("rb")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except ValueError:
        raise InputError(f"{str(path)!r} is not a file name.") from None


def _chunks(
    handle: BinaryIO, notify: Notify | None, cancelled: Callable[[], bool] | None
) -> Iterator[bytes]:
    size = os.fstat(handle.fileno()).st_size
    done = 0
    while chunk := handle.read(CHUNK_BYTES):
        if cancelled is not None and cancelled():
            raise Cancelled()
        yield chunk
        done += len(chunk)
        if notify is not None:
            notify(min(done, size), size)


def _utf8(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    first = next(chunks, b"")
    wide = next((codec for mark, codec in _WIDE if first.startswith(mark)), None)
    if wide is not None:
        yield from _recoded(first, chunks, wide, name)
        return
    _refuse_other_kinds(first, name)
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _recoded(first: bytes, chunks: Iterator[bytes], codec: str, name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        yield decoder.decode(first).encode()
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise InputError(
            f"{name} begins like {codec.upper()} text but is not: {_reason(error)}.",
            "Save it as UTF-8.",
        ) from None


def _reason(error: UnicodeError) -> str:
    return str(getattr(error, "reason", error))


def _refuse_other_kinds(first: bytes, name: str) -> None:
    for magic, what, hint in _OTHER_KINDS:
        if first.startswith(magic):
            raise InputError(f"{name} is {what}, not text.", hint)
    head = first[:4096]
    if head.count(0) * 5 > len(head):
        raise InputError(
            f"{name} is not UTF-8 text; it may be UTF-16 without its mark.",
            "Save it as UTF-8.",
        )


def _split(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    rest, skipping = b"", False
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        # A final CR may be half of a CR LF whose other half is still to come.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        for line in lines:
            yield None if skipping or len(line) > MAX_LINE_BYTES else line
            skipping = False
        if skipping or len(rest) > MAX_LINE_BYTES:
            skipping, rest = True, b"\r" if rest.endswith(b"\r") else b""
    if skipping:
        yield None
    elif rest:
        yield rest


def _decoded(raw: bytes, name: str, number: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text: line {number}, byte {error.start + 1} is "
            f"0x{raw[error.start]:02X}.",
            "Save it as UTF-8; older programs on Windows write another encoding.",
        ) from None

"""The container of a pack: a zip archive of the plainest kind, read without believing it.

A zip archive says the same things twice or thrice, and archives that contradict themselves are
how strangers make readers disagree, overlap members or unpack without end. So only what our own
writer makes is taken: stored or deflated members one after the other, without gaps, comments,
extra fields, encryption or zip64. Sizes are counted while reading, never taken from a header.
"""

import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from prefdesk.errors import InputError

MAX_PACK_BYTES = 512 * 2**20
MAX_LINE_BYTES = 4 * 2**20
MAX_MEMBERS = 8
CHUNK_BYTES = 2**18

_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_MAX_DIRECTORY_BYTES = 4096
_STORED, _DEFLATED = 0, 8
_HARMLESS_FLAGS = 0x0806  # a name in UTF-8, and how hard the writer tried to compress

Beat = Callable[[], None]
"""Called for every piece read; may raise `Cancelled`."""


@dataclass(frozen=True, slots=True)
class Member:
    """Where the bytes of a member lie in the archive, and how they are kept."""

    name: str
    deflated: bool
    crc: int
    packed_bytes: int
    start: int


class Container:
    """An open archive; made by `opened`."""

    def __init__(self, handle: BinaryIO, name: str) -> None:
        self.name = name
        self._handle = handle
        self.members = {m.name: m for m in _members(handle, name)}

    def chunks(self, member: str, most_bytes: int, beat: Beat | None = None) -> Iterator[bytes]:
        """The bytes of a member; `InputError` beyond `most_bytes` and for damage."""
        found = self.members[member]
        size = crc = 0
        for data in self._unpacked(found):
            size += len(data)
            crc = zlib.crc32(data, crc)
            if size > most_bytes:
                raise refused(self.name, f"{member} holds more than {most_bytes // 2**20} MB")
            if beat is not None:
                beat()
            yield data
        if crc != found.crc:
            raise refused(self.name, f"{member} is damaged")

    def lines(self, member: str, most_bytes: int, beat: Beat | None = None) -> Iterator[bytes]:
        """The lines of a member without their ends; each must have one and hold something."""
        rest = b""
        for data in self.chunks(member, most_bytes, beat):
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                yield self._checked(line, member)
            if len(rest) > MAX_LINE_BYTES:
                self._checked(rest, member)
        if rest:
            raise refused(self.name, f"{member} ends in the middle of a line")

    def _checked(self, line: bytes, member: str) -> bytes:
        if len(line) > MAX_LINE_BYTES:
            raise refused(self.name, f"{member} has a line of more than {MAX_LINE_BYTES >> 20} MB")
        if not line:
            raise refused(self.name, f"{member} has an empty line")
        return line

    def _unpacked(self, member: Member) -> Iterator[bytes]:
        packed = self._packed(member)
        return _inflated(packed, self.name, member.name) if member.deflated else packed

    def _packed(self, member: Member) -> Iterator[bytes]:
        at, left = member.start, member.packed_bytes
        while left:
            self._handle.seek(at)
            data = self._handle.read(min(left, CHUNK_BYTES))
            if not data:
                raise refused(self.name, "it is cut off")
            at, left = at + len(data), left - len(data)
            yield data


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """An archive to read from; `InputError` says what is wrong with the file."""
    try:
        # Looking before opening: opening a pipe would wait for its other end for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path.name or path} is not a file.")
        with path.open("rb") as handle:
            yield Container(handle, path.name)
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except ValueError as error:
        raise InputError(f"{str(path)!r} is not a file name.") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def refused(name: str, why: str) -> InputError:
    """The error for a pack that cannot be used."""
    return InputError(f"{name} cannot be used: {why}.", "Ask for the pack to be sent again.")


def _members(handle: BinaryIO, name: str) -> Iterator[Member]:
    size = os.fstat(handle.fileno()).st_size
    if size > MAX_PACK_BYTES:
        raise refused(name, f"it is larger than {MAX_PACK_BYTES // 2**20} MB")
    count, directory, start = _directory(handle, name, size)
    at, seen, expected = 0, set(), 0
    for _ in range(count):
        entry, at = _entry(directory, at, name)
        if entry.name in seen:
            raise refused(name, f"{entry.name} is in it twice")
        seen.add(entry.name)
        found = _located(handle, entry, expected, name)
        expected = found.start + found.packed_bytes
        yield found
    if at != len(directory) or expected != start:
        raise refused(name, "its parts do not fit together")


def _directory(handle: BinaryIO, name: str, size: int) -> tuple[int, bytes, int]:
    handle.seek(0)
    if handle.read(4) != b"PK\x03\x04":
        raise InputError(f"{name} is not a rating pack.", "Choose a file that ends in .prefpack.")
    if size < _END.size:
        raise refused(name, "it is cut off")
    handle.seek(size - _END.size)
    mark, disk, other, here, count, length, start, comment = _END.unpack(handle.read(_END.size))
    if mark != b"PK\x05\x06" or comment:
        raise refused(name, "it is cut off, or another program packed it")
    if disk or other or here != count or not 1 <= count <= MAX_MEMBERS:
        raise refused(name, "its list of parts is wrong")
    if length > _MAX_DIRECTORY_BYTES or start + length + _END.size != size:
        raise refused(name, "its list of parts is wrong")
    handle.seek(start)
    return count, handle.read(length), start


def _entry(directory: bytes, at: int, name: str) -> tuple[Member, int]:
    if at + _ENTRY.size > len(directory):
        raise refused(name, "its list of parts is wrong")
    fields = _ENTRY.unpack_from(directory, at)
    mark, _, _, flags, method, _, _, crc, packed, _, n_name, n_extra, n_comment = fields[:13]
    disk, _, attributes, offset = fields[13:]
    raw = directory[at + _ENTRY.size : at + _ENTRY.size + n_name]
    if mark != b"PK\x01\x02" or len(raw) != n_name or disk:
        raise refused(name, "its list of parts is wrong")
    if flags & 1:
        raise refused(name, "it is encrypted")
    if n_extra or n_comment or flags & ~_HARMLESS_FLAGS or method not in (_STORED, _DEFLATED):
        raise refused(name, "another program packed it")
    if stat.S_IFMT(attributes >> 16) not in (0, stat.S_IFREG) or attributes & 0x10:
        raise refused(name, "it holds something that is not a file")
    member = Member(_text(raw, name), method == _DEFLATED, crc, packed, offset)
    return member, at + _ENTRY.size + n_name


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise refused(name, "a part of it has a name that no pack has") from None


def _located(handle: BinaryIO, entry: Member, expected: int, name: str) -> Member:
    """The member with the place of its bytes; its own header must say what the list says."""
    if entry.start != expected:
        raise refused(name, "its parts do not fit together")
    handle.seek(entry.start)
    head = handle.read(_LOCAL.size)
    if len(head) != _LOCAL.size:
        raise refused(name, "it is cut off")
    mark, _, flags, method, _, _, crc, packed, _, n_name, n_extra = _LOCAL.unpack(head)
    said = (method == _DEFLATED, crc, packed, handle.read(n_name))
    wanted = (entry.deflated, entry.crc, entry.packed_bytes, entry.name.encode())
    if mark != b"PK\x03\x04" or flags & ~_HARMLESS_FLAGS or n_extra or said != wanted:
        raise refused(name, "its parts do not fit together")
    start = entry.start + _LOCAL.size + n_name
    return Member(entry.name, entry.deflated, entry.crc, entry.packed_bytes, start)


def _inflated(packed: Iterator[bytes], name: str, member: str) -> Iterator[bytes]:
    """Unpacked pieces of at most `CHUNK_BYTES`, so that a bomb is met piece by piece."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for raw in packed:
            if engine.eof:
                raise refused(name, f"{member} is damaged")
            while data := engine.decompress(raw, CHUNK_BYTES):
                yield data
                raw = engine.unconsumed_tail
    except zlib.error:
        raise refused(name, f"{member} is damaged") from None
    if not engine.eof or engine.unused_data:
        raise refused(name, f"{member} is damaged")

"""Rating packs: files that carry items to a rater and judgements back, as zipped JSON lines.

A pack has a manifest, which names the hash of every other part, and one or two parts of JSON
lines. What is read here comes from strangers: a pack is gone through once from end to end, with
every size counted and every hash compared, before one line of it is used.
"""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

from prefdesk.errors import InputError
from prefdesk.formats import pack_signing, tables
from prefdesk.formats.jsontext import Refused
from prefdesk.formats.pack_fields import decoded
from prefdesk.formats.pack_manifest import (
    EVENTS,
    ITEMS,
    LATEST_MS,
    MEMBERS,
    MOST_BYTES,
    MOST_ROWS,
    NAME,
    SIGNATURE,
    Kind,
    Manifest,
    MemberSum,
    from_bytes,
    to_bytes,
)
from prefdesk.formats.pack_rows import (
    JudgedItem,
    PackEvent,
    PackItem,
    content_hash,
    event_body,
    event_of,
    item_body,
    item_of,
    judged_body,
    judged_of,
    line,
    question_version,
)
from prefdesk.formats.pack_zip import MAX_LINE_BYTES, Beat, Container, opened, refused

__all__ = [
    "LATEST_MS",
    "SUFFIX",
    "JudgedItem",
    "Manifest",
    "Pack",
    "PackEvent",
    "PackItem",
    "content_hash",
    "event_body",
    "question_version",
    "read",
    "write",
]

SUFFIX = ".prefpack"
Seal = Literal["none", "unchecked", "good"]
T = TypeVar("T")


class Pack:
    """An open pack whose sizes, hashes and signature hold; made by `read`.

    `seal` is none (not signed), unchecked (signed, but this machine cannot check signatures) or
    good (signed with `manifest.public_key`). `digest` names the pack's content (32 bytes).
    """

    def __init__(self, container: Container, beat: Beat | None) -> None:
        self._container, self._beat, self.name = container, beat, container.name
        raw = b"".join(self._chunks(NAME))
        self.digest = hashlib.sha256(raw).digest()
        self.manifest, self._sums = from_bytes(raw, self.name)
        self._check_members()
        self.seal: Seal = self._check_signature(raw)
        for member, wanted in self._sums.items():
            self._check_sum(member, wanted)

    @property
    def n_items(self) -> int:
        """How many items the pack holds."""
        return self._sums[ITEMS].rows

    @property
    def n_events(self) -> int:
        """How many events the pack holds."""
        return self._sums[EVENTS].rows if EVENTS in self._sums else 0

    def items(self) -> Iterator[PackItem]:
        """The items of a pack that goes out, in their order."""
        asked = question_version(self.manifest.question, self.manifest.criteria)
        return self._rows(ITEMS, lambda body, number: item_of(body, number, asked))

    def judged(self) -> Iterator[JudgedItem]:
        """The items of a pack that comes back."""
        return self._rows(ITEMS, lambda body, _: judged_of(body))

    def events(self) -> Iterator[PackEvent]:
        """The events of a pack that comes back, in their order."""
        return self._rows(EVENTS, lambda body, _: event_of(body))

    def require(self, kind: Kind) -> None:
        """`InputError` if the pack is of the other kind."""
        if self.manifest.kind == kind:
            return
        if kind == "ratings":
            raise InputError(
                f"{self.name} holds items to rate, not ratings.",
                "Open it as a working copy, rate, and give the ratings back.",
            )
        raise InputError(f"{self.name} holds ratings, not items.", "Merge it into its project.")

    def _rows(self, member: str, make: Callable[[Any, int], T]) -> Iterator[T]:
        for number, raw in enumerate(self._lines(member)):
            try:
                yield make(decoded(raw), number)
            except Refused as error:
                raise refused(self.name, f"{member}, line {number + 1}: {error}") from None

    def _lines(self, member: str) -> Iterator[bytes]:
        return self._container.lines(member, MOST_BYTES[member], self._beat)

    def _chunks(self, member: str) -> Iterator[bytes]:
        if member not in self._container.members:
            raise refused(self.name, f"it has no {member}")
        return self._container.chunks(member, MOST_BYTES[member], self._beat)

    def _check_members(self) -> None:
        wanted = {NAME, *MEMBERS[self.manifest.kind]}
        if self.manifest.public_key:
            wanted.add(SIGNATURE)
        odd = sorted(wanted ^ set(self._container.members))
        if odd:
            word = "no" if odd[0] in wanted else "a part that no pack has,"
            raise refused(self.name, f"it has {word} {odd[0][:40]}")

    def _check_signature(self, manifest: bytes) -> Seal:
        if not self.manifest.public_key:
            return "none"
        signature = b"".join(self._chunks(SIGNATURE))
        if not pack_signing.available():
            return "unchecked"
        if not pack_signing.holds(self.manifest.public_key, signature, manifest):
            raise refused(self.name, "its signature does not fit; somebody changed it")
        return "good"

    def _check_sum(self, member: str, wanted: MemberSum) -> None:
        digest = hashlib.sha256()
        rows = size = 0
        for raw in self._lines(member):
            digest.update(raw)
            digest.update(b"\n")
            rows, size = rows + 1, size + len(raw) + 1
            if rows > MOST_ROWS[member]:
                raise refused(self.name, f"{member} has more than {MOST_ROWS[member]} rows")
        if MemberSum(digest.hexdigest(), size, rows) != wanted:
            raise refused(self.name, f"{member} is not what its manifest says; somebody changed it")


@contextmanager
def read(path: str | Path, beat: Beat | None = None) -> Iterator[Pack]:
    """A pack to read from, checked from end to end; `InputError` if it cannot be used.

    `beat` is called for each piece read and may raise `Cancelled`.
    """
    with opened(Path(path)) as container:
        yield Pack(container, beat)


def write(
    path: str | Path,
    manifest: Manifest,
    items: Iterable[PackItem | JudgedItem],
    events: Iterable[PackEvent] = (),
    *,
    private_key: bytes = b"",
    overwrite: bool = False,
) -> dict[str, int]:
    """Write a pack, whole or not at all; returns the rows of each part.

    `InputError` if the file exists and `overwrite` is off, cannot be written, or would be larger
    than a pack may be; `DiskFull` where there is no space.
    """
    path = Path(path)
    _check_readable(manifest, path.name)
    if not overwrite and os.path.lexists(path):
        raise tables.exists(path)
    rows = {ITEMS: _item_lines(items), EVENTS: (line(event_body(e)) for e in events)}
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        counts = _fill(part, manifest, {m: rows[m] for m in MEMBERS[manifest.kind]}, private_key)
        tables.put(part, path, overwrite)
    except FileExistsError:
        raise tables.exists(path) from None
    except OSError as error:
        raise tables.unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return counts


def _check_readable(manifest: Manifest, name: str) -> None:
    """`InputError` for a manifest that no reader would take, such as one with an endless name."""
    empty = {member: MemberSum("0" * 64, 0, 0) for member in MEMBERS[manifest.kind]}
    from_bytes(to_bytes(manifest, empty), name)


def _item_lines(items: Iterable[PackItem | JudgedItem]) -> Iterator[bytes]:
    for order, one in enumerate(items):
        yield line(item_body(one, order) if isinstance(one, PackItem) else judged_body(one))


def _fill(
    part: Path, manifest: Manifest, rows: Mapping[str, Iterable[bytes]], private_key: bytes
) -> dict[str, int]:
    with part.open("xb") as handle:
        with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
            sums = {member: _add(archive, member, lines) for member, lines in rows.items()}
            head = to_bytes(manifest, sums)
            _put(archive, NAME, head)
            if manifest.public_key:
                _put(archive, SIGNATURE, pack_signing.sign(private_key, head))
        handle.flush()
        os.fsync(handle.fileno())
    return {member: one.rows for member, one in sums.items()}


def _add(archive: zipfile.ZipFile, member: str, lines: Iterable[bytes]) -> MemberSum:
    digest = hashlib.sha256()
    rows = size = 0
    with archive.open(_entry(member), "w") as target:
        for raw in lines:
            rows, size = rows + 1, size + len(raw)
            _check_room(member, rows, size, len(raw))
            digest.update(raw)
            target.write(raw)
    return MemberSum(digest.hexdigest(), size, rows)


def _check_room(member: str, rows: int, size: int, longest: int) -> None:
    if rows > MOST_ROWS[member] or size > MOST_BYTES[member] or longest > MAX_LINE_BYTES:
        what = "A text is too long" if longest > MAX_LINE_BYTES else "There is too much"
        raise InputError(f"{what} for one pack.", "Make a smaller one (--limit).")


def _put(archive: zipfile.ZipFile, member: str, data: bytes) -> None:
    with archive.open(_entry(member), "w") as target:
        target.write(data)


def _entry(member: str) -> zipfile.ZipInfo:
    # A fixed time: when a pack was made stands in its manifest, in no time zone.
    made = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
    made.compress_type = zipfile.ZIP_DEFLATED
    return made

"""Pieces of a file on their way to the writer: hashed, packed, and never far ahead of the disk.

Everything that takes processor time happens here, in the thread that brings the file; the
writer's thread only inserts what is ready, so that a rating never waits for a compressor.
"""

import collections
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from prefdesk.errors import Cancelled, ProjectError
from prefdesk.store import chunks, codec, weights
from prefdesk.store.chunks import New
from prefdesk.store.layout import Piece
from prefdesk.store.runs import Bases

if TYPE_CHECKING:
    from prefdesk.store.file import Store

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

PIECES_AT_ONCE = 8
_AHEAD = 2
_RATING_NOW_S = 5.0
_LONGEST_PAUSE_S = 0.25


class Sender:
    """Sends the pieces of one checkpoint; `send_all` once, then `names` are their hashes.

    While somebody rates, one piece is one transaction, followed by a pause as long as it took;
    otherwise several go at once, and the next ones are packed while the disk is at work.
    """

    def __init__(self, store: "Store", id: int, bases: Bases) -> None:
        self.names: list[bytes] = []
        self._store = store
        self._id = id
        self._bases = bases
        self._digest = hashlib.sha256()
        self._waiting: list[New] = []
        self._first = 0
        self._under_way: collections.deque[Future[None]] = collections.deque()

    def send_all(
        self,
        path: Path,
        pieces: list[Piece],
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> bytes:
        """Send the whole file; returns its SHA-256 once everything is on disk."""
        total = sum(p.size for p in pieces)
        with path.open("rb", buffering=0) as file:
            for number, piece in enumerate(pieces):
                if cancelled is not None and cancelled():
                    raise Cancelled
                raw = np.empty(piece.size, np.uint8)
                if file.readinto(raw) != piece.size:  # type: ignore[arg-type]
                    raise ProjectError(f"{path.name} became shorter while it was read.")
                self._digest.update(raw.data)
                self._waiting.append(self._packed(raw, piece.width, len(pieces) - number))
                self._send(last=number == len(pieces) - 1)
                if progress is not None:
                    progress(piece.start + piece.size, total)
        return self._digest.digest()

    def _packed(self, raw: codec.Bytes, width: int, from_end: int) -> New:
        name = chunks.hash_of(raw)
        self.names.append(name)
        with self._store.read() as c:
            known = chunks.id_of(c, name) is not None
            base = None if known else self._bases.fetch(c, from_end, raw.size)
        if known:
            return New(name, raw, None)
        if base is None:
            return New(name, raw, codec.pack(raw, width))
        return New(name, raw, codec.pack(raw, width, chunks.unpacked(base)), base)

    def _send(self, *, last: bool) -> None:
        rating = time.monotonic() - self._store.last_urgent_s < _RATING_NOW_S
        if len(self._waiting) < PIECES_AT_ONCE and not rating and not last:
            return
        group, first = self._waiting, self._first
        self._waiting, self._first = [], first + len(group)
        started = time.monotonic()
        self._under_way.append(
            self._store.write(lambda c: weights.add_packed(c, self._id, first, group))
        )
        while len(self._under_way) > (0 if rating or last else _AHEAD):
            self._under_way.popleft().result()
        if rating:
            # The disk gets as long a rest as the piece took.
            time.sleep(min(time.monotonic() - started, _LONGEST_PAUSE_S))

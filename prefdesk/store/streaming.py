"""Weights out of the file as a stream of bytes, each piece verified before it is handed on."""

import hashlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from prefdesk.errors import InputError, ProjectError
from prefdesk.store import chunks, weights
from prefdesk.store.chunks import Stored
from prefdesk.store.codec import Bytes

if TYPE_CHECKING:
    from prefdesk.store.file import Store

EXPORT_BYTES = 4 * 2**20


class WeightsStream(io.RawIOBase):
    """The bytes of a checkpoint's file from first to last; made by `open_weights`.

    `readinto` fills the whole buffer, decompressing straight into it where a piece fits: read
    into the memory in which the weights are to stay, and they are never there twice. It raises
    `ProjectError` at a damaged piece, and with the last byte if the whole is not the file that
    was stored: what was read is good only once all of it was read.
    """

    def __init__(self, store: "Store", id: int) -> None:
        super().__init__()
        with store.read() as c:
            self._wanted = weights.sha256(c, id)
            self.size_bytes = weights.size_bytes(c, id)
            self._ids = weights.chunk_ids(c, id)
        self.id = id
        self._store = store
        self._rows = self._read_rows()
        self._digest = hashlib.sha256()
        self._unread = self.size_bytes
        self._spare: Bytes = np.empty(0, np.uint8)
        self._rest = self._spare

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a writable buffer; returns the bytes read, fewer only at the end."""
        out: Bytes = np.frombuffer(memoryview(buffer).cast("B"), np.uint8)
        out.flags.writeable = True
        at = 0
        while at < out.size and (self._rest.size or self._unread):
            at += self._some(out[at:])
        return at

    def _some(self, out: Bytes) -> int:
        if not self._rest.size:
            stored = self._next()
            if stored.raw_size <= out.size:
                self._take(stored, out[: stored.raw_size])
                return stored.raw_size
            if self._spare.size < stored.raw_size:
                self._spare = np.empty(stored.raw_size, np.uint8)
            self._rest = self._spare[: stored.raw_size]
            self._take(stored, self._rest)
        n = min(self._rest.size, out.size)
        out[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n

    def _next(self) -> Stored:
        stored = next(self._rows, None)
        if stored is None or stored.raw_size > self._unread:
            raise damaged(self.id)
        return stored

    def _take(self, stored: Stored, out: Bytes) -> None:
        chunks.unpack(stored, out)
        self._digest.update(out.data)
        self._unread -= out.size
        if not self._unread and self._digest.digest() != self._wanted:
            raise damaged(self.id)

    def _read_rows(self) -> Iterator[Stored]:
        # One short read for each piece, so that the log can shrink while a long file is read.
        for chunk_id in self._ids:
            with self._store.read() as c:
                stored = chunks.fetch(c, chunk_id)
            yield stored


def open_weights(store: "Store", id: int) -> WeightsStream:
    """The weights of a checkpoint as a stream; `InputError` if the file holds none of it."""
    return WeightsStream(store, id)


def read_into(store: "Store", id: int, buffer: Any) -> None:
    """Fill a writable buffer of exactly the checkpoint's `size_bytes` with its verified weights."""
    stream = open_weights(store, id)
    size = memoryview(buffer).nbytes
    if size != stream.size_bytes:
        raise InputError(f"The weights have {stream.size_bytes} bytes; there is room for {size}.")
    stream.readinto(buffer)


def verify(store: "Store", id: int) -> None:
    """Read the weights of a checkpoint and compare them; `ProjectError` if they are damaged."""
    stream, buffer = open_weights(store, id), bytearray(EXPORT_BYTES)
    while stream.readinto(buffer):
        pass


def damaged(id: int) -> ProjectError:
    """The error for weights that are not those that were stored."""
    return ProjectError(f"Checkpoint {id} is damaged.", "Open a backup, or delete it.")

"""Files of weights into the project and out of it, piece by piece, while people rate."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from prefdesk.errors import DiskFull, InputError, PrefdeskError, ProjectError
from prefdesk.store import chunks, codec, deleting, layout, places, rounds, runs, streaming, weights
from prefdesk.store.sending import Progress, Sender
from prefdesk.store.streaming import damaged, verify

if TYPE_CHECKING:
    from prefdesk.store.file import Store

__all__ = ["Progress", "damaged", "export_to", "ingest", "keep_resume_state", "verify"]

_SPARE_BYTES = 64 * 2**20
_SPARE_SHARE = 1.3


def ingest(
    store: "Store",
    path: Path | str,
    *,
    kind: str,
    name: str,
    parent_id: int | None,
    round_id: int | None,
    header: str,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Take a file of weights into the project; returns the id of the checkpoint.

    The checkpoint becomes visible in the last step, after its pieces were read again and each
    gave the hash of what was handed in. Raises `DiskFull` before it starts if the space cannot
    suffice, and `Cancelled` when `cancelled()` is true; in both cases nothing of it stays.
    """
    path = Path(path)
    size_bytes = path.stat().st_size
    if not size_bytes:
        raise InputError(f"{path.name} is empty.")
    deleting.finish(store)
    _require_space(store, size_bytes)
    pieces = layout.pieces(path)
    id = store.write(
        lambda c: weights.begin(c, kind, name, parent_id, round_id, header, size_bytes, len(pieces))
    ).result()
    try:
        with store.read() as c:
            # A state to resume from lives for a minute and shares nothing with the one before.
            bases = runs.Bases(c, kind, None if kind == "resume" else parent_id)
        sender = Sender(store, id, bases)
        sha256 = sender.send_all(path, pieces, progress, cancelled)
        _read_again(store, id, sender.names)
        store.write(lambda c: weights.seal(c, id, sha256, sha256)).result()
    except BaseException:
        store.write(lambda c: weights.discard(c, id)).exception()
        with suppress(PrefdeskError):
            deleting.finish(store)
        raise
    return id


def keep_resume_state(
    store: "Store", round_id: int, path: Path | str, *, step: int, total: int
) -> int:
    """Take in a file of what a running round needs to go on; see `resuming`.

    Returns the id under which `open_weights` and `export_to` find it. The state before goes once
    this one is whole; where there is no room for both, `DiskFull`, and it stays.
    """
    with store.read() as c:
        one = rounds.get(c, round_id)
    if one.status != "running":
        raise InputError(f"Round {one.number} does not run.")
    return ingest(
        store,
        path,
        kind="resume",
        name="",
        parent_id=one.parent_checkpoint_id,
        round_id=round_id,
        header=json.dumps({"step": step, "total": total}),
    )


def _read_again(store: "Store", id: int, names: list[bytes]) -> None:
    # The names in their order stand for the whole file, so its SHA-256 need not be taken again.
    with store.read() as c:
        ids = weights.chunk_ids(c, id)
    if len(ids) != len(names):
        raise ProjectError("The weights in the file are not those that were handed in.")
    spare = np.empty(codec.LARGEST_BYTES, np.uint8)
    for chunk_id, name in zip(ids, names):
        with store.read() as c:
            stored = chunks.fetch(c, chunk_id)
        if stored.hash != name:
            raise ProjectError("The weights in the file are not those that were handed in.")
        chunks.unpack(stored, spare[: stored.raw_size])


def _require_space(store: "Store", size_bytes: int) -> None:
    with store.read() as c:
        free_pages = c.execute("PRAGMA freelist_count").fetchone()[0]
        page_size = c.execute("PRAGMA page_size").fetchone()[0]
    needed = int(size_bytes * _SPARE_SHARE) + _SPARE_BYTES
    places.require_room(store.path, size_bytes - free_pages * page_size)
    free = shutil.disk_usage(store.path.parent).free + free_pages * page_size
    if free < needed:
        raise DiskFull(
            f"These weights need {needed / 2**20:.0f} MiB where {store.path.name} lies, and only "
            f"{free / 2**20:.0f} MiB are free.",
            "Free some space, or delete an old checkpoint.",
        )


def export_to(store: "Store", id: int, path: Path | str) -> None:
    """Write the weights of a checkpoint to a file, which appears once it is whole and verified."""
    path = Path(path)
    stream = streaming.open_weights(store, id)
    buffer = memoryview(bytearray(min(streaming.EXPORT_BYTES, stream.size_bytes)))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            while n := stream.readinto(buffer):
                file.write(buffer[:n])
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

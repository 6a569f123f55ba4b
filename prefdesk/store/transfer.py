"""Files of weights into the project and out of it, piece by piece, while people rate."""

import hashlib
import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prefdesk.errors import Cancelled, DiskFull, InputError, ProjectError
from prefdesk.store import chunks, weights

if TYPE_CHECKING:
    from prefdesk.store.file import Store

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_SPARE_BYTES = 64 * 2**20
_SPARE_SHARE = 1.3
_RATING_NOW_S = 5.0
_LONGEST_PAUSE_S = 0.25


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

    The checkpoint becomes visible in the last step, after its pieces were read again and gave
    the file's SHA-256. Raises `DiskFull` before it starts if the space cannot suffice, and
    `Cancelled` when `cancelled()` is true; in both cases nothing of it stays.
    """
    path = Path(path)
    size_bytes = path.stat().st_size
    if not size_bytes:
        raise InputError(f"{path.name} is empty.")
    _require_space(store, size_bytes)
    n_chunks = math.ceil(size_bytes / chunks.SIZE_BYTES)
    id = store.write(
        lambda c: weights.begin(c, kind, name, parent_id, round_id, header, size_bytes, n_chunks)
    ).result()
    try:
        wanted = _send(store, path, id, size_bytes, progress, cancelled)
        found = _digest(store, id)
        store.write(lambda c: weights.seal(c, id, wanted, found)).result()
    except BaseException:
        store.write(lambda c: weights.discard(c, id)).exception()
        raise
    return id


def _send(
    store: "Store",
    path: Path,
    id: int,
    size_bytes: int,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> bytes:
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        for seq, data in enumerate(iter(lambda: file.read(chunks.SIZE_BYTES), b"")):
            if cancelled is not None and cancelled():
                raise Cancelled
            started = time.monotonic()
            store.write(lambda c, s=seq, d=data: weights.add_chunk(c, id, s, d)).result()  # type: ignore[misc]
            digest.update(data)
            done += len(data)
            if progress is not None:
                progress(done, size_bytes)
            _give_way(store, time.monotonic() - started)
    return digest.digest()


def _give_way(store: "Store", took_s: float) -> None:
    # While somebody rates, the disk gets as long a rest as the last piece took.
    if time.monotonic() - store.last_urgent_s < _RATING_NOW_S:
        time.sleep(min(took_s, _LONGEST_PAUSE_S))


def _require_space(store: "Store", size_bytes: int) -> None:
    with store.read() as c:
        free_pages = c.execute("PRAGMA freelist_count").fetchone()[0]
        page_size = c.execute("PRAGMA page_size").fetchone()[0]
    needed = int(size_bytes * _SPARE_SHARE) + _SPARE_BYTES
    free = shutil.disk_usage(store.path.parent).free + free_pages * page_size
    if free < needed:
        raise DiskFull(
            f"These weights need {needed / 2**20:.0f} MiB where {store.path.name} lies, and only "
            f"{free / 2**20:.0f} MiB are free.",
            "Free some space, or delete an old checkpoint.",
        )


def _pieces(store: "Store", id: int) -> Iterator[bytes]:
    # One short read for each piece, so that the log can shrink while a long file is read.
    with store.read() as c:
        ids = weights.chunk_ids(c, id)
    for chunk_id in ids:
        with store.read() as c:
            data = chunks.get(c, chunk_id)
        yield data


def _digest(store: "Store", id: int) -> bytes:
    digest = hashlib.sha256()
    for data in _pieces(store, id):
        digest.update(data)
    return digest.digest()


def verify(store: "Store", id: int) -> None:
    """Read the weights of a checkpoint and compare them; `ProjectError` if they are damaged."""
    with store.read() as c:
        wanted = weights.sha256(c, id)
    if _digest(store, id) != wanted:
        raise damaged(id)


def damaged(id: int) -> ProjectError:
    """The error for weights that are not those that were stored."""
    return ProjectError(f"Checkpoint {id} is damaged.", "Open a backup, or delete it.")


def export_to(store: "Store", id: int, path: Path | str) -> None:
    """Write the weights of a checkpoint to a file, which appears once it is whole and verified."""
    path = Path(path)
    with store.read() as c:
        wanted = weights.sha256(c, id)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with part.open("wb") as file:
            for data in _pieces(store, id):
                digest.update(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if digest.digest() != wanted:
            raise damaged(id)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

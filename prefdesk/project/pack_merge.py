"""Taking a pack in, and taking a merge back, in transactions that let ratings go before them."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.formats import pack
from prefdesk.project.core import Core
from prefdesk.project.pack_incoming import (
    Cancelled,
    Incoming,
    Progress,
    beat,
    remember_key,
    require_clear,
)
from prefdesk.project.pack_records import MergeReport
from prefdesk.project.pack_sieve import Sifted, batches
from prefdesk.records import PackMerge, Rater

PER_TRANSACTION = 2500
PER_TRANSACTION_WHILE_RATING = 250
_RATING_NOW_S = 5.0


def check(core: Core, path: Path, as_name: str, unverified: bool) -> None:
    """Raise what `merge` would raise before it writes anything."""
    with pack.read(path) as opened:
        require_clear(Incoming(core, opened, as_name), unverified)


def merge(
    core: Core,
    path: Path,
    as_name: str,
    unverified: bool,
    progress: Progress | None,
    cancelled: Cancelled | None,
    conflicts: int | None = None,
) -> MergeReport:
    """Take a pack in; the same again finishes what was interrupted."""
    with pack.read(path, beat(cancelled)) as opened:
        incoming = Incoming(core, opened, as_name)
        require_clear(incoming, unverified)
        rater, record_id = core.mutate(lambda c: _begin(c, incoming), "raters", "merges")
        tally = _Tally(restore_act=store.merging.new_act())
        total, done = opened.n_events, 0
        for some in batches(incoming.sifted(rater.id), lambda: _batch_size(core)):
            beat(cancelled)()
            core.mutate(
                lambda c, s=some: _take(c, record_id, rater.id, s, tally),  # type: ignore[misc]
                "ratings",
                "queue",
            )
            done += len(some)
            if progress is not None:
                progress(done, total)
        return core.mutate(
            lambda c: _finish(c, incoming, record_id, rater, tally, conflicts), "merges"
        )


def _batch_size(core: Core) -> int:
    # While somebody rates, a rating waits for no more than a short transaction.
    rating = time.monotonic() - core.store.last_urgent_s < _RATING_NOW_S
    return PER_TRANSACTION_WHILE_RATING if rating else PER_TRANSACTION


def _begin(c: store.Connection, incoming: Incoming) -> tuple[Rater, int]:
    rater = incoming.identity.target
    if rater is None:
        rater = store.raters.add(c, incoming.new_name, uid=incoming.manifest.rater)
    record = store.merges.begin(
        c, incoming.merge_uid, incoming.manifest.pack, rater.id, incoming.seal
    )
    return rater, record.id


@dataclass(slots=True)
class _Tally:
    restore_act: bytes
    taken: int = 0
    accepted: int = 0
    restored: int = 0
    ahead: int = 0
    quarantined: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def _take(
    c: store.Connection, record_id: int, rater_id: int, some: list[Sifted], tally: _Tally
) -> None:
    events = [one.event for one in some if one.event is not None]
    new = store.merging.add_events(c, events)
    fresh = set(new)
    old = (event.uid for event in events if event.uid not in fresh)
    back = store.merges.restore(c, rater_id, old, tally.restore_act)
    store.merges.add_part(c, record_id, new + back)
    held = [one for one in some if one.quarantined]
    store.merges.quarantine(c, record_id, ((one.row.uid, one.reason, _body(one)) for one in held))
    tally.taken += len(new)
    tally.accepted += len(events)
    tally.restored += len(back)
    tally.ahead += sum(one.ahead for one in some)
    tally.quarantined += len(held)
    tally.refused.update(one.reason for one in some if one.event is None)


def _body(one: Sifted) -> str:
    return json.dumps(pack.event_body(one.row))


def _finish(
    c: store.Connection,
    incoming: Incoming,
    record_id: int,
    rater: Rater,
    tally: _Tally,
    conflicts: int | None,
) -> MergeReport:
    if incoming.pack.seal == "good":
        remember_key(c, incoming.manifest.rater, incoming.manifest.public_key.hex())
    report = MergeReport(
        merge_id=record_id,
        rater=rater,
        seal=incoming.seal,
        new=tally.taken,
        restored=tally.restored,
        duplicate=tally.accepted - tally.taken - tally.restored,
        ahead=tally.ahead,
        quarantined=tally.quarantined,
        refused=dict(tally.refused),
    )
    store.merges.finish(
        c, record_id, "done", _counts(c, record_id, report, incoming.pack.name, conflicts)
    )
    return report


def _counts(
    c: store.Connection, record_id: int, report: MergeReport, name: str, conflicts: int | None
) -> str:
    return json.dumps(
        {
            "file": name,
            "duplicate": report.duplicate,
            "conflicts": conflicts,
            "brought": store.merges.brought(c, record_id),
            "ahead": report.ahead,
            "quarantined": report.quarantined,
            "refused": report.refused,
        }
    )


def undo(core: Core, merge_id: int, progress: Progress | None) -> int:
    """Take a merge back in one act, many small transactions; returns the events taken back."""
    act = core.mutate(lambda c: store.merges.begin_undo(c, merge_id), "merges")
    taken = _by_parts(core, merge_id, store.merges.undo_parts, act, progress)
    core.mutate(lambda c: store.merges.finish(c, merge_id, "undone"), "merges")
    return taken


def redo(core: Core, merge_id: int, progress: Progress | None) -> int:
    """Bring an undone merge back without its pack; returns the events that count again."""
    act = core.mutate(lambda c: store.merges.begin_redo(c, merge_id), "merges")
    back = _by_parts(core, merge_id, store.merges.redo_parts, act, progress)
    core.mutate(lambda c: store.merges.finish(c, merge_id, "done"), "merges")
    return back


def _by_parts(
    core: Core,
    merge_id: int,
    change: Callable[[store.Connection, int, list[int], bytes], int],
    act: bytes,
    progress: Progress | None,
) -> int:
    parts = core.query(lambda c: store.merges.parts(c, merge_id))
    changed = done = 0
    for some in batches(parts, lambda: max(1, _batch_size(core) // store.merges.PART)):
        changed += core.mutate(
            lambda c, s=some: change(c, merge_id, s, act),  # type: ignore[misc]
            "ratings",
            "queue",
        )
        done += len(some)
        if progress is not None:
            progress(done, len(parts))
    return changed


def newest(merges: Iterable[PackMerge]) -> PackMerge:
    """The merge that an undo without a name means; `InputError` if none is left."""
    left = [one for one in merges if one.state != "undone"]
    if not left:
        raise InputError("There is no merge to take back.")
    return left[-1]

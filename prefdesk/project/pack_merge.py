"""A pack that came back: whose it is, what it would change, and taking it in."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from prefdesk import store
from prefdesk.errors import Cancelled, InputError
from prefdesk.formats import pack
from prefdesk.project.core import Core
from prefdesk.project.pack_copy import mark_of, settings_of
from prefdesk.project.pack_records import (
    DOUBTFUL,
    Conflict,
    Identity,
    Listed,
    MergeReport,
    PackPreview,
    PackRow,
    Seal,
)
from prefdesk.project.pack_sieve import Sieve, Sifted, batches
from prefdesk.records import Event, PackMerge, Rater

Progress = Callable[[int, int], None]
"""Called with events done and events in all."""

SHOWN = 1000
PER_TRANSACTION = 5000
PER_TRANSACTION_WHILE_RATING = 250
_RATING_NOW_S = 5.0
_KEYS = "pack_keys/"
_DOUBTS: dict[str, str] = {
    "key missing": "is not signed",
    "other key": "is signed with another key",
    "not checked": "is signed, which cannot be checked here",
}


@dataclass(slots=True)
class _List:
    count: int = 0
    shown: list[PackRow] = field(default_factory=list)

    def add(self, one: Sifted) -> None:
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(_row(one))

    def done(self) -> Listed:
        return Listed(self.count, tuple(self.shown))


def _row(one: Sifted) -> PackRow:
    row = one.row
    return PackRow(
        one.line,
        row.uid,
        one.completion_id,
        row.kind,
        row.criterion,
        row.value,
        row.utc_ms,
        one.reason,
        one.quarantined,
    )


class Incoming:
    """An open pack of ratings beside the project that it belongs to.

    `InputError` for a pack of another project, of items, or for another rater's working copy.
    """

    def __init__(self, core: Core, opened: pack.Pack, as_name: str) -> None:
        opened.require("ratings")
        self.core, self.pack, self.manifest = core, opened, opened.manifest
        with core.read() as c:
            _require_home(c, opened)
            self.settings = settings_of(c)
            self.identity = _identity(c, self.manifest, as_name)
            keys = _keys(c, self.manifest.rater)
        self.seal = _seal(opened, keys)
        # A key that is known, on a machine that cannot check it, anybody may have written.
        self.doubtful = self.seal in DOUBTFUL or (self.seal == "not checked" and bool(keys))
        target = self.identity.target
        self.new_name = as_name or self.manifest.rater_name
        self.target_uid = target.uid if target else self.manifest.rater
        self.merge_uid = store.merging.content_uid([opened.digest.hex(), self.target_uid.hex()])

    def sifted(self, rater_id: int) -> Iterator[Sifted]:
        """All events of the pack, each with what becomes of it here."""
        now_ms = store.merging.now_ms()
        sieve = Sieve(self.core, self.pack, self.settings, self.target_uid, now_ms)
        for number, row in enumerate(self.pack.events(), 1):
            yield sieve.sift(number, row, rater_id)


def _require_home(c: store.Connection, opened: pack.Pack) -> None:
    mark = mark_of(c)
    home = mark.project if mark else store.meta.get(c, "uid")
    if opened.manifest.project != home:
        raise InputError(
            f"{opened.name} belongs to another project.",
            "Merge it into the project that its pack was made in.",
        )
    if mark and opened.manifest.rater.hex() != mark.rater:
        raise InputError(f"{opened.name} is another rater's.", "Merge it into the project itself.")


def _identity(c: store.Connection, manifest: pack.Manifest, as_name: str) -> Identity:
    known = store.raters.by_uid(c, manifest.rater)
    namesake = store.raters.by_name(c, manifest.rater_name)
    chosen = store.raters.by_name(c, as_name) if as_name else None
    if known and as_name and chosen is None:
        raise InputError(f"There is no rater called {as_name!r}.", "Name one of the project.")
    target = chosen or known
    if target and target.simulated:
        raise InputError(f"{target.name} is simulated.", "Give the ratings to a person.")
    found = "known" if known else "same name" if namesake else "new"
    return Identity(manifest.rater, manifest.rater_name, found, target)  # type: ignore[arg-type]


def _keys(c: store.Connection, rater: bytes) -> list[str]:
    return store.meta.get(c, _KEYS + rater.hex()).split()


def _remember_key(c: store.Connection, rater: bytes, key: str) -> None:
    keys = _keys(c, rater)
    if key not in keys:
        store.meta.put(c, _KEYS + rater.hex(), " ".join([*keys, key]))


def _seal(opened: pack.Pack, keys: list[str]) -> Seal:
    if opened.seal == "none":
        return "key missing" if keys else "not signed"
    if keys and opened.manifest.public_key.hex() not in keys:
        return "other key"
    if opened.seal == "unchecked":
        return "not checked"
    return "verified" if keys else "first key"


def preview(core: Core, path: Path, as_name: str) -> PackPreview:
    """What merging the pack would do; changes nothing."""
    with pack.read(path) as opened:
        incoming = Incoming(core, opened, as_name)
        target = incoming.identity.target
        rater_id = target.id if target else 0
        new, duplicate, refused, ahead = _List(), _List(), _List(), _List()
        uids: set[bytes] = set()
        touched: set[int] = set()
        for some in batches(incoming.sifted(rater_id), lambda: PER_TRANSACTION):
            with core.read() as c:
                there = store.merging.known(c, (one.event.uid for one in some if one.event))
            for one in some:
                if one.event is None:
                    refused.add(one)
                    continue
                (duplicate if one.event.uid in there | uids else new).add(one)
                uids.add(one.event.uid)
                touched.add(one.event.completion_id)
                if one.ahead:
                    ahead.add(one)
        return PackPreview(
            name=opened.name,
            pack_uid=opened.manifest.pack,
            made_ms=opened.manifest.made_ms,
            identity=incoming.identity,
            seal=incoming.seal,
            doubtful=incoming.doubtful,
            events=opened.n_events,
            new=new.done(),
            duplicate=duplicate.done(),
            refused=refused.done(),
            ahead=ahead.done(),
            conflicts=tuple(_conflicts(incoming, rater_id, uids, touched)),
            earlier=_earlier(core, incoming.merge_uid),
        )


def _earlier(core: Core, uid: bytes) -> str:
    return next((one.state for one in core.query(store.merges.all) if one.uid == uid), "")


def _conflicts(
    incoming: Incoming, rater_id: int, uids: set[bytes], touched: set[int]
) -> Iterator[Conflict]:
    """Items that the rater judged in the pack and differently in an event that is only here."""
    here: dict[int, list[Event]] = {}
    for ids in batches(sorted(touched), lambda: PER_TRANSACTION):
        with incoming.core.read() as c:
            events = store.merging.events_of(c, rater_id, ids)
        for id, own in groupby(events, key=lambda e: e.completion_id):
            listed = list(own)
            if any(e.uid not in uids for e in listed):
                here[id] = listed
    if not here:
        return
    packed: dict[int, list[Event]] = {id: [] for id in here}
    for one in incoming.sifted(rater_id):
        if one.event is not None and one.event.completion_id in here:
            packed[one.event.completion_id].append(one.event)
    for id, events in here.items():
        yield from _compared(id, events, packed[id], uids)


def _compared(
    id: int, here: list[Event], packed: list[Event], uids: set[bytes]
) -> Iterator[Conflict]:
    before, theirs = store.merging.winners(here), store.merging.winners(packed)
    union = {e.uid: e for e in (*here, *packed)}
    after = store.merging.winners(union.values())
    for key, mine in before.items():
        other = theirs.get(key)
        if mine.value is None or mine.uid in uids or other is None or other.value is None:
            continue
        if mine.value != other.value and key in after:
            wins = "pack" if after[key].uid in uids else "here"
            yield Conflict(id, key[0], key[2], mine.value, other.value, wins)  # type: ignore[arg-type]


def check(core: Core, path: Path, as_name: str, unverified: bool) -> None:
    """Raise what `merge` would raise before it writes anything."""
    with pack.read(path) as opened:
        _require_clear(Incoming(core, opened, as_name), unverified)


def merge(
    core: Core,
    path: Path,
    as_name: str,
    unverified: bool,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> MergeReport:
    """Take a pack in; the same again finishes what was interrupted."""
    with pack.read(path, _beat(cancelled)) as opened:
        incoming = Incoming(core, opened, as_name)
        _require_clear(incoming, unverified)
        rater, record_id = core.mutate(lambda c: _begin(c, incoming), "raters", "merges")
        tally = _Tally(restore_act=store.merging.new_act())
        total, done = opened.n_events, 0
        for some in batches(incoming.sifted(rater.id), lambda: _batch_size(core)):
            if cancelled is not None and cancelled():
                raise Cancelled
            core.mutate(
                lambda c, s=some: _take(c, record_id, rater.id, s, tally),  # type: ignore[misc]
                "ratings",
                "queue",
            )
            done += len(some)
            if progress is not None:
                progress(done, total)
        return core.mutate(lambda c: _finish(c, incoming, record_id, rater, tally), "merges")


def _beat(cancelled: Callable[[], bool] | None) -> Callable[[], None] | None:
    def beat() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    return beat


def _batch_size(core: Core) -> int:
    # While somebody rates, a rating waits for no more than a short transaction.
    rating = time.monotonic() - core.store.last_urgent_s < _RATING_NOW_S
    return PER_TRANSACTION_WHILE_RATING if rating else PER_TRANSACTION


def _require_clear(incoming: Incoming, unverified: bool) -> None:
    identity = incoming.identity
    if identity.target is None and identity.found == "same name" and not _renames(incoming):
        raise InputError(
            f"There is another rater called {identity.name} in this project.",
            "Say who gets these ratings: a rater of the project, or a new name (--as NAME).",
        )
    if incoming.doubtful and not unverified:
        what = _DOUBTS[incoming.seal]
        raise InputError(
            f"{incoming.pack.name} {what}; {identity.name} signed what came before.",
            "Ask them whether it is theirs; then merge it as unverified (--unverified).",
        )


def _renames(incoming: Incoming) -> bool:
    return incoming.new_name.casefold() != incoming.identity.name.casefold()


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
    c: store.Connection, incoming: Incoming, record_id: int, rater: Rater, tally: _Tally
) -> MergeReport:
    if incoming.pack.seal == "good":
        _remember_key(c, incoming.manifest.rater, incoming.manifest.public_key.hex())
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
    store.merges.finish(c, record_id, "done", _counts(c, record_id, report))
    return report


def _counts(c: store.Connection, record_id: int, report: MergeReport) -> str:
    return json.dumps(
        {
            "brought": store.merges.brought(c, record_id),
            "ahead": report.ahead,
            "quarantined": report.quarantined,
            "refused": report.refused,
        }
    )


def undo(core: Core, merge_id: int, progress: Progress | None) -> int:
    """Take a merge back in one act, many small transactions; returns the events taken back."""
    act = core.mutate(lambda c: store.merges.begin_undo(c, merge_id), "merges")
    parts = core.query(lambda c: store.merges.parts(c, merge_id))
    taken = done = 0
    for some in batches(parts, lambda: max(1, _batch_size(core) // store.merges.PART)):
        taken += core.mutate(
            lambda c, s=some: store.merges.undo_parts(c, merge_id, s, act),  # type: ignore[misc]
            "ratings",
            "queue",
        )
        done += len(some)
        if progress is not None:
            progress(done, len(parts))
    core.mutate(lambda c: store.merges.finish(c, merge_id, "undone"), "merges")
    return taken


def newest(merges: Iterable[PackMerge]) -> PackMerge:
    """The merge that an undo without a name means; `InputError` if none is left."""
    left = [one for one in merges if one.state != "undone"]
    if not left:
        raise InputError("There is no merge to take back.")
    return left[-1]

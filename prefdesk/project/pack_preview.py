"""What merging a pack would do, row by row, without doing it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from prefdesk import store
from prefdesk.formats import pack
from prefdesk.project.core import Core
from prefdesk.project.pack_incoming import Cancelled, Incoming, Progress, beat
from prefdesk.project.pack_records import Conflict, Listed, PackPreview, PackRow
from prefdesk.project.pack_sieve import Sifted, batches
from prefdesk.records import Event

SHOWN = 1000
AT_ONCE = 5000


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


@dataclass(slots=True)
class _Seen:
    """The rows of a pack in their kinds, the events among them, and the items they judge."""

    new: _List = field(default_factory=_List)
    duplicate: _List = field(default_factory=_List)
    refused: _List = field(default_factory=_List)
    ahead: _List = field(default_factory=_List)
    uids: set[bytes] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)

    def add(self, one: Sifted, there: set[bytes]) -> None:
        """Count a row; `there` are the events that the project holds."""
        if one.event is None:
            self.refused.add(one)
            return
        uid = one.event.uid
        (self.duplicate if uid in there or uid in self.uids else self.new).add(one)
        self.uids.add(uid)
        self.touched.add(one.event.completion_id)
        if one.ahead:
            self.ahead.add(one)


def preview(
    core: Core,
    path: Path,
    as_name: str,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> PackPreview:
    """What merging the pack would do; changes nothing."""
    with pack.read(path, beat(cancelled)) as opened:
        incoming = Incoming(core, opened, as_name)
        target = incoming.identity.target
        rater_id = target.id if target else 0
        seen, done = _Seen(), 0
        for some in batches(incoming.sifted(rater_id), lambda: AT_ONCE):
            with core.read() as c:
                there = store.merging.known(c, (one.event.uid for one in some if one.event))
            for one in some:
                seen.add(one, there)
            done += len(some)
            if progress is not None:
                progress(done, opened.n_events)
        return PackPreview(
            name=opened.name,
            pack_uid=opened.manifest.pack,
            made_ms=opened.manifest.made_ms,
            identity=incoming.identity,
            seal=incoming.seal,
            doubtful=incoming.doubtful,
            events=opened.n_events,
            new=seen.new.done(),
            duplicate=seen.duplicate.done(),
            refused=seen.refused.done(),
            ahead=seen.ahead.done(),
            conflicts=tuple(_conflicts(incoming, rater_id, seen.uids, seen.touched)),
            earlier=_earlier(core, incoming.merge_uid),
        )


def _earlier(core: Core, uid: bytes) -> str:
    return next((one.state for one in core.query(store.merges.all) if one.uid == uid), "")


def _conflicts(
    incoming: Incoming, rater_id: int, uids: set[bytes], touched: set[int]
) -> Iterator[Conflict]:
    """Items that the rater judged in the pack and differently in an event that is only here."""
    here: dict[int, list[Event]] = {}
    for ids in batches(sorted(touched), lambda: AT_ONCE):
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

"""Which events of a pack may enter the project, and as what; everything else with its reason."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from prefdesk import store
from prefdesk.formats import pack
from prefdesk.project.core import Core
from prefdesk.project.settings import ProjectSettings
from prefdesk.records import Event

BATCH = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sifted:
    """A row of a pack: the event it becomes here, or the reason why it does not."""

    line: int
    row: pack.PackEvent
    completion_id: int | None = None
    event: Event | None = None
    reason: str = ""
    quarantined: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    completion_id: int | None
    trouble: str = ""
    quarantined: bool = False


class Sieve:
    """Sifts the events of one open pack for the rater `target` (uid), in the order of the pack.

    For another rater than the pack's own, events get new uids made from their content, so that
    the same pack gives the same events every time.
    """

    def __init__(
        self, core: Core, opened: pack.Pack, settings: ProjectSettings, target: bytes, now_ms: int
    ) -> None:
        self._manifest = opened.manifest
        self._criteria = {criterion.name for criterion in settings.criteria}
        self._target = target
        self._ahead_hlc = (now_ms + store.merging.AHEAD_MS) << 16
        self._renamed: dict[bytes, bytes] = {}
        self._places: dict[bytes, _Place] = {}
        asked = asked_of(settings)
        was_asked = pack.question_version(self._manifest.question, self._manifest.criteria)
        for some in batches(opened.judged(), lambda: BATCH):
            with core.read() as c:
                found = store.merging.find_items(c, (item.completion for item in some))
            for item in some:
                self._places[item.completion] = _place(item, found, asked, was_asked)

    def sift(self, line: int, row: pack.PackEvent, rater_id: int = 0) -> Sifted:
        """One row; `rater_id` is the rater's number here, as far as there is one."""
        place = self._places.get(row.completion)
        if row.rater != self._manifest.rater:
            return Sifted(line, row, reason="it belongs to another rater")
        event = _event(row, place, rater_id)
        if _uid(event, row.completion, row.rater) != row.uid:
            return Sifted(line, row, reason="it was changed after it was written")
        if place is None:
            return Sifted(line, row, reason="its item is not listed in the pack")
        if place.trouble:
            held = place.quarantined
            return Sifted(line, row, place.completion_id, None, place.trouble, held)
        wrong = self._wrong(event)
        if wrong:
            return Sifted(line, row, place.completion_id, reason=wrong)
        mapped = self._mapped(event, row)
        if mapped is None:
            reason = "it takes back a judgement that is not in the pack"
            return Sifted(line, row, place.completion_id, reason=reason)
        return Sifted(line, row, place.completion_id, mapped, ahead=row.hlc > self._ahead_hlc)

    def _wrong(self, event: Event) -> str:
        if event.criterion not in self._criteria:
            return f"there is no criterion called {event.criterion[:40]!r}"
        if event.hlc >> 16 > pack.LATEST_MS:
            return "its clock is beyond the year 2200"
        if event.utc_ms > event.hlc >> 16:
            return "its clock readings contradict each other"
        return store.merging.problem(event)

    def _mapped(self, event: Event, row: pack.PackEvent) -> Event | None:
        if self._target == row.rater:
            return event
        if event.target is not None:
            if event.target not in self._renamed:
                return None
            event = replace(event, target=self._renamed[event.target])
        uid = _uid(event, row.completion, self._target)
        self._renamed[row.uid] = uid
        return replace(event, uid=uid)


def asked_of(settings: ProjectSettings) -> bytes:
    """The version of what raters are asked in this project."""
    criteria = [(criterion.name, criterion.guideline) for criterion in settings.criteria]
    return pack.question_version(settings.question, criteria)


def hash_of(found: store.merging.Found, asked: bytes) -> bytes:
    """The content hash of an item of this project."""
    prompt = found.prompt
    return pack.content_hash(prompt.content, prompt.source, prompt.references, found.text, asked)


def batches(rows: Iterable[T], size: Callable[[], int]) -> Iterator[list[T]]:
    """Rows in lists; `size` is asked anew for each of them."""
    left = iter(rows)
    while some := list(itertools.islice(left, size())):
        yield some


def _place(
    item: pack.JudgedItem,
    found: dict[bytes, store.merging.Found],
    asked: bytes,
    was_asked: bytes,
) -> _Place:
    here = found.get(item.completion)
    if here is None:
        return _Place(None, "its item is not in this project")
    if hash_of(here, asked) == item.content_hash:
        return _Place(here.completion_id)
    if hash_of(here, was_asked) == item.content_hash:
        trouble = "the question or a guideline was changed since the pack was made"
    else:
        trouble = "its item was judged with another text than the one here"
    return _Place(here.completion_id, trouble, quarantined=True)


def _event(row: pack.PackEvent, place: _Place | None, rater_id: int) -> Event:
    return Event(
        uid=row.uid,
        act=row.act,
        verb=row.verb,
        completion_id=(place.completion_id or 0) if place else 0,
        rater_id=rater_id,
        kind=row.kind,
        criterion=row.criterion,
        occasion=row.occasion,
        hlc=row.hlc,
        utc_ms=row.utc_ms,
        value=row.value,
        body=row.body,
        target=row.target,
        seconds=row.seconds,
    )


def _uid(event: Event, completion: bytes, rater: bytes) -> bytes:
    return store.merging.uid_of(event, completion.hex(), rater.hex())

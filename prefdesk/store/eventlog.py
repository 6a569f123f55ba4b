"""The rows of the event log: written once, read back, folded into the table `rating`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import DEFAULT_CRITERION, LABELS, SCALE, Event
from prefdesk.store import fold, meta, queue, rows, statistics
from prefdesk.store.clock import content_uid, given_or_now, random_uid, timed_uid
from prefdesk.store.engine import Connection
from prefdesk.store.faults import damaged, reading

COLUMNS = (
    "uid, act, verb, completion_id, rater_id, kind, criterion, occasion, hlc, utc_ms, value, body,"
    " target, seconds"
)
_PAIRS = "WHERE completion_id IN (SELECT value FROM json_each(?)) AND rater_id = ?"
_FEW = 20
_RATING = "completion_id, rater_id, criterion, occasion, kind, value, body, seconds, hlc, event_uid"
AHEAD_MS = 24 * 3600 * 1000
"""An event further ahead of a clock than this comes from a machine whose clock is wrong."""

FLOOR_KEY = "after_hlc"
_LATEST = 2**63 - 1
KINDS = ("score", "label", "skip", "comment")

Answers = dict[tuple[int, int], list[tuple[str, str]]]
"""(Completion id, rater id) to the (kind, criterion) of what counts."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a time and an identity."""

    completion_id: int
    rater_id: int
    kind: str
    value: float | None = None
    criterion: str = DEFAULT_CRITERION
    occasion: int = 0
    body: str = ""
    target: bytes | None = None
    seconds: float | None = None


def problem(draft: Draft) -> str:
    """What is wrong with a judgement somebody hands in, as a sentence, or an empty string."""
    if draft.kind not in KINDS:
        return f"There is no kind of rating called {draft.kind!r}."
    if not draft.criterion.strip():
        return "A rating needs a criterion."
    if draft.occasion < 0:
        return "The occasion of a rating is 0 or more."
    if draft.seconds is not None and not (draft.seconds >= 0 and math.isfinite(draft.seconds)):
        return "The time spent on a rating is 0 or more seconds."
    return _value_problem(draft.kind, draft.value)


def _value_problem(kind: str, value: float | None) -> str:
    low, high = SCALE
    if kind == "score" and not (value is not None and low <= value <= high):
        return f"A score is a number from {low:g} to {high:g}, not {value}."
    if kind == "label" and value not in range(len(LABELS)):
        return f"A label is one of {', '.join(LABELS)} (0 to {len(LABELS) - 1}), not {value}."
    if kind in ("skip", "comment") and value is not None:
        return f"A {kind} has no value."
    return ""


class Appender:
    """Appends acts inside the caller's transaction; `finish` brings the fold up to date.

    An event is later than all that its rater did before, whatever the clocks said, and later
    than every event in the file, except those more than 24 h ahead of this clock: they came from
    a machine whose clock is wrong, and its time must not become that of everybody else.
    """

    def __init__(self, c: Connection, now_ms: int | None) -> None:
        self._c = c
        self._now_ms = given_or_now(now_ms)
        self._believed = (self._now_ms + AHEAD_MS) << 16
        self._hlc: int = c.execute(
            "SELECT coalesce(max(hlc), 0) FROM event WHERE hlc <= ?", (self._believed,)
        ).fetchone()[0]
        self._own: dict[int, int] = {}
        self._uids: dict[tuple[str, int], str] = {}
        self._touched: set[tuple[int, int]] = set()

    def act(
        self, verb: str, drafts: Iterable[Draft], act: bytes | None = None
    ) -> tuple[Event, ...]:
        """Append events that belong together: they are undone together.

        `act` continues one that is too large for one transaction.
        """
        act = act or new_act(self._now_ms)
        return tuple(self._append(act, verb, draft) for draft in drafts)

    def finish(self) -> None:
        """Fold every completion that was touched, for the rater who touched it."""
        refold(self._c, self._touched)

    def _append(self, act: bytes, verb: str, draft: Draft) -> Event:
        hlc = self._next_hlc(draft.rater_id)
        if hlc > _LATEST:
            raise damaged(None, "a rating has a time after which there can be none")
        event = Event(
            uid=b"",
            act=act,
            verb=verb,
            completion_id=draft.completion_id,
            rater_id=draft.rater_id,
            kind=draft.kind,
            criterion=draft.criterion,
            occasion=draft.occasion,
            hlc=hlc,
            utc_ms=self._now_ms,
            value=None if draft.value is None else float(draft.value),
            body=draft.body,
            target=draft.target,
            seconds=None if draft.seconds is None else float(draft.seconds),
        )
        uid = uid_of(
            event, self._uid("completion", draft.completion_id), self._uid("rater", draft.rater_id)
        )
        values = (uid, *as_row(event)[1:])
        self._c.execute(f"INSERT INTO event({COLUMNS}) VALUES({', '.join('?' * 14)})", values)
        self._touched.add((draft.completion_id, draft.rater_id))
        return Event(*values)

    def _next_hlc(self, rater_id: int) -> int:
        if rater_id not in self._own:
            self._own[rater_id] = last_hlc(self._c, rater_id)
        hlc = max(self._hlc + 1, self._own[rater_id] + 1, self._now_ms << 16)
        self._own[rater_id] = hlc
        if hlc <= self._believed:
            self._hlc = hlc
        return hlc

    def _uid(self, table: str, id: int) -> str:
        if (table, id) not in self._uids:
            row = self._c.execute(f"SELECT uid FROM {table} WHERE id = ?", (id,)).fetchone()
            if row is None:
                raise InputError(f"There is no {table} {id}.")
            self._uids[table, id] = row[0].hex()
        return self._uids[table, id]


def new_act(now_ms: int | None = None) -> bytes:
    """The identity of a new act."""
    return timed_uid(given_or_now(now_ms), random_uid())


def last_hlc(c: Connection, rater_id: int) -> int:
    """The newest clock reading of a rater, here or where their pack was made; 0 for none."""
    newest: int = c.execute(
        "SELECT coalesce(max(hlc), 0) FROM event WHERE rater_id = ?", (rater_id,)
    ).fetchone()[0]
    with reading("the time that a pack begins at"):
        return max(newest, int(meta.get(c, FLOOR_KEY, "0")))


def uid_of(event: Event, completion_uid: str, rater_uid: str) -> bytes:
    """The identity of an event: its time and the hash of all it says, by uids, not by ids."""
    content = [
        event.act.hex(),
        event.verb,
        completion_uid,
        rater_uid,
        event.kind,
        event.criterion,
        event.occasion,
        event.hlc,
        event.utc_ms,
        event.value,
        event.body,
        None if event.target is None else event.target.hex(),
        event.seconds,
    ]
    return timed_uid(event.utc_ms, content_uid(content, size=10))


def as_row(event: Event) -> tuple[Any, ...]:
    """An event in the order of `COLUMNS`."""
    return tuple(getattr(event, name.strip()) for name in COLUMNS.split(","))


def select(c: Connection, condition: str, values: Sequence[object]) -> list[Event]:
    """Events that meet an SQL condition (with its order and limit)."""
    found = c.execute(f"SELECT {COLUMNS} FROM event {condition}", values).fetchall()
    return [Event(*row) for row in found]


def refold(c: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Fold the given (completion id, rater id) pairs again; their figures and queues follow."""
    pairs = sorted(set(pairs))
    answers = _fold_many(c, pairs) if len(pairs) > _FEW else _fold_few(c, pairs)
    covered = statistics.update(c, (completion_id for completion_id, _ in pairs))
    queue.settle(c, answers, covered)


def _fold_few(c: Connection, pairs: Sequence[tuple[int, int]]) -> Answers:
    answers = {}
    for completion_id, rater_id in pairs:
        events = select(c, "WHERE completion_id = ? AND rater_id = ?", (completion_id, rater_id))
        c.execute(
            "DELETE FROM rating WHERE completion_id = ? AND rater_id = ?", (completion_id, rater_id)
        )
        answers[completion_id, rater_id] = _fold(c, events)
    return answers


def _fold_many(c: Connection, pairs: Sequence[tuple[int, int]]) -> Answers:
    """As `_fold_few`, in a handful of statements for each rater instead of three for each pair."""
    answers: Answers = {pair: [] for pair in pairs}
    by_rater = sorted(pairs, key=lambda pair: pair[1])
    for rater_id, group in groupby(by_rater, key=lambda pair: pair[1]):
        values = (rows.id_list(completion_id for completion_id, _ in group), rater_id)
        events = select(c, f"{_PAIRS} ORDER BY completion_id", values)
        c.execute(f"DELETE FROM rating {_PAIRS}", values)
        for completion_id, own in groupby(events, key=lambda event: event.completion_id):
            answers[completion_id, rater_id] = _fold(c, own)
    return answers


def _fold(c: Connection, events: Iterable[Event]) -> list[tuple[str, str]]:
    """Write what counts of one pair; returns kind and criterion of each."""
    counting = fold.winners(events).values()
    _insert_ratings(c, counting)
    return [(event.kind, event.criterion) for event in counting]


def rebuild(c: Connection) -> None:
    """Fold the whole log from scratch."""
    c.execute("DELETE FROM rating")
    for _, events in by_pair(c):
        _insert_ratings(c, fold.winners(events).values())
    statistics.rebuild(c)
    queue.refresh(c)


def by_pair(c: Connection) -> Iterable[tuple[tuple[int, int], list[Event]]]:
    """The whole log in groups of one completion and one rater, in their order."""
    cursor = c.execute(f"SELECT {COLUMNS} FROM event ORDER BY completion_id, rater_id")
    for pair, found in groupby(cursor, key=lambda row: (row[3], row[4])):
        yield pair, [Event(*row) for row in found]


def rating_row(event: Event) -> tuple[Any, ...]:
    """The row of the fold that a winning event makes."""
    return (
        event.completion_id,
        event.rater_id,
        event.criterion,
        event.occasion,
        event.kind,
        event.value,
        event.body,
        event.seconds,
        event.hlc,
        event.uid,
    )


def folded(c: Connection, completion_id: int, rater_id: int) -> set[tuple[Any, ...]]:
    """The rows of the fold of one pair, as `rating_row` makes them."""
    return set(
        c.execute(
            f"SELECT {_RATING} FROM rating WHERE completion_id = ? AND rater_id = ?",
            (completion_id, rater_id),
        ).fetchall()
    )


def _insert_ratings(c: Connection, events: Iterable[Event]) -> None:
    c.executemany(
        f"INSERT INTO rating({_RATING}) VALUES({', '.join('?' * 10)})",
        [rating_row(event) for event in events],
    )

"""What raters did, as it happened: append, look back, undo, move. Nothing is ever changed.

The judgements that count now are kept beside the log in the table `rating`, which every append
brings up to date in the same transaction and `rebuild` makes again from the log.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import DEFAULT_CRITERION, Event, Rating
from prefdesk.store import eventlog, rows
from prefdesk.store.engine import Connection
from prefdesk.store.eventlog import Draft, rebuild
from prefdesk.store.undo import can_redo, can_undo, is_alive, redo, retraction, undo

__all__ = [
    "Draft",
    "append",
    "append_many",
    "can_redo",
    "can_undo",
    "comment",
    "count",
    "count_current",
    "count_judged",
    "current",
    "get",
    "history",
    "is_alive",
    "move",
    "newest",
    "rebuild",
    "recent",
    "redo",
    "undo",
    "walk",
]

_WHAT = """
SELECT r.completion_id, k.prompt_id, r.rater_id, r.kind, r.criterion, r.occasion, r.value,
  r.seconds, r.hlc, r.event_uid, coalesce(own.body, general.body, '')
FROM"""
_WITH = """
JOIN completion k ON k.id = r.completion_id
JOIN prompt p ON p.id = k.prompt_id
LEFT JOIN rating own ON own.completion_id = r.completion_id AND own.rater_id = r.rater_id
  AND own.criterion = r.criterion AND own.occasion = r.occasion AND own.kind = 'comment'
LEFT JOIN rating general ON general.completion_id = r.completion_id
  AND general.rater_id = r.rater_id AND general.criterion = ? AND general.occasion = r.occasion
  AND general.kind = 'comment'
"""
# From the newest event back: who has judged a hundred thousand is asked for a handful.
_BACKWARDS = """event e CROSS JOIN rating r ON r.completion_id = e.completion_id
  AND r.rater_id = e.rater_id AND r.criterion = e.criterion AND r.occasion = e.occasion
  AND r.kind = e.kind AND r.event_uid = e.uid"""


def append(
    c: Connection,
    *,
    rater_id: int,
    completion_id: int,
    kind: str,
    value: float | None = None,
    criterion: str = DEFAULT_CRITERION,
    occasion: int = 0,
    body: str = "",
    seconds: float | None = None,
    verb: str = "rate",
    now_ms: int | None = None,
) -> Event:
    """Append one act of one event: a score (0-10), a label (0-2), a skip or a comment.

    `InputError` for a value out of range and for an unknown rater or completion.
    """
    draft = Draft(
        completion_id,
        rater_id,
        kind,
        value=value,
        criterion=criterion,
        occasion=occasion,
        body=body,
        seconds=seconds,
    )
    return append_many(c, [draft], verb, now_ms=now_ms)[0]


def append_many(
    c: Connection,
    drafts: Iterable[Draft | Mapping[str, Any]],
    verb: str = "rate",
    *,
    one_act: bool = False,
    now_ms: int | None = None,
    watched: Callable[[Sequence[Draft]], Iterable[Draft]] = iter,
) -> list[Event]:
    """Append many judgements, each as an act of its own or all as one that is undone at once.

    A draft may be a mapping with the names of its fields. Each act is written in the order in
    which `watched` hands out its judgements.
    The first bad one raises `InputError`, and the transaction then keeps none of them.
    """
    taken = [d if isinstance(d, Draft) else Draft(**d) for d in drafts]
    for number, draft in enumerate(taken, start=1):
        wrong = eventlog.problem(draft)
        if wrong:
            raise InputError(wrong if len(taken) == 1 else f"Rating {number}: {wrong}")
    appender = eventlog.Appender(c, now_ms)
    groups: Sequence[Sequence[Draft]] = [taken] if one_act else [[d] for d in taken]
    events = [event for group in groups for event in appender.act(verb, watched(group))]
    appender.finish()
    return events


def move(
    c: Connection,
    from_rater: int,
    to_rater: int,
    event_uids: Iterable[bytes],
    *,
    now_ms: int | None = None,
) -> tuple[Event, ...]:
    """Give judgements made under a wrong name to whom they belong, as one act.

    Exactly the named events move: an older judgement of `from_rater` on the same completion
    counts again if it is not named too. `InputError` if one is not theirs or was taken back.
    """
    if from_rater == to_rater:
        raise InputError("These ratings are this rater's already.")
    drafts: list[Draft] = []
    for uid in event_uids:
        event = get(c, uid)
        if event.rater_id != from_rater or event.kind == "retract" or not is_alive(c, event):
            raise InputError("One of these ratings is not this rater's, or was taken back.")
        drafts += [retraction(event), _for_rater(event, to_rater)]
    if not drafts:
        return ()
    appender = eventlog.Appender(c, now_ms)
    events = appender.act("move", drafts)
    appender.finish()
    return events


def _for_rater(event: Event, rater_id: int) -> Draft:
    return Draft(
        event.completion_id,
        rater_id,
        event.kind,
        value=event.value,
        criterion=event.criterion,
        occasion=event.occasion,
        body=event.body,
        seconds=event.seconds,
    )


def get(c: Connection, uid: bytes) -> Event:
    """One event; `InputError` if there is none with this uid."""
    found = eventlog.select(c, "WHERE uid = ?", (uid,))
    if not found:
        raise InputError("There is no such rating.")
    return found[0]


def history(
    c: Connection,
    *,
    rater_id: int | None = None,
    completion_id: int | None = None,
    after: bytes | None = None,
    limit: int = 1000,
) -> list[Event]:
    """Events in their order, those after the event with uid `after` if one is given."""
    given = {"rater_id": rater_id, "completion_id": completion_id}
    chosen = {name: value for name, value in given.items() if value is not None}
    conditions = [f"{name} = ?" for name in chosen]
    values: list[Any] = list(chosen.values())
    if after is not None:
        conditions.append("(hlc, uid) > (?, ?)")
        values += [get(c, after).hlc, after]
    return eventlog.select(
        c, f"{rows.where(conditions)} ORDER BY hlc, uid LIMIT ?", (*values, limit)
    )


def recent(
    c: Connection,
    *,
    rater_id: int | None = None,
    completion_id: int | None = None,
    before: bytes | None = None,
    limit: int = 200,
) -> list[Event]:
    """The newest events first, those before the event with uid `before` if one is given."""
    given = {"rater_id": rater_id, "completion_id": completion_id}
    chosen = {name: value for name, value in given.items() if value is not None}
    conditions = [f"{name} = ?" for name in chosen]
    values: list[Any] = list(chosen.values())
    if before is not None:
        conditions.append("(hlc, uid) < (?, ?)")
        values += [get(c, before).hlc, before]
    return eventlog.select(
        c, f"{rows.where(conditions)} ORDER BY hlc DESC, uid DESC LIMIT ?", (*values, limit)
    )


def count(c: Connection) -> int:
    """How many events the log holds."""
    return int(c.execute("SELECT count(*) FROM event").fetchone()[0])


def comment(
    c: Connection, rater_id: int, completion_id: int, criterion: str = "", occasion: int = 0
) -> str:
    """A rater's comment on a completion: on `criterion` if given, else the newest on any."""
    row = c.execute(
        "SELECT body FROM rating WHERE completion_id = ? AND rater_id = ? AND kind = 'comment'"
        " AND occasion = ? AND (? = '' OR criterion = ?) ORDER BY hlc DESC LIMIT 1",
        (completion_id, rater_id, occasion, criterion, criterion),
    ).fetchone()
    return "" if row is None else str(row[0])


def current(
    c: Connection,
    *,
    rater_id: int | None = None,
    completion_id: int | None = None,
    split: str | None = None,
    checkpoint_id: int | None = None,
) -> list[Rating]:
    """Scores and labels that count now, by completion and rater, each with its comment."""
    return list(
        walk(
            c,
            rater_id=rater_id,
            completion_id=completion_id,
            split=split,
            checkpoint_id=checkpoint_id,
        )
    )


def walk(
    c: Connection,
    *,
    rater_id: int | None = None,
    completion_id: int | None = None,
    split: str | None = None,
    checkpoint_id: int | None = None,
    completion_ids: Iterable[int] | None = None,
) -> Iterator[Rating]:
    """As `current`, but each is read when it is asked for; also for some completions only."""
    given = {
        "r.rater_id": rater_id,
        "r.completion_id": completion_id,
        "p.split": split,
        "k.checkpoint_id": checkpoint_id,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    conditions = ["r.kind IN ('score', 'label')", *(f"{name} = ?" for name in chosen)]
    values: list[Any] = list(chosen.values())
    if completion_ids is not None:
        conditions.append("r.completion_id IN (SELECT value FROM json_each(?))")
        values.append(rows.id_list(completion_ids))
    cursor = c.execute(
        f"{_WHAT} rating r{_WITH}{rows.where(conditions)}"
        " ORDER BY r.completion_id, r.rater_id, r.criterion, r.occasion, r.kind",
        (DEFAULT_CRITERION, *values),
    )
    return (Rating(*row) for row in cursor)


def newest(
    c: Connection,
    rater_id: int,
    limit: int,
    *,
    kind: str = "",
    criterion: str = "",
    value: float | None = None,
    without: int = 0,
) -> list[Rating]:
    """A rater's newest scores and labels that count, at most `limit`.

    Those of one kind, one criterion or one value only if they are named; `without` is a
    completion that is left out.
    """
    given = {"e.kind": kind, "e.criterion": criterion, "e.value": value}
    chosen = {name: wanted for name, wanted in given.items() if wanted not in ("", None)}
    conditions = ["e.rater_id = ?", "e.completion_id <> ?", "e.kind IN ('score', 'label')"]
    conditions += [f"{name} = ?" for name in chosen]
    found = c.execute(
        f"{_WHAT} {_BACKWARDS}{_WITH}{rows.where(conditions)} ORDER BY e.hlc DESC LIMIT ?",
        (DEFAULT_CRITERION, rater_id, without, *chosen.values(), limit),
    )
    return [Rating(*row) for row in found.fetchall()]


def count_judged(c: Connection, rater_id: int) -> int:
    """How many completions have a score or a label of a rater that counts now."""
    sql = (
        "SELECT count(DISTINCT completion_id) FROM rating"
        " WHERE rater_id = ? AND kind IN ('score', 'label')"
    )
    return int(c.execute(sql, (rater_id,)).fetchone()[0])


def count_current(c: Connection, rater_id: int) -> int:
    """How many scores and labels of a rater count now."""
    sql = "SELECT count(*) FROM rating WHERE rater_id = ? AND kind IN ('score', 'label')"
    return int(c.execute(sql, (rater_id,)).fetchone()[0])

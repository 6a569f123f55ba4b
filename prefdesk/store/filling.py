"""Queues a great many completions for a rater without ever holding the writer for long.

The order of all of them is made by a reader. The rows are then written from the front, a few
thousand in each transaction, so whoever waits can begin after the first one and has, from then
on, the completions that a queue made at once would give them.
"""

import secrets
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.store import queue, rows, statistics
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

PART = 2000
"""So many completions are queued in one transaction: well under a tenth of a second."""

_FETCH = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The completions up to `filled_id` that a rater is not queued for, in their order.

    `ids` and `places` are int64 arrays of one length; a place is the one among completions with
    as many raters. `token` is negative and stands where the newest completion that was queued
    stands otherwise, while the plan is carried out.
    """

    rater_id: int
    seed: int
    filled_id: int
    ids: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    places: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    token: int


def begin(store: "Store", rater_id: int, seed: int) -> "Future[None] | None":
    """Queue what came since the last time; with a great many, the first of them.

    Returns None when all is done, otherwise a future for the rest, which is written behind
    everybody else. If the file is closed first, the next call does the rest. Must not be called
    from the writer's thread.
    """
    with store.read() as c:
        waiting = queue.behind(c, rater_id)
        plan = planned(c, rater_id, seed) if waiting > queue.AT_ONCE else None
    if plan is None:
        if waiting:
            store.write(lambda c: queue.fill(c, rater_id, seed)).result()
        return None
    store.write(lambda c: write_part(c, plan, 0)).result()
    done: Future[None] = Future()
    _go_on(store, plan, PART, done)
    return done


def _go_on(store: "Store", plan: Plan, first: int, done: "Future[None]") -> None:
    """Write the part that begins at `first`, and when it is on disk the next one."""
    if first >= len(plan.ids):
        done.set_result(None)
        return

    def then(written: "Future[None]") -> None:
        error = written.exception()
        if error is not None:
            done.set_exception(error)
        else:
            _go_on(store, plan, first + PART, done)

    try:
        store.write(lambda c: write_part(c, plan, first)).add_done_callback(then)
    except PrefdeskError as error:
        # The file is being closed.
        done.set_exception(error)


def planned(c: Connection, rater_id: int, seed: int) -> Plan:
    """The order in which a rater is to be asked what came since the last time."""
    rater_uid, seed, filled_id = queue.line_of(c, rater_id, seed)
    done = queue.done_by(c, rater_id, filled_id)
    found = [
        (id, queue.position(seed, rater_uid, uid, id))
        for id, uid in _uids(c)
        if id > filled_id and id not in done
    ]
    last_id = int(c.execute("SELECT coalesce(max(id), 0) FROM completion").fetchone()[0])
    pairs = np.array(found, np.int64).reshape(-1, 2)
    raters = statistics.raters_of(c, filled_id + 1, last_id)
    coverage = np.fromiter((raters.get(id, 0) for id in pairs[:, 0].tolist()), np.int64, len(pairs))
    order = np.lexsort((pairs[:, 0], pairs[:, 1], coverage))
    token = -1 - secrets.randbelow(2**53)
    return Plan(rater_id, seed, last_id, pairs[order, 0], pairs[order, 1], token)


def _uids(c: Connection) -> Iterator[tuple[int, bytes]]:
    # All of them: the index of the uids is read, which is a small part of the table.
    cursor = c.execute("SELECT id, uid FROM completion")
    while some := cursor.fetchmany(_FETCH):
        yield from some


def write_part(c: Connection, plan: Plan, first: int) -> None:
    """Queue `PART` completions of a plan, as far as they still wait and with who judged by now.

    Raises `Cancelled` if the queues were made anew meanwhile, or another plan of this rater
    took over.
    """
    if first and queue.line_of(c, plan.rater_id, plan.seed)[2] != plan.token:
        raise Cancelled
    ids = plan.ids[first : first + PART].tolist()
    places = plan.places[first : first + PART].tolist()
    coverage = statistics.coverage_of(c, ids)
    done = _done_of(c, plan.rater_id, ids)
    wanted = [
        (plan.rater_id, coverage[id], place, id) for id, place in zip(ids, places) if id not in done
    ]
    c.executemany(queue.INSERT, wanted)
    if first + PART >= len(plan.ids):
        queue.set_filled(c, plan.rater_id, plan.seed, plan.filled_id)
    elif not first:
        queue.set_filled(c, plan.rater_id, plan.seed, plan.token)


def _done_of(c: Connection, rater_id: int, ids: list[int]) -> set[int]:
    needed = set(queue.criteria(c))
    answers: dict[int, list[tuple[str, str]]] = {}
    for id, kind, criterion in c.execute(
        "SELECT completion_id, kind, criterion FROM rating"
        " WHERE completion_id IN (SELECT value FROM json_each(?)) AND rater_id = ?",
        (rows.id_list(ids), rater_id),
    ):
        answers.setdefault(id, []).append((kind, criterion))
    return {id for id, own in answers.items() if queue.is_done(own, needed)}

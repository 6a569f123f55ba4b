"""What an interrupted round needs to go on: a file beside the checkpoints, of the newest only.

It changes completely from step to step and is several times as large as what is trained, so one
in the whole project is enough. It is no checkpoint: nobody sees it in a list, and backups leave
it out.
"""

import json
from typing import NamedTuple

from prefdesk.store import deleting
from prefdesk.store.engine import Connection


class Kept(NamedTuple):
    """A state that is there: under which id, of which step of how many, how large, from when."""

    id: int
    round_id: int
    step: int
    total: int
    size_bytes: int
    created_ms: int


def newest(c: Connection) -> Kept | None:
    """The state to go on from, None where there is none."""
    row = c.execute(
        "SELECT id, round_id, header, size_bytes, created_ms FROM checkpoint"
        " WHERE kind = 'resume' AND state = 'complete' AND round_id IS NOT NULL"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    try:
        header = json.loads(row[2])
        step, total = int(header["step"]), int(header["total"])
    except (ValueError, KeyError, TypeError):
        return None  # nobody's step: the round starts over
    return Kept(row[0], row[1], step, total, row[3], row[4])


def of_round(c: Connection, round_id: int) -> Kept | None:
    """The state of this round."""
    found = newest(c)
    return found if found and found.round_id == round_id else None


def drop(c: Connection, round_id: int) -> None:
    """Begin to remove the state of a round."""
    c.execute(
        "UPDATE checkpoint SET state = 'deleting'"
        " WHERE kind = 'resume' AND state = 'complete' AND round_id = ?",
        (round_id,),
    )
    deleting.step(c)


def drop_older(c: Connection, id: int) -> None:
    """Begin to remove what the newly complete `id` supersedes.

    That is every older state, and with the checkpoint of a round also those of other rounds.
    """
    c.execute(
        "UPDATE checkpoint SET state = 'deleting'"
        " WHERE kind = 'resume' AND state = 'complete' AND id <> :id"
        " AND (round_id IS NOT (SELECT round_id FROM checkpoint WHERE id = :id)"
        " OR 'resume' = (SELECT kind FROM checkpoint WHERE id = :id))",
        {"id": id},
    )
    deleting.step(c)

"""Training rounds with the rewards they were given, frozen, and their metrics."""

import builtins
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from prefdesk.errors import InputError
from prefdesk.records import JobStatus, Metric, Reward, Round
from prefdesk.store import resuming
from prefdesk.store.clock import given_or_now, random_uid
from prefdesk.store.engine import Connection
from prefdesk.store.jobs import CRASHED

_COLUMNS = (
    "id, uid, number, status, config, parent_checkpoint_id, checkpoint_id, created_ms, message"
)


class FrozenReward(NamedTuple):
    """A reward as a round takes it: the numbers of `Reward` and the weight in the update."""

    completion_id: int
    quality: float
    se: float
    reliability: float
    reward: float
    weight: float
    n_ratings: int


def create(
    c: Connection,
    config_json: str,
    parent_checkpoint_id: int,
    rewards: Iterable[Reward | FrozenReward | tuple[int, float, float, float, float, float, int]],
    *,
    now_ms: int | None = None,
) -> Round:
    """A new running round; its rewards, and the draws they are for, never change afterwards.

    Each goes in with the weight that it names.
    """
    number = c.execute("SELECT coalesce(max(number), 0) + 1 FROM round").fetchone()[0]
    cursor = c.execute(
        "INSERT INTO round(uid, number, status, config, parent_checkpoint_id, last_draw_id,"
        " created_ms, message)"
        " VALUES(?, ?, 'running', ?, ?, (SELECT coalesce(max(id), 0) FROM draw), ?, '')",
        (random_uid(), number, config_json, parent_checkpoint_id, given_or_now(now_ms)),
    )
    round_id = cursor.lastrowid
    assert round_id is not None
    c.executemany(
        "INSERT INTO round_reward(round_id, completion_id, quality, se, reliability, reward,"
        " weight, n_ratings) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        ((round_id, *_frozen(row)) for row in rewards),
    )
    return get(c, round_id)


def _frozen(
    given: Reward | tuple[int, float, float, float, float, float, int],
) -> FrozenReward:
    if isinstance(given, Reward):
        r = given
        values = (r.completion_id, r.quality, r.se, r.reliability, r.reward, r.weight, r.n_ratings)
        row = FrozenReward(*values)
    else:
        row = FrozenReward(*given)
    if not builtins.all(math.isfinite(value) for value in row):
        raise InputError(f"The reward of completion {row.completion_id} is not a number.")
    return row


def get(c: Connection, id: int) -> Round:
    """One round; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_COLUMNS} FROM round WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no round {id}.")
    return Round(*row)


def all(c: Connection) -> list[Round]:
    """All rounds in the order of their numbers."""
    return [Round(*r) for r in c.execute(f"SELECT {_COLUMNS} FROM round ORDER BY number")]


def finish(
    c: Connection,
    id: int,
    status: JobStatus,
    message: str = "",
    checkpoint_id: int | None = None,
) -> Round:
    """Write down how a round ended, and the checkpoint it made.

    Without one, that of an earlier end stays. What the round needed to go on goes with it,
    unless it was stopped or failed.
    """
    c.execute(
        "UPDATE round SET status = ?, message = ?, checkpoint_id = coalesce(?, checkpoint_id)"
        " WHERE id = ?",
        (status, message, checkpoint_id, id),
    )
    if status in ("done", "cancelled"):
        resuming.drop(c, id)
    return get(c, id)


def go_on(c: Connection, id: int, step: int, redone: str) -> Round:
    """Let a round run again that was interrupted, from behind `step`.

    Its numbers of later steps go, and all whose name matches `redone` (a GLOB): they are made
    again.
    """
    c.execute("UPDATE round SET status = 'running', message = '' WHERE id = ?", (id,))
    c.execute(
        "DELETE FROM metric WHERE round_id = ? AND (step > ? OR name GLOB ?)", (id, step, redone)
    )
    return get(c, id)


def last_draw(c: Connection, id: int) -> int:
    """The newest draw there was when the round was made; later ones are none of its own."""
    row = c.execute("SELECT last_draw_id FROM round WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no round {id}.")
    return int(row[0])


def rewards(c: Connection, id: int) -> list[Reward]:
    """The frozen rewards of a round, in order of the completions."""
    found = c.execute(
        "SELECT r.completion_id, k.prompt_id, r.quality, r.se, r.reliability, r.reward,"
        " r.n_ratings, r.weight"
        " FROM round_reward r JOIN completion k ON k.id = r.completion_id"
        " WHERE r.round_id = ? ORDER BY r.completion_id",
        (id,),
    ).fetchall()
    return [Reward(*row) for row in found]


class Use(NamedTuple):
    """What a round took of one completion."""

    round_id: int
    number: int
    status: JobStatus
    reward: float
    quality: float
    se: float
    weight: float
    config: str


def using(c: Connection, completion_id: int) -> list[Use]:
    """The rounds that a completion's reward was frozen for, oldest first."""
    found = c.execute(
        "SELECT r.id, r.number, r.status, f.reward, f.quality, f.se, f.weight, r.config"
        " FROM round r"
        " JOIN round_reward f ON f.round_id = r.id AND f.completion_id = ? ORDER BY r.number",
        (completion_id,),
    )
    return [Use(*row) for row in found.fetchall()]


def trained_prompts(c: Connection) -> set[int]:
    """The ids of prompts whose answers a finished round was trained on, in whatever split now."""
    found = c.execute(
        "SELECT DISTINCT k.prompt_id FROM round_reward f JOIN round r ON r.id = f.round_id"
        " JOIN completion k ON k.id = f.completion_id"
        " WHERE (r.status IN ('done', 'stopped') OR r.checkpoint_id IS NOT NULL) AND f.weight != 0"
    )
    return {row[0] for row in found}


def weights(c: Connection, id: int) -> dict[int, float]:
    """The frozen weight of each completion of a round."""
    return dict(
        c.execute(
            "SELECT completion_id, weight FROM round_reward WHERE round_id = ?"
            " ORDER BY completion_id",
            (id,),
        ).fetchall()
    )


def add_metrics(c: Connection, round_id: int, step: int, values: Mapping[str, float]) -> None:
    """Keep the numbers of one step; the same step again replaces them."""
    c.executemany(
        "INSERT OR REPLACE INTO metric(round_id, step, name, value) VALUES(?, ?, ?, ?)",
        ((round_id, step, name, value) for name, value in values.items()),
    )


def metrics(c: Connection, round_id: int) -> list[Metric]:
    """All numbers of a round by step and name; what was not a number is NaN."""
    found = c.execute(
        "SELECT round_id, step, name, value FROM metric WHERE round_id = ? ORDER BY step, name",
        (round_id,),
    ).fetchall()
    return [Metric(r, step, name, math.nan if v is None else v) for r, step, name, v in found]


def mark_crashed(c: Connection) -> int:
    """Turn every round that still runs into a failed one; only right while nothing can run."""
    cursor = c.execute(
        "UPDATE round SET status = 'failed', message = ? WHERE status = 'running'", (CRASHED,)
    )
    return int(cursor.rowcount)

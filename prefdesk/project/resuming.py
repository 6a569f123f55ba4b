"""Which round was interrupted, and what it takes to go on with it."""

import json
from dataclasses import dataclass

from prefdesk import store
from prefdesk.errors import TrainingError
from prefdesk.models import lost
from prefdesk.records import JobRow, Round

ENDING = "final/*"
"""Names of the numbers that a round has only at its end."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A round that was cut off or stopped, and can be gone on with.

    `step` of `total` is where it goes on; 0 is the beginning, and `total` is 0 where nobody knows
    it. `saved_ms` is when that was kept, or 0. `device_lost`: the graphics card was the reason.
    """

    round: Round
    step: int
    total: int
    saved_ms: int
    device_lost: bool


def find(c: store.Connection) -> Interrupted | None:
    """The round whose state is kept, or the newest if the program ended while it ran."""
    kept = store.resuming.newest(c)
    if kept is not None:
        one = store.rounds.get(c, kept.round_id)
        if one.status in ("failed", "stopped"):
            return Interrupted(one, kept.step, kept.total, kept.created_ms, _lost(one))
        return None
    rounds = store.rounds.all(c)
    if not rounds or rounds[-1].status != "failed":
        return None
    jobs = _cut_off(c, rounds[-1].id)
    return Interrupted(rounds[-1], 0, jobs[-1].total, 0, _lost(rounds[-1])) if jobs else None


def go_on(c: store.Connection, round_id: int) -> Round:
    """Let the round run again; `TrainingError` if it is over, or runs."""
    one, kept = store.rounds.get(c, round_id), store.resuming.of_round(c, round_id)
    name = f"Round {one.number}"
    if one.status == "running":
        raise TrainingError(f"{name} is running.")
    if one.status in ("done", "cancelled"):
        how = "done" if one.status == "done" else "cancelled"
        raise TrainingError(f"{name} is {how}; there is nothing to go on with.", _NEW)
    if one.status == "stopped" and kept is None:
        raise TrainingError(
            f"Of {name}, which was stopped, only the checkpoint was kept.",
            "Start a new round from that checkpoint.",
        )
    _dismiss(c, round_id)
    return store.rounds.go_on(c, round_id, kept.step if kept else 0, ENDING)


def discard(c: store.Connection, round_id: int) -> None:
    """Forget what was kept of a round that does not run."""
    if store.rounds.get(c, round_id).status == "running":
        raise TrainingError("This round is running.", "Cancel it first.")
    store.resuming.drop(c, round_id)
    _dismiss(c, round_id)


_NEW = "Start a new round."


def _lost(one: Round) -> bool:
    return lost.SENTENCE in one.message


def _cut_off(c: store.Connection, round_id: int) -> list[JobRow]:
    jobs = [j for j in store.jobs.crashed(c) if j.kind == "round"]
    return [j for j in jobs if json.loads(j.settings).get("round_id") == round_id]


def _dismiss(c: store.Connection, round_id: int) -> None:
    for job in _cut_off(c, round_id):
        store.jobs.dismiss(c, job.id)

"""One reward opened up: the ratings behind it, and every round that used it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from prefdesk import ratings, store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.project.fitting import Excluded, Fitted, newest
from prefdesk.records import (
    LABEL_POINTS,
    REPLACED,
    JobStatus,
    Reward,
    RewardPart,
    RewardRule,
    Split,
)


@dataclass(frozen=True, slots=True)
class InRound:
    """What a round took of a completion, frozen when the round was made.

    `rule` says whether `reward` is shrunk (then with weight 1) or not.
    """

    round_id: int
    number: int
    status: JobStatus
    reward: float
    quality: float
    se: float
    weight: float
    rule: RewardRule = "shrunk"


@dataclass(frozen=True)
class Ledger:
    """A reward with its parts. `reward` is None where no rating counts or the completion answers
    an evaluation prompt; `n_eff` says how many equally credible ratings its ratings come to."""

    completion_id: int
    reward: Reward | None
    parts: tuple[RewardPart, ...]
    n_eff: float
    rounds: tuple[InRound, ...]


def ledger(
    core: Core, parts: Sequence[RewardPart], rewards: Sequence[Reward], completion_id: int
) -> Ledger:
    """Open one reward, given its parts and the rewards of the project."""
    reward = next((r for r in rewards if r.completion_id == completion_id), None)
    used = core.query(lambda c: store.rounds.using(c, completion_id))
    weights = [p.weight for p in parts if p.kept]
    return Ledger(
        completion_id,
        reward,
        tuple(parts),
        ratings.effective_ratings(weights),
        tuple(InRound(*one[:-1], _rule(one.config)) for one in used),
    )


def _rule(config: str) -> RewardRule:
    return "unshrunk" if json.loads(config).get("reward") == "unshrunk" else "shrunk"


class Say(NamedTuple):
    """What a rating brings in: its place on the scale, the rater's correction, its share, how far
    the rater is believed."""

    score: float
    bias: float = 0.0
    weight: float = 0.0
    credibility: float | None = None


def parts(
    core: Core,
    fits_of: Callable[[Split | None], Sequence[Fitted]],
    excluded: Excluded,
    completion_id: int,
) -> list[RewardPart]:
    """The ratings behind one reward, also those left out; `InputError` if there are none."""
    with core.read() as c:
        names = {r.id: r for r in store.raters.all(c)}
        current = store.events.current(c, completion_id=completion_id)
    if not current:
        raise InputError(f"Completion {completion_id} has no ratings.")
    says, counted = _says(fits_of, completion_id), {r.event_uid for r in newest(current)}
    points = {f.rows[0].criterion: f.labels.points for f in fits_of("train") or fits_of(None)}
    found = []
    for r in current:
        why = excluded.reason(r) or ("" if r.event_uid in counted else REPLACED)
        by_hand = excluded.credibility.get(r.rater_id)
        say = says.get(r.event_uid) or Say(r.on_scale(points.get(r.criterion, LABEL_POINTS)))
        found.append(
            RewardPart(
                rater_id=r.rater_id,
                rater=names[r.rater_id].name,
                event_uid=r.event_uid,
                score=say.score,
                bias=say.bias,
                weight=say.weight,
                kept=not why,
                rule=why,
                comment=r.comment,
                credibility=say.credibility if by_hand is None else by_hand,
                by_hand=by_hand is not None,
                criterion=r.criterion,
            )
        )
    return found


def _says(
    fits_of: Callable[[Split | None], Sequence[Fitted]], completion_id: int
) -> dict[bytes, Say]:
    """What each kept rating of a completion brings in, by its event."""
    found: dict[bytes, Say] = {}
    splits: tuple[Split | None, ...] = ("train", None)
    for split in splits:
        mine = [f for f in fits_of(split) if completion_id in f.table.items]
        total = sum(f.share for f in mine)
        for f in mine:
            believed = ratings.credibility(f.model, f.table)
            for part in ratings.parts(f.model, f.table, completion_id):
                uid = f.rows[part.row].event_uid
                share = part.weight * f.share / total
                found.setdefault(uid, Say(part.score, part.bias, share, believed.get(part.rater)))
        if mine:
            break  # a training completion's reward; both splits speak only of the others
    return found

"""One reward opened up: the ratings behind it, and every round that used it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefdesk import ratings, store
from prefdesk.project.core import Core
from prefdesk.records import JobStatus, Reward, RewardPart

if TYPE_CHECKING:
    from prefdesk.project.judgement import Judgement


@dataclass(frozen=True, slots=True)
class InRound:
    """What a round took of a completion, frozen when the round was made."""

    round_id: int
    number: int
    status: JobStatus
    reward: float
    quality: float
    se: float
    weight: float


@dataclass(frozen=True)
class Ledger:
    """A reward with its parts. `reward` is None where no rating counts or the completion answers
    an evaluation prompt; `n_eff` says how many equally credible ratings its ratings come to."""

    completion_id: int
    reward: Reward | None
    parts: tuple[RewardPart, ...]
    n_eff: float
    rounds: tuple[InRound, ...]


def ledger(core: Core, judgement: "Judgement", completion_id: int) -> Ledger:
    """Open one reward; `InputError` if the completion has no ratings."""
    parts = judgement.parts(completion_id)
    reward = next((r for r in judgement.rewards() if r.completion_id == completion_id), None)
    used = core.query(lambda c: store.rounds.using(c, completion_id))
    weights = [p.weight for p in parts if p.kept]
    return Ledger(
        completion_id,
        reward,
        tuple(parts),
        ratings.effective_ratings(weights),
        tuple(InRound(*one) for one in used),
    )

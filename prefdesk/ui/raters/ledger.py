"""What a reward is made of, read in the background: texts, ratings, exclusions. No widgets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prefdesk.errors import InputError

if TYPE_CHECKING:
    from prefdesk.project import InRound, Project
    from prefdesk.records import (
        Completion,
        Credibility,
        Exclusion,
        Prompt,
        Rating,
        Reward,
        RewardPart,
    )

PAGE = 200
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Opened:
    """One answer with everything people said about it.

    `reward` is None where every rating is excluded; `exclusions` are those of single ratings.
    `n_eff` says how many equally believed ratings they come to, `rounds` which rounds froze it.
    """

    completion: "Completion"
    prompt: "Prompt"
    checkpoint: str
    reward: "Reward | None"
    parts: "tuple[RewardPart, ...]"
    exclusions: "dict[bytes, Exclusion]"
    n_eff: float = 0.0
    rounds: "tuple[InRound, ...]" = ()


@dataclass(frozen=True, slots=True)
class RewardRow:
    """One row of the table of rewards."""

    reward: "Reward"
    answer: str
    prompt: str


@dataclass(frozen=True, slots=True)
class RewardPage:
    """Some rows from `start` on, and how many there are in all."""

    rows: tuple[RewardRow, ...]
    start: int
    total: int


@dataclass(frozen=True, slots=True)
class LogRow:
    """One exclusion or weight set by hand; `lifted` says who took it back and when.

    `rating` is the one it speaks of, if the rater has not taken that back.
    """

    exclusion: "Exclusion | Credibility"
    lifted: "Exclusion | Credibility | None"
    rater: str
    rating: "Rating | None"


def open_reward(project: "Project", completion_id: int) -> Opened:
    """Everything behind one reward."""
    completion = project.completions.get(completion_id)
    active = project.exclusions.active()
    bare = Opened(
        completion,
        project.prompts.get(completion.prompt_id),
        project.checkpoints.get(completion.checkpoint_id).name,
        None,
        (),
        {e.event_uid: e for e in active if e.event_uid is not None},
    )
    try:
        found = project.judgement.ledger(completion_id)
    except InputError:  # its last rating was undone meanwhile
        return bare
    parts, rounds = found.parts, found.rounds
    return replace(bare, reward=found.reward, parts=parts, n_eff=found.n_eff, rounds=rounds)


def reward_page(
    project: "Project", order: str = "", ascending: bool = True, start: int = 0
) -> RewardPage:
    """A page of rewards, sorted by a field of `Reward`."""
    rewards = project.rewards()
    if order:
        rewards.sort(key=lambda r: getattr(r, order), reverse=not ascending)
    chosen = rewards[start : start + PAGE]
    completions = project.completions.by_ids([r.completion_id for r in chosen])
    prompts = project.prompts.by_ids(sorted({r.prompt_id for r in chosen}))
    rows = tuple(
        RewardRow(
            r,
            completions[r.completion_id].text[:EXCERPT],
            prompts[r.prompt_id].text[:EXCERPT],
        )
        for r in chosen
    )
    return RewardPage(rows, start, len(rewards))


def exclusion_log(project: "Project") -> Sequence[LogRow]:
    """Every exclusion and every weight set by hand there ever was, newest first."""
    log = project.exclusions.log()
    names = {r.id: r.name for r in project.raters.all()}
    ratings: dict[bytes, Rating] = {}
    for rater_id in {e.rater_id for e in log if e.event_uid is not None}:
        ratings |= {r.event_uid: r for r in project.ratings.current(rater_id=rater_id)}
    lifted = {e.uid: e for e in log if e.restored}
    rows = [
        LogRow(e, lifted.get(e.uid), names.get(e.rater_id, ""), ratings.get(e.event_uid or b""))
        for e in log
        if not e.restored
    ]
    rows += _weights(project.credibility.log(), names)
    return sorted(rows, key=lambda r: -r.exclusion.utc_ms)


def _weights(log: "Sequence[Credibility]", names: dict[int, str]) -> list[LogRow]:
    lifted = {b.uid: b for b in log if b.restored}
    return [
        LogRow(b, lifted.get(b.uid), names.get(b.rater_id, ""), None) for b in log if not b.restored
    ]

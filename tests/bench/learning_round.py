"""One round of `learning`: draw, rate, train, and measure on prompts that are held out."""

import json
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from prefdesk.config import RoundConfig, SamplingConfig
from prefdesk.models import DrawRequest, Policy, draw, encode, load_policy, weights
from prefdesk.paths import resource
from prefdesk.project.simulated import PANEL, hidden_quality
from prefdesk.ratings import (
    RatingTable,
    SimulatedRater,
    fit,
    flag,
    rewards,
    rewards_by,
    simulate,
)
from prefdesk.records import SCALE, Draw
from prefdesk.training import Draft, Rollout, logprobs, run_round
from tests.bench import learning_peer, proposals, starter

TRAIN, HELD_OUT, PER_PROMPT, NEW_TOKENS = 24, 30, 4, 48
CROWD = (*PANEL, SimulatedRater("Simulated 8 (at random)", manner="random"))
"""The demonstration's panel and one more who rates at random: 3 of 8 are bad."""
ROUND = RoundConfig(learning_rate=6e-4, batch_prompts=6, kl_coef=0.02)
"""As in the demonstration."""
Row = dict[str, Any]


class Unit(NamedTuple):
    """One round of one method."""

    method: str
    seed: int
    round: int


class Answer(NamedTuple):
    """A draw with what is hidden: how good it is."""

    drawn: Draw
    quality: float


class World(NamedTuple):
    """The folder with what was made so far, the seed, and texts of both kinds of prompts."""

    place: Path
    seed: int
    train: tuple[str, ...]
    held_out: tuple[str, ...]

    @classmethod
    def of(cls, place: Path, seed: int) -> "World":
        """The shipped prompts by their split."""
        lines = resource("starter/prompts.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line]
        by = {s: [r["prompt"] for r in rows if r["split"] == s] for s in ("train", "evaluation")}
        return cls(place, seed, tuple(by["train"][:TRAIN]), tuple(by["evaluation"][:HELD_OUT]))

    def adapter(self, method: str, number: int) -> Path:
        """Where the weights of a round lie."""
        return self.place / f"{method}-{self.seed}-{number}.safetensors"


def baseline(world: World, done: Sequence[Row]) -> Iterator[Row]:
    """The starter model itself on the held-out prompts, where this was not measured yet."""
    if not any(r["method"] == "base" and r["seed"] == world.seed for r in done):
        yield _measured(world, Unit("base", world.seed, 0), _load(None), time.process_time(), {})


def carry_out(world: World, unit: Unit) -> Iterator[Row]:
    """The rounds that come of `unit`: one of ours, or all epochs of another program's."""
    began = time.process_time()
    if unit.method not in learning_peer.PEERS:
        policy = _load(world.adapter(unit.method, unit.round - 1) if unit.round > 1 else None)
        facts = _train(world, unit, policy)
        header = weights.save(policy, world.adapter(unit.method, unit.round))
        assert header["kind"] == "lora"
        yield _measured(world, unit, policy, began, facts)
        return
    if unit.round == 1:
        answers = _draw(world, _load(None), unit, world.train)
        _, table = _judged(world, 1, answers)
        learning_peer.train(unit.method, world, answers, table)
    file = world.adapter(unit.method, unit.round)
    yield _measured(world, unit, _load(file), began, {})


def _load(adapter: Path | None) -> Policy:
    found = load_policy(starter.folder(), device="cpu", threads=1)
    if adapter is not None:
        weights.attach(found, adapter, learning_peer.header(found, adapter))
        weights.unfreeze(found)
    return found


def _draw(world: World, policy: Policy, unit: Unit, texts: Sequence[str]) -> list[Answer]:
    config = SamplingConfig(per_prompt=PER_PROMPT, max_new_tokens=NEW_TOKENS, batch_prompts=8)
    requests = [
        DrawRequest(
            n, encode(policy, text), i, 10**6 * world.seed + 10**4 * unit.round + 10 * n + i
        )
        for n, text in enumerate(texts)
        for i in range(PER_PROMPT)
    ]
    drawn = [one for batch in draw(policy, requests, config) for one in batch]
    return [Answer(d, hidden_quality(d.text, finished=d.finished)) for d in drawn]


def _judged(world: World, number: int, answers: Sequence[Answer]) -> tuple[list[Any], RatingTable]:
    quality = {n: a.quality for n, a in enumerate(answers)}
    said = simulate(quality, CROWD, 100 * world.seed + number)
    owners = [answers[i].drawn.prompt_id for i in said.items]
    order = np.arange(len(owners))
    table = RatingTable.from_columns(said.raters, said.items, said.scores, owners, order=order)
    return said.items, table


def _train(world: World, unit: Unit, policy: Policy) -> dict[str, Any]:
    """One round in place; what there is to say about its ratings."""
    answers = _draw(world, policy, unit, world.train)
    _, table = _judged(world, unit.round, answers)
    values, facts = _rewards(unit.method, table)
    prompts = [encode(policy, text) for text in world.train]
    rollouts = [
        Rollout(
            a.drawn.prompt_id,
            prompts[a.drawn.prompt_id],
            a.drawn.token_ids,
            a.drawn.logprobs,
            temperature=1.0,
            reward=values[n],
            truncated=not a.drawn.finished,
        )
        for n, a in enumerate(answers)
    ]
    if not policy.is_adapter:
        weights.lora(policy, ROUND.lora_rank, ROUND.lora_alpha, seed=world.seed)
    first = unit.round == 1
    steps = list(run_round(policy, rollouts, ROUND, reference_is_start=first))
    mean = float(np.mean([a.quality for a in answers]))
    return {**facts, "steps": len(steps), "train_hidden": round(mean, 3)}


def _rewards(method: str, table: RatingTable) -> tuple[dict[int, float], dict[str, Any]]:
    """Rewards by number of the answer."""
    if method == "mean":
        found = rewards_by(table, "mean").tolist()
        return dict(zip(table.items, found)), {}  # type: ignore[arg-type]
    flags = flag(table, fit(table, scale=SCALE))
    model = proposals.refitted(table, flags, SCALE)
    out = sorted(str(f.rater) for f in flags.raters if f.suggests_exclusion)
    return {one.item: one.reward for one in rewards(model, table)}, {"left_out": out}  # type: ignore[misc]


def _measured(world: World, unit: Unit, policy: Policy, began: float, facts: Row) -> Row:
    """The hidden preference by held-out prompt, and the divergence from the starter model."""
    answers = _draw(world, policy, unit._replace(round=99), world.held_out)
    prompts = [encode(policy, text) for text in world.held_out]
    drafts = [Draft(prompts[a.drawn.prompt_id], a.drawn.token_ids) for a in answers]
    gaps = [0.0] * len(answers)
    if policy.is_adapter:
        before = logprobs(_starter(), drafts)
        now = logprobs(policy, drafts)
        gaps = [sum(a) - sum(b) for a, b in zip(now, before)]
    by_prompt: dict[int, list[float]] = {}
    for a in answers:
        by_prompt.setdefault(a.drawn.prompt_id, []).append(a.quality)
    tokens = sum(len(a.drawn.token_ids) for a in answers)
    return {
        **unit._asdict(),
        "hidden": {str(p): float(np.mean(v)) for p, v in by_prompt.items()},
        "kl": float(np.mean(gaps)),
        "kl_token": sum(gaps) / tokens,
        "words": float(np.mean([len(a.drawn.text.split()) for a in answers])),
        "cpu_s": time.process_time() - began,
        **facts,
    }


@lru_cache(maxsize=1)
def _starter() -> Policy:
    return _load(None)

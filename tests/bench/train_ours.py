"""One side of `train`: our round, a step at a time, in a process of its own."""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefdesk.config import RoundConfig, SamplingConfig
from prefdesk.models import DrawRequest, Policy, draw, weights
from prefdesk.models import sample as sampler
from prefdesk.records import Draw
from prefdesk.training import Rollout, run_round, scoring, start
from prefdesk.training.passes import Passes
from tests.bench import starter
from tests.bench.turns import Asked

LEARNING_RATE, KL, RANK, ALPHA = 1e-5, 0.05, 16, 32.0


def main() -> int:
    """Load, then draw, score and train whenever asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--prompts", type=Path, required=True, help="JSON list of token ids")
    parser.add_argument("--kind", choices=tuple(starter.DTYPES), required=True)
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    usual = RoundConfig().micro_batch_tokens
    parser.add_argument("--tokens", type=int, default=usual, help="tokens held at once")
    options = parser.parse_args()
    asked = Asked()
    prompts = [tuple(ids) for ids in json.loads(options.prompts.read_text())]
    policy = starter.policy(options.kind)
    weights.lora(policy, RANK, ALPHA, seed=1)
    for step in asked.steps():
        spent: dict[str, float] = defaultdict(float)
        began = time.process_time()
        with _timed(spent):
            drawn = _draw(policy, prompts, options.samples, options.new_tokens, step)
            spent["generate"] = time.process_time() - began
            _train(policy, prompts, drawn, options.tokens)
        spent["step"] = time.process_time() - began
        asked.say(cpu=spent)
    return 0


def _draw(
    policy: Policy, prompts: Sequence[starter.Ids], samples: int, new_tokens: int, step: int
) -> list[Draw]:
    config = SamplingConfig(
        per_prompt=samples, max_new_tokens=new_tokens, batch_prompts=len(prompts)
    )
    requests = [
        DrawRequest(n, ids, index, seed=10_000 * step + 100 * n + index)
        for n, ids in enumerate(prompts)
        for index in range(samples)
    ]
    return [one for batch in draw(policy, requests, config) for one in batch]


def _train(
    policy: Policy, prompts: Sequence[starter.Ids], drawn: Sequence[Draw], tokens: int
) -> None:
    """One round of one step, with the reference read as in every round but a project's first."""
    rollouts = [
        Rollout(d.prompt_id, prompts[d.prompt_id], d.token_ids, d.logprobs, 1.0, _reward(d.text))
        for d in drawn
    ]
    config = RoundConfig(
        learning_rate=LEARNING_RATE,
        kl_coef=KL,
        batch_prompts=len(prompts),
        micro_batch_tokens=tokens,
    )
    steps = list(run_round(policy, rollouts, config))
    assert len(steps) == 1 and not steps[0].stopped


def _reward(text: str) -> float:
    """Anything that differs: the share of different characters, as on the other side."""
    return len(set(text)) / (1 + len(text))


@contextmanager
def _timed(spent: dict[str, float]) -> Iterator[None]:
    """Note how long the parts of a round take, by wrapping them."""
    places: tuple[tuple[Any, str, str], ...] = (
        (sampler, "engine_of", "of generate, the engine"),
        (scoring, "choose_path", "choose a way"),
        (start, "fill", "log-probs before"),
        (Passes, "gradients", "gradients"),
        (start, "ending", "log-probs at the end"),
    )
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for (owner, name, phase), (_, _, work) in zip(places, before):
        setattr(owner, name, _clocked(work, phase, spent))
    try:
        yield
    finally:
        for owner, name, work in before:
            setattr(owner, name, work)


def _clocked(work: Callable[..., Any], phase: str, spent: dict[str, float]) -> Callable[..., Any]:
    def clocked(*args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return work(*args, **named)
        finally:
            spent[phase] += time.process_time() - began

    return clocked


if __name__ == "__main__":
    sys.exit(main())

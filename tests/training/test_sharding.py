"""A frozen model spread over two processes gives the round of one that has it whole."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.models import Policy, load_policy, weights
from prefdesk.training import Draft, Rollout, Team, checks, logprobs, run_round, sharding
from prefdesk.training.sharding import lockstep
from tests.tiny import make_model
from tests.training.small import random_rollouts
from tests.training.test_team import together

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks processes")

CPU = torch.device("cpu")
TEXTS = [Draft((0, 1), (2, 3)), Draft((4,), (5, 6, 1)), Draft((3,), (2,))]
ROUND = RoundConfig(
    kl_coef=0.2, mle_coef=0.1, epochs=2, batch_prompts=3, min_ess=0.0, micro_batch_tokens=16
)
"""Some groups are in several micro-batches, and read ahead for that."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


def made(folder: Path) -> Policy:
    policy = load_policy(folder, device="cpu", dtype="float64", threads=1)
    weights.lora(policy, 4, 8.0, seed=1)
    return policy


def own(weight: Any) -> torch.Tensor:
    return weight.to_local() if hasattr(weight, "to_local") else weight


def whole_round(folder: Path) -> tuple[Any, ...]:
    """Numbers of every step, the adapter, and how many frozen numbers this process holds."""
    policy = made(folder)
    rollouts: list[Rollout] = random_rollouts((5, 1, 3, 2), vocabulary=11)
    drawn = [replace(r, logprobs=tuple(v)) for r, v in zip(rollouts, logprobs(policy, rollouts))]
    if Team().size > 1:
        sharding.spread(policy.model, CPU)
    reports = list(run_round(policy, drawn, ROUND, texts=TEXTS))
    clock = ("tokens_per_second", "elapsed_s")
    numbers = [{k: v for k, v in r.metrics.items() if k not in clock} for r in reports]
    trained = [p.detach().flatten() for p in policy.model.parameters() if p.requires_grad]
    held = sum(own(p).numel() for p in policy.model.parameters())
    return numbers, torch.cat(trained).tolist(), held


def test_that_two_processes_with_half_of_the_layers_make_the_round_of_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LENGTH_LIMIT", float("inf"))
    alone = whole_round(folder)
    first, second = together(lambda: whole_round(folder), tmp_path)
    assert first[:2] == second[:2], "to the last bit"
    assert len(first[0]) == len(alone[0]) > 2
    for ours, theirs in zip(first[0], alone[0]):
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-8)
    assert first[1] == pytest.approx(alone[1], abs=1e-5)
    assert max(first[2], second[2]) < 0.75 * alone[2]


def test_that_weights_of_the_layers_are_not_spread_while_they_are_trained(folder: Path) -> None:
    policy = load_policy(folder, device="cpu", threads=1)
    weights.unfreeze(policy)
    with pytest.raises(TrainingError, match="only while an adapter"):
        sharding.spread(policy.model, CPU)
    assert not sharding.is_spread(policy.model)


def test_that_memory_that_runs_out_between_the_parts_is_a_sentence(folder: Path) -> None:
    def scarce() -> None:
        raise MemoryError

    with pytest.raises(TrainingError, match="ran out of memory") as caught:
        lockstep(Team(), made(folder).model).at_once(scarce)
    assert "micro_batch_tokens" in caught.value.hint

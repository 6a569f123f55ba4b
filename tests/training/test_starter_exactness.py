"""The fast ways through the starter model against plain rows, in float32."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.models import encode, load_policy, weights
from prefdesk.training import Draft, Rollout, checks, scoring, update
from prefdesk.training.scoring import BRANCHED, PLAIN, SHARED
from prefdesk.training.scoring import Path as Way

pytestmark = [pytest.mark.heavy, pytest.mark.needs_starter]

ANSWERS = (
    "The moon pulls on the sea, and the sea follows it around the earth.",
    "Tides are high water and low water.",
    "Because of the moon. It is heavy and near, so that water rises towards it twice a day.",
)


@pytest.fixture(scope="module")
def policy() -> Any:
    folder = os.environ.get("PREFDESK_TEST_STARTER", "")
    if not Path(folder, "model.safetensors").is_file():
        pytest.skip("no starter model; name its folder in PREFDESK_TEST_STARTER")
    made = load_policy(folder, device="cpu", dtype="float32", threads=1)
    weights.lora(made, 8, 16.0, seed=1)
    with torch.no_grad():  # a fresh adapter changes nothing, so half of its gradients are zero
        generator = torch.Generator().manual_seed(0)
        for p in made.model.parameters():
            if p.requires_grad:
                p.add_(torch.randn(p.shape, generator=generator), alpha=0.01)
    return made


def answers(policy: Any) -> list[Rollout]:
    prompt = encode(policy, "Why does the sea rise and fall?")
    some = [
        Draft(prompt, tuple(policy.tokenizer(text, add_special_tokens=False)["input_ids"]))
        for text in ANSWERS
    ]
    stored = scoring.score_all(policy, some, [(0, 1, 2)], PLAIN, 10_000)
    return [
        Rollout(1, d.prompt_ids, d.token_ids, tuple(stored[i].tolist()), 1.0, float(i))
        for i, d in enumerate(some)
    ]


def test_that_the_starter_takes_the_fastest_way(policy: Any) -> None:
    rollouts = answers(policy)
    assert scoring.choose_path(policy, rollouts, [(0, 1, 2)]) == BRANCHED


@pytest.mark.parametrize("way", [PLAIN, SHARED, BRANCHED])
def test_that_log_probs_agree_within_a_ten_thousandth(policy: Any, way: Way) -> None:
    rollouts = answers(policy)
    with scoring.steady(policy.model):
        quick = scoring.score_all(policy, rollouts, [(0, 1, 2)], way, 10_000)
    for i, r in enumerate(rollouts):
        assert float((quick[i] - torch.tensor(r.logprobs)).abs().max()) <= 1e-4


@pytest.mark.parametrize("way", [PLAIN, SHARED, BRANCHED])
def test_that_every_gradient_agrees_in_norm(policy: Any, way: Way) -> None:
    rollouts = answers(policy)
    slow = gradients(policy, rollouts, PLAIN)
    with scoring.steady(policy.model):
        found = gradients(policy, rollouts, way)
    for name, plain in slow.items():
        assert float((found[name] - plain).norm()) <= 5e-5 * float(plain.norm()), name


def gradients(policy: Any, rollouts: list[Rollout], way: Way) -> dict[str, Tensor]:
    policy.model.zero_grad(set_to_none=True)
    known = update.Known(
        {i: torch.tensor(r.logprobs) for i, r in enumerate(rollouts)},
        {i: torch.tensor(r.logprobs) for i, r in enumerate(rollouts)},
    )
    groups = checks.grouped(rollouts)
    update.gradients(policy, rollouts, groups, known, RoundConfig(), budget=10_000, path=way)
    return {n: p.grad for n, p in policy.model.named_parameters() if p.grad is not None}

"""Rounds on a real model folder with a real adapter."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from prefdesk.config import RoundConfig
from prefdesk.models import encode, load_policy, weights
from prefdesk.training import Draft, Rollout, logprobs, run_round, scoring
from prefdesk.training.passes import Passes
from tests.tiny import make_model

CONFIG = RoundConfig(learning_rate=3e-3, epochs=2, batch_prompts=2, min_ess=0.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "tiny")


def policy_of(folder: Path, seed: int = 3) -> Any:
    policy = load_policy(folder, device="cpu", threads=1)
    weights.lora(policy, 4, 8.0, seed)
    return policy


def rated(policy: Any) -> list[Rollout]:
    """Six prompts with four answers each; those with an a in them are liked."""
    drafts, owner = [], []
    for prompt in range(6):
        ids = encode(policy, f"Say {prompt}.", template="chat")
        for answer in ("a cat", "dog", "an ant", "bird in a tree"):
            drafts.append(Draft(ids, tuple(answer.encode())))
            owner.append(prompt)
    return [
        Rollout(prompt, d.prompt_ids, d.token_ids, tuple(p), 1.0, float(b"a" in bytes(d.token_ids)))
        for prompt, d, p in zip(owner, drafts, logprobs(policy, drafts))
    ]


def test_that_only_the_adapter_moves_and_the_liked_answers_become_likelier(folder: Path) -> None:
    policy = policy_of(folder)
    rollouts = rated(policy)
    base = {n: p.clone() for n, p in policy.model.named_parameters() if not p.requires_grad}
    reports = list(run_round(policy, rollouts, CONFIG, reference_is_start=True))
    assert [r.stopped for r in reports] == [False] * 6
    assert reports[0].metrics["kl"] == pytest.approx(0, abs=1e-6)
    assert reports[-1].metrics["kl"] > 1e-4
    after = logprobs(policy, rollouts)
    with policy.reference():
        reference = logprobs(policy, rollouts)
    gain = [sum(now) - sum(r.logprobs) for now, r in zip(after, rollouts)]
    liked = [g for g, r in zip(gain, rollouts) if r.reward]
    others = [g for g, r in zip(gain, rollouts) if not r.reward]
    assert sum(liked) / len(liked) > sum(others) / len(others) + 0.1
    assert all(torch.equal(p, base[n]) for n, p in policy.model.named_parameters() if n in base)
    for values, r in zip(reference, rollouts):
        assert values == pytest.approx(r.logprobs, abs=1e-4)


def test_that_prompts_are_shared_through_an_adapter(folder: Path) -> None:
    policy = policy_of(folder)
    rollouts = rated(policy)
    groups = scoring.by_prompt(rollouts)
    assert scoring.choose_path(policy, rollouts, groups) == scoring.BRANCHED


def test_that_a_fresh_adapter_needs_no_pass_of_its_own_for_the_reference(folder: Path) -> None:
    results = []
    for flag in (False, True):
        policy = policy_of(folder)
        list(run_round(policy, rated(policy), CONFIG, reference_is_start=flag))
        results.append([p.detach() for p in policy.model.parameters() if p.requires_grad])
    for ours, theirs in zip(*results):
        assert torch.allclose(ours, theirs, atol=1e-4)


def test_that_a_round_from_a_trained_adapter_is_held_at_the_base_model(folder: Path) -> None:
    policy = policy_of(folder)
    list(run_round(policy, rated(policy), CONFIG, reference_is_start=True))
    again = rated(policy)
    reports = list(run_round(policy, again, replace(CONFIG, epochs=1)))
    assert reports[0].metrics["sampler_gap"] == pytest.approx(0, abs=1e-5)
    assert reports[0].metrics["kl"] > 1e-4


def test_that_the_same_round_twice_gives_the_same_bits(folder: Path) -> None:
    results = []
    for _ in range(2):
        torch.set_num_threads(1)
        policy = policy_of(folder)
        list(run_round(policy, rated(policy), CONFIG, reference_is_start=True))
        results.append([p.detach() for p in policy.model.parameters() if p.requires_grad])
    assert all(map(torch.equal, *results))


def test_that_the_base_model_is_met_step_by_step_and_gives_what_one_reading_gives(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, read = [], list[int]()
    scores = Passes.scores

    def noted(passes: Passes, groups: Any, **more: Any) -> Any:
        read.append(len(groups))
        return scores(passes, groups, **more)

    monkeypatch.setattr(Passes, "scores", noted)
    for step_by_step in (True, False):
        policy = policy_of(folder)
        for name, weight in policy.model.named_parameters():
            if ".lora_B." in name:
                torch.nn.init.normal_(weight, std=0.05, generator=torch.Generator().manual_seed(1))
        asked = None if step_by_step else policy.reference
        read.clear()
        reports = list(run_round(policy, rated(policy), CONFIG, reference=asked))
        weights_now = [p.detach() for p in policy.model.parameters() if p.requires_grad]
        ends.append(([r.metrics["kl"] for r in reports], weights_now))
        # The start without the first step, the references, the second epoch's drift, the end.
        assert read == ([4, 2, 2, 2, 6, 6] if step_by_step else [4, 6, 6, 6])
    (kl, found), (kl_at_once, at_once) = ends
    assert kl == pytest.approx(kl_at_once, abs=1e-5) and kl[0] > 1e-3
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(found, at_once))

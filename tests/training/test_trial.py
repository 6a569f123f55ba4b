"""What a trial foretells of a round, against the round itself."""

import copy
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.training import Rollout, checks, logprobs, packing, run_round, scoring, update
from prefdesk.training.round import planned
from prefdesk.training.scoring import Path
from prefdesk.training.trial import Rate, Work, run_trial, work_of
from tests.training.small import Policy, llama, random_rollouts, rollout

CONFIG = RoundConfig(method="full", batch_prompts=2, learning_rate=1e-4, min_ess=0.0)


@dataclass
class Counted:
    """The tokens of every pass, padding included."""

    read: int = 0
    trained: int = 0

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reading, training = scoring.score_all, update.gradients

        def score_all(
            policy: Any, items: Any, groups: Any, path: Path, budget: int, *more: Any, **named: Any
        ):
            self.read += tokens(items, groups, path, budget)
            return reading(policy, items, groups, path, budget, *more, **named)

        def gradients(policy: Any, items: Any, groups: Any, *more: Any, **named: Any):
            self.trained += tokens(items, groups, named["path"], named["budget"])
            return training(policy, items, groups, *more, **named)

        monkeypatch.setattr(scoring, "score_all", score_all)
        monkeypatch.setattr(update, "gradients", gradients)


def tokens(items: Any, groups: Any, path: Path, budget: int) -> int:
    batches = packing.micro_batches(items, groups, budget, share=path.share)
    return sum(packing.cost(items, rows) for rows in batches)


def some_rollouts(model: Any) -> list[Rollout]:
    """Five prompts with answers that `model` might have drawn."""
    made = random_rollouts([4, 3, 6, 2, 5])
    return [replace(r, logprobs=tuple(v)) for r, v in zip(made, logprobs(Policy(model), made))]


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("own_reference", [True, False])
@pytest.mark.parametrize("budget", [10_000, 40])
def test_that_the_work_foretold_is_the_work_done(
    monkeypatch: pytest.MonkeyPatch, epochs: int, own_reference: bool, budget: int
) -> None:
    config = RoundConfig(**{**vars(CONFIG), "epochs": epochs, "micro_batch_tokens": budget})
    model = llama()
    drawn = some_rollouts(model)
    policy = Policy(model, copy.deepcopy(model))
    groups = checks.grouped(drawn)
    path = scoring.choose_path(policy, drawn, groups)
    foretold = work_of(
        drawn,
        groups,
        list(planned(groups, config)),
        config,
        path,
        budget,
        reference_is_start=own_reference,
    )
    done = Counted()
    done.watch(monkeypatch)
    steps = list(run_round(policy, drawn, config, reference_is_start=own_reference))
    assert foretold == Work(done.read, done.trained, len(steps))


def test_that_a_trial_leaves_the_weights_as_they_were() -> None:
    model = llama()
    before = [p.detach().clone() for p in model.parameters()]
    found = run_trial(Policy(model, copy.deepcopy(model)), some_rollouts(model), CONFIG)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters()))
    assert all(p.grad is None for p in model.parameters())
    assert found.cpu.of(found.work) > 0
    assert found.trained_bytes == sum(p.numel() * p.element_size() for p in before)


def test_that_a_trial_refuses_what_the_round_would() -> None:
    with pytest.raises(TrainingError, match="nothing to compare"):
        run_trial(Policy(llama()), [rollout((1, 2), 1.0, [-1.0, -1.0])], CONFIG)


def test_that_seconds_are_added_up_by_kind() -> None:
    assert Rate(0.5, 2.0, 10.0).of(Work(8, 3, 2)) == 4 + 6 + 20

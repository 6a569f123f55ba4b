"""The numbers that a step reports, worked out by hand."""

import math
import time
from dataclasses import replace

import pytest
import torch

from prefdesk.training import Baseline, Rollout
from prefdesk.training.metrics import of_progress, of_visit, sampler_gap
from prefdesk.training.update import Known, visit_of

ONE = Rollout(1, (5,), (7, 8), (-1.0, -2.0), 1.0, 1.0)
THREE = [ONE, replace(ONE, reward=3.0), replace(ONE, prompt_id=2, token_ids=(7,), logprobs=(-1.0,))]


def test_that_metrics_are_those_of_the_rollouts() -> None:
    visit = visit_of(THREE, [(0, 1), (2,)])
    visit.log_weight = torch.tensor([0.0, math.log(2), 0.0]).double()
    visit.divergence = torch.tensor([0.4, 0.1, 0.0]).double()
    visit.entropy = torch.tensor([4.0, 2.0, 1.0]).double()
    visit.loss = 0.25
    found = of_visit(visit)
    assert found == pytest.approx(
        {
            "loss": 0.25,
            "reward": 5 / 3,
            "reward_std": math.sqrt(8 / 9),
            "frac_reward_zero_std": 0.5,
            "groups_of_one": 1,
            "kl": (0.4 + 0.2) / (2 + 4 + 1),
            "kl_sequence": 0.6 / 4,
            "entropy": 7 / 5,
            "importance/mean": 4 / 3,
            "importance/max": 2,
            "completions/mean_length": 5 / 3,
        }
    )


def test_that_the_sampler_gap_is_per_token_and_of_own_draws_only() -> None:
    known = Known({0: torch.tensor([-1.1, -2.3]), 1: torch.tensor([-9.0, -9.0])})
    rollouts = [ONE, replace(ONE, from_start=False), ONE]
    assert sampler_gap(rollouts, known) == pytest.approx(0.2)
    assert sampler_gap([replace(ONE, from_start=False)], known) == 0.0


def test_that_speed_is_of_the_step_and_time_of_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 12.0)
    visit = visit_of(THREE, [(0, 1), (2,)])
    found = of_progress(0, Baseline(0.5, 3.0), visit, at=10.0, began=4.0)
    assert found == {
        "epoch": 1.0,
        "baseline": 0.5,
        "baseline_weight": 3.0,
        "tokens_per_second": 2.5,
        "elapsed_s": 8.0,
    }


def test_that_clipped_tokens_are_shares_of_all_tokens() -> None:
    visit = visit_of(THREE, [(0, 1), (2,)])
    visit.clipped_low, visit.clipped_high = column(0, 1, 0), column(2, 0, 0)
    found = of_visit(visit, clips=True)
    names = ("clip_ratio/low_mean", "clip_ratio/high_mean", "clip_ratio/region_mean")
    assert [found[name] for name in names] == pytest.approx([1 / 5, 2 / 5, 3 / 5])


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)

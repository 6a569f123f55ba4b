"""The numbers of one step, under TRL's names where TRL has one."""

import time
from collections.abc import Mapping, Sequence

import torch

from prefdesk.training import advantages, losses
from prefdesk.training.types import Baseline, Rollout
from prefdesk.training.update import Known, Visit


def of_visit(visit: Visit, *, clips: bool = False) -> dict[str, float]:
    """Metrics of what the step saw, before its update; with `clips` those of clipped ratios."""
    kl, kl_sequence = losses.measured_kl(visit.log_weight, visit.divergence, visit.lengths)
    tokens = float(visit.lengths.sum())
    weight = visit.log_weight.exp()
    found = _clipped(visit, tokens) if clips else {}
    if visit.likelihood is not None:
        found["mle_loss"] = visit.likelihood
    return found | {
        "loss": visit.loss,
        "reward": float(visit.rewards.mean()),
        "reward_std": float(visit.rewards.std(correction=0)),
        "frac_reward_zero_std": _share_without_spread(visit),
        "groups_of_one": float((advantages.group_sizes(visit.groups) == 1).sum()),
        "kl": kl,
        "kl_sequence": kl_sequence,
        "entropy": float(visit.entropy.sum()) / tokens,
        "importance/mean": float(weight.mean()),
        "importance/max": float(weight.max()),
        "completions/mean_length": tokens / len(visit.members),
    }


def _clipped(visit: Visit, tokens: float) -> dict[str, float]:
    low, high = float(visit.clipped_low.sum()) / tokens, float(visit.clipped_high.sum()) / tokens
    return {
        "clip_ratio/low_mean": low,
        "clip_ratio/high_mean": high,
        "clip_ratio/region_mean": low + high,
    }


def of_ending(
    rollouts: Sequence[Rollout], known: Known, now: Mapping[int, torch.Tensor]
) -> dict[str, float]:
    """Metrics of the policy that a round leaves, from log-probs `now` of draws by index."""
    gaps = [now[i].double() - known.behaviour[i].double() for i in now]
    log_weight = torch.stack([gap.sum() for gap in gaps])
    apart = [losses.k3(now[i].double(), known.reference[i].double()).sum() for i in now]
    lengths = torch.tensor([float(len(rollouts[i].token_ids)) for i in now])
    kl, kl_sequence = losses.measured_kl(log_weight, torch.stack(apart), lengths)
    return {
        "final/kl": kl,
        "final/kl_sequence": kl_sequence,
        "final/ess": losses.effective_sample_size(log_weight),
        "final/length_ratio": losses.expected_mean(log_weight, lengths) / float(lengths.mean()),
    }


def _share_without_spread(visit: Visit) -> float:
    """Share of groups in which all rewards are equal: they carry no gradient of the reward."""
    flat = [
        bool((visit.rewards[visit.groups == code] == visit.rewards[visit.groups == code][0]).all())
        for code in torch.unique(visit.groups)
    ]
    return sum(flat) / len(flat)


def sampler_gap(rollouts: Sequence[Rollout], known: Known) -> float:
    """Mean absolute difference per token between the sampler's log-probs and training's own.

    Over draws whose checkpoint was read by training as well; 0 where there are none.
    """
    gaps = [
        (known.behaviour[i].double() - torch.tensor(r.logprobs, dtype=torch.float64)).abs()
        for i, r in enumerate(rollouts)
        if (r.from_start or r.behaviour) and i in known.behaviour
    ]
    return float(torch.cat(gaps).mean()) if gaps else 0.0


def of_progress(
    epoch: int, baseline: Baseline, visit: Visit, at: float, began: float
) -> dict[str, float]:
    """Where the round is; `epoch` counts from 0 and is shown from 1.

    `at` is when the step began and `began` when the round did, by `time.monotonic`.
    """
    now = time.monotonic()
    return {
        "epoch": float(epoch + 1),
        "baseline": baseline.mean,
        "baseline_weight": baseline.weight,
        "tokens_per_second": float(visit.lengths.sum()) / max(now - at, 1e-9),
        "elapsed_s": now - began,
    }

"""What a round refuses before it touches the model, and what it watches while it runs."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.training.packing import Row
from prefdesk.training.types import Rollout

KL_LIMIT = 2.0
"""Nats per token. Beyond, the policy hardly ever writes what the reference would: a runaway."""

LENGTH_LIMIT = 2.0
"""Expected length over drawn length, or the other way round. Draws that are half or twice as long
as what the policy writes by now say little about it, and length is the commonest thing to be
learnt instead of quality."""

GAP_LIMIT = 0.1
"""Mean difference per token, in nats, between the sampler's log-probs and training's. Rounding
gives about 1e-6 in float32 and 0.003 in bfloat16 (measured on small models); thirty times that
means other weights, another template or another temperature."""


def usable(rollouts: Sequence[Rollout], config: RoundConfig) -> list[int]:
    """Indices of the rollouts that train; `TrainingError` says why there are none."""
    for rollout in rollouts:
        _check(rollout)
    narrowed = sum(not r.whole_distribution for r in rollouts)
    if narrowed:
        raise TrainingError(
            f"{narrowed} of {len(rollouts)} answers were drawn under top-p or top-k, "
            "so their probabilities cannot be compared with the policy's.",
            "Leave them out, or draw answers with top_p 1 and top_k 0.",
        )
    kept = [
        i
        for i, r in enumerate(rollouts)
        if r.weight > 0 and not (config.mask_truncated and r.truncated)
    ]
    if not kept:
        raise TrainingError(
            "No rated answer can train the policy.",
            "Rate answers to training prompts"
            + (", or allow answers that reached the length limit." if rollouts else "."),
        )
    _check_signal([rollouts[i] for i in kept], config)
    return kept


def _check(rollout: Rollout) -> None:
    name = f"An answer to prompt {rollout.prompt_id}"
    if not rollout.prompt_ids or not rollout.token_ids:
        raise TrainingError(f"{name} has no tokens.", "Draw it again.")
    if len(rollout.logprobs) != len(rollout.token_ids):
        raise TrainingError(f"{name} lacks log-probabilities of its tokens.", "Draw it again.")
    if not (math.isfinite(rollout.reward) and 0 <= rollout.weight < math.inf):
        raise TrainingError(f"{name} has a reward that is not a number.", "Check its ratings.")
    if not all(map(math.isfinite, rollout.logprobs)) or not 0 < rollout.temperature < math.inf:
        raise TrainingError(f"{name} has probabilities that cannot be used.", "Draw it again.")


def _check_signal(rollouts: Sequence[Rollout], config: RoundConfig) -> None:
    if not config.compares:
        if len({r.reward for r in rollouts}) == 1:
            raise TrainingError(
                "All answers have the same reward, so there is nothing to learn.",
                "Rate more answers, and use the whole scale.",
            )
        return
    groups = [[rollouts[i] for i in row] for row in grouped(rollouts)]
    if all(len(group) == 1 for group in groups):
        raise TrainingError(
            "No prompt has two rated answers, so there is nothing to compare.",
            "Draw and rate at least two answers per prompt, or choose reinforce.",
        )
    if all(len({r.reward for r in group}) == 1 for group in groups):
        raise TrainingError(
            "All answers to the same prompt have the same reward, so there is nothing to learn.",
            "Rate more answers, or draw answers that differ more.",
        )


def grouped(rollouts: Sequence[Rollout]) -> list[Row]:
    """Indices of draws to be compared: same prompt, same encoding, same `group`; sorted."""
    groups: dict[tuple[int, int, tuple[int, ...]], list[int]] = defaultdict(list)
    for i, r in enumerate(rollouts):
        groups[r.prompt_id, r.group, r.prompt_ids].append(i)
    return [tuple(groups[key]) for key in sorted(groups)]


def trainable(model: Any) -> list[torch.nn.Parameter]:
    """The weights that a round changes; `TrainingError` if there are none."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise TrainingError("No weights are free to be trained.", "Choose the lora or full method.")
    return parameters


def astray(ess: float, length_ratio: float, config: RoundConfig) -> TrainingError | None:
    """Why to end before another epoch, or not to begin: few draws would count, or the policy's
    answers are not as long as these any more."""
    return too_far(ess, config) or other_length(length_ratio)


def other_length(ratio: float) -> TrainingError | None:
    """What to say if the policy's answers have become much longer or shorter than those drawn."""
    if 1 / LENGTH_LIMIT <= ratio <= LENGTH_LIMIT:
        return None
    how = "longer" if ratio > 1 else "shorter"
    return TrainingError(
        f"The policy's answers ran away in length: they are {ratio:.2g} times as long as those "
        "that were rated.",
        f"Look whether raters prefer {how} answers, lower the learning rate or raise kl_coef.",
    )


def too_far(ess: float, config: RoundConfig) -> TrainingError | None:
    """What to say if too few answers would carry the gradient."""
    if ess >= config.min_ess - 1e-9:  # equal weights give 1 but for rounding
        return None
    return TrainingError(
        f"The answers are too far from the policy: only {ess:.0%} of them would carry the "
        f"gradient, less than {config.min_ess:.0%}.",
        "Draw fresh answers from the checkpoint the round starts from.",
    )


def trouble(report: Mapping[str, float]) -> TrainingError | None:
    """Why to go no further: there is no finite gradient, or the policy is astray."""
    gap = report["sampler_gap"]
    if not gap <= GAP_LIMIT:
        return TrainingError(
            f"The stored probabilities differ from the policy's by {gap:.2g} nats per token, "
            "so it did not draw these answers.",
            "Start from the checkpoint that drew them, or draw fresh answers.",
        )
    for name, word in (("loss", "loss"), ("grad_norm", "gradient")):
        if not math.isfinite(report[name]):
            return TrainingError(f"The {word} is not a finite number.", "Lower the learning rate.")
    if math.isnan(report["kl"]):
        return TrainingError(
            "The policy gives some answers a probability that is not a number.",
            "Lower the learning rate.",
        )
    if not report["kl"] <= KL_LIMIT:
        return TrainingError(
            f"The policy ran away from the reference, by {report['kl']:.2g} nats per token.",
            "Lower the learning rate or raise kl_coef.",
        )
    return None

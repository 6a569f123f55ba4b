"""What changes from step to step of a round: the learning rate and the weight of the divergence."""

import math

GAIN = 0.1
"""How far one step may follow the error of the divergence (Ziegler et al. 2019, section 2.2)."""

ERROR_LIMIT = 0.2
"""Larger relative errors count as this much, so that one noisy step does not decide."""


def rate_factor(step: int, total: int, shape: str, warmup_ratio: float) -> float:
    """What the learning rate is multiplied by in `step` (from 1) of `total`.

    It rises in equal parts over `warmup_ratio` of the steps. Then constant stays at 1; linear and
    cosine fall from 1 towards 0, which would be the step after the last one. A pure function of the
    step, so a round that goes on needs nothing else to have the same rates.
    """
    warmup = round(warmup_ratio * total)
    if step <= warmup:
        return step / (warmup + 1)
    done = (step - 1 - warmup) / max(total - warmup, 1)
    if shape == "linear":
        return 1 - done
    if shape == "cosine":
        return 0.5 * (1 + math.cos(math.pi * done))
    if shape == "constant":
        return 1.0
    raise ValueError(f"unknown schedule {shape!r}")


def steered(kl_coef: float, kl_sequence: float, kl_target: float) -> float:
    """The coefficient for the next step: larger after more divergence than wanted, else smaller.

    `kl_coef (1 + GAIN clip(kl_sequence / kl_target - 1, -0.2, 0.2))`, nats per sequence. Without a
    target (0) it stays.
    """
    if kl_target <= 0:
        return kl_coef
    error = kl_sequence / kl_target - 1
    return kl_coef * (1 + GAIN * min(max(error, -ERROR_LIMIT), ERROR_LIMIT))

"""Which decoder draws for a policy: our own where it proves itself equal, else the plain one."""

from typing import NamedTuple

import torch
from torch import Tensor

from prefdesk.models.decoder import Decoder
from prefdesk.models.fused import FusedDecoder, Plan, Unknown, read
from prefdesk.models.load import Policy
from prefdesk.models.memory import is_shortage

TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-4}
"""Largest mean difference of log-probs over the vocabulary between the two, by type of number."""

HALF_TOLERANCE = 0.15
"""With an adapter merged into bfloat16 weights these are rounded anew; measured .08 on a model of
135 million weights. Training computes the log-probs it compares by a path of its own."""

TRIED = (32, 24)
"""Tokens at the end of the first prompts that are read both ways; two lengths, for the padding."""


class Engine(NamedTuple):
    """`plan` is None for the plain way; `why` says in words why it was taken, if it was."""

    plan: Plan | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """As it stands with every draw: the other engine's numbers differ in the last places."""
        return "plain" if self.plan is None else "fused"

    def decoder(self, policy: Policy, room: int) -> Decoder | FusedDecoder:
        """A decoder without rows; `room` is the most tokens that will follow a prompt."""
        return Decoder(policy) if self.plan is None else FusedDecoder(self.plan, room)


@torch.no_grad()
def engine_for(policy: Policy, prompts: list[tuple[int, ...]], rows: int) -> Engine:
    """The engine for these prompts: fused if it reads the first ones as the plain one does.

    The ends of two prompts and the likeliest token after each are read both ways. Weights are
    copied, so it holds for the policy as it is now.
    """
    few = [prompt[-tokens:] for prompt, tokens in zip(prompts, TRIED)]
    try:
        plan = read(policy.base_model, rows=rows)
        found, tokens = _looked_at(FusedDecoder(plan, 2), few)
    except Unknown as reason:
        return Engine(why=f"Answers are drawn the plain way: {reason}.")
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:
        if is_shortage(error):
            return Engine(why="Answers are drawn the plain way: memory is short.")
        return Engine(why="Answers are drawn the plain way: the fast one cannot run this model.")
    truth, _ = _looked_at(Decoder(policy), few, tokens)
    far = float((found - truth).abs().mean())
    if not far <= TOLERANCE.get(policy.dtype, HALF_TOLERANCE):
        return Engine(why=f"Answers are drawn the plain way: the fast one differs by {far:.2g}.")
    return Engine(plan)


def _looked_at(
    decoder: Decoder | FusedDecoder, prompts: list[tuple[int, ...]], then: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Log-probs after each prompt, and after the token `then` or else its likeliest; this token.

    Both ways must read the same one: of two that are about as likely, rounding chooses.
    """
    first = decoder.prefill(prompts, [1] * len(prompts))
    then = first.argmax(-1) if then is None else then
    second = decoder.step(then, list(range(len(prompts))))
    return torch.stack([first, second]).double().log_softmax(-1), then

"""Draw one token for each row from the model's logits."""

import torch
from torch import Tensor

from prefdesk.config import SamplingConfig
from prefdesk.errors import TrainingError

ROWS = 16
"""Rows at a time, so that their probabilities stay in the processor's cache."""

BLOCK = 256
"""Tokens of the vocabulary whose probabilities are summed before anything is cumulated."""


def choose(logits: Tensor, uniforms: Tensor, config: SamplingConfig) -> tuple[Tensor, Tensor]:
    """Draw by the inverse of the cumulated probabilities.

    `logits` [rows, vocabulary], `uniforms` [rows] in [0, 1) as float64 → token ids [rows] and
    their natural log-probs [rows] under the distribution drawn from. Probabilities are summed
    in blocks, so that only one block per row has to be cumulated; blocks and the tokens of the
    chosen block are cumulated in float64, so that rare tokens keep their probability. A token of
    probability zero is never drawn.
    """
    if logits.device.type == "mps":
        logits = logits.cpu()  # it has no float64
    if logits.device.type == "cpu" and len(logits) > ROWS:
        runs = [slice(at, at + ROWS) for at in range(0, len(logits), ROWS)]
        parts = [choose(logits[run], uniforms[run], config) for run in runs]
        return torch.cat([tokens for tokens, _ in parts]), torch.cat([logp for _, logp in parts])
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    if config.temperature != 1:
        logits = logits / config.temperature
    logits = truncate(logits, config.top_k, config.top_p)
    highest = logits.amax(-1, keepdim=True)
    masses = (logits - highest).exp_()
    even = masses.shape[1] // BLOCK * BLOCK
    blocks = masses[:, :even].view(len(masses), -1, BLOCK).sum(-1)
    if even < masses.shape[1]:
        blocks = torch.cat([blocks, masses[:, even:].sum(-1, keepdim=True)], dim=1)
    block, rest, total = _find(blocks, uniforms.to(logits.device)[:, None])
    places = block * BLOCK + torch.arange(BLOCK, device=block.device)
    inside = masses.gather(1, places.clamp(max=masses.shape[1] - 1))
    token, _, _ = _find(inside.masked_fill(places >= masses.shape[1], 0), rest)
    tokens = block * BLOCK + token
    logprobs = logits.gather(1, tokens).double() - highest.double() - total.log()
    return tokens[:, 0], logprobs[:, 0]


def _find(masses: Tensor, share: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Where `share` [rows, 1] of the total mass lies, in a row of masses [rows, n].

    Returns the position [rows, 1], which share of the mass there lies before the point, and the
    total mass, all of them [rows, 1].
    """
    cumulated = masses.double().cumsum(-1)
    total = cumulated[:, -1:]
    if not torch.isfinite(total).all():
        raise TrainingError(
            "The model answers with values that are not numbers.",
            "Go back to an earlier checkpoint, or load the model as float32.",
        )
    below_total = torch.nextafter(total, torch.zeros_like(total))
    point = torch.minimum(share * total, below_total)
    at = torch.searchsorted(cumulated, point, right=True)
    mass = masses.gather(1, at).double()
    rest = (point - (cumulated.gather(1, at) - mass)) / mass
    return at, rest.clamp(min=0), total


def truncate(logits: Tensor, top_k: int, top_p: float) -> Tensor:
    """Logits with all but the `top_k` likeliest tokens, then all beyond `top_p`, at -inf.

    Kept are the likeliest tokens whose predecessors have less than `top_p` together, so at
    least one. 0 and 1 are off.
    """
    if 0 < top_k < logits.shape[-1]:
        smallest = logits.topk(top_k, dim=-1).values[:, -1:]
        logits = logits.masked_fill(logits < smallest, -torch.inf)
    if top_p < 1:
        ordered, order = logits.sort(dim=-1, descending=True, stable=True)
        probabilities = ordered.softmax(-1)
        before = probabilities.cumsum(-1) - probabilities
        dropped = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, before >= top_p)
        logits = logits.masked_fill(dropped, -torch.inf)
    return logits

"""Token by token through a plan."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from prefdesk.models.fused.past import LEAST, past_of
from prefdesk.models.fused.plan import Layer, Plan


class FusedDecoder:
    """The plan with what the rows have read and drawn that are still being drawn.

    `room` is the most tokens that will follow a prompt.
    """

    def __init__(self, plan: Plan, room: int) -> None:
        self.plan, self.room = plan, room

    def prefill(self, prompts: Sequence[tuple[int, ...]], copies: Sequence[int]) -> Tensor:
        """Read each prompt once, then repeat it; logits of the next token [rows, vocabulary]."""
        plan, width = self.plan, max(map(len, prompts))
        device = plan.embedding.device
        ids = torch.zeros(len(prompts), width, dtype=torch.long)
        seen = torch.zeros(len(prompts), width, dtype=torch.bool)
        for row, prompt in enumerate(prompts):
            ids[row, width - len(prompt) :] = torch.tensor(prompt)
            seen[row, width - len(prompt) :] = True
        places = (seen.long().cumsum(-1) - 1).clamp(min=0).to(device)
        which = torch.repeat_interleave(torch.arange(len(prompts)), torch.tensor(copies)).to(device)
        seen = seen.to(device)
        self.past = past_of(plan, seen, copies, self.room)
        hidden = self._read(ids.to(device), places, seen)
        self.places = places[:, -1][which]
        logits: Tensor = plan.head(plan.norm(hidden[:, -1]))
        return logits[which]

    def step(self, tokens: Tensor, keep: list[int]) -> Tensor:
        """Take the drawn tokens [rows] of the rows in `keep`, let the others go; next logits."""
        if len(keep) < len(tokens):
            self.past.let_go(keep)
            which = torch.tensor(keep, device=tokens.device)
            tokens, self.places = tokens[which], self.places[which.to(self.places.device)]
        plan = self.plan
        self.places = self.places + 1
        x = plan.embedding[tokens.to(self.places.device)]
        around = _around(plan, x[:, None], self.places[:, None])
        self.past.advance()
        for number, layer in enumerate(plan.layers):
            x = x + self._attend(number, layer, x, around)
            x = _mlp(layer, x)
        logits: Tensor = plan.head(plan.norm(x))
        return logits

    def _read(self, ids: Tensor, places: Tensor, seen: Tensor) -> Tensor:
        plan, width = self.plan, ids.shape[1]
        x = plan.embedding[ids]
        around = _around(plan, x, places)
        earlier = torch.ones(width, width, dtype=torch.bool, device=x.device).tril()
        visible = (earlier & seen[:, None, :]) | torch.eye(width, dtype=torch.bool, device=x.device)
        mask = x.new_zeros(visible.shape).masked_fill_(~visible, LEAST)[:, None]
        for number, layer in enumerate(plan.layers):
            q, k, v = _heads(plan, layer, layer.attention_norm(x), around)
            self.past.fill(number, k, v)
            heard = functional.scaled_dot_product_attention(q, k, v, mask, enable_gqa=True)
            x = x + layer.out(heard.transpose(1, 2).flatten(2))
            x = _mlp(layer, x)
        return x

    def _attend(
        self, number: int, layer: Layer, x: Tensor, around: tuple[Tensor, Tensor]
    ) -> Tensor:
        """One new token a row: the heads that share keys are rows of one small product."""
        plan = self.plan
        q, k, v = _heads(plan, layer, layer.attention_norm(x)[:, None], around)
        grouped = q.view(len(x), plan.kv_heads, plan.group, plan.head_size)
        heard = self.past.attend(number, grouped, k[:, :, 0], v[:, :, 0])
        return layer.out(heard.reshape(len(x), -1))


def _around(plan: Plan, x: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines and sines [rows, 1, tokens, size of a head] of places [rows, tokens]."""
    cos, sin = plan.rotary(x, places)
    return cos[:, None], sin[:, None]


def _heads(
    plan: Plan, layer: Layer, x: Tensor, around: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values [rows, heads, tokens, size of a head], turned to their places."""
    rows, tokens, _ = x.shape
    found = layer.query_key_value(x).view(rows, tokens, -1, plan.head_size).transpose(1, 2)
    both = plan.heads + plan.kv_heads
    q, k, v = found[:, : plan.heads], found[:, plan.heads : both], found[:, both:]
    if layer.query_norm is not None and layer.key_norm is not None:
        turned = _turn(torch.cat([layer.query_norm(q), layer.key_norm(k)], dim=1), *around)
    else:
        turned = _turn(found[:, :both], *around)
    return turned[:, : plan.heads], turned[:, plan.heads :], v


def _turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions (Su et al. 2021), halves of a head being the parts of the pairs."""
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def _mlp(layer: Layer, x: Tensor) -> Tensor:
    gate, up = layer.gate_up(layer.mlp_norm(x)).chunk(2, -1)
    return x + layer.down(functional.silu(gate) * up)

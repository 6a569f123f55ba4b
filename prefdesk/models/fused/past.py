"""Keys and values of what was read and drawn so far, and attention of one new token a row to them.

Two ways with one interface. `Repeated` holds every row's prompt and is one kernel a layer.
`Shared` holds a prompt once for all the rows that go on from it: a row's part in the prompt and its
part in what it has drawn itself are two products, and the softmax goes over both. On a processor
the keys that are not read again are worth more than the kernels (AMD Zen 5: half of the time).
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from prefdesk.models.attention import wide
from prefdesk.models.fused.plan import Plan

LEAST = -6e4
"""Added to scores of places that a row must not see; float16 knows little less."""


def past_of(plan: Plan, seen: Tensor, copies: Sequence[int], room: int) -> "Repeated | Shared":
    """An empty past for prompts [n, width], True where one is not padded, each for so many rows;
    `room` is the most tokens that will follow."""
    kind = Shared if plan.embedding.device.type == "cpu" else Repeated
    return kind(plan, seen, copies, room)


class Repeated:
    """One cache for all rows, filled in place, holes closed by moving single rows."""

    def __init__(self, plan: Plan, seen: Tensor, copies: Sequence[int], room: int) -> None:
        self.which = _owners(copies).to(seen.device)
        self.group, self.length = plan.group, seen.shape[1]
        self.rows = len(self.which)
        size = (self.rows, plan.kv_heads, self.length + room, plan.head_size)
        self.keys = [plan.embedding.new_empty(size) for _ in plan.layers]
        self.values = [plan.embedding.new_empty(size) for _ in plan.layers]
        self.mask = plan.embedding.new_zeros(self.rows, 1, 1, self.length + room)
        self.mask[:, 0, 0, : self.length].masked_fill_(~seen[self.which], LEAST)

    def fill(self, layer: int, keys: Tensor, values: Tensor) -> None:
        """Take the prompts' keys and values [n, heads, width, size]."""
        self.keys[layer][:, :, : self.length] = keys[self.which]
        self.values[layer][:, :, : self.length] = values[self.which]

    def advance(self) -> None:
        """Make room for one more token a row."""
        self.length += 1

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """[rows, heads, group, size] for queries of that shape; key and value of the new token are
        [rows, heads, size]."""
        keys, values = self.keys[layer][: self.rows], self.values[layer][: self.rows]
        keys[:, :, self.length - 1], values[:, :, self.length - 1] = key, value
        keys, values = keys[:, :, : self.length], values[:, :, : self.length]
        mask = self.mask[: self.rows, :, :, : self.length].expand(-1, -1, self.group, -1)
        return functional.scaled_dot_product_attention(query, keys, values, mask)

    def let_go(self, keep: Sequence[int]) -> None:
        """Rows in `keep` become the first ones, the others are forgotten."""
        _move(keep, self.mask, *self.keys, *self.values)
        self.rows = len(keep)


class Shared:
    """Prompts once, and a cache for what each row has drawn itself.

    Every prompt has as many places as the most rows go on from one; `places` [rows] says which one
    a row has. Keys are of the type in which scores are added up.
    """

    def __init__(self, plan: Plan, seen: Tensor, copies: Sequence[int], room: int) -> None:
        self.plan, self.length, self.most = plan, 0, max(copies)
        self.prompts, self.rows = seen.shape[0], sum(copies)
        self.places = torch.cat(
            [n * self.most + torch.arange(some) for n, some in enumerate(copies)]
        )
        fine = wide(plan.embedding.dtype)
        size = (self.rows, plan.kv_heads, room, plan.head_size)
        self.keys = [plan.embedding.new_empty(size, dtype=fine) for _ in plan.layers]
        self.values = [plan.embedding.new_empty(size) for _ in plan.layers]
        self.before: list[tuple[Tensor, Tensor]] = []
        mask = torch.zeros(seen.shape, dtype=fine).masked_fill_(~seen, LEAST)
        self.mask = mask[_owners(copies)][:, None, None]
        self.is_padded = not bool(seen.all())
        self.is_full = min(copies) == self.most

    def fill(self, layer: int, keys: Tensor, values: Tensor) -> None:
        """Take the prompts' keys and values [n, heads, width, size]."""
        assert layer == len(self.before)
        self.before.append((keys.to(self.mask.dtype).contiguous(), values.contiguous()))

    def advance(self) -> None:
        """Make room for one more token a row."""
        self.length += 1

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """[rows, heads, group, size] for queries of that shape; key and value of the new token are
        [rows, heads, size]."""
        keys, values = self.keys[layer][: self.rows], self.values[layer][: self.rows]
        keys[:, :, self.length - 1], values[:, :, self.length - 1] = key, value
        keys, values = keys[:, :, : self.length], values[:, :, : self.length]
        asked = query.to(keys.dtype) * self.plan.head_size**-0.5
        old_keys, old_values = self.before[layer]
        heard = self._of_prompts(asked, old_keys.transpose(2, 3))
        heard = heard.add_(self.mask[: self.rows]) if self.is_padded else heard
        scores = torch.cat([heard, _times(asked, keys.transpose(2, 3))], dim=-1)
        shares = scores.softmax(-1).to(value.dtype)
        width = heard.shape[-1]
        told = self._of_prompts(shares[..., :width], old_values)
        return told.add_(_times(shares[..., width:], values))

    def _of_prompts(self, x: Tensor, before: Tensor) -> Tensor:
        """[rows, heads, group, b] of each row's [.., a] times its prompt's [heads, a, b]."""
        n, heads, most, group = self.prompts, x.shape[1], self.most, x.shape[2]
        if not self.is_full:
            x = x.new_zeros(n * most, *x.shape[1:]).index_copy_(0, self.places, x)
        together = x.reshape(n, most, heads, group, -1).transpose(1, 2)
        found = _times(together.reshape(n, heads, most * group, -1), before)
        apart = found.view(n, heads, most, group, -1).transpose(1, 2)
        apart = apart.reshape(n * most, heads, group, -1)
        return apart if self.is_full else apart[self.places]

    def let_go(self, keep: Sequence[int]) -> None:
        """Rows in `keep` become the first ones, the others are forgotten."""
        _move(keep, self.places, self.mask, *self.keys, *self.values)
        self.rows = len(keep)
        self.places, self.mask = self.places[: self.rows], self.mask[: self.rows]
        self.is_full = False
        self._close_up()

    def _close_up(self) -> None:
        """Forget prompts from which no row goes on, once they are half of all."""
        alive, at = torch.unique(self.places // self.most, return_inverse=True)
        if 2 * len(alive) <= self.prompts:
            self.before = [(keys[alive], values[alive]) for keys, values in self.before]
            self.places = at * self.most + self.places % self.most
            self.prompts = len(alive)


def _owners(copies: Sequence[int]) -> Tensor:
    """[rows] the prompt of each row."""
    return torch.repeat_interleave(torch.arange(len(copies)), torch.tensor(copies))


def _times(x: Tensor, y: Tensor) -> Tensor:
    """Products of the last two dimensions, all before them alike."""
    found = torch.bmm(x.flatten(0, 1), y.flatten(0, 1))
    return found.view(*x.shape[:-1], y.shape[-1])


def _move(keep: Sequence[int], *parts: Tensor) -> None:
    """Let rows in `keep` become the first ones; only those that change their place are moved."""
    moved = [(to, at) for to, at in enumerate(keep) if to != at]
    if moved:
        to, at = (torch.tensor(some, device=parts[0].device) for some in zip(*moved))
        for part in parts:
            part[to] = part[at]

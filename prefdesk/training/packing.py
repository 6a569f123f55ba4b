"""Which sequences go through the model together, and as which rows.

A row is one prompt with the completions behind it. With several, each completion sees the
prompt and itself only, so the prompt is computed once (a tree of depth two); with one, it is an
ordinary row. Padding is on the right.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from prefdesk.models.branches import branches
from prefdesk.training.types import Batch, Scorable

Row = tuple[int, ...]
"""Indices of sequences that share the prompt of this row."""

SHARE_GAIN = 1.1
"""Tokens saved by sharing a prompt must outweigh what the wider attention mask costs."""

WHOLE = 2
"""A tree may be so many budgets wide: halving it would read its prompt twice."""

SHARE_WIDTH = 2048
"""Wider trees spend more on attention between completions than they save."""


def width(items: Sequence[Scorable], row: Row) -> int:
    """Tokens of a row: its prompt once, and every completion."""
    return len(items[row[0]].prompt_ids) + sum(len(items[i].token_ids) for i in row)


def rows_of(items: Sequence[Scorable], group: Row, share: bool) -> list[Row]:
    """The rows of sequences with one prompt: one tree where it saves work, else one each."""
    singles: list[Row] = [(i,) for i in group]
    together = width(items, group)
    saves = sum(width(items, row) for row in singles) >= SHARE_GAIN * together
    return [group] if share and saves and together <= SHARE_WIDTH else singles


def cost(items: Sequence[Scorable], rows: Sequence[Row]) -> int:
    """Tokens held for these rows in one batch, padding included."""
    return len(rows) * max(width(items, row) for row in rows)


def micro_batches(
    items: Sequence[Scorable], groups: Sequence[Row], budget: int, *, share: bool
) -> list[list[Row]]:
    """Groups of one prompt each, sorted by length and packed into batches of `budget` tokens.

    A group stays in one batch unless it alone is over the budget (a tree: over WHOLE budgets);
    then it is halved until its parts fit or are single sequences.
    """
    parts = [part for group in groups for part in _fitting(items, group, budget, share)]
    parts.sort(key=lambda rows: (max(width(items, row) for row in rows), rows))
    batches: list[list[Row]] = []
    for rows in parts:
        if batches and cost(items, batches[-1] + rows) <= budget:
            batches[-1] += rows
        else:
            batches.append(list(rows))
    return batches


def _fitting(items: Sequence[Scorable], group: Row, budget: int, share: bool) -> list[list[Row]]:
    rows = rows_of(items, group, share)
    if len(group) == 1 or cost(items, rows) <= (WHOLE if len(rows) == 1 else 1) * budget:
        return [rows]
    half = len(group) // 2
    return [
        part
        for some in (group[:half], group[half:])
        for part in _fitting(items, some, budget, share)
    ]


def is_split(batches: Sequence[Sequence[Row]], groups: Sequence[Row]) -> bool:
    """True if some group lies in more than one batch."""
    home = {i: n for n, rows in enumerate(batches) for row in rows for i in row}
    return any(len({home[i] for i in group}) > 1 for group in groups)


def build(
    items: Sequence[Scorable],
    rows: Sequence[Row],
    device: torch.device,
    dtype: torch.dtype,
    *,
    branch: bool = False,
) -> Batch:
    """Tensors for these rows; `dtype` is the model's, for the mask of trees.

    With `branch` trees come with a plan of their branches instead of a mask over everything.
    """
    wide = max(width(items, row) for row in rows)
    ids = torch.zeros(len(rows), wide, dtype=torch.int64)
    positions = torch.zeros_like(ids)
    part = torch.full_like(ids, _PAD)
    where: list[Tensor] = []
    targets: list[int] = []
    for r, row in enumerate(rows):
        prompt = items[row[0]].prompt_ids
        at = len(prompt)
        _put(ids, positions, part, r, 0, prompt, start=0, name=_PROMPT)
        for j, i in enumerate(row):
            tokens = items[i].token_ids
            _put(ids, positions, part, r, at, tokens, start=len(prompt), name=j)
            columns = torch.arange(at - 1, at + len(tokens) - 1)
            columns[0] = len(prompt) - 1
            where.append(r * wide + columns)
            targets += tokens
            at += len(tokens)
    members = tuple(i for row in rows for i in row)
    lengths = torch.tensor([len(items[i].token_ids) for i in members])
    owner = torch.arange(len(members)).repeat_interleave(lengths)
    fine = torch.float64 if dtype == torch.float64 else torch.float32
    heat = torch.tensor([items[i].temperature for i in members], dtype=fine)
    trees = any(len(row) > 1 for row in rows)
    plan = None
    if trees and branch:
        sizes = [
            (len(items[row[0]].prompt_ids), [len(items[i].token_ids) for i in row]) for row in rows
        ]
        plan = tuple(branches(prompt, lengths, dtype, device) for prompt, lengths in sizes)
        # Nobody may use it: a layer that does gives NaN, and is found out.
        mask = torch.full((len(rows), 1, 1, 1), torch.nan, dtype=dtype)
    else:
        mask = _tree_mask(part, dtype) if trees else (part != _PAD).long()
    return Batch(
        ids.to(device),
        positions.to(device),
        mask.to(device),
        torch.cat(where).to(device),
        torch.tensor(targets).to(device),
        heat[owner].to(device),
        owner.to(device),
        members,
        plan,
    )


_PROMPT, _PAD = -1, -2


def _put(
    ids: Tensor,
    positions: Tensor,
    part: Tensor,
    row: int,
    at: int,
    tokens: Sequence[int],
    *,
    start: int,
    name: int,
) -> None:
    here = slice(at, at + len(tokens))
    ids[row, here] = torch.tensor(tokens, dtype=torch.int64)
    positions[row, here] = torch.arange(start, start + len(tokens))
    part[row, here] = name


def _tree_mask(part: Tensor, dtype: torch.dtype) -> Tensor:
    """Additive [rows, 1, width, width]: every token sees the prompt and its own completion.

    Padding sees itself, because a row of the mask without any permitted place gives NaN.
    """
    size = part.shape[1]
    earlier = torch.ones(size, size, dtype=torch.bool).tril()
    key, query = part[:, None, :], part[:, :, None]
    seen = earlier & ((key == query) | ((key == _PROMPT) & (query >= 0)))
    mask = torch.zeros(seen.shape, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)
    return mask[:, None]

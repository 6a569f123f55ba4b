"""Log-probabilities of given tokens under a policy: one numeric path for everything compared.

Four ways through the model give the same numbers: plain rows with all logits; the output layer
at completion tokens only; on top of that, one trunk for the prompt of several completions; and
this without comparing completions with one another. The last three rest on how the model is
built, so `choose_path` tries them on the longest group and keeps only what agrees with the first.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor

from prefdesk.models import encode
from prefdesk.models.branches import branching
from prefdesk.models.memory import is_shortage
from prefdesk.models.quick import quick
from prefdesk.training import head, memory, packing
from prefdesk.training.packing import Row
from prefdesk.training.types import Batch, Draft, ModelHolder, ReaderLike, Scorable, TokenScores

BUDGET = 2048
"""Tokens in one micro-batch where nobody says otherwise."""

READ = 2
"""So many times the tokens fit where nothing is kept from layer to layer for a gradient."""

WINDOW = 1024
"""Longest piece of a text that is read at once, in tokens."""

FEW = 512
"""So few tokens that trying ways through the model would cost more than it saves."""

PROBE = 32
"""Tokens before and after the border of the piece on which the output layer is tried."""

TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-4}
"""Largest mean difference of log-probs between two ways through the model, by data type."""

HALF_TOLERANCE = 0.1
"""In bfloat16 each way rounds otherwise: .06 were measured on a model of 135 million weights and
random tokens, where the same two ways differ by 6e-6 in float32."""


Even = Callable[[list[list[Row]]], Sequence[list[Row] | None]]
"""Puts None among micro-batches where other processes have more of them."""


class Path(NamedTuple):
    """A way through the model: output layer at completion tokens only; prompts shared; attention
    in branches."""

    head: bool = False
    share: bool = False
    branch: bool = False


PLAIN, HEAD, SHARED = Path(), Path(head=True), Path(head=True, share=True)
BRANCHED = SHARED._replace(branch=True)


@contextmanager
def steady(model: Any) -> Iterator[None]:
    """The one numeric path: products the faster way, and dropout off, for with it two passes over
    the same tokens would differ and ratios be noise."""
    was_training = model.training
    model.eval()
    try:
        with quick(model):
            yield
    finally:
        model.train(was_training)


def score(holder: ModelHolder, batch: Batch, path: Path) -> TokenScores:
    """Log-prob and entropy of every completion token of `batch`, at its temperature."""
    inputs: dict[str, Any] = {
        "input_ids": batch.input_ids,
        "attention_mask": batch.attention_mask,
        "position_ids": batch.position_ids,
    }
    if not path.head:
        logits = holder.model(**inputs).logits
        logits = logits.flatten(0, 1)[batch.where]
        return TokenScores(*head.logits_logprobs(logits, batch.targets, batch.temperature))
    decoder, weight = _halves(holder.model)
    with nullcontext() if batch.branches is None else branching(decoder):
        if batch.branches is not None:
            inputs["rows"] = batch.branches
        hidden = decoder(**inputs, use_cache=False).last_hidden_state.flatten(0, 1)[batch.where]
    found = head.head_logprobs(hidden, weight, batch.targets, batch.temperature)
    return TokenScores(*found)


def _halves(model: Any) -> tuple[Any, Tensor]:
    decoder, output = model.get_decoder(), model.get_output_embeddings()
    plain = type(output) is torch.nn.Linear and getattr(output, "bias", None) is None
    if not plain:
        raise TypeError("the output layer is not a plain matrix")
    return decoder, output.weight


def dtype_of(model: Any) -> torch.dtype:
    """The data type in which the model computes."""
    found = getattr(model, "dtype", None)
    return found if isinstance(found, torch.dtype) else next(model.parameters()).dtype


def trained_at_once(holder: ModelHolder, path: Path, tokens: int) -> int:
    """Tokens in a micro-batch that is trained on, where `tokens` are asked for: in 16 bits half as
    many again fit, unless all logits are made, which are worked on in 32."""
    half = path.head and dtype_of(holder.model).itemsize == 2
    return tokens * 3 // 2 if half else tokens


def read_at_once(path: Path, tokens: int) -> int:
    """Tokens in a micro-batch that is only read, where `tokens` are trained on at once.

    All logits, where they are made, take as much memory without gradients as with them.
    """
    return READ * tokens if path.head else tokens


def choose_path(holder: ModelHolder, items: Sequence[Scorable], groups: Sequence[Row]) -> Path:
    """The fastest way through this model that agrees with the slower ones.

    The output layer is tried on a short piece of the longest sequence; sharing on the longest
    pair with one prompt, so that a limited attention window would show. Raises `OutOfMemory`
    if not even these fit.
    """
    return memory.halving(1, 1, lambda _: _tried_path(holder, items, groups))[0]


def _tried_path(holder: ModelHolder, items: Sequence[Scorable], groups: Sequence[Row]) -> Path:
    with steady(holder.model), torch.no_grad():
        one = max(range(len(items)), key=lambda i: packing.width(items, (i,)))
        short = items[one].prompt_ids[-PROBE:], items[one].token_ids[:PROBE]
        probe = [Draft(*short, items[one].temperature)]
        if not _agree(holder, probe, ([(0,)], PLAIN), ([(0,)], HEAD)):
            return PLAIN
        pair = _longest_pair(items, groups)
        rows = [(i,) for i in pair]
        # On other devices nobody has measured what many small kernels cost.
        ways = (BRANCHED, SHARED) if holder.device.type == "cpu" else (SHARED,)
        for path in ways if pair else ():
            if _agree(holder, items, (rows, HEAD), ([pair], path)):
                return path
    return HEAD


def _longest_pair(items: Sequence[Scorable], groups: Sequence[Row]) -> Row:
    pairs = [sorted(g, key=lambda i: packing.width(items, (i,)))[-2:] for g in groups if len(g) > 1]
    return max(map(tuple, pairs), key=lambda p: packing.width(items, p[1:]), default=())


def _agree(
    holder: ModelHolder,
    items: Sequence[Scorable],
    slow: tuple[Sequence[Row], Path],
    fast: tuple[Sequence[Row], Path],
) -> bool:
    limit = TOLERANCE.get(dtype_of(holder.model), HALF_TOLERANCE)
    truth = score(holder, batch_of(holder, items, *slow), slow[1]).logp
    try:
        found = score(holder, batch_of(holder, items, *fast), fast[1]).logp
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:
        if is_shortage(error):
            raise
        return False
    return float((found - truth).abs().mean()) <= limit


def batch_of(
    holder: ModelHolder, items: Sequence[Scorable], rows: Sequence[Row], path: Path
) -> Batch:
    """Tensors for these rows on the model's device."""
    kind = dtype_of(holder.model)
    return packing.build(items, rows, holder.device, kind, branch=path.branch)


def idle(holder: ModelHolder, items: Sequence[Scorable], path: Path) -> None:
    """A pass, with its way back, that changes nothing: other processes wait for its parts."""
    shortest = min(range(len(items)), key=lambda i: packing.width(items, (i,)))
    logp = score(holder, batch_of(holder, items, [(shortest,)], path), path).logp
    if logp.requires_grad:
        (0 * logp.sum()).backward()  # type: ignore[no-untyped-call]


def pieces(values: Tensor, batch: Batch, items: Sequence[Scorable]) -> Iterator[tuple[int, Tensor]]:
    """The values [tokens] of each member of the batch, with its index."""
    lengths = [len(items[i].token_ids) for i in batch.members]
    yield from zip(batch.members, torch.split(values, lengths))


@torch.no_grad()
def score_all(
    holder: ModelHolder,
    items: Sequence[Scorable],
    groups: Sequence[Row],
    path: Path,
    budget: int,
    go_on: Callable[[], bool] = lambda: True,
    even: Even = list,
) -> dict[int, Tensor]:
    """Log-probs [length] on the CPU of every sequence in `groups`, by its index.

    `go_on` is asked between micro-batches; after False, what was found so far is returned. For
    each None that `even` puts among the micro-batches, the model is passed for nothing.
    """
    found: dict[int, Tensor] = {}
    for rows in even(packing.micro_batches(items, groups, budget, share=path.share)):
        if not go_on():
            break
        if rows is None:
            idle(holder, items, path)
            continue
        batch = batch_of(holder, items, rows, path)
        logp = score(holder, batch, path).logp.cpu()
        found.update(pieces(logp, batch, items))
    return found


def by_prompt(items: Sequence[Scorable]) -> list[Row]:
    """Indices of sequences with the same prompt."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for i, item in enumerate(items):
        groups.setdefault(item.prompt_ids, []).append(i)
    return [tuple(group) for group in groups.values()]


def logprobs(
    holder: ModelHolder, pairs: Sequence[Scorable], *, budget: int = BUDGET
) -> list[list[float]]:
    """Natural log-prob of every token of each pair's `token_ids` behind its `prompt_ids`.

    Prompts and completions must not be empty. Halves its micro-batches when memory runs out,
    and raises `OutOfMemory` when one sequence alone does not fit.
    """
    if not pairs:
        return []
    groups = by_prompt(pairs)
    widths = [packing.width(pairs, (i,)) for i in range(len(pairs))]
    floor = max(widths)
    with steady(holder.model):
        path = choose_path(holder, pairs, groups) if sum(widths) > FEW else PLAIN
        found, _ = memory.halving(
            read_at_once(path, budget),
            floor,
            lambda size: score_all(holder, pairs, groups, path, size),
        )
    return [found[i].tolist() for i in range(len(pairs))]


def text_logprob(
    reader: ReaderLike, texts: Sequence[str], *, budget: int = BUDGET
) -> list[tuple[float, int]]:
    """(sum of log-probs, tokens scored) of each text read on its own; for perplexity.

    The first token has nothing before it and is not scored; it is the model's start token where
    there is one. A text longer than the model reads at once is scored in pieces, each behind as
    much of the text before it as fits.
    """
    drafts: list[Draft] = []
    owners: list[int] = []
    for i, text in enumerate(texts):
        ids = encode(reader, text, template="plain")
        parts = windows(ids, _longest(reader.model))
        drafts += parts
        owners += [i] * len(parts)
    sums = [(0.0, 0)] * len(texts)
    for i, values in zip(owners, logprobs(reader, drafts, budget=budget)):
        sums[i] = (sums[i][0] + sum(values), sums[i][1] + len(values))
    return sums


def _longest(model: Any) -> int:
    limit = getattr(getattr(model, "config", None), "max_position_embeddings", None)
    return min(WINDOW, limit) if isinstance(limit, int) else WINDOW


def windows(ids: tuple[int, ...], longest: int) -> list[Draft]:
    """Pieces of at most `longest` tokens that score each token but the first exactly once."""
    parts = [Draft(ids[:1], ids[1:longest])] if len(ids) > 1 else []
    half = longest // 2
    for at in range(longest, len(ids), half):
        parts.append(Draft(ids[at - (longest - half) : at], ids[at : at + half]))
    return parts

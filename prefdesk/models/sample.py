"""Draw completions: each prompt is read once, its copies go on together, finished ones leave.

The log-probability stored with a token is that of the distribution it was drawn from, after
temperature and truncation, with the end token included.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from prefdesk.config import SamplingConfig
from prefdesk.errors import Cancelled, InputError
from prefdesk.models.choice import choose
from prefdesk.models.device import memory_errors
from prefdesk.models.engine import Engine, engine_for
from prefdesk.models.library import transformers
from prefdesk.models.load import Policy
from prefdesk.records import Draw


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One completion to be drawn: the prompt's token ids and the completion's own seed."""

    prompt_id: int
    token_ids: tuple[int, ...]
    index: int
    seed: int


@dataclass(slots=True)
class Growing:
    """A completion while it is being drawn."""

    request: DrawRequest
    generator: torch.Generator
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finished: bool = False


def draw(
    policy: Policy,
    requests: Sequence[DrawRequest],
    config: SamplingConfig,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda _: None,
) -> Iterator[list[Draw]]:
    """Draw every request; yields the draws of one batch at a time, in the order of requests.

    Requests of one prompt share one reading of it; `config.batch_prompts` prompts make a batch.
    `note` is told, once, where the plain way through the model had to be taken, and why.
    A draw's randomness comes from its own seed alone. The same batch (see `batch_of`) on the
    same machine gives the same bits again. Raises `Cancelled` between two tokens, `InputError`
    for a prompt that does not fit (see `fits`), `OutOfMemory`, and `TrainingError` if the model
    answers with values that are not numbers.
    """
    groups: dict[tuple[int, tuple[int, ...]], list[DrawRequest]] = {}
    for request in requests:
        groups.setdefault((request.prompt_id, request.token_ids), []).append(request)
        if not fits(policy, len(request.token_ids), config):
            raise InputError(
                f"Prompt {request.prompt_id} is empty or too long for this model: "
                f"{len(request.token_ids)} tokens.",
                "Shorten it, or ask for shorter completions.",
            )
    waiting = list(groups.values())
    if not waiting:
        return
    with memory_errors("This batch"):
        engine = engine_of(policy, waiting, config)
    if engine.why:
        note(engine.why)
    for start in range(0, len(waiting), config.batch_prompts):
        batch = waiting[start : start + config.batch_prompts]
        with memory_errors("This batch"):
            rows = _draw_batch(policy, engine, batch, config, cancelled)
        yield records(policy, batch, rows, engine.name)


def engine_of(
    policy: Policy, waiting: Sequence[Sequence[DrawRequest]], config: SamplingConfig
) -> Engine:
    """The engine for these groups of requests, tried on the first of them."""
    first = waiting[: config.batch_prompts]
    was_training = policy.model.training
    policy.model.eval()
    try:
        return engine_for(policy, [g[0].token_ids for g in first], sum(map(len, first)))
    finally:
        policy.model.train(was_training)


def fits(policy: Policy, n_prompt_tokens: int, config: SamplingConfig) -> bool:
    """True if a prompt of this length leaves the model room for the longest completion."""
    room = policy.context
    return n_prompt_tokens > 0 and (room is None or n_prompt_tokens + config.max_new_tokens <= room)


def batch_of(layout: str) -> list[tuple[int, int]]:
    """Which (prompt id, index) were drawn together, in order, from a draw's layout."""
    return [(int(p), int(i)) for p, _, indices in json.loads(layout)["prompts"] for i in indices]


@torch.no_grad()
def _draw_batch(
    policy: Policy,
    engine: Engine,
    batch: list[list[DrawRequest]],
    config: SamplingConfig,
    cancelled: Callable[[], bool],
) -> list[Growing]:
    was_training = policy.model.training
    policy.model.eval()
    try:
        rows = [
            Growing(request, torch.Generator().manual_seed(request.seed))
            for group in batch
            for request in group
        ]
        alive = list(rows)
        decoder = engine.decoder(policy, config.max_new_tokens)
        logits = decoder.prefill([g[0].token_ids for g in batch], [len(g) for g in batch])
        for step in range(config.max_new_tokens):
            if cancelled():
                raise Cancelled
            tokens = append(alive, logits, config, policy.end_ids)
            keep = _closed_up([row.finished for row in alive])
            if not keep or step == config.max_new_tokens - 1:
                break
            alive = [alive[i] for i in keep]
            logits = decoder.step(tokens, keep)
        return rows
    finally:
        policy.model.train(was_training)


def _closed_up(finished: list[bool]) -> list[int]:
    """Rows that go on; the last of them take the places of those that do not."""
    left = [i for i, done in enumerate(finished) if not done]
    late = [i for i in left if i >= len(left)]
    return [late.pop() if done else i for i, done in enumerate(finished[: len(left)])]


def append(
    alive: list[Growing], logits: Tensor, config: SamplingConfig, end_ids: frozenset[int]
) -> Tensor:
    """Draw one token for each row [rows] and note it."""
    uniforms = torch.stack(
        [torch.rand((), generator=r.generator, dtype=torch.float64) for r in alive]
    )
    tokens, logprobs = choose(logits, uniforms, config)
    for row, token, logprob in zip(alive, tokens.tolist(), logprobs.tolist()):
        row.tokens.append(token)
        row.logprobs.append(logprob)
        row.finished = token in end_ids
    return tokens


def records(
    policy: Policy, batch: list[list[DrawRequest]], rows: list[Growing], engine: str = "plain"
) -> list[Draw]:
    """What is kept of finished rows; `engine` names the decoder that drew them."""
    facts = _layout(policy, batch, engine)
    return [
        Draw(
            prompt_id=row.request.prompt_id,
            index=row.request.index,
            seed=row.request.seed,
            token_ids=tuple(row.tokens),
            logprobs=tuple(row.logprobs),
            text=_text(policy.tokenizer, row),
            finished=row.finished,
            layout=json.dumps({**facts, "row": position}, separators=(",", ":")),
        )
        for position, row in enumerate(rows)
    ]


def _text(tokenizer: Any, row: Growing) -> str:
    tokens = row.tokens[:-1] if row.finished else row.tokens
    return str(
        tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    )


def _layout(policy: Policy, batch: list[list[DrawRequest]], engine: str) -> dict[str, Any]:
    """What must be the same for the same bits: who was drawn together, and the arithmetic."""
    return {
        "prompts": [[g[0].prompt_id, len(g[0].token_ids), [r.index for r in g]] for g in batch],
        "dtype": str(policy.dtype).removeprefix("torch."),
        "device": policy.device_name,
        "decoder": engine,
        "engine": f"torch {torch.__version__}, transformers {transformers.__version__}",
    }

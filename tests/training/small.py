"""Policies small enough to enumerate or to differentiate by hand, and rollouts for them."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from prefdesk.training import Rollout

VOCABULARY = 3
END = 2
LONGEST = 3
PROMPT = (0,)


class Table(nn.Module):
    """A language model that is a table: logits by position and the token before."""

    def __init__(self, seed: int = 0, positions: int = 5, vocabulary: int = VOCABULARY) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        shape = (positions, vocabulary, vocabulary)
        self.table = nn.Parameter(torch.randn(shape, generator=generator, dtype=torch.float64))
        self.tokens_seen = 0

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor) -> Any:
        self.tokens_seen += int(attention_mask.sum())
        return SimpleNamespace(logits=self.table[position_ids, input_ids])


class TwoLayers(nn.Module):
    """Embedding, one causal mixing layer and an output layer, in float64."""

    def __init__(self, seed: int = 0, vocabulary: int = 7, size: int = 5) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)

        def weights(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(shape, generator=generator, dtype=torch.float64))

        self.embed, self.mix, self.out = (
            weights(vocabulary, size),
            weights(size, size),
            weights(size, vocabulary),
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor) -> Any:
        states = self.embed[input_ids] * attention_mask[..., None]
        mean = states.cumsum(1) / (position_ids[..., None] + 1)
        return SimpleNamespace(logits=torch.tanh(mean @ self.mix + states) @ self.out)


class Policy:
    """A model with another one as its reference policy."""

    def __init__(self, model: nn.Module, reference: nn.Module | None = None) -> None:
        self.model = model
        self.device = torch.device("cpu")
        self._reference = reference

    @contextmanager
    def reference(self) -> Iterator[None]:
        own = self.model
        self.model = self._reference or own
        try:
            yield
        finally:
            self.model = own


def completions() -> list[tuple[int, ...]]:
    """Every sequence that ends with END or at the longest length."""
    found: list[tuple[int, ...]] = []
    for length in range(1, LONGEST + 1):
        for start in itertools.product(range(END), repeat=length - 1):
            lasts = [END] if length < LONGEST else range(VOCABULARY)
            found += [(*start, last) for last in lasts]
    return found


def token_logp(model: Table, tokens: Sequence[int], temperature: float = 1.0) -> Tensor:
    """[length] log-probs of `tokens` behind PROMPT, differentiable, by looking them up."""
    before = (*PROMPT, *tokens[:-1])
    rows = [
        (model.table[place, token] / temperature).log_softmax(-1)
        for place, token in enumerate(before)
    ]
    return torch.stack([row[token] for row, token in zip(rows, tokens)])


def rollout(
    tokens: Sequence[int], reward: float, logprobs: Sequence[float], **more: Any
) -> Rollout:
    """A draw behind PROMPT."""
    return Rollout(
        **{
            "prompt_id": 1,
            "prompt_ids": PROMPT,
            "token_ids": tuple(tokens),
            "logprobs": tuple(logprobs),
            "temperature": 1.0,
            "reward": reward,
            **more,
        }
    )


def drawn(
    model: Table, n_prompts: int, per_prompt: int, seed: int = 0, **more: Any
) -> list[Rollout]:
    """Rollouts drawn uniformly from all completions; the table's log-probs, random rewards."""
    generator = torch.Generator().manual_seed(seed)
    everything = completions()
    found = []
    for prompt in range(n_prompts):
        for _ in range(per_prompt):
            pick = int(torch.randint(len(everything), (), generator=generator))
            reward = float(torch.randn((), generator=generator))
            logp = token_logp(model, everything[pick]).tolist()
            found.append(rollout(everything[pick], reward, logp, prompt_id=prompt, **more))
    return found


def llama(seed: int = 0, vocabulary: int = 11) -> nn.Module:
    """A two-layer Llama in float64; its own norm would round to float32 in between."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=4,
        initializer_range=0.3,
        tie_word_embeddings=True,
    )
    model: Any = LlamaForCausalLM(config)
    for layer in model.model.layers:
        layer.input_layernorm = nn.RMSNorm(16, eps=1e-6)
        layer.post_attention_layernorm = nn.RMSNorm(16, eps=1e-6)
    model.model.norm = nn.RMSNorm(16, eps=1e-6)
    made: nn.Module = model.double()
    return made


def random_rollouts(
    shape: Sequence[int], vocabulary: int = 11, seed: int = 0, **more: Any
) -> list[Rollout]:
    """Groups of `shape` sizes with random prompts, lengths, tokens, rewards and log-probs."""
    generator = torch.Generator().manual_seed(seed)

    def number(low: int, high: int) -> int:
        return int(torch.randint(low, high, (), generator=generator))

    def ids(n: int) -> tuple[int, ...]:
        return tuple(number(0, vocabulary) for _ in range(n))

    found = []
    for prompt, size in enumerate(shape):
        prompt_ids = ids(number(2, 9))
        for _ in range(size):
            tokens = ids(number(1, 7))
            logp = (-2 * torch.rand(len(tokens), generator=generator)).tolist()
            reward = float(torch.randn((), generator=generator))
            draw = {"prompt_id": prompt, "prompt_ids": prompt_ids, **more}
            found.append(rollout(tokens, reward, logp, **draw))
    return found


def gradient(model: nn.Module) -> Tensor:
    """All gradients in one vector."""
    return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])

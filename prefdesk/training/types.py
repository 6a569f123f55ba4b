"""What a round takes and gives. Tensors travel in NamedTuples that state their shapes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import torch
from torch import Tensor

from prefdesk.models.branches import Branches

if TYPE_CHECKING:
    from prefdesk.training.state import RoundState

Word = Literal["go", "stop", "cancel"]
Control = Callable[[], Word]
"""Asked between micro-batches: go on, stop after this step and keep it, or cancel."""


class ModelHolder(Protocol):
    """Anything with a model that scores tokens.

    `model` is called with `input_ids`, `attention_mask` and `position_ids` (each [rows, width])
    and answers an object with `logits` [rows, width, vocabulary].
    """

    @property
    def model(self) -> Any: ...

    @property
    def device(self) -> torch.device: ...


class PolicyLike(ModelHolder, Protocol):
    """The policy as a round sees it."""

    def reference(self) -> AbstractContextManager[Any]:
        """A context in which `model` is the reference policy."""
        ...


class ReaderLike(ModelHolder, Protocol):
    """A policy that also reads text, for perplexity."""

    @property
    def tokenizer(self) -> Any: ...


class Draft(NamedTuple):
    """Token ids to be scored: `token_ids` as they follow `prompt_ids` at `temperature`."""

    prompt_ids: tuple[int, ...]
    token_ids: tuple[int, ...]
    temperature: float = 1.0


class Scorable(Protocol):
    """A `Draft`, or a `Rollout`."""

    @property
    def prompt_ids(self) -> tuple[int, ...]: ...

    @property
    def token_ids(self) -> tuple[int, ...]: ...

    @property
    def temperature(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Rollout:
    """One draw with what people think of it. A text drawn twice is two rollouts.

    `token_ids` includes the end token where there was one; `logprobs[t]` is the natural log of
    the probability with which `token_ids[t]` was drawn at `temperature`. `reward` is in units
    of the project's within-prompt standard deviation; `weight` multiplies its advantage.
    `truncated`: reached the length limit. `group` separates draws of one prompt that must not
    be compared. `whole_distribution` is False for draws under top-p or top-k, whose
    log-probs cannot be compared with the policy's. `from_start` is False for draws of
    another checkpoint than the one from which the round starts; then `behaviour` are the log-probs
    of that one by training's own numeric path, or empty where only the sampler's are known.
    """

    prompt_id: int
    prompt_ids: tuple[int, ...]
    token_ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    temperature: float
    reward: float
    weight: float = 1.0
    truncated: bool = False
    group: int = 0
    whole_distribution: bool = True
    from_start: bool = True
    behaviour: tuple[float, ...] = ()


class Batch(NamedTuple):
    """Rows of tokens ready for the model. `members` names the sequences in order of `owner`."""

    input_ids: Tensor  # [rows, width] int64, padded on the right with 0
    position_ids: Tensor  # [rows, width] int64
    attention_mask: Tensor  # [rows, width] 1 for tokens; or additive [rows, 1, width, width]; or
    # without meaning where there are `branches`
    where: Tensor  # [tokens] int64, row * width + column of the state that predicts the token
    targets: Tensor  # [tokens] int64
    temperature: Tensor  # [tokens]
    owner: Tensor  # [tokens] int64, index into `members`
    members: tuple[int, ...]
    branches: tuple[Branches, ...] | None = None  # one for each row


class TokenScores(NamedTuple):
    """Scores of all completion tokens of a batch, sequence after sequence."""

    logp: Tensor  # [tokens] natural log-probability, differentiable where gradients are on
    entropy: Tensor  # [tokens] entropy of the distribution in nats, never differentiable


class Baseline(NamedTuple):
    """Running mean of rewards for `reinforce`; `weight` is the sum of weights behind it."""

    mean: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class StepReport:
    """One optimiser step. `note` is a sentence for the person who watches, or empty.

    A round that ends before its plan says why in a last report, `stopped` True; its metrics are
    only those of the policy that is left. `capture` makes what the round needs to go on from
    here; to be called, if at all, before the next report is asked for. It is None where there is
    nothing to go on with.
    """

    step: int
    total: int
    metrics: dict[str, float] = field(default_factory=dict)
    note: str = ""
    stopped: bool = False
    capture: "Callable[[], RoundState] | None" = field(default=None, compare=False, repr=False)


class RoundEnd(NamedTuple):
    """What `run_round` returns: steps taken, why it ended early (or ""), the baseline to keep.

    `may_go_on`: it ended early by hand or for lack of memory, so that going on makes sense.
    """

    steps: int
    stopped: str
    baseline: Baseline
    may_go_on: bool = False

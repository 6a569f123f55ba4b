"""What a round needs to go on exactly, taken between two of its steps.

That is: the trained weights as they are and as they were before the last step, AdamW's moments
and counts, the random generators, the log-probs that stay fixed, the running mean, the place in
the plan and what the steps so far have shown. The order of the steps follows from the seed. In
bytes it is four times the trained weights, and a little for the log-probs.
"""

import hashlib
import importlib.metadata
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from prefdesk.config import RoundConfig
from prefdesk.errors import TrainingError
from prefdesk.training import scoring
from prefdesk.training.packing import Row
from prefdesk.training.scoring import Path
from prefdesk.training.trail import Trail
from prefdesk.training.types import Baseline, Draft, PolicyLike, Rollout, StepReport
from prefdesk.training.update import Known

FORMAT = 4
"""To be raised whenever a round would go on from an older state to other numbers."""

ADAMW = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW knows of a weight, once there was a gradient."""

_WAY_OUT = "Discard what was interrupted, and start a new round."


@dataclass(frozen=True)
class RoundState:
    """A round between two steps: `tensors` by name, and `facts` that fit into JSON.

    The tensors are the round's own, not copies: write them before the round goes on.
    """

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]

    @property
    def taken(self) -> int:
        """Steps that were taken."""
        return int(self.facts["taken"])


class Standing(NamedTuple):
    """Numbers that a round carries from step to step.

    `budget` is the micro-batch that fitted into memory, `ess` that of the present epoch, `gap`
    the distance between the sampler's log-probs and training's, `began` by `time.monotonic`, and
    `kl_coef` what the divergence weighs in the next step.
    """

    ess: float
    gap: float
    budget: int
    began: float
    kl_coef: float

    def metrics(self) -> dict[str, float]:
        """What of it a step shows."""
        return {"ess": self.ess, "sampler_gap": self.gap, "kl_coef": self.kl_coef}


@dataclass
class Live:
    """The things of a running round that change; `capture` reads and `restore` sets them."""

    policy: PolicyLike
    parameters: Sequence[nn.Parameter]
    optimizer: torch.optim.Optimizer
    trail: Trail
    known: Known
    data: str
    path: Path = scoring.PLAIN

    def begin(
        self, standing: Standing, rollouts: Sequence[Rollout], groups: Sequence[Row]
    ) -> tuple[Standing, StepReport | None]:
        """Choose the way through the model, at the beginning of a round, and what it takes at
        once."""
        self.path = scoring.choose_path(self.policy, rollouts, groups)
        budget = scoring.trained_at_once(self.policy, self.path, standing.budget)
        return standing._replace(budget=budget), None

    def capture(self, standing: Standing, last: StepReport) -> RoundState:
        """The state as it is now; right only between two steps."""
        trail = self.trail
        facts = {
            "format": FORMAT,
            "data": self.data,
            "surroundings": surroundings(self.policy),
            "taken": trail.taken,
            "untried": trail.untried,
            "baseline": list(trail.baseline),
            "before": list(trail.before),
            "path": list(self.path),
            "expected": {str(i): value for i, value in self.known.expected.items()},
            "standing": {**standing._asdict(), "began": time.monotonic() - standing.began},
            "last": {"step": last.step, "total": last.total, "metrics": last.metrics},
        }
        tensors: dict[str, Tensor] = {f"weights/{n}": p for n, p in self._named()}
        tensors |= {f"before/{n}": g for (n, _), g in zip(self._named(), trail.good)}
        for name, weight in self._named():
            found = self.optimizer.state.get(weight, {})
            tensors |= {f"adamw/{key}/{name}": value for key, value in found.items()}
        for kind in ("behaviour", "reference", "start"):
            tensors |= _packed(kind, getattr(self.known, kind))
        chance, generators = _chance()
        return RoundState(tensors | generators, facts | chance)

    def restore(self, state: RoundState) -> tuple[Standing, StepReport | None]:
        """Make everything as it was; `TrainingError` before anything changes if it does not fit."""
        facts, tensors = state.facts, state.tensors
        self._require_fit(state)
        with torch.no_grad():
            for name, weight in self._named():
                weight.copy_(tensors[f"weights/{name}"])
                self.optimizer.state[weight] = _moments(tensors, name, weight)
        trail = self.trail
        trail.good = [tensors[f"before/{n}"].to(p, copy=True) for n, p in self._named()]
        trail.taken, trail.untried = state.taken, bool(facts["untried"])
        trail.baseline, trail.before = Baseline(*facts["baseline"]), Baseline(*facts["before"])
        self.path = Path(*facts["path"])
        for kind in ("behaviour", "reference", "start"):
            setattr(self.known, kind, _unpacked(kind, tensors))
        self.known.expected = {int(i): value for i, value in facts["expected"].items()}
        _set_chance(facts, tensors)
        standing = Standing(**facts["standing"])
        began = time.monotonic() - standing.began
        return standing._replace(began=began), StepReport(**facts["last"])

    def _named(self) -> list[tuple[str, nn.Parameter]]:
        named = self.policy.model.named_parameters()
        return [(name, weight) for name, weight in named if weight.requires_grad]

    def _require_fit(self, state: RoundState) -> None:
        if state.facts.get("format") != FORMAT:
            raise TrainingError("This round was interrupted in another version.", _WAY_OUT)
        if state.facts["data"] != self.data:
            raise TrainingError(
                "This round was interrupted with other answers, rewards or settings than are "
                "stored now, so it cannot go on exactly.",
                _WAY_OUT,
            )
        for name, weight in self._named():
            for kind in ("weights", "before"):
                there = state.tensors.get(f"{kind}/{name}")
                if there is None or (there.shape, there.dtype) != (weight.shape, weight.dtype):
                    raise TrainingError(
                        "What was kept of this round does not fit the model.", _WAY_OUT
                    )


def digest(rollouts: Sequence[Rollout], config: RoundConfig, texts: Sequence[Draft] = ()) -> str:
    """A name for draws, rewards, texts and settings of a round: the same only for the same.

    The log-probs of what drew them are part of the state itself, so they may be left out here.
    """
    settings = {k: v for k, v in asdict(config).items() if k != "keep_state_s"}
    made = hashlib.sha256(repr(sorted(settings.items())).encode())
    for one in rollouts:
        made.update(repr(replace(one, behaviour=())).encode())
    for text in texts:
        made.update(repr(text).encode())
    return made.hexdigest()


def surroundings(policy: PolicyLike) -> dict[str, str]:
    """What the last digits of a step depend on beside the state itself."""
    device = policy.device
    on_card = device.type == "cuda"
    name = (
        torch.cuda.get_device_name(device) if on_card else torch.backends.cpu.get_cpu_capability()
    )
    return {
        "device": f"{device.type} ({name})",
        "number type": str(scoring.dtype_of(policy.model)).removeprefix("torch."),
        "threads": str(torch.get_num_threads()),
        **{package: _version(package) for package in ("torch", "transformers", "peft", "prefdesk")},
    }


def numeric_path(policy: PolicyLike) -> dict[str, str]:
    """On what the digits of a log-prob depend beside the weights, but for the last one or two.

    The same for the same device, number type, versions and way of computing.
    """
    told = {name: value for name, value in surroundings(policy).items() if name != "threads"}
    return {"format": str(FORMAT), **told}


def differences(state: RoundState, policy: PolicyLike) -> list[str]:
    """What is other now than when the state was taken, such as "threads (2, was 1)"."""
    then = state.facts["surroundings"]
    now = surroundings(policy)
    return [f"{k} ({v}, was {then.get(k)})" for k, v in now.items() if v != then.get(k)]


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _moments(tensors: Mapping[str, Tensor], name: str, weight: Tensor) -> dict[str, Tensor]:
    """AdamW's own state of one weight; its count stays on the processor."""
    named = {key: f"adamw/{key}/{name}" for key in ADAMW}
    found = {key: tensors[full] for key, full in named.items() if full in tensors}
    return {k: v.clone() if v.dim() == 0 else v.to(weight, copy=True) for k, v in found.items()}


def _packed(kind: str, values: Mapping[int, Tensor]) -> dict[str, Tensor]:
    """Log-probs by rollout in four tensors; float32 and float64 may be mixed among them."""
    if not values:
        return {}
    rows = list(values.values())
    return {
        f"{kind}/index": torch.tensor(list(values)),
        f"{kind}/length": torch.tensor([len(row) for row in rows]),
        f"{kind}/wide": torch.tensor([row.dtype == torch.float64 for row in rows]),
        f"{kind}/values": torch.cat([row.double() for row in rows]),
    }


def _unpacked(kind: str, tensors: Mapping[str, Tensor]) -> dict[int, Tensor]:
    if f"{kind}/index" not in tensors:
        return {}
    index, length, wide = (tensors[f"{kind}/{k}"].tolist() for k in ("index", "length", "wide"))
    rows = torch.split(tensors[f"{kind}/values"], length)
    return {i: row.clone() if w else row.float() for i, row, w in zip(index, rows, wide)}


def _chance() -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The random generators. A round draws nothing today; a model might."""
    version, numbers, spare = random.getstate()
    facts: dict[str, Any] = {"python": [version, list(numbers), spare]}
    if "numpy" in sys.modules:
        name, keys, *rest = sys.modules["numpy"].random.get_state()
        facts["numpy"] = [name, keys.tolist(), *rest]
    tensors = {"random/torch": torch.get_rng_state()}
    for n in range(_cards_in_use()):
        tensors[f"random/cuda/{n}"] = torch.cuda.get_rng_state(n)
    return facts, tensors


def _set_chance(facts: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    version, numbers, spare = facts["python"]
    random.setstate((version, tuple(numbers), spare))
    if "numpy" in sys.modules and "numpy" in facts:
        sys.modules["numpy"].random.set_state(tuple(facts["numpy"]))
    torch.set_rng_state(tensors["random/torch"])
    for n in range(_cards_in_use()):
        if f"random/cuda/{n}" in tensors:
            torch.cuda.set_rng_state(tensors[f"random/cuda/{n}"], n)


def _cards_in_use() -> int:
    used = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    return torch.cuda.device_count() if used else 0

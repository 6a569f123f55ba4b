"""Settings, each declared once: type, default, limits and one line of help.

A settings class is frozen and checks itself when it is made; `describe` lists the fields for
forms and for `--help`, so no other place repeats a default.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self, get_args, get_type_hints

from prefdesk.errors import InputError


def setting(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] | None = None,
    expert: bool = False,
) -> Any:
    """Declare one setting; `low` and `high` are inclusive."""
    return field(
        default=default,
        metadata={"help": help, "low": low, "high": high, "choices": choices, "expert": expert},
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """A field as a form or a help page sees it."""

    name: str
    type: type
    default: Any
    help: str
    low: float | None
    high: float | None
    choices: tuple[str, ...] | None
    expert: bool


@dataclass(frozen=True)
class Config:
    """Base of all settings: checked on creation, to and from JSON."""

    def __post_init__(self) -> None:
        for one in self.describe():
            problem = check(one, getattr(self, one.name))
            if problem:
                raise InputError(f"{one.name} {problem}.", one.help)

    @classmethod
    def describe(cls) -> tuple[Setting, ...]:
        """All settings in the order of declaration."""
        hints = get_type_hints(cls)
        return tuple(
            Setting(f.name, _plain(hints[f.name]), f.default, **f.metadata) for f in fields(cls)
        )

    def to_json(self) -> str:
        """One line of JSON with sorted keys."""
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Settings from `to_json`; unknown names are an error, missing ones take the default."""
        return cls.from_mapping(json.loads(text))

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Settings from names and values; unknown names raise `InputError`."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InputError(f"There is no setting called {unknown[0]!r}.")
        return cls(**values)


def _plain(hint: Any) -> type:
    args = [a for a in get_args(hint) if a is not type(None)]
    return args[0] if args else hint  # type: ignore[no-any-return]


def check(one: Setting, value: Any) -> str:
    """What is wrong with a value, as the rest of a sentence, or an empty string."""
    if one.type is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, one.type) or (one.type is int and isinstance(value, bool)):
        return f"must be of type {one.type.__name__}, not {value!r}"
    if one.choices and value not in one.choices:
        return f"must be one of {', '.join(one.choices)}, not {value!r}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value != value:
            return "must be a number"
        if one.low is not None and value < one.low:
            return f"must be at least {one.low:g}, not {value:g}"
        if one.high is not None and value > one.high:
            return f"must be at most {one.high:g}, not {value:g}"
    return ""


@dataclass(frozen=True)
class SamplingConfig(Config):
    """How completions are drawn."""

    per_prompt: int = setting(
        4, "More of them compare better and ask for more ratings.", low=1, high=64
    )
    max_new_tokens: int = setting(
        64,
        "Completions are cut off here; a token is about three quarters of a word.",
        low=1,
        high=4096,
    )
    temperature: float = setting(
        1.0, "1 draws from the model as it is; training wants 1.", low=0.05, high=5.0
    )
    top_p: float = setting(
        1.0, "Below 1, draws cannot enter policy gradients.", low=0.05, high=1.0, expert=True
    )
    top_k: int = setting(0, "0 is off; otherwise as for top_p.", low=0, high=1000, expert=True)
    template: str = setting(
        "chat",
        "chat uses the model's chat template, plain the text alone.",
        choices=("chat", "plain"),
    )
    seed: int = setting(
        1, "Every completion's own seed is made from this one.", low=0, high=2**31 - 1
    )
    batch_prompts: int = setting(
        4,
        "Prompts drawn together; more is faster and needs more memory.",
        low=1,
        high=256,
        expert=True,
    )
    max_prompt_tokens: int = setting(
        1024, "Longer prompts are left out and reported.", low=8, high=32768, expert=True
    )


@dataclass(frozen=True)
class PreprocessConfig(Config):
    """How prompts are turned into tokens, and what is looked for in them."""

    template: str = setting(
        "chat",
        "chat uses the model's chat template, plain the text alone.",
        choices=("chat", "plain"),
    )
    max_prompt_tokens: int = setting(1024, "Longer prompts are found too long.", low=8, high=32768)
    language: str = setting(
        "", "Prompts clearly in another language are found; two letters, such as en. Empty is off."
    )
    likeness: float = setting(
        0.8,
        "Prompts that share this part of their pieces of 5 letters are near duplicates.",
        low=0.5,
        high=1.0,
        expert=True,
    )


@dataclass(frozen=True)
class RoundConfig(Config):
    """How one training round runs."""

    objective: str = setting(
        "rloo",
        "All but reinforce compare answers to the same prompt; grpo and ppo clip each token.",
        choices=("rloo", "reinforce", "grpo", "ppo"),
    )
    method: str = setting(
        "lora", "lora trains a small adapter; full trains every weight.", choices=("lora", "full")
    )
    learning_rate: float = setting(2e-4, "Step size of the optimiser.", low=0.0, high=1.0)
    lr_schedule: str = setting(
        "constant",
        "How the step size falls over the round.",
        choices=("constant", "linear", "cosine"),
        expert=True,
    )
    warmup_ratio: float = setting(
        0.0,
        "Share of the steps over which the step size rises to its full length.",
        low=0.0,
        high=1.0,
        expert=True,
    )
    epochs: int = setting(1, "Times every rated answer is used.", low=1, high=50)
    batch_prompts: int = setting(4, "Prompts in one optimiser step.", low=1, high=1024)
    kl_coef: float = setting(
        0.05, "How strongly the model is held near the reference.", low=0.0, high=10.0
    )
    kl_placement: str = setting(
        "reward",
        "reward subtracts the divergence from each reward, loss adds it to the loss.",
        choices=("reward", "loss"),
        expert=True,
    )
    kl_target: float = setting(
        0.0,
        "Divergence per answer, in nats, to which kl_coef is steered; 0 leaves it alone.",
        low=0.0,
        high=1000.0,
        expert=True,
    )
    mle_coef: float = setting(
        0.0,
        "How strongly the reference answers of the prompts are learnt along; 0 is off.",
        low=0.0,
        high=100.0,
        expert=True,
    )
    lora_rank: int = setting(16, "Size of the adapter.", low=1, high=512, expert=True)
    lora_alpha: float = setting(32.0, "Scale of the adapter.", low=0.1, high=4096, expert=True)
    max_grad_norm: float = setting(
        1.0, "Longer gradients are shortened to this.", low=0.0, expert=True
    )
    max_weight: float = setting(
        10.0,
        "rloo, reinforce: largest importance weight of an answer; 0 is no limit.",
        low=0.0,
        expert=True,
    )
    eps_low: float = setting(
        0.2,
        "grpo, ppo: share by which a token may lose probability. Biased after the first step.",
        low=0.0,
        high=1.0,
        expert=True,
    )
    eps_high: float = setting(
        0.2,
        "grpo, ppo: share by which a token may gain probability.",
        low=0.0,
        high=100.0,
        expert=True,
    )
    advantage_scale: str = setting(
        "none",
        "Divide rewards by their spread; group undoes how sure ratings are.",
        choices=("none", "batch", "group"),
        expert=True,
    )
    min_ess: float = setting(
        0.3,
        "Smallest share of the answers that may carry the gradient; below it, sample afresh.",
        low=0.0,
        high=1.0,
        expert=True,
    )
    aggregation: str = setting(
        "sequence",
        "sequence sums over tokens, sequence_mean and token divide by length.",
        choices=("sequence", "sequence_mean", "token"),
        expert=True,
    )
    mask_truncated: bool = setting(
        False, "Leave out answers that reached the length limit.", expert=True
    )
    reward: str = setting(
        "shrunk",
        "shrunk pulls unsure rewards to the middle; unshrunk does not and weighs them less.",
        choices=("shrunk", "unshrunk"),
        expert=True,
    )
    min_reliability: float = setting(
        0.0,
        "Answers whose reward is less reliable than this wait for more ratings.",
        low=0.0,
        high=1.0,
    )
    micro_batch_tokens: int = setting(
        512,
        "Tokens held in memory at once, half as many again in 16 bits; less needs less memory.",
        low=16,
        high=10**6,
        expert=True,
    )
    seed: int = setting(1, "Order of the prompts.", low=0, high=2**31 - 1, expert=True)
    keep_state_s: float = setting(
        60.0,
        "A state to go on from is saved this often, 4 times what is trained; 0 is off.",
        low=0.0,
        high=86400.0,
        expert=True,
    )
    override: str = setting(
        "", "Why to train although the ratings carry no usable signal.", expert=True
    )
    take_older: bool = setting(False, "Also use rated answers of earlier checkpoints.", expert=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kl_target > 0 and not self.kl_coef:
            raise InputError(
                "kl_target needs a kl_coef above 0 to start from.", "0.05 is a usual one."
            )

    @property
    def compares(self) -> bool:
        """True where an answer is compared with the others to its prompt."""
        return self.objective != "reinforce"

    @property
    def clips(self) -> bool:
        """True where the ratio of each token is clipped, instead of one weight per answer."""
        return self.objective in ("grpo", "ppo")

    def cautions(self) -> tuple[str, ...]:
        """Sentences about settings that are allowed and seldom wanted."""
        found = []
        if self.advantage_scale == "group" and self.compares:
            found.append(
                "Dividing by each prompt's own spread blows the noise of nearly equal ratings up "
                "to full size and undoes their reliability."
            )
        if self.advantage_scale != "none" and not self.compares:
            found.append("reinforce takes rewards as they are; advantage_scale has no effect.")
        return tuple(found)


@dataclass(frozen=True)
class DeviceConfig(Config):
    """Where and how hard long work runs."""

    device: str = setting("auto", "auto, cpu, cuda, cuda:1, mps.")
    threads: int = setting(
        0, "Processor threads; 0 leaves one core for the window.", low=0, high=1024
    )
    niceness: int = setting(
        5, "Higher is more polite to other programs.", low=0, high=19, expert=True
    )


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "safe": {"learning_rate": 5e-5, "kl_coef": 0.1, "epochs": 1, "min_reliability": 0.3},
    "balanced": {"learning_rate": 2e-4, "kl_coef": 0.05, "epochs": 1, "min_reliability": 0.0},
    "bold": {"learning_rate": 5e-4, "kl_coef": 0.02, "epochs": 2, "min_reliability": 0.0},
}
"""How far a round may go, in the settings that decide it; all others stay as they are."""


def with_preset(config: RoundConfig, name: str) -> RoundConfig:
    """The same settings with those of a preset; `InputError` if there is none of this name."""
    if name not in PRESETS:
        raise InputError(f"There is no preset called {name!r}.", f"Choose one of {list(PRESETS)}.")
    return replace(config, **PRESETS[name])


def preset_of(config: RoundConfig) -> str:
    """The preset that these settings are of, or an empty string."""
    for name, values in PRESETS.items():
        if all(getattr(config, key) == value for key, value in values.items()):
            return name
    return ""

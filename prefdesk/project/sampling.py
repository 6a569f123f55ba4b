"""What a sampling was drawn with, so that its prompts can be read again exactly."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from prefdesk import store
from prefdesk.config import SamplingConfig

_NEUTRAL: dict[str, Any] = {"per_prompt": 1, "batch_prompts": 4, "max_prompt_tokens": 1024}
"""What stands in a key for settings that are no part of it; fixed, whatever the defaults become."""


@dataclass(frozen=True)
class SamplingKey:
    """Settings and system text of a sampling; equal keys continue each other.

    How many completions are wanted is not part of it: asking for more adds to what is there. Nor
    is which prompts are short enough, nor how many are drawn together: each draw's own `layout`
    says which were.
    """

    config: SamplingConfig
    system: str = ""

    @classmethod
    def of(cls, config: SamplingConfig, system: str) -> "SamplingKey":
        """The key under which completions with these settings are kept."""
        plain: dict[str, Any] = {
            "temperature": float(config.temperature),
            "top_p": float(config.top_p),
        }
        return cls(replace(config, **_NEUTRAL, **plain), system)

    @classmethod
    def of_job(cls, settings: Mapping[str, Any]) -> "SamplingKey":
        """The key of a sampling job, from the settings of its `JobSpec`."""
        return cls.of(SamplingConfig.from_json(settings["config"]), settings["system"])

    @property
    def distribution(self) -> tuple[object, ...]:
        """What shapes the answers; seed and batch size do not."""
        c = self.config
        return (c.temperature, c.top_p, c.top_k, c.max_new_tokens, c.template, self.system)

    @property
    def is_narrow(self) -> bool:
        """True under top-p or top-k: such draws have no probability that a gradient could use."""
        return self.config.top_p < 1 or bool(self.config.top_k)

    def seed_of(self, prompt_id: int, index: int, salt: int = 0) -> int:
        """The seed of one completion: a hash, so that neighbours have nothing in common.

        Another key gives other seeds. With the same ones, answers asked for under slightly other
        settings would be the old ones over again, and count twice in training. `salt` tells
        apart what has to be independent under one key. Each draw keeps its seed, so it can be
        drawn again whatever this function becomes.
        """
        text = f"{self.to_json()}/{salt}/{prompt_id}/{index}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big")

    def to_json(self) -> str:
        """One line of JSON."""
        values = {f.name: getattr(self.config, f.name) for f in fields(self.config)}
        return json.dumps({"config": values, "system": self.system}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "SamplingKey":
        """The key that `to_json` wrote; what is missing takes the default."""
        with store.reading("the settings of a sampling"):
            body = json.loads(text)
            return cls(SamplingConfig.from_mapping(body.get("config", {})), body.get("system", ""))

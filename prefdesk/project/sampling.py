"""What a sampling was drawn with, so that its prompts can be read again exactly."""

import json
from dataclasses import dataclass, fields, replace

from prefdesk import store
from prefdesk.config import SamplingConfig


@dataclass(frozen=True)
class SamplingKey:
    """Settings and system text of a sampling; equal keys continue each other.

    How many completions are wanted is not part of it: asking for more adds to what is there.
    """

    config: SamplingConfig
    system: str = ""

    @classmethod
    def of(cls, config: SamplingConfig, system: str) -> "SamplingKey":
        """The key under which completions with these settings are kept."""
        return cls(replace(config, per_prompt=1), system)

    @property
    def distribution(self) -> tuple[object, ...]:
        """What shapes the answers; seed and batch size do not."""
        c = self.config
        return (c.temperature, c.top_p, c.top_k, c.max_new_tokens, c.template, self.system)

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

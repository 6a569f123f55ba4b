"""Try it: one prompt, answered by checkpoints side by side; nothing is stored unless it is kept."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prefdesk import store
from prefdesk.config import SamplingConfig
from prefdesk.errors import InputError
from prefdesk.events import JobSpec
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.core import Core
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.settings import ProjectSettings
from prefdesk.records import Completion, Draw, NewPrompt

REPORT = "tried"
"""Name of the reports that carry an answer; they are shown and not stored."""

LONGEST_S = 120.0
"""Seconds after which an answer is ended where it is."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An answer of one checkpoint, whole or (`done` false) as far as it has grown."""

    checkpoint_id: int
    prompt: str
    key: str
    draw: Draw
    seconds: float
    done: bool

    @classmethod
    def from_document(cls, body: Mapping[str, Any]) -> "Tried":
        """What a job reported."""
        drawn = dict(body["draw"])
        drawn["token_ids"] = tuple(drawn["token_ids"])
        drawn["logprobs"] = tuple(drawn["logprobs"])
        return cls(**{**body, "draw": Draw(**drawn)})


class Trying:
    """`project.trying`."""

    def __init__(self, core: Core, checkpoints: Checkpoints) -> None:
        self._core = core
        self._checkpoints = checkpoints

    def job(
        self,
        prompt: str,
        checkpoint_ids: Sequence[int],
        config: SamplingConfig | None = None,
        *,
        longest_s: float = LONGEST_S,
    ) -> JobSpec:
        """The job that answers `prompt` from each checkpoint, with the same seed.

        Its reports carry `Tried` documents. `InputError` for an empty prompt or a checkpoint
        without a model.
        """
        if not prompt.strip():
            raise InputError("The prompt is empty.", "Write what the model should answer.")
        if not 0 < longest_s < math.inf:
            raise InputError(f"The longest time is a number of seconds, not {longest_s}.")
        chosen = [self._checkpoints.chosen(i).id for i in checkpoint_ids]
        system = self._core.query(
            lambda c: ProjectSettings.from_json(store.meta.get(c, "settings")).system
        )
        return JobSpec(
            "tryout",
            {
                "prompt": prompt,
                "checkpoints": list(dict.fromkeys(chosen)),
                "system": system,
                "config": (config or SamplingConfig()).to_json(),
                "longest_s": longest_s,
            },
        )

    def keep(self, tried: Tried) -> Completion:
        """Store an answer and its prompt, to be rated and trained on like any other.

        Kept twice it is there once. `InputError` for one that was ended before its time: it is
        no draw of the model, and its probability would be wrong.
        """
        key = SamplingKey.from_json(tried.key)
        if not tried.draw.finished and len(tried.draw.token_ids) < key.config.max_new_tokens:
            raise InputError(
                "The answer was ended early, so it is not what the model would have written.",
                "Ask again and let it finish.",
            )

        def write(c: store.Connection) -> int:
            rows = [NewPrompt(tried.prompt)]
            store.prompts.add(c, rows)
            [prompt_id] = store.prompts.ids_of(c, [tried.prompt])
            assert prompt_id is not None
            split = store.prompts.get(c, prompt_id).split
            sampling = store.completions.create_sampling(
                c, tried.checkpoint_id, split, key.to_json()
            )
            return store.completions.keep_draw(c, sampling, _placed(tried.draw, prompt_id))

        completion_id = self._core.mutate(write, "prompts", "completions", "queue")
        return self._core.query(lambda c: store.completions.get(c, completion_id))


def _placed(draw: Draw, prompt_id: int) -> Draw:
    """The draw as one of this prompt; its layout names the prompt that must be read again."""
    layout = json.loads(draw.layout)
    layout["prompts"] = [[prompt_id, *layout["prompts"][0][1:]]]
    return replace(draw, prompt_id=prompt_id, layout=json.dumps(layout, separators=(",", ":")))

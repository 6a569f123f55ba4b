"""A few answers as a round goes: what the start wrote, and what the policy writes by now."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prefdesk.config import SamplingConfig
from prefdesk.errors import Cancelled, OutOfMemory
from prefdesk.events import JobEvent, Note, ReportReady
from prefdesk.models import DrawRequest, Policy, draw
from prefdesk.training import Rollout, StepReport

if TYPE_CHECKING:
    from prefdesk.project.project import Project

SHOTS, FEW_SHOTS = 3, 2
"""Times that the policy is asked during a round, the last one at its end; less in a short one."""

SHORT = 30
"""Steps below which a round is short."""

LONGEST = 40
"""Tokens of an answer: enough to see the manner, few enough to cost little."""

SEED = 1


def name(round_id: int) -> str:
    """Under which name a round's gallery is kept among the reports."""
    return f"gallery/{round_id}"


class Gallery:
    """Asks the policy now and then; it changes neither weights nor the round's own randomness.

    Its report holds `prompts` (prompt_id, prompt, before) and `shots` (step, texts in the order
    of the prompts), all that there are each time.
    """

    def __init__(
        self,
        project: "Project",
        policy: Policy,
        round_id: int,
        rollouts: Sequence[Rollout],
        prompts: int,
        stopped: Callable[[], bool],
    ) -> None:
        self._policy, self._round_id, self._stopped = policy, round_id, stopped
        kept = project.report(name(round_id)) or {}
        self._shown = shown(rollouts, prompts)
        known = project.prompts.by_ids([r.prompt_id for r in self._shown])
        self._prompts = [
            {
                "prompt_id": r.prompt_id,
                "prompt": known[r.prompt_id].text,
                "before": self._text(r.token_ids),
            }
            for r in self._shown
        ]
        self._shots: list[Mapping[str, Any]] = list(kept.get("shots", ()))

    def after(self, report: StepReport) -> Iterator[JobEvent]:
        """The gallery, if this step is one after which it is looked at."""
        if not self._shown or report.stopped or report.step not in moments(report.total):
            return
        try:
            texts = written(self._policy, self._shown, self._stopped)
        except Cancelled:
            return  # the round itself answers to what was asked
        except OutOfMemory:
            self._shown = []
            yield Note("There is too little memory to show answers as the round goes.")
            return
        earlier = [s for s in self._shots if s["step"] < report.step]
        self._shots = [*earlier, {"step": report.step, "texts": texts}]
        body = {"round_id": self._round_id, "prompts": self._prompts, "shots": self._shots}
        yield ReportReady(name(self._round_id), body)

    def _text(self, token_ids: Sequence[int]) -> str:
        tokenizer = self._policy.tokenizer
        return str(tokenizer.decode(list(token_ids), skip_special_tokens=True))


def shown(rollouts: Sequence[Rollout], prompts: int) -> list[Rollout]:
    """The first answer to each of the first `prompts` prompts that can be looked at."""
    found: dict[int, Rollout] = {}
    for one in rollouts:
        if one.from_start and one.temperature == rollouts[0].temperature:
            found.setdefault(one.prompt_id, one)
    return list(found.values())[:prompts]


def written(policy: Policy, asked: Sequence[Rollout], stopped: Callable[[], bool]) -> list[str]:
    """What the policy answers by now to the prompts of these; raises `Cancelled` where stopped."""
    config = SamplingConfig(
        max_new_tokens=LONGEST,
        temperature=asked[0].temperature,
        batch_prompts=len(asked),
    )
    requests = [DrawRequest(r.prompt_id, r.prompt_ids, 0, SEED) for r in asked]
    [drawn] = draw(policy, requests, config, cancelled=stopped)
    return [one.text for one in drawn]


def moments(total: int) -> set[int]:
    """Steps of a round of `total` after which it is looked at."""
    shots = FEW_SHOTS if total < SHORT else SHOTS
    return {math.ceil(total * shot / shots) for shot in range(1, shots + 1)}

"""The job behind Try it: one prompt, answered by checkpoints one after the other, word by word."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.config import SamplingConfig
from prefdesk.errors import InputError
from prefdesk.events import JobEnded, JobEvent, JobStarted, Note, Progress, ReportReady
from prefdesk.models import DrawRequest, encode
from prefdesk.models.streaming import Answer, stream
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.trying import REPORT
from prefdesk.project.work.context import Context
from prefdesk.project.work.policy import load
from prefdesk.project.work.sample import unfit

if TYPE_CHECKING:
    from prefdesk.models import Policy
    from prefdesk.project.project import Project

TOLD_EVERY_S = 0.15


def tryout(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Answer `prompt` from each of `checkpoints` with the seed of `config`.

    Stop ends the answer in hand where it is and shows it; an answer that takes longer than
    `longest_s` ends there too. Nothing is stored.
    """
    config = SamplingConfig.from_json(settings["config"])
    ids = [int(i) for i in settings["checkpoints"]]
    total = len(ids) * config.max_new_tokens
    yield JobStarted("tryout", total, "tokens", context.device.device)
    for number, checkpoint_id in enumerate(ids):
        if context.stopped():
            break
        checkpoint = project.checkpoints.get(checkpoint_id)
        yield Progress(number * config.max_new_tokens, total, f"Loading {checkpoint.name}")
        policy = load(project.checkpoints, checkpoint, Path(context.spool), context.device)
        yield from _answered(policy, checkpoint_id, number, settings, config, context)
        del policy
    context.check()
    if context.stopped():
        yield JobEnded("stopped", "Stopped; the answers are as far as they had come.")
    else:
        yield JobEnded("done", "Both have answered." if len(ids) == 2 else "It has answered.")


def _answered(
    policy: "Policy",
    checkpoint_id: int,
    number: int,
    settings: dict[str, Any],
    config: SamplingConfig,
    context: Context,
) -> Iterator[JobEvent]:
    system, prompt = settings["system"], settings["prompt"]
    token_ids = encode(policy.tokenizer, prompt, system=system, template=config.template)
    why = unfit(len(token_ids), policy, config)
    if why:
        raise InputError(f"The prompt cannot be answered: it is {why}.", "Shorten it.")
    key, began, told = SamplingKey.of(config, system).to_json(), time.monotonic(), 0.0
    before, total = number * config.max_new_tokens, len(settings["checkpoints"])
    answer: Answer | None = None

    def report(so_far: Answer, *, done: bool) -> ReportReady:
        seconds = round(time.monotonic() - began, 2)
        body = {"checkpoint_id": checkpoint_id, "prompt": prompt, "key": key, "done": done}
        return ReportReady(REPORT, {**body, "draw": asdict(so_far.draw()), "seconds": seconds})

    for answer in stream(policy, DrawRequest(0, token_ids, 0, config.seed), config):
        now = time.monotonic()
        context.check()
        if now - told >= TOLD_EVERY_S:
            told = now
            yield report(answer, done=False)
            yield Progress(before + answer.n_tokens, total * config.max_new_tokens, "Answering")
        late = now - began > float(settings["longest_s"])
        if late:
            yield Note(f"Ended after {settings['longest_s']:g} seconds.", "warning")
        if late or context.stopped():
            break
    context.check()
    if answer is not None:
        yield report(answer, done=True)

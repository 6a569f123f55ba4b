"""The job that measures what a round would cost: time, memory and disk; it changes nothing."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from prefdesk.config import RoundConfig
from prefdesk.errors import OutOfMemory
from prefdesk.events import JobEvent, JobStarted, Progress, ReportReady
from prefdesk.models import Policy, memory
from prefdesk.project.cost import Cost
from prefdesk.project.work import gallery
from prefdesk.project.work.context import Context
from prefdesk.project.work.policy import load, make_trainable
from prefdesk.project.work.rollouts import rollouts
from prefdesk.project.work.texts import texts
from prefdesk.training import Draft, Rollout, Trial, run_trial

if TYPE_CHECKING:
    from prefdesk.project.project import Project

SPREAD = (0.8, 1.7)
"""A round's time by the clock over that of the trial: other programs come and go."""

STATE_COPIES = 4
"""What a round needs to go on takes four times the trained weights (see `training.state`)."""


def trial(project: "Project", settings: dict[str, Any], context: Context) -> Iterator[JobEvent]:
    """Load what the round would load, run two of its micro-batches, report the cost.

    `gallery` says, as for a round, to how many prompts answers would be shown as it goes: they
    are drawn once, and count as often as the round would draw them. What is kept of them on the
    disk are some lines of text, too few to be told.
    """
    config = RoundConfig.from_json(settings["config"])
    parent = project.checkpoints.get(int(settings["checkpoint_id"]))
    rewards = {r.completion_id: r for r in project.rounds.usable(config, parent.id)}
    yield JobStarted("trial", 3, "steps", context.device.device)
    yield Progress(0, 3, "Loading the model and the answers")
    memory.forget_peak()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    free, cpu, clock = memory.available_bytes(), time.process_time(), time.perf_counter()
    policy = load(project.checkpoints, parent, Path(context.spool), context.device)
    drawn, owners, learnt = list[Rollout](), list[int](), list[Draft]()
    yield from rollouts(project, policy, config, parent.id, rewards, drawn, context, owners=owners)
    yield from texts(project, policy, config, parent.id, learnt, context)
    make_trainable(policy, parent, config)
    loading = time.process_time() - cpu, time.perf_counter() - clock
    context.check()
    looked_at = gallery.shown(drawn, int(settings.get("gallery", 0)))
    yield Progress(1, 3, "Measuring a step")
    found = run_trial(
        policy,
        drawn,
        config,
        control=context.control,
        reference_is_start=parent.kind == "base",
        texts=learnt,
        aside=lambda: _look(policy, looked_at, context),
    )
    beside = len({*owners} - {parent.id}) + (parent.kind == "full")
    cost = _cost(found, policy, beside, config, loading)
    yield Progress(3, 3, "Measuring a step")
    yield ReportReady(
        "trial",
        {
            "config": config.to_json(),
            "checkpoint_id": parent.id,
            "gallery": int(settings.get("gallery", 0)),
            **asdict(cost),
            "free_memory_bytes": _free(policy, free),
            "free_disk_bytes": shutil.disk_usage(project.path.parent).free,
            "device": policy.device_name,
        },
    )


def _look(policy: Policy, asked: list[Rollout], context: Context) -> None:
    if asked:
        with suppress(OutOfMemory):  # the round itself goes on without
            gallery.written(policy, asked, context.stopped)


def _cost(
    found: Trial,
    policy: Policy,
    beside: int,
    config: RoundConfig,
    loading: tuple[float, float],
) -> Cost:
    """`beside`: models that are loaded beside the policy, one at a time, to read with them: what
    drew older answers, and the first one where all weights are trained."""
    looks = len(gallery.moments(found.work.steps))
    cpu, clock = (
        rate.of(found.work) + load_s * (1 + beside) + look_s * looks
        for rate, load_s, look_s in zip((found.cpu, found.clock), loading, found.aside)
    )
    held = memory.peak_bytes() + (policy.n_bytes if beside else 0)
    on_device = torch.cuda.max_memory_allocated() if policy.device.type == "cuda" else 0
    states = STATE_COPIES if config.keep_state_s else 0
    return Cost(
        cpu_s=cpu,
        wall_low_s=SPREAD[0] * clock,
        wall_high_s=SPREAD[1] * clock,
        memory_bytes=on_device or held,
        kept_bytes=found.trained_bytes,
        disk_bytes=found.trained_bytes * (2 + 2 * states),
        steps=found.work.steps,
        micro_batch_tokens=found.micro_batch_tokens,
    )


def _free(policy: Policy, before: int | None) -> int | None:
    """Memory free before anything was loaded; that of the card where the model lies there."""
    if policy.device.type == "cuda":
        return torch.cuda.mem_get_info(policy.device)[1]
    return before

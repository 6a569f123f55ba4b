"""`prefdesk train` in several processes, which torchrun or accelerate launch have started.

The first one owns the project: it makes the round, says what comes and writes what is made. The
others read the same file and do their share of the work.
"""

import argparse
import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace

from prefdesk.cli.options import chosen
from prefdesk.cli.output import say
from prefdesk.config import DeviceConfig
from prefdesk.errors import TrainingError
from prefdesk.events import JobEnded, JobSpec
from prefdesk.project import Project, spool_folder
from prefdesk.project.work import Context, run

Announce = Callable[[JobSpec], object]
Lead = Callable[[argparse.Namespace, DeviceConfig, Announce], int]


def is_one_of_several() -> bool:
    """True in a process that torchrun or accelerate launch started together with others."""
    there = all(name in os.environ for name in ("RANK", "MASTER_ADDR", "MASTER_PORT"))
    return there and os.environ.get("WORLD_SIZE", "1") != "1"


def train(options: argparse.Namespace, lead: Lead) -> int:
    """Train one round with the others; the exit status of this process."""
    from prefdesk.training import team

    here = _here(chosen(DeviceConfig, options), team.own_device)
    with team.joined(here.device) as members:
        if members.rank:
            return _follow(options, here, members.tell(""))
        announced = False

        def announce(spec: JobSpec) -> None:
            nonlocal announced
            announced = True
            members.tell(json.dumps({"kind": spec.kind, "settings": dict(spec.settings)}))
            say(f"Training in {members.size} processes.")

        try:
            return lead(options, here, announce)
        finally:
            if not announced:
                members.tell("")  # nothing comes, and nobody waits for it


def _here(device: DeviceConfig, own_device: Callable[[str], str]) -> DeviceConfig:
    """This process's card, or its share of the processors."""
    beside = int(os.environ.get("LOCAL_WORLD_SIZE", os.environ["WORLD_SIZE"]))
    threads = device.threads or max(1, ((os.cpu_count() or 2) - 1) // beside)
    return replace(device, device=own_device(device.device), threads=threads)


def _follow(options: argparse.Namespace, device: DeviceConfig, told: str) -> int:
    if not told:
        return 0
    # The first process hears of Ctrl-C and stops all of them together.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    spec = JobSpec(**json.loads(told))
    ended = JobEnded("failed", "The job said nothing.")
    with Project.open(options.file, "r") as project, spool_folder() as spool:
        for event in run(project, spec, Context(spool, device)):
            if isinstance(event, JobEnded):
                ended = event
    if ended.status == "failed":
        raise TrainingError(f"Process {os.environ['RANK']}: {ended.message} {ended.detail}".strip())
    return 0

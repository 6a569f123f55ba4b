"""A program that trains one round, to be killed: `python -m tests.reliability.resume_child FILE`.

It says `worker PID` when its worker lives, `from N` where it goes on after step N, `step N` for
each step whose numbers are on disk, and `ended STATUS` at the end. It goes on with an interrupted
round if there is one. With `again` among the arguments it goes on by itself whenever its worker
dies; the name of an objective chooses one of `ROUNDS`.
"""

import sys
from dataclasses import replace

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.events import JobEnded, StepDone
from prefdesk.jobs import Worker
from prefdesk.project import PreparedRound, Project
from tests.reliability.victim import say

ROUND = RoundConfig(
    override="to be killed", learning_rate=0.0003, batch_prompts=1, epochs=6, min_ess=0.0,
    keep_state_s=0.01,
)  # fmt: skip


ROUNDS = {
    "rloo": ROUND,
    "reinforce": replace(ROUND, objective="reinforce", lr_schedule="linear"),
    "grpo": replace(ROUND, objective="grpo", advantage_scale="batch", kl_placement="loss"),
    "ppo": replace(
        ROUND, objective="ppo", kl_target=0.01, lr_schedule="cosine", warmup_ratio=0.2,
    ),
}  # fmt: skip


def main() -> None:
    """Train to the end of the round."""
    with Project.open(sys.argv[1]) as project:
        worker = Worker(project, DeviceConfig(device="cpu", threads=1, niceness=0))
        ended = None
        while ended is None or ("again" in sys.argv and ended.status == "failed"):
            ended = train(worker, prepared(project))
        say("ended", ended.status, ended.message)
        worker.close()


def prepared(project: Project) -> PreparedRound:
    """The interrupted round, one that failed before it kept anything, or a new one."""
    rounds = project.rounds.all()
    if rounds and rounds[-1].status == "failed":
        found = project.rounds.interrupted()
        say("from", found.step if found else 0)
        return project.rounds.resume(rounds[-1].id)
    chosen = [name for name in ROUNDS if name in sys.argv]
    return project.rounds.create(ROUNDS[chosen[0] if chosen else "rloo"])


def train(worker: Worker, what: PreparedRound) -> JobEnded:
    """Run it, and say how it goes."""
    told = 0
    for event in worker.run(what.job):
        if worker.pid and worker.pid != told:
            told = worker.pid
            say("worker", told)
        if isinstance(event, StepDone):
            say("step", event.step)
    assert isinstance(event, JobEnded)
    return event


if __name__ == "__main__":
    main()

"""A program that rates and trains at once, to be killed: `python -m tests.reliability.victim FILE`.

It says `saved HEX` on standard output for every rating that is on disk, `worker PID` when its
worker lives, and `round` whenever a round has ended. It never ends by itself.
"""

import itertools
import sys
import threading

from prefdesk.config import DeviceConfig, RoundConfig
from prefdesk.jobs import Worker
from prefdesk.project import Project

ROUND = RoundConfig(override="to be killed", learning_rate=0.01, batch_prompts=1)


def say(*words: object) -> None:
    """One line that the parent reads at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def train(project: Project, worker: Worker) -> None:
    """One round after the other, from the base model each time."""
    base = project.checkpoints.base()
    assert base is not None
    while True:
        prepared = project.rounds.create(ROUND, checkpoint_id=base.id)
        told = 0
        for _ in worker.run(prepared.job):
            if worker.pid and worker.pid != told:
                told = worker.pid
                say("worker", told)
        say("round", project.rounds.get(prepared.record.id).status)


def rate(project: Project) -> None:
    """Rate everything again and again, a rating at a time."""
    session = project.ratings.session(project.raters.by_name("Ana"))
    ids = [c.id for c in project.completions.each()]
    for n, completion_id in enumerate(itertools.cycle(ids)):
        say("saved", session.score(completion_id, float(n % 11)).result().uid.hex())


def main() -> None:
    """Rate in this thread, train in another."""
    project = Project.open(sys.argv[1])
    worker = Worker(project, DeviceConfig(device="cpu", threads=1, niceness=0))
    threading.Thread(target=train, args=(project, worker), daemon=True).start()
    rate(project)


if __name__ == "__main__":
    main()

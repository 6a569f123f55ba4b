"""Stores runs of checkpoints, deletes them and gives the space back, without end; gets killed.

Each line on standard output is written after the disk has what it names: `rated UID`,
`stored ID`, `deleted ID`, `given-back`, `compacted`. Steps are small, so that a kill meets each
of them half way. Arguments: `run` or `compact`, project, three files of weights of one run.
"""

import os
import sys
from pathlib import Path

from prefdesk import store
from prefdesk.store import compacting, deleting, sending


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


class Run:
    """One project, and what is done with it; a rating after each step."""

    def __init__(self, opened: store.Store) -> None:
        self.opened = opened
        self.number = 0

    def rate(self) -> None:
        """Not urgent: the pauses while people rate would make every kill meet a pause."""
        self.number += 1
        event = self.opened.write(
            lambda c: store.events.append(
                c, rater_id=1, completion_id=1 + self.number % 12, kind="score", value=1
            )
        ).result()
        say(f"rated {event.uid.hex()}")

    def take_in(self, file: Path, parent: int) -> int:
        """The name of the file becomes the name of the checkpoint."""
        id = store.checkpoints.ingest(
            self.opened,
            file,
            kind="full",
            name=file.name,
            parent_id=parent,
            round_id=None,
            header="{}",
            progress=lambda done, total: self.rate(),
        )
        say(f"stored {id}")
        return id

    def delete(self, id: int) -> None:
        """In as many steps as it takes, then the space."""
        self.opened.write(lambda c: store.checkpoints.delete(c, id)).result()
        store.checkpoints.finish_deleting(self.opened)
        say(f"deleted {id}")
        while self.opened.give_back(budget_s=0.0):
            self.opened.give_back(budget_s=0.001)
            self.rate()
        say("given-back")


def main() -> None:
    """Work until somebody ends the process."""
    mode, path, *files = sys.argv[1:]
    deleting.PIECES_AT_ONCE, sending.PIECES_AT_ONCE = 2, 2
    compacting.STEP_BYTES = 2**18
    if mode == "compact":
        say("open")
        while True:
            store.compact(path)
            say("compacted")
    run = Run(store.open(path))
    say("open")
    while True:
        ids = [1]
        for file in files:
            ids.append(run.take_in(Path(file), ids[-1]))
        # The first goes while the others are differences from it.
        for id in (ids[1], ids[3], ids[2]):
            run.delete(id)


if __name__ == "__main__":
    main()

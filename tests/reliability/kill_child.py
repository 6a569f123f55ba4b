"""Rates without a pause and says so on standard output, while weights come in; gets killed.

Each line is written after the disk has what it names: `rated UID` or `stored ID`.
Arguments: project, file of weights, the letter that starts the names of checkpoints.
"""

import os
import sys
import threading
from pathlib import Path

from prefdesk import store


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def take_in(opened: store.Store, weights: Path, letter: str) -> None:
    """Store the same weights under one name after the other."""
    number = 0
    while True:
        id = store.checkpoints.ingest(
            opened,
            weights,
            kind="lora",
            name=f"{letter}{number}",
            parent_id=1,
            round_id=None,
            header="{}",
        )
        say(f"stored {id}")
        opened.write(lambda c, i=id: store.checkpoints.delete(c, i)).result()  # type: ignore[misc]
        number += 1


def main() -> None:
    """Open the project and rate until somebody ends the process."""
    opened = store.open(sys.argv[1])
    say("open")
    threading.Thread(
        target=take_in, args=(opened, Path(sys.argv[2]), sys.argv[3]), daemon=True
    ).start()
    number = 0
    while True:
        number += 1
        future = opened.write(
            lambda c, n=number: store.events.append(  # type: ignore[misc]
                c, rater_id=1 + n % 2, completion_id=1 + n % 12, kind="score", value=n % 11
            ),
            urgent=True,
        )
        say(f"rated {future.result().uid.hex()}")
        if number % 7 == 0:
            undone = opened.write(lambda c: store.events.undo(c, 1), urgent=True).result()
            for event in undone:
                say(f"rated {event.uid.hex()}")


if __name__ == "__main__":
    main()

"""Does one kind of work on a project and marks what it was told is on disk; gets recorded.

Marks, one write each: `rated UID`, `stored NAME`, `deleting NAME` (before), `deleted NAME`,
`migrated`, `compacted`. Arguments: the work, the project, how sure a commit is (`FULL` is what
the program itself sets), how much work, and a folder with files of weights.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prefdesk import store
from prefdesk.store import compacting, deleting, engine, header, migrations, schema, sending

NOTES = "CREATE TABLE note(\n  id INTEGER PRIMARY KEY,\n  text TEXT NOT NULL\n) STRICT"


@contextmanager
def next_format() -> Iterator[None]:
    """A format 2 with a note for each completion, as if it were the current one."""
    before = schema.FORMAT, schema.TABLES, list(migrations.STEPS)
    step = migrations.Step(before[0] + 1, "notes", "People write notes on texts.", _add_notes)
    schema.FORMAT = header.FORMAT = before[0] + 1  # type: ignore[misc]
    schema.TABLES = (*before[1], NOTES)
    migrations.STEPS.append(step)
    try:
        yield
    finally:
        schema.FORMAT, schema.TABLES, migrations.STEPS[:] = before  # type: ignore[misc]
        header.FORMAT = before[0]  # type: ignore[misc]


def _add_notes(connection: store.Connection) -> None:
    connection.execute(NOTES)
    connection.execute("INSERT INTO note(text) SELECT text FROM completion")


class Work:
    """One project and what is done with it."""

    def __init__(self, path: Path, amount: int, weights: Path) -> None:
        self.path = path
        self.amount = amount
        self.files = sorted(weights.iterdir())
        self._number = 0
        self._marks = os.open(os.environ["RECORDED_MARKS"], os.O_WRONLY | os.O_CREAT)

    def mark(self, text: str) -> None:
        os.write(self._marks, text.encode())

    def rate(self, opened: store.Store, *, urgent: bool = False) -> None:
        """One rating; the log comes into the file after those that are not urgent."""
        self._number += 1
        event = opened.write(
            lambda c: store.events.append(
                c,
                rater_id=1 + self._number % 2,
                completion_id=1 + self._number % 12,
                kind="score",
                value=self._number % 11,
            ),
            urgent=urgent,
        ).result()
        self.mark(f"rated {event.uid.hex()}")

    def rating(self) -> None:
        with store.open(self.path) as opened:
            for number in range(1, self.amount + 1):
                self.rate(opened, urgent=number % 29 != 0)
                if number % 7 == 0:
                    undone = opened.write(lambda c: store.events.undo(c, 1), urgent=True).result()
                    for event in undone:
                        self.mark(f"rated {event.uid.hex()}")

    def ingest(self) -> None:
        with store.open(self.path) as opened:
            parent = 1
            for file in self.files:
                parent = store.checkpoints.ingest(
                    opened,
                    file,
                    kind="full",
                    name=file.name,
                    parent_id=parent,
                    round_id=None,
                    header="{}",
                    progress=lambda done, total: self.rate(opened),
                )
                self.mark(f"stored {file.name}")
                self.rate(opened, urgent=True)

    def delete(self, opened: store.Store, id: int, name: str) -> None:
        self.mark(f"deleting {name}")
        opened.write(lambda c: store.checkpoints.delete(c, id)).result()
        self.mark(f"deleted {name}")
        self.rate(opened)
        store.checkpoints.finish_deleting(opened)

    def deletion(self) -> None:
        """The first goes while the others are differences from it."""
        with store.open(self.path) as opened:
            with opened.read() as c:
                found = [(k.id, k.name) for k in store.checkpoints.all(c)[1:]]
            for id, name in (found[0], found[2], found[1]):
                self.delete(opened, id, name)
                while opened.give_back(budget_s=0.001):
                    self.rate(opened)

    def migration(self) -> None:
        with store.open(self.path) as opened:
            for _ in range(self.amount):
                self.rate(opened, urgent=True)
        with next_format(), store.open(self.path) as opened:
            self.mark("migrated")
            for _ in range(self.amount):
                self.rate(opened, urgent=True)

    def compact(self) -> None:
        """Rated and compacted again and again; the first time there is much to throw away."""
        for number in range(3):
            with store.open(self.path) as opened:
                if not number:
                    with opened.read() as c:
                        last = store.checkpoints.all(c)[-1]
                    self.delete(opened, last.id, last.name)
                for _ in range(self.amount):
                    self.rate(opened, urgent=True)
            store.compact(self.path)
            self.mark("compacted")


def _make_commits(sure: str) -> None:
    start: Callable[[store.Connection], None] = engine.start_log

    def start_log(connection: store.Connection) -> None:
        start(connection)
        connection.execute(f"PRAGMA synchronous={sure}").fetchall()

    engine.start_log = start_log


def main() -> None:
    """Work to the end, in small steps, so that there are many moments between them."""
    what, path, sure, amount, weights = sys.argv[1:]
    deleting.PIECES_AT_ONCE, sending.PIECES_AT_ONCE = 2, 2
    compacting.STEP_BYTES = 2**18
    if sure != "FULL":
        _make_commits(sure)
    work = Work(Path(path), int(amount), Path(weights))
    getattr(work, what)()


if __name__ == "__main__":
    main()

"""Opens what a loss of power may leave of a project, and says what of it was promised and lost."""

import collections
import contextlib
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from prefdesk import store
from prefdesk.errors import PrefdeskError

from .disk import Disk
from .recording import Record

ENDS = ("-wal", "-journal", ".migrating", ".bak", ".compact")
"""Names that a file has beside the project only while something is under way, or after it."""

Opening = Callable[[], AbstractContextManager[None]]


@dataclass
class Promise:
    """What the program had said by a moment, and what it therefore may and may not show."""

    weights: dict[str, bytes]
    """Each file of weights by name: a checkpoint that is shown has all of its bytes."""
    there: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    rated: set[bytes] = field(default_factory=set)

    def take(self, record: Record) -> None:
        """One record; only marks of power_child promise something."""
        word, _, name = record.data.decode().partition(" ") if record.what == "m" else ("", "", "")
        if word == "rated":
            self.rated.add(bytes.fromhex(name))
        elif word == "stored":
            self.there.add(name)
        elif word == "deleting":
            self.there.discard(name)
        elif word == "deleted":
            self.gone.add(name)


@dataclass
class Tally:
    """How many states were opened and what was wrong with them."""

    states: int = 0
    wrong: collections.Counter[str] = field(default_factory=collections.Counter)
    examples: list[str] = field(default_factory=list)
    seen: collections.Counter[str] = field(default_factory=collections.Counter)

    def count(self, files: dict[str, bytes], faults: list[tuple[str, str]]) -> None:
        """Enter one state; `seen` shows afterwards that the states were not all alike."""
        self.states += 1
        self.seen.update({end for end in ENDS for name in files if name.endswith(end)})
        self.wrong.update({kind for kind, _ in faults})
        self.examples += [f"state {self.states}: {text}" for _, text in faults][:3]


def crash_often(
    records: Sequence[Record],
    before: dict[str, bytes],
    name: str,
    promise: Promise,
    states: int,
    seed: int,
    opening: Opening = contextlib.nullcontext,
) -> Tally:
    """Lose power at `states` random moments of a recording and open what is left.

    `before` are the files before the recording, `name` the project among them. `opening` is
    entered around each look, for a program that is not quite this one.
    """
    chance = random.Random(seed)
    disk, tally, done = Disk(before), Tally(), 0
    with tempfile.TemporaryDirectory(dir=_memory(), prefix="prefdesk-power-") as parent:
        for moment in sorted(_moment(records, chance) for _ in range(states)):
            for record in records[done:moment]:
                disk.apply(record)
                promise.take(record)
            done = moment
            path = Path(parent) / "state" / name
            files = disk.crash(chance)
            _write(path.parent, files)
            with opening():
                tally.count(files, _faults(path, promise))
            shutil.rmtree(path.parent)
    return tally


def _moment(records: Sequence[Record], chance: random.Random) -> int:
    """How many records come before the loss of power.

    Half of the moments are any; writes outnumber all else. The others lie just before or
    after a call of some kind, each kind alike, so that a rename or a sync of the folder, of
    which there may be one, is met from both sides.
    """
    if chance.random() < 0.5:
        return chance.randint(0, len(records))
    what = chance.choice(sorted({record.what for record in records}))
    found = [number for number, record in enumerate(records) if record.what == what]
    return chance.choice(found) + chance.randint(0, 1)


def _memory() -> str | None:
    """A folder in memory if there is one: opening a state writes and syncs a lot."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _faults(path: Path, promise: Promise) -> list[tuple[str, str]]:
    """Kind (lost, half, corrupt) and sentence of everything that is wrong with one state."""
    try:
        with store.open(path) as opened:
            found = [("corrupt", sentence) for sentence in opened.check()]
            with opened.read() as c:
                found += _lost(c, promise) + _half(c, promise)
    except PrefdeskError as error:
        return [("corrupt", error.message)]
    # At rest the project is one plain file again.
    left = [end for end in ("-wal", "-shm", "-journal", ".lock") if Path(f"{path}{end}").exists()]
    return found + [("corrupt", f"{end} is left after closing") for end in left]


def _lost(c: store.Connection, promise: Promise) -> list[tuple[str, str]]:
    there = {event.uid for event in store.events.history(c, limit=10**6)}
    lost = len(promise.rated - there)
    return [("lost", f"{lost} of {len(promise.rated)} ratings")] if lost else []


def _half(c: store.Connection, promise: Promise) -> list[tuple[str, str]]:
    shown = {k.name: k.id for k in store.checkpoints.all(c)[1:]}
    found = [("lost", f"checkpoint {name}") for name in sorted(promise.there - shown.keys())]
    found += [("half", f"{name} is back") for name in sorted(promise.gone & shown.keys())]
    for name, id in shown.items():
        try:
            whole = b"".join(store.checkpoints.read(c, id)) == promise.weights[name]
        except PrefdeskError:
            whole = False
        if not whole:
            found.append(("half", f"checkpoint {name} is not what was stored"))
    return found

"""A disk that may lose power: what of a folder is sure to stay, and what only may.

The model is that of SQLite's own crash tests. What a file had at its last sync stays. Of what
was written since, each sector of 512 bytes is there or is not, whatever the order; so with a
change of length. The names in a folder change in the order in which the program changed them,
as file systems with a journal keep it: those changes that came before the folder's last sync
stay, and of the later ones the first few, however many. To sync a file does nothing for its name.
"""

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from .recording import Record

SECTOR = 512
SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)
"""How many of the unsynced sectors of a file survive; one of these for each file and state."""


@dataclass(eq=False)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and bytes of a write, or a length and None."""

    def sync(self) -> None:
        for at, data in self.pending:
            _change(self.durable, at, data)
        self.pending.clear()

    def survivor(self, chance: random.Random) -> bytes:
        share = chance.choice(SHARES)
        content = bytearray(self.durable)
        for at, data in self.pending:
            if data is None or share in (0.0, 1.0):
                if chance.random() < share:
                    _change(content, at, data)
                continue
            for start, part in _sectors(at, data):
                if chance.random() < share:
                    _change(content, start, part)
        return bytes(content)


class Disk:
    """Takes the records in order; `crash` at any moment gives one state that could be found."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._durable = {name: _File(bytearray(data)) for name, data in files.items()}
        self._now = dict(self._durable)
        self._changes: list[tuple[str, list[str], _File]] = []
        self._by_inode: dict[int, _File] = {}

    def apply(self, record: Record) -> None:
        """One record; marks change nothing."""
        if record.what in "co":
            self._opened(record)
        elif record.what == "w":
            self._by_inode[record.file].pending.append((record.at, record.data))
        elif record.what == "t":
            self._by_inode[record.file].pending.append((record.at, None))
        elif record.what == "s":
            self._by_inode[record.file].sync()
        elif record.what == "d":
            for change in self._changes:
                _rename(self._durable, change)
            self._changes.clear()
        elif record.what in "url":
            self._changed(record.what, record.names, self._now[record.names[0]])

    def crash(self, chance: random.Random) -> dict[str, bytes]:
        """The files that one loss of power at this moment may leave."""
        names = dict(self._durable)
        for change in self._changes[: chance.randint(0, len(self._changes))]:
            _rename(names, change)
        # Two names of one file have one content.
        content = {file: file.survivor(chance) for file in dict.fromkeys(names.values())}
        return {name: content[file] for name, file in names.items()}

    def now(self) -> dict[str, bytes]:
        """The files as the program sees them; everything counts as synced from here on."""
        for file in self._now.values():
            file.sync()
        return {name: bytes(file.durable) for name, file in self._now.items()}

    def _opened(self, record: Record) -> None:
        (name,) = record.names
        if record.what == "c":
            self._changed("c", [name], _File())
        elif record.at:
            self._now[name].pending.append((0, None))
        self._by_inode[record.file] = self._now[name]

    def _changed(self, what: str, names: list[str], file: _File) -> None:
        change = (what, names, file)
        _rename(self._now, change)
        self._changes.append(change)


def _rename(names: dict[str, _File], change: tuple[str, list[str], _File]) -> None:
    what, changed, file = change
    if what in "ur":
        names.pop(changed[0], None)
    if what in "crl":
        names[changed[-1]] = file


def _change(content: bytearray, at: int, data: bytes | None) -> None:
    end = at + len(data or b"")
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[at:]
    else:
        content[at:end] = data


def _sectors(at: int, data: bytes) -> list[tuple[int, bytes]]:
    """Cut where the disk cuts, which need not be where the write begins."""
    cuts = [at, *range(at - at % SECTOR + SECTOR, at + len(data), SECTOR), at + len(data)]
    return [(start, data[start - at : end - at]) for start, end in itertools.pairwise(cuts)]

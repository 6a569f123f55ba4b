"""Which write-ahead log belongs to which state of the file.

SQLite takes in any log that lies beside a file under the right name. Beside another state of the
file (an older copy put back after a crash, say) that mixes pages of two states, often without a
trace that a check of the pages could find. So the file and its log are marked.

The mark is the *generation*, a random number. It is kept where SQLite keeps its schema version:
any change of that number is legal and costs other connections one look at the schema, and it is
the only number that a program may choose freely and that lies in a fixed place, the first
page. It can therefore be read from the bare file even where the rest of it is half written. The
row `log_bases` of `meta` lists the generations of the file on which the log may be replayed.

The rule: a log belongs to the file if the generation of the bare file is the one that the log
leads to, or one that `log_bases`, read through the log, lists. Why no log is refused that
belongs to its file:

* SQLite starts a log over only in the first transaction after a checkpoint that brought all of
  it into the file and onto the disk. Only this process writes and checkpoints, so that
  transaction is known here. It carries a new generation, and the list holds only the one before
  it. Until the next checkpoint the bare file has that one.
* An interrupted checkpoint leaves some pages of the log in the file. The first page is then the
  old or the new one: both generations are accepted. Replaying the whole log puts every other
  page right.
* A checkpoint that a reader holds up is not complete, so no new generation comes after it and
  the list stays. A log that was complete but was not started over, because a reader
  was in the way, carries two generations; the file has the first in full and may have
  the second, and both are accepted.
* A log taken in after a crash goes on where it was. It gets a new generation once it was
  brought in completely.
* A transaction that is rolled back, or whose commit reports an error, leaves the mark due: the
  next one carries it. If the disk has kept the failed one, its list is as good.
* At a clean close the last generation is *added* to the list, so a crash between that and the
  last checkpoint finds all of them.
* Logs without the row (an older prefdesk) are not judged by it at all.

A stale log is recognised because the copy beside it has a generation that is neither. What is
left is a copy that was made of the bare file during the moment of a checkpoint, and one chance
in two thousand million.
"""

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal, TypeVar

from prefdesk.store import engine, faults, header, meta
from prefdesk.store.engine import Connection

T = TypeVar("T")

KEY = "log_bases"
_LARGEST = 2**31 - 1

Verdict = Literal["belongs", "foreign", "unknown"]


class Marker:
    """Puts generations into what the writing connection writes, and makes its checkpoints.

    Every transaction of that connection goes through `transact`, every checkpoint through
    `checkpoint`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._due = False
        self._written = False
        self._bare = frozenset({of(connection)})

    @property
    def bare(self) -> frozenset[int]:
        """The generations that the bare file may have now; with any other, somebody else wrote."""
        return self._bare

    def transact(self, run: Callable[[], T]) -> T:
        """Run `run` in one transaction, which is on disk afterwards or rolled back."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            if self._due:
                self._renew([])
            result = run()
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise
        self._due = False
        self._written = True
        return result

    def checkpoint(self, kind: Literal["PASSIVE", "TRUNCATE"] = "PASSIVE") -> None:
        """Bring the log into the file as far as readers let it."""
        _, logged, brought_in = self._connection.execute(
            f"PRAGMA wal_checkpoint({kind})"
        ).fetchone()
        # The busy flag does not count: a full log that could not be cut is complete too.
        if 0 <= logged == brought_in:
            self._due = True
            self._bare = frozenset({of(self._connection)})

    def end(self) -> None:
        """Give the file that a clean close leaves a generation that it never had before."""
        if self._written and not self._due:
            self.transact(lambda: self._renew(_bases(self._connection)))

    def _renew(self, bases: list[int]) -> None:
        current = of(self._connection)
        self._bare |= {renew(self._connection)}
        meta.put(self._connection, KEY, " ".join(map(str, [*bases, current])))


def of(connection: Connection) -> int:
    """The generation that a connection sees, the log included."""
    return int(connection.execute("PRAGMA schema_version").fetchone()[0])


def renew(connection: Connection) -> int:
    """Give what is written another generation, and return it.

    For a file that is made as a whole: all new files have the same one, so that the log of one
    would seem to belong to another.
    """
    current = new = of(connection)
    while new == current:
        new = random.SystemRandom().randint(1, _LARGEST)
    connection.execute(f"PRAGMA schema_version={new}")
    return new


def of_bare(path: Path) -> int | None:
    """The generation of the bare file, also while it is open here; None if it cannot be read.

    SQLite reads it: reading the header by hand would drop the locks that this process holds.
    """
    try:
        with closing(engine.connect(path, read_only=True, bare=True)) as connection:
            # A checkpoint that a reader holds up may leave the first page newer than the length
            # of the file: a page that was added and changed again is still only in the log. This
            # setting keeps SQLite from calling that damage; nothing is written.
            connection.execute("PRAGMA writable_schema=ON")
            return of(connection)
    except engine.dbapi.Error as error:
        if faults.is_damage(error):
            return None
        raise


def judge(connection: Connection, path: Path) -> Verdict:
    """If the log that `connection` reads belongs to the bare file; inside a transaction.

    The connection's snapshot keeps a writer in another process from moving the file on: no
    checkpoint goes past a state that is being read.
    """
    current, bases = of(connection), _bases(connection)
    bare = header.generation(path)
    if not bases:
        return "unknown" if bare == current else "foreign"
    return "belongs" if bare in (current, *bases) else "foreign"


def _bases(connection: Connection) -> list[int]:
    try:
        return [int(number) for number in meta.get(connection, KEY).split()]
    except ValueError:
        return []

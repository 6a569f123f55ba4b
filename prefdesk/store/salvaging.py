"""What can be read of a damaged project, row by row, into a new one.

The damaged file is only ever copied. Ratings come first: an event proves itself by its hash, so
events are also looked for on pages that no table leads to any more.
"""

import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from prefdesk.errors import DiskFull, NotAProject, ProjectError, ProjectInUse
from prefdesk.records import Event
from prefdesk.store import (
    compacting,
    damaged,
    durable,
    engine,
    eventlog,
    faults,
    header,
    lock,
    mending,
    migrations,
    schema,
    walking,
)
from prefdesk.store.backup import build_empty
from prefdesk.store.clock import now_ms
from prefdesk.store.engine import Connection
from prefdesk.store.walking import Row, Walk

_TABLES = tuple(
    sql.split("(", 1)[0].split()[2] for sql in schema.TABLES if sql.startswith("CREATE TABLE")
)
# These follow from other rows.
_MADE_AGAIN = frozenset({"rating", "item_stat", "coverage_stat", "queue", "next_best"})
_NAMED = ("prompt", "rater", "checkpoint", "completion")
_BATCH = 200
_SPARE_BYTES = 32 * 2**20


Tell = Callable[[str, int, int], None]
"""Called with what is in hand (copy, a table, weights), how much is done, and how much there is."""


Uids = dict[tuple[str, int], bytes]
"""Uids by table and id."""


def nobody(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class SavedTable:
    """How many rows of a table are in the new project, and how many are known to be lost.

    `lost` is None where part of the table cannot be read and nothing tells how much was there.
    """

    name: str
    recovered: int
    lost: int | None


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a damaged file: the new project, each table, and notes in sentences."""

    path: Path
    tables: tuple[SavedTable, ...]
    notes: tuple[str, ...]

    def table(self, name: str) -> SavedTable:
        """The figures of one table."""
        return next(one for one in self.tables if one.name == name)


def salvage(path: Path, new: Path, fresh: Mapping[str, str], tell: Tell = nobody) -> Salvaged:
    """Save what can be read of `path` into the new project `new`; `path` is not touched.

    `fresh` are values of `meta` for those that are lost. Needs space for a copy of the file and
    for the new one. Raises `NotAProject` if nothing in it is a project's, `ProjectInUse`,
    `DiskFull`, `ProjectError`, or what `tell` raises; a failure leaves nothing behind.
    """
    _require_usable(path, new)
    with faults.opening(new), tempfile.TemporaryDirectory(prefix=".salvage-", dir=new.parent) as d:
        folder = Path(d)
        copy = damaged.take_copy(path, folder, partial(tell, "copy"))
        if not damaged.mend_first_page(copy, folder):
            raise _nothing(path)
        made = folder / "new.prefdesk"
        tables, notes = _save(path, copy, made, fresh, tell)
        tell("weights", 0, 0)
        notes += _check_weights(made)
        tell("weights", 1, 1)
        durable.sync(made)
        with lock.locked(new):
            durable.require_free_name(new)
            made.rename(new)
            durable.sync_folder(new.parent)
    return Salvaged(new, tables, tuple(notes))


def _nothing(path: Path) -> NotAProject:
    return NotAProject(
        f"Nothing of a project can be read in {path.name}.",
        "Restore a backup: prefdesk restore FILE.",
    )


def _require_usable(path: Path, new: Path) -> None:
    durable.require_free_name(new)
    durable.require_folder(new)
    with faults.opening(path):
        try:
            found = path.lstat()
        except FileNotFoundError:
            raise ProjectError(f"There is no file {path}.") from None
    if not stat.S_ISREG(found.st_mode):
        raise NotAProject(f"{path.name} is not a file.", "Name the file itself.")
    if not found.st_size:
        raise NotAProject(f"{path.name} is empty.", "Restore a backup: prefdesk restore FILE.")
    if lock.is_held(path):
        raise ProjectInUse(f"{path.name} is open.", "Close it there, then try again.")
    needed = 2 * (found.st_size + header.log_size_bytes(path)) + _SPARE_BYTES
    free = shutil.disk_usage(new.parent).free
    if free < needed:
        raise DiskFull(
            f"Salvaging {path.name} needs {needed / 2**20:.0f} MiB in {new.parent}, and only "
            f"{free / 2**20:.0f} MiB are free.",
            "Name a new file on another disk.",
        )


def _save(
    path: Path, copy: Path, made: Path, fresh: Mapping[str, str], tell: Tell
) -> tuple[tuple[SavedTable, ...], list[str]]:
    made.touch(mode=0o644)
    with closing(engine.connect(made, read_only=False)) as out:
        build_empty(out)
        out.execute("BEGIN")
        _ledger(out)
        with damaged.reading(copy) as source:
            saver = _Saver(source, out)
            absent = migrations.absent(source)
            for table in _TABLES:
                if table not in _MADE_AGAIN | absent:
                    saver.take(table, tell)
            uids, links = saver.uids(), saver.links()
        if "event" in saver.failed:
            _find_stray_events(copy, saver)
        saver.drop_forged(uids)
        if not any(saver.count(t) for t in ("event", "prompt", "completion", "rater")):
            raise _nothing(path)
        stand_ins = mending.references(out, uids, links)
        renewed = mending.values(out, fresh)
        mending.derived(out)
        out.execute("COMMIT")
        tables = tuple(saver.figures(table, stand_ins.get(table, 0)) for table in saver.expected)
    return tables, _notes(stand_ins, renewed)


def _ledger(out: Connection) -> None:
    for step in migrations.STEPS:
        out.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES(?, ?, ?)",
            ("prefdesk", f"{step.number:04d}_{step.name}", str(now_ms())),
        )


class _Saver:
    """Carries rows from the damaged copy into the new file and keeps count."""

    def __init__(self, source: Connection, out: Connection) -> None:
        self._source, self._out = source, out
        self.expected: dict[str, int] = {}
        self.failed: set[str] = set()

    def take(self, table: str, tell: Tell) -> None:
        """Save one table."""
        self.expected[table] = walking.counted(self._source, table)
        walk = Walk(self._source, table)
        rows = (migrations.widened(table, row) for row in walk.rows())
        refused = self.put(table, _told(rows, table, self.expected[table], tell))
        if walk.failed or refused:
            self.failed.add(table)

    def put(self, table: str, rows: Iterable[Row]) -> int:
        """Insert what fits the table; returns how many rows do not."""
        refused = 0
        batches = iter(rows)
        while batch := list(islice(batches, 4 if table == "chunk" else _BATCH)):
            sql = f"INSERT OR IGNORE INTO {table} VALUES({', '.join('?' * len(batch[0]))})"
            for row in batch:
                refused += not self._insert(sql, row)
        return refused

    def _insert(self, sql: str, row: Row) -> bool:
        # OR IGNORE passes over rows that break a rule; of a wrong type they are refused.
        try:
            self._out.execute(sql, row)
        except (engine.dbapi.IntegrityError, engine.dbapi.DataError, UnicodeEncodeError):
            return False
        return True

    def uids(self) -> Uids:
        """Uids by table and id, also of rows that are lost themselves but still in an index."""
        return uids_of(self._source) | _uids_in(self._out)

    def links(self) -> dict[int, tuple[int, int]]:
        """(prompt id, checkpoint id) of completions, as the indexes and the draws have them."""
        indexed = walking.indexed
        prompts: dict[int, int] = dict(
            indexed(self._source, "completion", "completion_prompt", "id, prompt_id")
        )
        prompts |= dict(self._out.execute("SELECT completion_id, prompt_id FROM draw").fetchall())
        models = indexed(self._source, "completion", "completion_checkpoint", "id, checkpoint_id")
        checkpoints: dict[int, int] = dict(models)
        return {
            id: (prompts.get(id, 0), checkpoints.get(id, 0))
            for id in prompts.keys() | checkpoints.keys()
        }

    def drop_forged(self, uids: Mapping[tuple[str, int], bytes]) -> None:
        """Remove events that are not what their hash says; unknown parents prove nothing."""
        sql = f"SELECT {eventlog.COLUMNS} FROM event"
        wrong = []
        for row in self._out.execute(sql):
            event = Event(*row)
            completion = uids.get(("completion", event.completion_id))
            rater = uids.get(("rater", event.rater_id))
            if completion and rater and not _proves(event, completion, rater):
                wrong.append((event.uid,))
        self._out.executemany("DELETE FROM event WHERE uid = ?", wrong)

    def count(self, table: str) -> int:
        """Rows of the new file."""
        return int(self._out.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def figures(self, table: str, stand_ins: int) -> SavedTable:
        """What became of a table in the end."""
        recovered = self.count(table) - stand_ins
        lost: int | None = max(0, self.expected[table] - recovered)
        if not lost and table in self.failed and not self.expected[table]:
            lost = None
        return SavedTable(table, recovered, lost)


def _told(rows: Iterable[Row], table: str, total: int, tell: Tell) -> Iterator[Row]:
    tell(table, 0, total)
    for n, row in enumerate(rows, 1):
        if n % _BATCH == 0:
            # Some rows come twice, and the index may be short of some.
            tell(table, min(n, total), total)
        yield row


def uids_of(c: Connection) -> Uids:
    """Uids of a damaged file by table and id, from the indexes and from what can be read."""
    found = {}
    for table in _NAMED:
        index = f"sqlite_autoindex_{table}_1"
        for id, uid in walking.indexed(c, table, index, "id, uid"):
            if isinstance(uid, bytes) and len(uid) == 16:
                found[table, id] = uid
    return found


def _uids_in(c: Connection) -> Uids:
    return {(t, id): uid for t in _NAMED for id, uid in c.execute(f"SELECT id, uid FROM {t}")}


def is_proven(row: Row, uids: Uids) -> bool:
    """True for the row of an event that is what its hash says, or whose parents are lost."""
    if not _is_like_event(row):
        return False
    with suppress(TypeError):
        event = Event(*row)
        completion = uids.get(("completion", event.completion_id))
        rater = uids.get(("rater", event.rater_id))
        return not (completion and rater) or _proves(event, completion, rater)
    return False


def _proves(event: Event, completion: bytes, rater: bytes) -> bool:
    with suppress(ValueError, OverflowError, TypeError):
        return eventlog.uid_of(event, completion.hex(), rater.hex()) == event.uid
    return False


def _find_stray_events(copy: Path, saver: _Saver) -> None:
    """Read every page that may hold events as if it were the whole table.

    A row of another table does not fit, and what fits by chance fails its hash.
    """
    for page in damaged.stray_pages(copy):
        damaged.begin_at(copy, "event", page)
        with damaged.reading(copy) as source:
            saver.put("event", filter(_is_like_event, Walk(source, "event").rows()))


def _is_like_event(row: Row) -> bool:
    return isinstance(row[0], bytes) and len(row[0]) == 16 and isinstance(row[3], int)


def _notes(stand_ins: Mapping[str, int], renewed: list[str]) -> list[str]:
    notes = [
        f"{n} {table}{'s' if n > 1 else ''} behind saved rows could not be read and "
        f"{'have' if n > 1 else 'has'} a stand-in."
        for table, n in stand_ins.items()
        if n
    ]
    if "settings" in renewed:
        notes.append("The settings were lost; the project has those of a new one.")
    if "uid" in renewed:
        notes.append("The project's identity was lost: packs that were made for it do not fit.")
    return notes


def _check_weights(made: Path) -> list[str]:
    from prefdesk.store import file

    with file.open(made) as opened:
        broken = mending.drop_broken_weights(opened)
        with opened.read() as c:
            if not compacting.is_whole(c):
                raise ProjectError("What was read does not make a whole project.")
    return [f"The weights of {name} are lost." for name in broken]

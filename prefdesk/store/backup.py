"""A small copy of a project: everything but the weights, and checked before it counts.

Ratings cannot be made again, weights can, and they are nearly all of a file. So a backup has
every table except the pieces of weights; its checkpoints are marked as deleted.
"""

import json
import shutil
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from prefdesk.errors import DiskFull, PrefdeskError, ProjectError
from prefdesk.store import (
    compacting,
    durable,
    engine,
    faults,
    generation,
    keeping,
    meta,
    schema,
    stranger,
)
from prefdesk.store.clock import given_or_now
from prefdesk.store.engine import Connection

KEY = "backup"
SUFFIX = ".prefdesk"
NO_WEIGHTS = "Weights not in this backup."
KEPT_NEWEST, KEPT_DAYS = 10, 14

_SPARE_BYTES = 4 * 2**20
_DAY_MS = 24 * 3600 * 1000
_CACHE_KIB = 64 * 1024
_STALE_S = 3600.0
_NAME = "%Y%m%d-%H%M%S"
_WEIGHTS = frozenset({"chunk", "checkpoint_chunk"})
_TABLES = tuple(name for kind, name, _ in sorted(schema.expected()) if kind == "table")


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """A backup and what is in it; `made_ms` is when (UTC), `of` the project's place then."""

    path: Path
    made_ms: int
    of: str
    size_bytes: int
    prompts: int
    completions: int
    ratings: int
    events: int
    raters: int


def make_in(folder: Path, source: Path, now_ms: int | None = None) -> BackupInfo:
    """Put a backup into a folder under the time as its name (UTC), and remove what is too old.

    Raises what `make` raises; nothing that was there before is touched in that case.
    """
    now_ms = given_or_now(now_ms)
    with faults.opening(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_stale(folder)
    stem = time.strftime(_NAME, time.gmtime(now_ms / 1000))
    made = make(source, keeping.free_name(folder / stem, SUFFIX, "-"), now_ms)
    prune(folder, now_ms)
    return made


def make(source: Path, out: Path, now_ms: int | None = None) -> BackupInfo:
    """Write a backup of a project, open or not, to a new file.

    It is written under another name, checked, brought to disk and only then renamed. Raises
    `DiskFull` or `ProjectError`, also where the project is damaged; nothing is left then.
    """
    durable.require_free_name(out)
    with faults.opening(out):
        with durable.appearing(out) as part:
            info = _write(source, part, given_or_now(now_ms))
        stranger.remember(out)
    return replace(info, path=out)


def _write(source: Path, part: Path, now_ms: int) -> BackupInfo:
    part.touch(mode=0o600, exist_ok=False)
    with closing(engine.connect(part, read_only=False)) as c:
        build_empty(c)
        with faults.translated(source):
            c.execute("ATTACH ? AS source", (f"{source.absolute().as_uri()}?mode=ro",))
            # One transaction, so that all tables are of one moment.
            c.execute("BEGIN")
            _require_space(c, part)
            info = _copy(c, source, part, now_ms)
            wanted = _counts(c, "source")
            c.execute("COMMIT")
        c.execute("DETACH source")
    with closing(engine.connect(part, read_only=True)) as copy:
        if not compacting.is_whole(copy, quick=True) or _counts(copy, "main") != wanted:
            raise ProjectError(f"A backup of {source.name} is not the same as the project.")
    return replace(info, size_bytes=part.stat().st_size)


def build_empty(c: Connection, tables: tuple[str, ...] = ()) -> None:
    """Make the tables of the current format, or those given, in a new file, without a row.

    For files that are filled from another project and then brought to disk as a whole: a crash
    leaves a file that is of no use.
    """
    c.execute(f"PRAGMA page_size={engine.PAGE_SIZE}")
    c.execute("PRAGMA auto_vacuum=INCREMENTAL")
    c.execute("PRAGMA journal_mode=MEMORY").fetchall()
    c.execute("PRAGMA synchronous=OFF")
    c.execute("PRAGMA foreign_keys=OFF")
    # Rows come in another order than those of the indexes; with 2 MB that takes four times as long.
    c.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    for sql in schema.LEDGER + (tables or schema.TABLES):
        c.execute(sql)
    c.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    c.execute(f"PRAGMA user_version={schema.FORMAT}")


def _copy(c: Connection, source: Path, part: Path, now_ms: int) -> BackupInfo:
    for table in _TABLES:
        if table not in _WEIGHTS | {"checkpoint", "meta"}:
            c.execute(f"INSERT INTO main.{table} SELECT * FROM source.{table}")
    c.execute(
        "INSERT INTO main.meta SELECT * FROM source.meta WHERE key NOT IN (?, ?)",
        (KEY, generation.KEY),
    )
    c.execute("INSERT INTO main.checkpoint SELECT * FROM source.checkpoint WHERE kind <> 'resume'")
    c.execute(
        "UPDATE checkpoint SET note = trim(note || ' ' || ?)"
        " WHERE kind <> 'base' AND state = 'complete'",
        (NO_WEIGHTS,),
    )
    c.execute("UPDATE checkpoint SET state = 'deleted' WHERE kind <> 'base'")
    info = BackupInfo(part, now_ms, str(source.absolute()), 0, **_contents(c))
    values = {"made_ms": info.made_ms, "of": info.of, **_contents(c)}
    meta.put(c, KEY, json.dumps(values))
    generation.renew(c)
    return info


def _contents(c: Connection) -> dict[str, int]:
    sql = {
        "prompts": "prompt",
        "completions": "completion",
        "ratings": "rating WHERE kind IN ('score', 'label')",
        "events": "event",
        "raters": "rater",
    }
    return {
        name: c.execute(f"SELECT count(*) FROM main.{rows}").fetchone()[0]
        for name, rows in sql.items()
    }


def _counts(c: Connection, where: str) -> dict[str, int]:
    left_out = _WEIGHTS | {"checkpoint", "meta"}
    return {
        name: c.execute(f"SELECT count(*) FROM {where}.{name}").fetchone()[0]
        for name in _TABLES
        if name not in left_out
    }


def _require_space(c: Connection, part: Path) -> None:
    # An upper bound for all but the weights; that they are large is why backups leave them out.
    pages = c.execute("PRAGMA source.page_count").fetchone()[0]
    pages -= c.execute("PRAGMA source.freelist_count").fetchone()[0]
    weights = c.execute("SELECT coalesce(sum(length(data)), 0) FROM source.chunk").fetchone()[0]
    needed = max(0, pages * engine.PAGE_SIZE - weights) + _SPARE_BYTES
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise DiskFull(
            f"A backup needs {needed / 2**20:.0f} MiB in {part.parent}, and only "
            f"{free / 2**20:.0f} MiB are free.",
            "Free some space there; the project itself is saved.",
        )


def info(path: Path) -> BackupInfo:
    """What a backup, or another project file that nobody writes, holds.

    Raises what opening a project raises.
    """
    from prefdesk.store import file

    with file.open(path, "r") as opened, opened.read() as c:
        said, held = _said(c), _contents(c)
    size = path.stat().st_size
    made_ms = said.get("made_ms")
    if not isinstance(made_ms, int):
        made_ms = int(path.stat().st_mtime * 1000)
    return BackupInfo(path, made_ms, str(said.get("of", path)), size, **held)


def _said(c: Connection) -> Mapping[str, object]:
    with suppress(ValueError):
        found = json.loads(meta.get(c, KEY, "{}"))
        if isinstance(found, dict):
            return found
    return {}


def listed(folder: Path) -> list[BackupInfo]:
    """The backups in a folder that can be opened, newest first."""
    found = []
    for path in _files(folder):
        with suppress(PrefdeskError, OSError):
            found.append(info(path))
    return found


def uid_of(path: Path) -> str:
    """The identity of the project in a file, empty where it cannot be read. Writes nothing."""
    from prefdesk.store import file

    # What was last written to a project that is open here may still be in its log.
    bare = not file.is_open_here(path)
    with (
        suppress(PrefdeskError, OSError, engine.dbapi.Error, UnicodeDecodeError),
        closing(engine.connect(path, read_only=True, bare=bare)) as c,
    ):
        uid = meta.get(c, "uid")
        return uid if uid.isalnum() and len(uid) <= 64 else ""
    return ""


def prune(folder: Path, now_ms: int) -> list[Path]:
    """Remove all but the 10 newest and the newest of each of the last 14 days (UTC)."""
    files = _files(folder)
    kept = set(files[:KEPT_NEWEST])
    since = time.strftime("%Y%m%d", time.gmtime((now_ms - KEPT_DAYS * _DAY_MS) / 1000))
    days: set[str] = set()
    for path in files:
        day = path.name[:8]
        if day > since and day not in days:
            days.add(day)
            kept.add(path)
    gone = [path for path in files if path not in kept]
    for path in gone:
        stranger.forget(path)
        path.unlink(missing_ok=True)
    return gone


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob(f"*{SUFFIX}") if path.name[:8].isdigit()]
    return sorted(found, key=lambda path: (path.name[:15], len(path.name), path.name), reverse=True)


def _forget_stale(folder: Path) -> None:
    for part in folder.glob(".*.part*"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _STALE_S:
                part.unlink()


def make_project(path: Path) -> None:
    """Turn the copy of a backup, which nobody else knows of, into a project of its own."""
    with closing(engine.connect(path, read_only=False)) as c:
        c.execute("PRAGMA synchronous=FULL")
        c.execute("DELETE FROM meta WHERE key = ?", (KEY,))
        generation.renew(c)
    durable.sync(path)

"""What to do about a damaged project: its backups, the way back to one, and what can be saved.

These work on paths, because a damaged file does not open.
"""

import glob
import os
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prefdesk import store
from prefdesk.errors import InputError, PrefdeskError, ProjectError
from prefdesk.paths import backups_dir
from prefdesk.project.backing_up import folder_of
from prefdesk.project.naming import full_name
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.spool import spool_folder
from prefdesk.store.backup import BackupInfo
from prefdesk.store.compacting import Compacted
from prefdesk.store.salvaging import Salvaged, SavedTable, Tell, nobody
from prefdesk.store.surveying import Survey

__all__ = [
    "BackupInfo",
    "Restored",
    "Salvaged",
    "SavedTable",
    "Survey",
    "backups",
    "compact",
    "header_is_ours",
    "restore",
    "salvage",
    "survey",
]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the file, the backup it came from, and where the file before is now."""

    path: Path
    backup: BackupInfo
    kept: Path | None


def backups(path: str | Path) -> list[BackupInfo]:
    """The automatic backups of a project, newest first, also where its file is damaged or gone."""
    path, root = Path(path).absolute(), backups_dir()
    if root is None:
        return []
    uid = store.backup.uid_of(path) if path.is_file() else ""
    found = store.backup.listed(folder_of(root, uid)) if uid else []
    if found:
        return found
    # A file that does not say who it is: its backups know where it lay.
    for folder in sorted(one for one in root.iterdir() if one.is_dir()):
        found += [one for one in store.backup.listed(folder) if Path(one.of) == path]
    return sorted(found, key=lambda one: one.made_ms, reverse=True)


def restore(
    path: str | Path, backup: str | Path | None = None, to: str | Path | None = None
) -> Restored:
    """Put a backup (the newest one that is whole) in the place of a project, or into a new file.

    The file that is there now is kept beside it under a name with the date. Raises
    `ProjectInUse`, `DiskFull`, `InputError` without a backup, and `ProjectError` for one that is
    damaged; a failure leaves everything as it was.
    """
    path = Path(path).absolute()
    target = full_name(to).absolute() if to is not None else path
    if to is not None:
        store.durable.require_free_name(target)
    store.durable.require_folder(target)
    chosen = _whole(Path(backup).absolute()) if backup is not None else _newest(path)
    if chosen.path == target:
        raise InputError("This is the backup itself.", "Name another file with --to.")
    with store.locked(target), store.writing_to(target):
        kept = _put(chosen.path, target)
        # The backup was looked at.
        store.stranger.remember(target)
        return Restored(target, chosen, kept)


def _newest(path: Path) -> BackupInfo:
    for one in backups(path):
        with suppress(PrefdeskError):
            return _whole(one.path)
    raise InputError(
        f"There is no backup of {path.name}.",
        "Name one with --from, or save what can be read: prefdesk salvage FILE NEW.",
    )


def _whole(path: Path) -> BackupInfo:
    with store.open(path, "r") as opened:
        problems = opened.check()
    if problems:
        raise ProjectError(f"The backup {path.name} is damaged: {problems[0]}", "Take another one.")
    return store.backup.info(path)


def _put(backup: Path, target: Path) -> Path | None:
    for stale in target.parent.glob(f".{glob.escape(target.name)}.*.restoring*"):
        stale.unlink()
    made = target.with_name(f".{target.name}.{os.getpid()}.restoring")
    try:
        shutil.copyfile(backup, made)
        if target.exists():
            shutil.copymode(target, made)
        store.backup.make_project(made)
        kept = _replace(target, made)
    finally:
        store.durable.remove(made)
    store.durable.sync_folder(target.parent)
    return kept


def _replace(target: Path, made: Path) -> Path | None:
    """Put `made` under the name of `target`; where the file before is kept, if there was one."""
    if not os.path.lexists(target):
        made.rename(target)
        return None
    day = f"{store.keeping.BEFORE_RESTORE}-{time.strftime('%Y%m%d-%H%M%S')}"
    kept = store.keeping.free_name(target.with_name(f"{target.stem}.{day}"), target.suffix)
    try:
        store.keeping.keep(target, kept)
        made.replace(target)
    except BaseException:
        store.durable.remove(kept)
        raise
    # Until this is done, opening tells the old log from the new file by its generation.
    store.keeping.drop_log(target)
    return kept


def header_is_ours(path: str | Path) -> bool:
    """True if a file begins as a project does, whatever comes after that."""
    return store.header.is_ours(Path(path))


def compact(path: str | Path) -> Compacted:
    """Rewrite a project that nobody has open, without its free space; see `ProjectFile.compact`."""
    return store.compact(Path(path))


def survey(path: str | Path, tell: Tell = nobody) -> Survey:
    """What can be read of a damaged file, and what cannot; the file itself is not touched.

    Raises `ProjectError` if nothing can be read, `DiskFull`, and what `tell` raises.
    """
    with spool_folder() as scratch:
        return store.surveying.survey(Path(path).absolute(), scratch, tell)


def salvage(path: str | Path, new: str | Path, tell: Tell = nobody) -> Salvaged:
    """Save what can be read of a damaged file into a new project; the file itself is not touched.

    `tell` is called with what is in hand, how much is done, and how much there is. Raises
    `ProjectError` if `new` is there already or nothing can be read, `DiskFull`, and what `tell`
    raises.
    """
    fresh = {"uid": uuid.uuid4().hex, "settings": ProjectSettings(title="").to_json()}
    return store.salvaging.salvage(Path(path).absolute(), full_name(new).absolute(), fresh, tell)

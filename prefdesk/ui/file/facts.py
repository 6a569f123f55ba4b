"""What is known of a file and its backups, as the window's process reads it from a child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefdesk.project import BackupInfo, Salvaged, SavedTable, Survey


@dataclass(frozen=True)
class Went:
    """What was put in the place of a file, and where the file before is kept."""

    path: Path
    backup: BackupInfo
    kept: Path | None


@dataclass(frozen=True)
class Known:
    """What is known of a damaged file by now.

    *Attributes*
    - `survey`: what of it is whole; None before it was looked at. `unreadable`: why it could not
      be, or empty. `backups`: newest first; None while they are looked for.
    """

    survey: Survey | None = None
    backups: Sequence[BackupInfo] | None = None
    unreadable: str = ""

    @property
    def events(self) -> int | None:
        """How many acts of rating can be read in the file; None if that is not known."""
        return self.survey.table("event").recovered if self.survey else None

    @property
    def reading_keeps_more(self) -> bool:
        """True if the file holds no fewer acts of rating than its newest backup."""
        if not self.backups:
            return True
        return self.events is not None and self.events >= self.backups[0].events


def survey_of(found: Mapping[str, Any]) -> Survey:
    """What a look at a damaged file found."""
    return Survey(Path(found["path"]), found["size_bytes"], _tables(found["tables"]))


def salvaged_of(found: Mapping[str, Any]) -> Salvaged:
    """What was saved of a damaged file."""
    return Salvaged(Path(found["path"]), _tables(found["tables"]), tuple(found["notes"]))


def backups_of(found: Sequence[Mapping[str, Any]]) -> list[BackupInfo]:
    """The backups of a project, newest first."""
    return [_backup(one) for one in found]


def went_of(found: Mapping[str, Any]) -> Went:
    """What was restored."""
    kept = found["kept"]
    return Went(Path(found["path"]), _backup(found["backup"]), Path(kept) if kept else None)


def _backup(found: Mapping[str, Any]) -> BackupInfo:
    return BackupInfo(**{**found, "path": Path(found["path"])})


def _tables(found: Sequence[Mapping[str, Any]]) -> tuple[SavedTable, ...]:
    return tuple(SavedTable(**one) for one in found)

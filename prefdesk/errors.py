"""Errors that a person can act on. Anything that is not a `PrefdeskError` is our bug.

PrefdeskError                one sentence, and where there is one, the way out
├── InputError               a file, a row or a value that somebody handed in
│   └── RowErrors            several bad rows of one file, all of them named
├── ProjectError             the project file cannot be opened, read or written
│   ├── NotAProject          another kind of file, or a damaged header
│   ├── DamagedProject       its content cannot be what was stored
│   ├── NewerFormat          made by a newer prefdesk
│   ├── ProjectInUse         another process has it open for writing
│   ├── NotWritable          its place or its rights let nobody write it here
│   ├── ReadOnly             it is open for reading only
│   ├── FileMoved            the file under its name is no longer the one that is open
│   ├── DiskFailed           the disk reported an error; nothing more is written
│   └── DiskFull             no space left; what was not saved is named
├── ModelError               a model folder that cannot be used, with the reason
│   └── UnsafeModel          pickled weights or remote code
├── TrainingError            a round that cannot start or go on
│   └── OutOfMemory          the model or the batch is too big for this machine
└── Cancelled                somebody pressed Stop
"""

from collections.abc import Sequence
from dataclasses import dataclass


class PrefdeskError(Exception):
    """A known error: `message` is one sentence for a person, `hint` the way out or empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(PrefdeskError):
    """What was handed in cannot be used."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One refused row: the file's name, the line (1-based, 0 for the whole file), the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.reason}"
            if self.line
            else f"{self.file}: {self.reason}"
        )


class RowErrors(InputError):
    """A file was refused because of its rows; nothing of it was taken."""

    def __init__(self, message: str, rows: Sequence[BadRow], hint: str = "") -> None:
        super().__init__(message, hint)
        self.rows = tuple(rows)


class ProjectError(PrefdeskError):
    """The project file cannot be used."""


class NotAProject(ProjectError):
    """The file is no prefdesk project, or its header is damaged."""


class DamagedProject(ProjectError):
    """The file is a project, and something in it cannot be what was stored."""


class NewerFormat(ProjectError):
    """The file was written by a newer prefdesk."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a project open for writing, and since when (UTC, milliseconds)."""

    user: str
    host: str
    pid: int
    since_ms: int


class ProjectInUse(ProjectError):
    """Another process writes this project; `holder` says which, where that is known."""

    def __init__(self, message: str, hint: str = "", holder: Holder | None = None) -> None:
        super().__init__(message, hint)
        self.holder = holder


class NotWritable(ProjectError):
    """Nobody, or not this user, may write the project where it lies; reading is possible."""


class ReadOnly(ProjectError):
    """The project is open for reading only."""


class FileMoved(ProjectError):
    """The file was renamed, deleted or replaced, or its disk went away, while it was open."""


class DiskFailed(ProjectError):
    """The disk reported an error. Nothing more is written until the project is opened again."""


class DiskFull(ProjectError):
    """There is no space left where the project lies."""


class ModelError(PrefdeskError):
    """A model folder cannot be used."""


class UnsafeModel(ModelError):
    """A model folder holds pickled weights or asks for remote code."""


class TrainingError(PrefdeskError):
    """A round cannot start or go on."""


class OutOfMemory(TrainingError):
    """The model or the batch does not fit into memory."""


class Cancelled(PrefdeskError):
    """The work was stopped by a person."""

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)

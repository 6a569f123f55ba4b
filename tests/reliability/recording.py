"""Runs a Python module and takes down what it does to the files of one folder.

The process is an ordinary one with the SQLite that ships; a small library (recorder.c, compiled
on the spot) is loaded before the C library and writes down each call on its way to the kernel.
"""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_HEAD = struct.Struct("<BQqI")


@dataclass(frozen=True, slots=True)
class Record:
    """One call that changed something, or a mark.

    `what` is one letter: c(reated), o(pened), w(ritten), t(runcated), s(ynced), d: the folder
    was synced, u(nlinked), r(enamed), l(inked), m(ark). `file` is the inode, `at` an offset or a
    size in bytes.
    """

    what: str
    file: int
    at: int
    data: bytes

    @property
    def names(self) -> list[str]:
        """The file names of a call that has some."""
        return [name.decode() for name in self.data.split(b"\0")]


def why_not() -> str:
    """Why nothing can be recorded on this computer; empty if it can."""
    if sys.platform != "linux":
        return "calls are recorded by a preloaded library, as Linux knows it"
    if _compiler() is None:
        return "there is no C compiler (cc or gcc) to build the recorder"
    return ""


def build(folder: Path, name: str = "recorder.c") -> Path:
    """Compile the recorder, or another library of this folder, into `folder`."""
    made = (folder / name).with_suffix(".so")
    compiler = _compiler()
    assert compiler is not None
    source = Path(__file__).with_name(name)
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-pthread", "-o", made, source], check=True
    )
    return made


def record(recorder: Path, folder: Path, module: str, *arguments: object) -> list[Record]:
    """Run `python -m module ARGUMENTS` and return what it did in `folder`, in order.

    What the process writes to the file that `RECORDED_MARKS` names becomes marks. Raises if it
    does not end well.
    """
    log, marks = recorder.parent / "record", recorder.parent / "marks"
    log.unlink(missing_ok=True)
    environment = os.environ | {
        "LD_PRELOAD": str(recorder),
        "RECORDED_FOLDER": str(folder.resolve()),
        "RECORDED_MARKS": str(marks),
        "RECORD": str(log),
    }
    command = [sys.executable, "-m", module, *map(str, arguments)]
    subprocess.run(command, env=environment, cwd=REPOSITORY, check=True, timeout=600)
    return list(_records(log.read_bytes()))


def _records(log: bytes) -> Iterator[Record]:
    at = 0
    while at < len(log):
        what, file, offset, size = _HEAD.unpack_from(log, at)
        at += _HEAD.size
        yield Record(chr(what), file, offset, log[at : at + size])
        at += size


def _compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")

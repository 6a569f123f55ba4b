"""Where things lie: the files shipped with the program, and the user's own folders."""

import os
import sys
from pathlib import Path

APP = "prefdesk"


def resource(name: str) -> Path:
    """A shipped file, such as `starter/prompts.jsonl`, in a checkout or an installed wheel."""
    package = Path(__file__).parent
    installed = package / "_resources"
    root = installed if installed.is_dir() else package.parent / "resources"
    return root / name


def data_dir() -> Path:
    """The user's data folder (models); made if it is missing."""
    return _own("data", "XDG_DATA_HOME")


def models_dir() -> Path:
    """Where fetched models lie; made if it is missing."""
    return _own("data", "XDG_DATA_HOME", "models")


def config_dir() -> Path:
    """Preferences; made if it is missing."""
    return _own("config", "XDG_CONFIG_HOME")


def cache_dir() -> Path:
    """What can be made again, such as spooled weights; made if it is missing."""
    return _own("cache", "XDG_CACHE_HOME")


def log_dir() -> Path:
    """The program's log; made if it is missing."""
    return _own("log", "XDG_STATE_HOME")


def backups_dir() -> Path | None:
    """Where small copies of projects are kept, made if it is missing; None if they are not wanted.

    `PREFDESK_BACKUPS` names another folder, or says `off`.
    """
    named = os.environ.get("PREFDESK_BACKUPS", "")
    if not named:
        return _own("data", "XDG_DATA_HOME", "backups")
    if named.lower() == "off":
        return None
    folder = Path(named).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def own_command(python: str = "") -> list[str]:
    """How to start this program once more: another interpreter, this one, or the frozen program."""
    if not python and getattr(sys, "frozen", False):
        return [sys.executable]
    return [python or sys.executable, "-m", "prefdesk"]


def own_environment() -> dict[str, str]:
    """The environment in which `own_command` finds this very package, wherever it lies."""
    root = str(Path(__file__).parent.parent)
    found = (root, os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, found))}


def _own(kind: str, variable: str, *below: str) -> Path:
    """A folder of the user's own; an `OSError` names it, and says in its note what to do."""
    import platformdirs

    root = getattr(platformdirs, f"user_{kind}_dir")(APP, appauthor=False)
    folder = Path(root).joinpath(*below)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        error.filename = str(folder)
        if sys.platform.startswith("linux"):
            error.add_note(f"Make it writable, or name another folder for it in {variable}.")
        raise
    return folder

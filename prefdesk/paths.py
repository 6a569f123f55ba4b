"""Where things lie: the files shipped with the program, and the user's own folders."""

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
    import platformdirs

    return Path(platformdirs.user_data_dir(APP, appauthor=False, ensure_exists=True))


def models_dir() -> Path:
    """Where fetched models lie; made if it is missing."""
    folder = data_dir() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def config_dir() -> Path:
    """Preferences; made if it is missing."""
    import platformdirs

    return Path(platformdirs.user_config_dir(APP, appauthor=False, ensure_exists=True))


def cache_dir() -> Path:
    """What can be made again, such as spooled weights; made if it is missing."""
    import platformdirs

    return Path(platformdirs.user_cache_dir(APP, appauthor=False, ensure_exists=True))


def log_dir() -> Path:
    """The program's log; made if it is missing."""
    import platformdirs

    return Path(platformdirs.user_log_dir(APP, appauthor=False, ensure_exists=True))

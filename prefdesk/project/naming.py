"""The name of a project file."""

import os
from pathlib import Path

from prefdesk.errors import InputError

SUFFIX = ".prefdesk"


def full_name(path: str | Path) -> Path:
    """The path of a new project, its suffix added if it is missing; `InputError` where the path
    names no file."""
    text, name = str(path), Path(path).name
    if not text.strip() or name.lower() == SUFFIX:
        raise InputError("A project needs a name.", "Such as haiku.prefdesk.")
    ends = tuple(filter(None, (os.sep, os.altsep)))
    if text.endswith(ends) or name in ("", ".."):
        raise InputError(
            f"{text} names a folder, not a project file.",
            f"Name a file in it, such as {Path(text) / 'haiku.prefdesk'}.",
        )
    if Path(name).suffix.lower() == SUFFIX:
        return Path(path)
    return Path(path).with_name(name + SUFFIX)

"""Open a project for a command, and say how it was found."""

from typing import Literal

from prefdesk.cli.output import say
from prefdesk.errors import ProjectInUse
from prefdesk.project import Project


def opened(file: str, mode: Literal["w", "r"] = "w") -> Project:
    """The project of this file; what was put right while opening it goes to standard error."""
    try:
        project = Project.open(file, mode)
    except ProjectInUse as e:
        raise ProjectInUse(e.message, "Close it there, then try again.", e.holder) from e
    project.file.backing.tell = say
    for sentence in project.notices:
        say(sentence)
    return project

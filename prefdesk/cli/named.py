"""People by their names, as the command line has them."""

from prefdesk.errors import InputError
from prefdesk.project import Project
from prefdesk.records import Rater


def known(project: Project, name: str) -> Rater:
    """The rater of this name; the error lists those there are."""
    try:
        return project.raters.by_name(name)
    except InputError as e:
        names = ", ".join(r.name for r in project.raters.all())
        raise InputError(e.message, f"The raters are {names}." if names else "") from e

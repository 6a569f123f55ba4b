"""What a rater is called in the place."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import RaterReport


def rater_name(rater: "RaterReport") -> str:
    """The name on one line, and that a rater is simulated if the name does not say so."""
    name = one_line(rater.name, 60)
    if rater.simulated and "simulated" not in rater.name.casefold():
        return f"{name} ({QCoreApplication.translate('raters', 'simulated')})"
    return name

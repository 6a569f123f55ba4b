"""Column widths of the tables in a place, remembered from one start to the next."""

from prefdesk.ui.place import Place
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.widgets import TableView


def store_columns(place: Place, preferences: Preferences) -> None:
    """Remember the widths of all tables that were drawn."""
    for number, view in enumerate(place.findChildren(TableView)):
        widths = [view.columnWidth(c) for c in range(view.model().columnCount())]
        if all(widths) and view.changed_by_hand:
            preferences.store(_key(place, number), " ".join(map(str, widths)))


def restore_columns(place: Place, preferences: Preferences) -> None:
    """Give tables their remembered widths; other numbers of columns are left alone."""
    for number, view in enumerate(place.findChildren(TableView)):
        widths = preferences.text(_key(place, number)).split()
        if len(widths) == view.model().columnCount() and all(w.isdigit() for w in widths):
            for column, width in enumerate(widths):
                view.setColumnWidth(column, int(width))


def _key(place: Place, number: int) -> str:
    return f"columns/{place.name}-{number}"

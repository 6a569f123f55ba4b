"""The next items of a rater, loaded in the background before they are needed."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from prefdesk.errors import PrefdeskError
from prefdesk.project.session import Item, RatingSession
from prefdesk.ui import background
from prefdesk.ui.rate.reading import seen

AHEAD = 4
"""Items kept ready; more are loaded when half of them are used."""


class Feed(QObject):
    """A small buffer in front of a session's queue.

    *Attributes*
    - `exhausted`: the queue had nothing more when it was asked last.

    *Signals*
    - `loaded(int)`: an answer came; how many items waited on disk.
    - `failed(PrefdeskError)`: the project could not be read.
    """

    loaded = Signal(int)
    failed = Signal(object)

    def __init__(self, session: RatingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.exhausted = False
        self._items: list[Item] = []
        self._known: frozenset[int] = frozenset()
        self._loading = False

    @property
    def is_low(self) -> bool:
        """True if it is time to load."""
        return not self._loading and len(self._items) <= AHEAD // 2

    def take(self) -> Item | None:
        """The next item, if one is ready."""
        return self._items.pop(0) if self._items else None

    def drop(self, completion_id: int) -> None:
        """Forget an item that came to the screen another way."""
        self._items = [i for i in self._items if i.completion_id != completion_id]

    def load(self, held: Iterable[int], known: Iterable[int]) -> None:
        """Ask for more, passing over `held` ids; items in `known` that come anyway are dropped."""
        if self._loading:
            return
        self._loading, self.exhausted = True, False
        self._known = frozenset(known)
        wanted = AHEAD - len(self._items)
        session, exclude = self.session, (*held, *(i.completion_id for i in self._items))

        def read() -> tuple[list[Item], int]:
            items = session.upcoming(wanted, exclude)
            for item in items:
                for text in (item.text, item.prompt.text, item.prompt.source):
                    seen(text)
            return items, session.remaining()

        background.query(self, read, self._on_read, self._on_failed)

    def _on_read(self, found: tuple[list[Item], int]) -> None:
        items, remaining = found
        ready = self._known | {i.completion_id for i in self._items}
        self._items += [i for i in items if i.completion_id not in ready]
        self._loading, self.exhausted = False, not self._items
        self.loaded.emit(remaining)

    def _on_failed(self, error: PrefdeskError) -> None:
        self._loading = False
        self.failed.emit(error)

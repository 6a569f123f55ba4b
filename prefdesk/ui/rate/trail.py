"""The items a rater has met since the start of this session, in the order of meeting them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prefdesk.project.session import Item

Answer = tuple[str, float]
"""A criterion's name and the value given."""


@dataclass
class Entry:
    """One item and what the rater did to it.

    `answers` count now, on disk or on the way there. `lost` could not be written: each criterion
    with its value. `draft` is the comment as it was typed; it may not be handed in yet.
    """

    item: Item
    answers: dict[str, float] = field(default_factory=dict)
    comment: str = ""
    draft: str = ""
    skipped: str | None = None
    lost: dict[str, float] = field(default_factory=dict)
    lost_skip: str | None = None
    lost_comment: bool = False
    unsaved: int = 0

    @property
    def id(self) -> int:
        """The completion's id."""
        return self.item.completion_id

    @property
    def has_lost(self) -> bool:
        """True if something about this item could not be written."""
        return bool(self.lost) or self.lost_skip is not None or self.lost_comment

    @property
    def n_lost(self) -> int:
        """How many things about this item could not be written."""
        return len(self.lost) + (self.lost_skip is not None) + self.lost_comment

    def is_done(self, criteria: Sequence[str]) -> bool:
        """True if nothing is left to ask."""
        return self.skipped is not None or all(name in self.answers for name in criteria)

    def next_criterion(self, criteria: Sequence[str]) -> str:
        """The first one without an answer; the first of all if there is none."""
        return next((name for name in criteria if name not in self.answers), criteria[0])

    def value(self, criterion: str) -> float | None:
        """The answer to show: the one that counts, or the one that was lost."""
        return self.answers.get(criterion, self.lost.get(criterion))


def entry_of(item: Item) -> Entry:
    """A new entry with what the project knows of this rater's answers."""
    return Entry(item, dict(item.answers), item.comment, item.comment)


class Trail:
    """Entries in order and the place among them; the place is -1 while there are none."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.place = -1

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def current(self) -> Entry | None:
        """The entry on the screen; None before the first and after the last."""
        return self.entries[self.place] if 0 <= self.place < len(self.entries) else None

    @property
    def is_last(self) -> bool:
        """True if nothing comes after the current entry yet."""
        return self.place == len(self.entries) - 1

    def find(self, completion_id: int) -> Entry | None:
        """The entry of this completion."""
        return next((e for e in self.entries if e.id == completion_id), None)

    def go_to(self, entry: Entry) -> None:
        """Make this entry the current one."""
        self.place = self.entries.index(entry)

    def step(self, by: int) -> bool:
        """One entry back or forward; False if there is none."""
        if not 0 <= self.place + by < len(self.entries):
            return False
        self.place += by
        return True

    def append(self, entry: Entry) -> None:
        """A new item; it becomes the current one."""
        self.entries.append(entry)
        self.place = len(self.entries) - 1

    def insert_here(self, entry: Entry) -> None:
        """An item of an earlier time comes before the present one and becomes current."""
        self.place = max(0, min(self.place, len(self.entries)))
        self.entries.insert(self.place, entry)

    def next_open(self, criteria: Sequence[str]) -> Entry | None:
        """The first unfinished entry after the current one, else the first of all."""
        later = self.entries[self.place + 1 :] + self.entries[: self.place + 1]
        return next((e for e in later if not e.is_done(criteria)), None)

    def end(self) -> None:
        """Step behind the last entry: nothing waits."""
        self.place = len(self.entries)

"""What is said about a rating pack before and after it is merged."""

from dataclasses import dataclass
from typing import Literal

from prefdesk.records import Rater

Seal = Literal["not signed", "not checked", "first key", "verified", "other key", "key missing"]
"""How sure the sender is: "first key" is remembered when the pack is merged, "verified" is that
key again; "other key" and "key missing" differ from what the rater signed with before."""

DOUBTFUL: tuple[Seal, ...] = ("other key", "key missing")
"""Seals that are merged only when somebody says so."""


@dataclass(frozen=True, slots=True)
class PackRow:
    """One event of a pack; `line` counts from 1, `reason` is empty unless it is refused."""

    line: int
    uid: bytes
    completion_id: int | None
    kind: str
    criterion: str
    value: float | None
    utc_ms: int
    reason: str = ""
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """How many rows there are of a kind, and the first thousand of them."""

    count: int
    shown: tuple[PackRow, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item that the same rater judged differently here; the newest judgement wins."""

    completion_id: int
    criterion: str
    kind: str
    here: float
    pack: float
    wins: Literal["here", "pack"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose pack it is.

    `found` says how the project knows them: "known" by uid; "same name" means that somebody of
    this name is here with another uid, and that a choice is needed; "new" is added. `target` is
    the rater who gets the ratings, None for one who is added or not chosen yet.
    """

    uid: bytes
    name: str
    found: Literal["known", "same name", "new"]
    target: Rater | None


@dataclass(frozen=True, slots=True)
class PackPreview:
    """What merging a pack would do; nothing was changed.

    A `doubtful` pack is merged only as unverified. `refused` includes the quarantined rows;
    `ahead` rows are accepted although the clock that wrote them is more than 24 h ahead of this
    one. `earlier` is how an earlier merge of the same pack stands: running, done, undoing,
    undone, or empty.
    """

    name: str
    pack_uid: bytes
    made_ms: int
    identity: Identity
    seal: Seal
    doubtful: bool
    events: int
    new: Listed
    duplicate: Listed
    refused: Listed
    ahead: Listed
    conflicts: tuple[Conflict, ...]
    earlier: str


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did; `new` counts events, also those of an earlier, unfinished attempt.

    `restored` counts events that an undone merge had taken; `refused` counts rows by reason;
    `quarantined` of them are kept in the project.
    """

    merge_id: int
    rater: Rater
    seal: Seal
    new: int
    restored: int
    duplicate: int
    ahead: int
    quarantined: int
    refused: dict[str, int]

"""One rater at work: what comes next, what was answered, and the way back.

Answers are handed to the writer and acknowledged by a future; nothing here waits for the disk,
so the window can show the next item at once.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.project.settings import Criterion, ProjectSettings
from prefdesk.records import LABELS, SCALE, Event, Prompt, Rater

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item:
    """What a rater sees: the prompt, its source and references, and one answer. No model."""

    completion_id: int
    prompt: Prompt
    text: str
    answers: dict[str, float] = field(default_factory=dict)
    comment: str = ""


class RatingSession:
    """The queue and the answers of one rater."""

    def __init__(self, core: Core, rater: Rater, settings: ProjectSettings) -> None:
        self._core = core
        self.rater = rater
        self.question = settings.question
        self.criteria: tuple[Criterion, ...] = settings.criteria
        self._guard = threading.Lock()
        # A very large queue takes seconds to order: that waits until somebody wants to rate.
        waiting = core.query(lambda c: store.queue.behind(c, rater.id))
        self._queued = waiting <= store.queue.AT_ONCE
        if self._queued:
            core.mutate(lambda c: store.queue.fill(c, rater.id, order_seed(rater)), "queue")

    def upcoming(self, limit: int = 2, exclude: Sequence[int] = ()) -> list[Item]:
        """The next items, in this rater's own order; those in `exclude` are passed over.

        With very many new completions the first call takes seconds.
        """
        with self._guard:
            if not self._queued:
                self._fill()
            ids = self._next(limit, exclude)
            # What else there is came in later, or its filling was cut off.
            if not ids and self._core.query(lambda c: store.queue.behind(c, self.rater.id)):
                self._fill()
                ids = self._next(limit, exclude)
        return self.items(ids)

    def _fill(self) -> None:
        store.filling.begin(self._core.store, self.rater.id, order_seed(self.rater))
        self._queued = True

    def _next(self, limit: int, exclude: Sequence[int]) -> list[int]:
        return self._core.query(
            lambda c: store.queue.upcoming(c, self.rater.id, limit, tuple(exclude))
        )

    def items(self, completion_ids: Sequence[int]) -> list[Item]:
        """These items with this rater's present answers, in the order asked for."""
        with self._core.read() as c:
            completions = store.completions.by_ids(c, completion_ids)
            prompts = store.prompts.by_ids(c, {x.prompt_id for x in completions.values()})
            found = []
            for i in completion_ids:
                if i in completions:
                    one = completions[i]
                    answers, comment = self._answers(c, i)
                    found.append(Item(i, prompts[one.prompt_id], one.text, answers, comment))
            return found

    def remaining(self) -> int:
        """How many items wait for this rater."""
        return self._core.query(lambda c: store.queue.remaining(c, self.rater.id))

    def done(self) -> int:
        """How many items this rater has judged."""
        return self._core.query(lambda c: store.events.count_judged(c, self.rater.id))

    def score(
        self, completion_id: int, value: float, *, criterion: str = "", seconds: float | None = None
    ) -> "Future[Event]":
        """Give a score from 0 to 10; the future is done when it is on disk."""
        if not SCALE[0] <= value <= SCALE[1]:
            raise InputError(f"A score lies between 0 and 10, not at {value:g}.")
        return self._append(completion_id, "score", value, criterion, seconds=seconds)

    def label(
        self, completion_id: int, label: str, *, criterion: str = "", seconds: float | None = None
    ) -> "Future[Event]":
        """Give a label: bad, medium or good."""
        if label not in LABELS:
            raise InputError(f"A label is one of {', '.join(LABELS)}, not {label!r}.")
        value = float(LABELS.index(label))
        return self._append(completion_id, "label", value, criterion, seconds=seconds)

    def skip(
        self, completion_id: int, reason: str = "", *, seconds: float | None = None
    ) -> "Future[Event]":
        """Pass an item over, with a reason if there is one."""
        return self._append(
            completion_id, "skip", None, "", body=reason, seconds=seconds, verb="skip"
        )

    def comment(self, completion_id: int, text: str) -> "Future[Event]":
        """Write a comment on an item; an empty text takes it away."""
        return self._append(completion_id, "comment", None, "", body=text, verb="comment")

    def undo(self) -> "Future[tuple[Event, ...]]":
        """Take this rater's last act back; the events written, or none if there was nothing."""
        return self._submit(lambda c: tuple(store.events.undo(c, self.rater.id)))

    def redo(self) -> "Future[tuple[Event, ...]]":
        """Bring back what was undone last."""
        return self._submit(lambda c: tuple(store.events.redo(c, self.rater.id)))

    def can_undo(self) -> bool:
        """True if there is an act to take back."""
        return self._core.query(lambda c: store.events.can_undo(c, self.rater.id))

    def can_redo(self) -> bool:
        """True if there is an act to bring back."""
        return self._core.query(lambda c: store.events.can_redo(c, self.rater.id))

    def _answers(self, c: store.Connection, completion_id: int) -> tuple[dict[str, float], str]:
        ratings = store.events.current(c, rater_id=self.rater.id, completion_id=completion_id)
        values = {r.criterion: r.value for r in ratings if r.kind == self.question}
        return values, store.events.comment(c, self.rater.id, completion_id)

    def _append(
        self,
        completion_id: int,
        kind: str,
        value: float | None,
        criterion: str,
        *,
        body: str = "",
        seconds: float | None = None,
        verb: str = "rate",
    ) -> "Future[Event]":
        return self._submit(
            lambda c: store.events.append(
                c,
                rater_id=self.rater.id,
                completion_id=completion_id,
                kind=kind,
                value=value,
                criterion=criterion or self.criteria[0].name,
                body=body,
                seconds=seconds,
                verb=verb,
            )
        )

    def _submit(self, fn: Callable[[store.Connection], T]) -> "Future[T]":
        return self._core.submit(fn, "ratings", urgent=True, origin=f"rater:{self.rater.id}")


def order_seed(rater: Rater) -> int:
    """The seed of a rater's own order; never negative."""
    return int.from_bytes(rater.uid[:4], "big")

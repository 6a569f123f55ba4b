"""The ratings of a project: current ones, their history, ratings from a file, moves."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from prefdesk import store
from prefdesk.formats import RatingRow
from prefdesk.project import ratings_file
from prefdesk.project.core import Core
from prefdesk.project.ratings_file import RatingsPreview, RatingsReport, take_ratings
from prefdesk.project.session import RatingSession
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.watch import UNWATCHED, Watch
from prefdesk.records import SCALE, Event, Rater, Rating, Split

_PAGE = 5000


class Ratings:
    """`project.ratings`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def session(self, rater: Rater) -> RatingSession:
        """This rater's queue; the rater must belong to the project."""
        settings = ProjectSettings.from_json(
            self._core.query(lambda c: store.meta.get(c, "settings"))
        )
        return RatingSession(self._core, rater, settings)

    def current(
        self,
        *,
        rater_id: int | None = None,
        completion_id: int | None = None,
        split: Split | None = None,
        checkpoint_id: int | None = None,
    ) -> list[Rating]:
        """Judgements that count now, excluded ones among them."""
        return self._core.query(
            lambda c: store.events.current(
                c,
                rater_id=rater_id,
                completion_id=completion_id,
                split=split,
                checkpoint_id=checkpoint_id,
            )
        )

    def newest(
        self,
        rater_id: int,
        limit: int,
        *,
        kind: str = "",
        criterion: str = "",
        value: float | None = None,
        without: int = 0,
    ) -> list[Rating]:
        """A rater's newest judgements that count, newest first; quick however many there are.

        `without` is a completion that is left out.
        """
        return self._core.query(
            lambda c: store.events.newest(
                c, rater_id, limit, kind=kind, criterion=criterion, value=value, without=without
            )
        )

    def count(self, rater_id: int) -> int:
        """How many judgements of a rater count now."""
        return self._core.query(lambda c: store.events.count_current(c, rater_id))

    def history(
        self,
        *,
        rater_id: int | None = None,
        completion_id: int | None = None,
        limit: int = 1000,
    ) -> list[Event]:
        """Events as they were written, oldest first."""
        return self._core.query(
            lambda c: store.events.history(
                c, rater_id=rater_id, completion_id=completion_id, limit=limit
            )
        )

    def each_event(
        self, *, rater_id: int | None = None, completion_id: int | None = None
    ) -> Iterator[Event]:
        """All events as they were written, oldest first, however many: read in pages."""

        def page(after: bytes | None) -> list[Event]:
            return self._core.query(
                lambda c: store.events.history(
                    c, rater_id=rater_id, completion_id=completion_id, after=after, limit=_PAGE
                )
            )

        found = page(None)
        while found:
            yield from found
            found = page(found[-1].uid)

    def recent(
        self,
        *,
        rater_id: int | None = None,
        completion_id: int | None = None,
        before: bytes | None = None,
        limit: int = 200,
    ) -> list[Event]:
        """Events, newest first; `before` is the uid of the last one of the page before."""
        return self._core.query(
            lambda c: store.events.recent(
                c, rater_id=rater_id, completion_id=completion_id, before=before, limit=limit
            )
        )

    def count_events(self) -> int:
        """How many events there are, undone ones and undoings among them."""
        return self._core.query(store.events.count)

    def move(self, event_uids: Sequence[bytes], source: Rater, target: Rater) -> int:
        """Give ratings made under a wrong name to the right rater; can be undone."""
        moved = self._core.mutate(
            lambda c: store.events.move(c, source.id, target.id, tuple(event_uids)), "ratings"
        )
        return len(moved) // 2

    def undo(self, rater: Rater) -> tuple[Event, ...]:
        """Take a rater's last act back."""
        return self._core.mutate(lambda c: tuple(store.events.undo(c, rater.id)), "ratings")

    def redo(self, rater: Rater) -> tuple[Event, ...]:
        """Bring back what was undone last."""
        return self._core.mutate(lambda c: tuple(store.events.redo(c, rater.id)), "ratings")

    def import_file(
        self,
        path: str | Path,
        *,
        new_raters: bool = False,
        scale: tuple[float, float] = SCALE,
        watch: Watch = UNWATCHED,
    ) -> RatingsReport:
        """Take all ratings of a CSV, TSV, JSONL or JSON file, or none.

        Unknown raters are refused with their line unless `new_raters` adds them; unknown
        completions, scores off the scale and the like always are (`RowErrors`). What the
        project holds already, word for word, is counted and not written again; what a file
        adds for one rater is one act, undone at once. `scale` gives the ends of the file's
        scores, which are taken in proportion to 0 to 10.
        """
        return take_ratings(self._core, Path(path), new_raters=new_raters, scale=scale, watch=watch)

    def preview_file(
        self,
        path: str | Path,
        *,
        notify: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RatingsPreview:
        """What importing a file of ratings would bring; nothing is written.

        `notify` is called with bytes read and in all. `InputError`, `Cancelled`.
        """
        return ratings_file.preview(self._core, Path(path), notify, cancelled)

    def import_rows(self, rows: Sequence[RatingRow]) -> RatingsReport:
        """Take the rows of a preview, all or none; raters that are not known are added."""
        return ratings_file.take_rows(self._core, rows)

    def take_back(self, acts: Sequence[bytes]) -> tuple[bytes, ...]:
        """Undo an import by the acts of its report; returns what `bring_back` needs."""
        return ratings_file.take_back(self._core, acts)

    def bring_back(self, undone: Sequence[bytes]) -> tuple[bytes, ...]:
        """Bring back what `take_back` undid; returns what undoes it again."""
        return ratings_file.bring_back(self._core, undone)

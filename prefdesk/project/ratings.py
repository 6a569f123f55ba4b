"""The ratings of a project: current ones, their history, ratings from a file, moves."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prefdesk import formats, store
from prefdesk.errors import BadRow, InputError, RowErrors
from prefdesk.project.core import Core
from prefdesk.project.session import RatingSession
from prefdesk.project.settings import ProjectSettings
from prefdesk.records import Event, Rater, Rating, Split


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

    def history(
        self,
        *,
        rater_id: int | None = None,
        completion_id: int | None = None,
        limit: int = 1000,
    ) -> list[Event]:
        """Every act as it was written, newest first."""
        return self._core.query(
            lambda c: store.events.history(
                c, rater_id=rater_id, completion_id=completion_id, limit=limit
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

    def import_file(self, path: str | Path, *, new_raters: bool = False) -> int:
        """Take all ratings of a CSV file or none; how many there were.

        Unknown raters are refused with their line unless `new_raters` adds them; unknown
        completions, scores off the scale and the like always are (`RowErrors`).
        """
        read = formats.read_ratings(Path(path))
        with self._core.read() as c:
            known = {r.name.casefold(): r for r in store.raters.all(c)}
            found = store.completions.by_ids(c, sorted({r.completion_id for r in read.rows}))
        settings = ProjectSettings.from_json(
            self._core.query(lambda c: store.meta.get(c, "settings"))
        )
        criteria = {c.name for c in settings.criteria}
        bad = list(read.bad)
        for row in read.rows:
            why = ""
            if row.completion_id not in found:
                why = f"there is no completion {row.completion_id}"
            elif row.rater.casefold() not in known and not new_raters:
                why = f"there is no rater called {row.rater!r}"
            elif row.criterion and row.criterion not in criteria:
                why = f"there is no criterion called {row.criterion!r}"
            if why:
                bad.append(BadRow(Path(path).name, row.line, why))
        if bad:
            raise RowErrors(
                f"{len(bad)} rows in {Path(path).name} cannot be used; nothing was imported.",
                sorted(bad, key=lambda b: b.line),
                "Mend the rows; raters are added with --new-raters.",
            )
        if not read.rows:
            raise InputError(f"{Path(path).name} holds no ratings.")
        return self._core.mutate(
            lambda c: _write(c, read.rows, known, settings), "ratings", "raters", "queue"
        )


def _write(
    c: store.Connection,
    rows: Sequence[formats.RatingRow],
    known: dict[str, Rater],
    settings: ProjectSettings,
) -> int:
    for row in rows:
        if row.rater.casefold() not in known:
            known[row.rater.casefold()] = store.raters.add(c, row.rater, False)
    drafts = []
    for row in rows:
        draft = store.events.Draft(
            row.completion_id,
            known[row.rater.casefold()].id,
            row.kind,
            value=row.value,
            criterion=row.criterion or settings.criteria[0].name,
            occasion=row.occasion,
            seconds=row.seconds,
        )
        drafts.append(draft)
        if row.comment:
            comment = replace(draft, kind="comment", value=None, body=row.comment, seconds=None)
            drafts.append(comment)
    store.events.append_many(c, drafts)
    return len(rows)

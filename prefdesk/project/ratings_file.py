"""Ratings from a file into the project: all or none, and what is there already only once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from prefdesk import formats, store
from prefdesk.errors import BadRow, RowErrors
from prefdesk.formats import RatingRow
from prefdesk.project.core import Core
from prefdesk.project.settings import ProjectSettings
from prefdesk.project.watch import UNWATCHED, Watch
from prefdesk.records import SCALE, Rater, Rating

Place = tuple[int, int, str, int, str]
ORIGIN = "import"
"""Who asked for the changes that an import announces."""


@dataclass(frozen=True, slots=True)
class RatingsReport:
    """What an import of ratings did.

    `unchanged` counts rows that the project held already, word for word. `excluded` counts rows
    that the file marks as left out: they were taken as ratings like any other, because who is
    left out is decided in the project.
    """

    added: int
    unchanged: int
    new_raters: tuple[str, ...] = ()
    excluded: int = 0
    acts: tuple[bytes, ...] = ()
    """What was written, one act for each rater; `take_back` undoes them."""


@dataclass(frozen=True, slots=True)
class RatingsPreview:
    """What a file of ratings would bring.

    `rows` can be taken, `unchanged` of them are held already, word for word; `bad` cannot.
    `raters` are (name, rows, is new), in the order of the file.
    """

    rows: tuple[RatingRow, ...]
    bad: tuple[BadRow, ...]
    unchanged: int
    raters: tuple[tuple[str, int, bool], ...]


def preview(
    core: Core,
    path: Path,
    notify: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RatingsPreview:
    """Read a file of ratings and compare it with the project; nothing is written.

    `InputError` for a file that cannot be used at all, `Cancelled`.
    """
    read = formats.read_ratings(path, notify=notify, cancelled=cancelled)
    known = _Known(core, read.rows, new_raters=True)
    refused = tuple(known.refused(path.name, read.rows))
    lines = {one.line for one in refused}
    rows = tuple(row for row in read.rows if row.line not in lines)
    counts = Counter(row.rater.casefold() for row in rows)
    names = {row.rater.casefold(): row.rater for row in reversed(rows)}
    raters = tuple(
        (known.raters[key].name if key in known.raters else names[key], n, key not in known.raters)
        for key, n in counts.items()
    )
    unchanged = core.query(lambda c: len(rows) - len(_fresh(c, rows, known, known.raters)))
    bad = tuple(sorted((*read.bad, *refused), key=lambda b: b.line))
    return RatingsPreview(rows, bad, unchanged, raters)


def take_rows(core: Core, rows: Sequence[RatingRow]) -> RatingsReport:
    """Take rows that a preview found good; `RowErrors`, and nothing is taken, if they are not
    any more. Raters that are not known are added."""
    known = _Known(core, rows, new_raters=True)
    bad = list(known.refused("", rows))
    if bad:
        raise RowErrors("The project changed meanwhile; nothing was imported.", bad)
    return core.mutate(
        lambda c: _write(c, rows, known), "ratings", "raters", "queue", origin=ORIGIN
    )


def take_back(core: Core, acts: Sequence[bytes]) -> tuple[bytes, ...]:
    """Undo an import; returns what brings it back. Raters that it added stay."""
    return core.mutate(lambda c: store.undo.take_back(c, acts), "ratings", "queue", origin=ORIGIN)


def bring_back(core: Core, undone: Sequence[bytes]) -> tuple[bytes, ...]:
    """Bring an import back that was undone; returns what undoes it again."""
    return core.mutate(
        lambda c: store.undo.bring_back(c, undone), "ratings", "queue", origin=ORIGIN
    )


def take_ratings(
    core: Core,
    path: Path,
    *,
    new_raters: bool,
    scale: tuple[float, float] = SCALE,
    watch: Watch = UNWATCHED,
) -> RatingsReport:
    """Take all ratings of a file or none; `RowErrors` names every row that cannot be used."""
    read = formats.read_ratings(path, scale=scale, notify=watch.reading, cancelled=watch.cancelled)
    known = _Known(core, read.rows, new_raters)
    bad = [*read.bad, *known.refused(path.name, read.rows)]
    if bad:
        raise RowErrors(
            f"{len(bad)} of {len(read.bad) + len(read.rows)} rows in {path.name} cannot be used; "
            "nothing was imported.",
            sorted(bad, key=lambda b: b.line),
            known.hint,
        )
    return core.mutate(lambda c: _write(c, read.rows, known, watch), "ratings", "raters", "queue")


class _Known:
    """What the project knows that a file of ratings may speak of."""

    def __init__(self, core: Core, rows: Sequence[RatingRow], new_raters: bool) -> None:
        with core.read() as c:
            self.raters = {r.name.casefold(): r for r in store.raters.all(c)}
            self.settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
            self._completions = store.completions.by_ids(c, sorted({r.completion_id for r in rows}))
        self._criteria = {criterion.name for criterion in self.settings.criteria}
        self._new_raters = new_raters
        self._strangers = False

    @property
    def hint(self) -> str:
        """What to do about the refused rows."""
        return "Mend the rows" + (
            ", or let the import add new raters (--new-raters)." if self._strangers else "."
        )

    def refused(self, name: str, rows: Sequence[RatingRow]) -> Iterator[BadRow]:
        """The rows that speak of something that is not there, each with the reason."""
        kinds = {key: r.simulated for key, r in self.raters.items()}
        for row in rows:
            reason = self._unknown(row) or self._other_kind(row, kinds)
            if reason:
                yield BadRow(name, row.line, reason)

    def _unknown(self, row: RatingRow) -> str:
        if row.completion_id not in self._completions:
            return f"there is no completion {row.completion_id}"
        if row.rater.casefold() not in self.raters and not self._new_raters:
            self._strangers = True
            return f"there is no rater called {row.rater!r}"
        if row.criterion and row.criterion not in self._criteria:
            return f"there is no criterion called {row.criterion!r}"
        return ""

    def _other_kind(self, row: RatingRow, kinds: dict[str, bool]) -> str:
        """A simulated rater must not pass for a person, nor a person for a simulated one."""
        if row.simulated is None:
            return ""
        first = kinds.setdefault(row.rater.casefold(), row.simulated)
        if row.simulated == first:
            return ""
        words = {True: "simulated", False: "a person"}
        return f"{row.rater} is {words[first]}, and {words[row.simulated]} in this row"


def _write(
    c: store.Connection, rows: Sequence[RatingRow], known: _Known, watch: Watch = UNWATCHED
) -> RatingsReport:
    raters, new = dict(known.raters), _new_raters(rows, known.raters)
    for name, simulated in new.items():
        raters[name.casefold()] = store.raters.add(c, name, simulated)
    fresh = _fresh(c, rows, known, raters)
    acts = []
    fresh.sort(key=lambda row: raters[row.rater.casefold()].id)
    before, total = 0, sum(1 + bool(row.comment) for row in fresh)
    for rater_id, group in groupby(fresh, key=lambda row: raters[row.rater.casefold()].id):
        drafts = [draft for row in group for draft in _drafts(row, rater_id)]
        watched = partial(watch.storing, before=before, total=total)
        events = store.events.append_many(c, drafts, one_act=True, watched=watched)
        acts.append(events[0].act)
        before += len(drafts)
    return RatingsReport(
        added=len(fresh),
        unchanged=len(rows) - len(fresh),
        new_raters=tuple(new),
        excluded=sum(row.excluded for row in fresh),
        acts=tuple(acts),
    )


def _fresh(
    c: store.Connection, rows: Sequence[RatingRow], known: _Known, raters: Mapping[str, Rater]
) -> list[RatingRow]:
    """The rows that the project does not hold word for word; each names its criterion."""
    mine = {r.id for r in raters.values()}
    judged = store.events.walk(c, completion_ids={row.completion_id for row in rows})
    current = {_place(r): r for r in judged if r.rater_id in mine}
    first = known.settings.criteria[0].name
    full = [replace(row, criterion=row.criterion or first) for row in rows]
    return [row for row in full if not _is_held(row, raters, current)]


def _new_raters(rows: Sequence[RatingRow], known: Mapping[str, Rater]) -> dict[str, bool]:
    """Names that are new, as first spelt, and whether the file calls them simulated."""
    names: dict[str, str] = {}
    simulated: dict[str, bool] = {}
    for row in rows:
        key = row.rater.casefold()
        if key not in known:
            names.setdefault(key, row.rater)
            simulated[key] = simulated.get(key, False) or bool(row.simulated)
    return {name: simulated[key] for key, name in names.items()}


def _place(r: Rating) -> Place:
    return (r.rater_id, r.completion_id, r.criterion, r.occasion, r.kind)


def _is_held(row: RatingRow, raters: Mapping[str, Rater], current: Mapping[Place, Rating]) -> bool:
    rater = raters.get(row.rater.casefold())
    if rater is None:
        return False
    held = current.get((rater.id, row.completion_id, row.criterion, row.occasion, row.kind))
    return (
        held is not None
        and held.value == row.value
        and row.comment in ("", held.comment)
        and row.seconds in (None, held.seconds)
    )


def _drafts(row: RatingRow, rater_id: int) -> Iterator[store.events.Draft]:
    draft = store.events.Draft(
        row.completion_id,
        rater_id,
        row.kind,
        value=row.value,
        criterion=row.criterion,
        occasion=row.occasion,
        seconds=row.seconds,
    )
    yield draft
    if row.comment:
        yield replace(draft, kind="comment", value=None, body=row.comment, seconds=None)

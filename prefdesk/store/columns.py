"""Judgements that count, as columns: millions of them without an object for each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from prefdesk.records import Rating
from prefdesk.store.engine import Connection

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Uids = NDArray[np.void]

_ROW = np.dtype("i8,i8,i8,i8,?,f8,f8,i8,V16")


@dataclass(frozen=True, eq=False)
class Columns(Sequence[Rating]):
    """Scores and labels, one a row; a row that is asked for is made into a `Rating`.

    `criterion` holds codes into `criteria`, `label` is true for labels, `seconds` is NaN where
    the time is not known, `uid` the events' 16 bytes. Comments are not read.
    """

    completion: Ints
    prompt: Ints
    rater: Ints
    criterion: Ints
    occasion: Ints
    label: Bools
    value: Floats
    seconds: Floats
    hlc: Ints
    uid: Uids
    criteria: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.value)

    @overload
    def __getitem__(self, row: int) -> Rating: ...
    @overload
    def __getitem__(self, row: slice) -> "Columns": ...
    def __getitem__(self, row: int | slice) -> "Rating | Columns":
        if isinstance(row, slice):
            return self.take(np.arange(len(self))[row])
        seconds = float(self.seconds[row])
        return Rating(
            int(self.completion[row]),
            int(self.prompt[row]),
            int(self.rater[row]),
            "label" if self.label[row] else "score",
            self.criteria[self.criterion[row]],
            int(self.occasion[row]),
            float(self.value[row]),
            None if seconds != seconds else seconds,
            int(self.hlc[row]),
            self.uid[row].tobytes(),
        )

    def __iter__(self) -> Iterator[Rating]:
        return (self[row] for row in range(len(self)))

    def take(self, rows: Ints | Bools) -> "Columns":
        """Some rows, by number or where true."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        some = {f.name: getattr(self, f.name)[rows] for f in fields(self)[:-1]}
        return Columns(**some, criteria=self.criteria)

    def points(self, of_labels: Sequence[float]) -> Floats:
        """Each judgement on the scale of scores, a label at its of these points."""
        places = np.asarray(of_labels, dtype=np.float64)
        index = np.where(self.label, self.value, 0).astype(np.int64)
        return np.where(self.label, places[index], self.value)

    def newest(self) -> "Columns":
        """Each rater's last word on a completion and criterion, in the order of the rows."""
        names = (self.criterion, self.completion, self.rater)
        late = self.uid.view(">u8").reshape(-1, 2).T if len(self) else np.empty((2, 0))
        order = np.lexsort((late[1], late[0], self.hlc, *names))
        same = np.ones(max(len(self) - 1, 0), dtype=bool)
        for name in names:
            same &= np.diff(name[order]) == 0
        if not same.any():
            return self
        keep = np.ones(len(self), dtype=bool)
        keep[order[:-1][same]] = False
        return self.take(keep)

    @classmethod
    def of(cls, ratings: Iterable[Rating]) -> "Columns":
        """The same from records."""
        rows = list(ratings)
        criteria = tuple(dict.fromkeys(r.criterion for r in rows))
        code = {name: i for i, name in enumerate(criteria)}

        def ints(found: Iterable[int]) -> Ints:
            return np.array(list(found), dtype=np.int64)

        return cls(
            ints(r.completion_id for r in rows),
            ints(r.prompt_id for r in rows),
            ints(r.rater_id for r in rows),
            ints(code[r.criterion] for r in rows),
            ints(r.occasion for r in rows),
            np.array([r.kind == "label" for r in rows], dtype=bool),
            np.array([r.value for r in rows], dtype=np.float64),
            np.array([np.nan if r.seconds is None else r.seconds for r in rows], dtype=np.float64),
            ints(r.hlc for r in rows),
            np.array([r.event_uid.rjust(16, b"\0") for r in rows], dtype="V16"),
            criteria,
        )


def current(c: Connection, *, split: str | None = None) -> Columns:
    """What counts now of all completions or those of a split, in the order of `events.current`."""
    criteria = tuple(
        name for (name,) in c.execute("SELECT DISTINCT criterion FROM item_stat ORDER BY 1") if name
    )
    cases = "".join(f" WHEN ? THEN {i}" for i in range(len(criteria)))
    code = f"CASE criterion{cases} ELSE -1 END" if criteria else "-1"
    cursor = c.execute(
        f"SELECT completion_id, rater_id, {code}, occasion, kind = 'label', value,"
        " coalesce(seconds, -1.0), hlc, event_uid FROM rating WHERE kind IN ('score', 'label')"
        " ORDER BY completion_id, rater_id, criterion, occasion, kind",
        criteria,
    )
    found = _array(cursor, _ROW)
    completion, rater, criterion, occasion, label, value, seconds, hlc, uid = (
        np.ascontiguousarray(found[name]) for name in _ROW.names or ()
    )
    del found
    seconds[seconds < 0] = np.nan
    prompt = _prompts(c, completion)
    columns = Columns(
        completion, prompt, rater, criterion, occasion, label, value, seconds, hlc, uid, criteria
    )
    if split is None:
        return columns
    return columns.take(np.isin(prompt, _of_split(c, split)))


def _prompts(c: Connection, completion: Ints) -> Ints:
    """The prompt of each of these completions, from the index that has both."""
    found = _array(
        c.execute("SELECT id, prompt_id FROM completion ORDER BY prompt_id, id"), np.dtype("i8,i8")
    )
    order = np.argsort(found["f0"], kind="stable")
    ids, prompts = found["f0"][order], found["f1"][order]
    if not len(completion):
        return np.empty(0, dtype=np.int64)
    return np.asarray(prompts[np.searchsorted(ids, completion)], dtype=np.int64)


def _of_split(c: Connection, split: str) -> Ints:
    rows = c.execute("SELECT id FROM prompt WHERE split = ?", (split,))
    return np.fromiter((id for (id,) in rows), np.int64)


def _array(cursor: Iterable[tuple[Any, ...]], dtype: np.dtype[Any]) -> "NDArray[Any]":
    return np.fromiter(cursor, dtype)

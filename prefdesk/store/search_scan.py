"""Search without an index: the texts themselves are read, newest first, for a limited time."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prefdesk.store import search
from prefdesk.store.search import Hit, Kind, SearchKey, SearchPage, Text
from prefdesk.store.words import Query

if TYPE_CHECKING:
    from prefdesk.store.file import Store

BUDGET_S = 2.0
ROWS = 1000
_END = 2**63 - 1


def page(
    store: "Store", query: Query, kinds: tuple[Kind, ...], after: SearchKey | None, limit: int
) -> SearchPage:
    """A page of hits, newest first; `complete` is False if not all texts were looked at."""
    ends = time.monotonic() + BUDGET_S
    found: list[tuple[SearchKey, Hit | None]] = []
    totals: dict[Kind, int] = dict.fromkeys(kinds, 0)
    complete = True
    for kind in kinds if query.terms else ():
        below = after.id if after is not None and after.kind == kind else _END
        complete = complete and below == _END and not search.is_past(kinds, kind, after)
        if search.is_past(kinds, kind, after):
            continue
        for number, text in _newest_first(store, kind, below):
            if time.monotonic() > ends or len(found) > limit:
                complete = False
                break
            if query.matches(text.text):
                totals[kind] += 1
                found.append((SearchKey(kind, number), text.hit(query)))
    return search.page_of(found, totals, limit, False, complete)


def _newest_first(store: "Store", kind: Kind, below: int) -> Iterator[tuple[int, Text]]:
    """Texts with a number below this one, the highest first; short reads, one after the other."""
    while True:
        numbers, texts = (_comments if kind == "comment" else _rows)(store, kind, below)
        yield from texts
        if not numbers:
            return
        below = numbers[-1]


def _rows(store: "Store", kind: Kind, below: int) -> tuple[list[int], list[tuple[int, Text]]]:
    with store.read() as c:
        sql = f"{search.TEXTS[kind]} WHERE id < ? ORDER BY id DESC LIMIT ?"
        found = [Text(kind, *row) for row in c.execute(sql, (below, ROWS))]
    return [text.id for text in found], [(text.id, text) for text in found]


def _comments(store: "Store", kind: Kind, below: int) -> tuple[list[int], list[tuple[int, Text]]]:
    with store.read() as c:
        events = c.execute(
            "SELECT hlc, uid, kind FROM event WHERE hlc < ? ORDER BY hlc DESC LIMIT ?",
            (below, ROWS),
        ).fetchall()
    numbers = {uid: hlc for hlc, uid, what in events if what == "comment"}
    found = {text.event_uid: text for text in search.comments(store, numbers)}
    texts = [(hlc, found[uid]) for uid, hlc in numbers.items() if uid in found]
    return [hlc for hlc, _, _ in events], texts

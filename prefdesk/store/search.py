"""Search in prompts, completions and comments: words anywhere, in pages.

Where the index can be used, hits are counted first, up to a limit; at most `RANKED_MOST` hits are
ranked (by bm25), more come newest first, because ranking a word of every text takes seconds.
Without an index the newest texts are looked through for a limited time. A hit is believed only
after the words were found in the true text, so an old index can hide a hit but not invent one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from prefdesk.errors import InputError
from prefdesk.store import rows, search_cache
from prefdesk.store.engine import Connection
from prefdesk.store.words import Query, Span, excerpt

if TYPE_CHECKING:
    from prefdesk.store.file import Store

RANKED_MOST = 10_000
SHORT, FEW_TEXTS = 3, 50_000
"""A beginning shorter than this is looked for among this many texts at most: in more of them,
merging the lists of all words that begin with one letter takes a second."""

Kind = Literal["prompt", "completion", "comment"]
KINDS = cast("tuple[Kind, ...]", search_cache.KINDS)

TEXTS = {
    "prompt": f"SELECT id, id, {search_cache.PROMPT_TEXT} FROM prompt",
    "completion": "SELECT id, prompt_id, text FROM completion",
}
COMMENTS = (
    "SELECT r.completion_id, k.prompt_id, r.body, r.rater_id, r.event_uid FROM event e"
    " JOIN rating r ON r.completion_id = e.completion_id AND r.rater_id = e.rater_id"
    " AND r.event_uid = e.uid AND r.kind = 'comment' JOIN completion k ON k.id = r.completion_id"
)
_WITHIN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class SearchKey:
    """Where a page ended: the next one goes on after it. `rank` is None in newest-first order."""

    kind: Kind
    id: int
    rank: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A text with all words looked for.

    `id` is that of the prompt, of the completion, or of the completion the comment is on;
    `event_uid` names the comment. `excerpt` is a piece of the true text, and `spans` are the
    (start, end) of the words looked for in it.
    """

    kind: Kind
    id: int
    excerpt: str
    spans: tuple[Span, ...]
    prompt_id: int
    rater_id: int | None = None
    event_uid: bytes | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits: prompts first, then completions, then comments.

    `totals` counts the hits of each kind asked for; at a count above `RANKED_MOST`, or where
    not everything was looked at (`complete` is False), there may be more. `ranked` is True if
    every kind is ordered by how well it fits. `next` is the key of the next page, or None.
    """

    hits: tuple[Hit, ...]
    totals: dict[Kind, int]
    ranked: bool
    complete: bool
    next: SearchKey | None = None

    @property
    def total(self) -> int:
        """How many hits there are, as far as they were counted."""
        return sum(self.totals.values())

    @property
    def exact(self) -> bool:
        """True if `total` is the number of hits, and not only at least that."""
        return self.complete and all(n <= RANKED_MOST for n in self.totals.values())


def kinds_of(kind: str) -> tuple[Kind, ...]:
    """`all` or one kind; `InputError` for anything else."""
    if kind == "all":
        return KINDS
    if kind not in KINDS:
        raise InputError(f"There is no kind {kind!r}.", f"Use all, {', '.join(KINDS)}.")
    return (kind,)


def page(
    store: "Store", cache: Connection, query: Query, kinds: tuple[Kind, ...],
    after: SearchKey | None, limit: int, *, complete: bool = True,
) -> SearchPage:  # fmt: skip
    """A page out of the index. Errors of the index are those of the engine."""
    totals: dict[Kind, int] = {}
    found: list[tuple[SearchKey, Hit | None]] = []
    for kind in kinds:
        wanted, totals[kind] = _narrowed(cache, kind, query)
        room = limit + 1 - len(found)
        if room > 0 and totals[kind] and not is_past(kinds, kind, after):
            start = after if after is not None and after.kind == kind else None
            keys = _keys(cache, kind, wanted, start, room, totals[kind] <= RANKED_MOST)
            hits = _hits(store, cache, wanted, kind, [key.id for key in keys])
            found += [(key, hits.get(key.id)) for key in keys]
    ranked = all(n <= RANKED_MOST for n in totals.values())
    return page_of(found, totals, limit, ranked, complete)


def is_past(kinds: tuple[Kind, ...], kind: Kind, after: SearchKey | None) -> bool:
    """True if the pages before the one after `after` had all hits of a kind."""
    return after is not None and kinds.index(after.kind) > kinds.index(kind)


def page_of(
    found: Sequence[tuple[SearchKey, Hit | None]], totals: dict[Kind, int], limit: int,
    ranked: bool, complete: bool,
) -> SearchPage:  # fmt: skip
    """The first `limit` of what was found; one more means that there is a next page."""
    more = found[limit - 1][0] if len(found) > limit else None
    hits = tuple(hit for _, hit in found[:limit] if hit is not None)
    return SearchPage(hits, totals, ranked, complete, more)


def count(cache: Connection, query: Query, kinds: tuple[Kind, ...]) -> dict[Kind, int]:
    """All hits of each kind; up to a second where there are millions."""
    return {kind: _count(cache, kind, query, -1) for kind in kinds}


def ids(cache: Connection, kind: Kind, query: Query) -> list[int] | None:
    """The ids of all hits; None if they are more than `RANKED_MOST`."""
    wanted, total = _narrowed(cache, kind, query)
    if total > RANKED_MOST:
        return None
    sql = f"SELECT rowid FROM {kind}_words WHERE {kind}_words MATCH ?"
    return [row[0] for row in cache.execute(sql, (wanted.expression(),))] if total else []


def _narrowed(cache: Connection, kind: Kind, query: Query) -> tuple[Query, int]:
    """The query to ask of a kind and its hits, counted up to one more than `RANKED_MOST`.

    A last word that alone has more hits than that is not looked for as the beginning of others:
    the lists of all of them would have to be merged before the first hit is known.
    """
    last = Query((query.terms[-1][-1:],)) if query.prefix else query
    short = query.prefix and len(query.terms[-1][-1]) < SHORT
    if short and search_cache.mark(cache, kind).n > FEW_TEXTS:
        query = query.exact()
    if query.prefix and _count(cache, kind, last, RANKED_MOST + 1) > RANKED_MOST:
        query = query.exact()
    return query, _count(cache, kind, query, RANKED_MOST + 1)


def _count(cache: Connection, kind: Kind, query: Query, most: int) -> int:
    if not query.terms:
        return 0
    found = f"SELECT 1 FROM {kind}_words WHERE {kind}_words MATCH ? LIMIT ?"
    sql = f"SELECT count(*) FROM ({found})"
    return int(cache.execute(sql, (query.expression(), most)).fetchone()[0])


def _keys(
    cache: Connection, kind: Kind, query: Query, after: SearchKey | None, limit: int, ranked: bool
) -> list[SearchKey]:
    table, expression = f"{kind}_words", query.expression()
    if not ranked or (after is not None and after.rank is None):
        below = 2**63 - 1 if after is None else after.id - 1
        sql = (
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid <= ?"
            " ORDER BY rowid DESC LIMIT ?"
        )
        return [SearchKey(kind, id) for (id,) in cache.execute(sql, (expression, below, limit))]
    start = (-1e300, 0) if after is None else (after.rank, -after.id)
    found = cache.execute(
        f"SELECT id, score FROM (SELECT rowid AS id, bm25({table}) AS score FROM {table}"
        f" WHERE {table} MATCH ?) WHERE (score, -id) > (?, ?) ORDER BY score, id DESC LIMIT ?",
        (expression, *start, limit),
    )
    return [SearchKey(kind, id, score) for id, score in found]


def _hits(
    store: "Store", cache: Connection, query: Query, kind: Kind, numbers: list[int]
) -> dict[int, Hit]:
    """The hits by their number in the index; where the true text lacks the words, none."""
    if kind == "comment":
        found = cache.execute(
            f"SELECT id, event_uid FROM comment WHERE id {_WITHIN}", (rows.id_list(numbers),)
        )
        by_uid = {uid: number for number, uid in found}
        texts = [(by_uid[t.event_uid], t) for t in comments(store, by_uid) if t.event_uid]
    else:
        texts = [(t.id, t) for t in of_ids(store, kind, numbers)]
    return {number: text.hit(query) for number, text in texts if query.matches(text.text)}


@dataclass(frozen=True, slots=True)
class Text:
    """A text that can be searched, with what a `Hit` says of it."""

    kind: Kind
    id: int
    prompt_id: int
    text: str
    rater_id: int | None = None
    event_uid: bytes | None = None

    def hit(self, query: Query) -> Hit:
        """The hit, for a text that matches."""
        piece, spans = excerpt(self.text, query)
        return Hit(self.kind, self.id, piece, spans, self.prompt_id, self.rater_id, self.event_uid)


def of_ids(store: "Store", kind: Kind, ids: Iterable[int]) -> list[Text]:
    """Prompts or completions by id."""
    with store.read() as c:
        sql = f"{TEXTS[kind]} WHERE id {_WITHIN}"
        return [Text(kind, *row) for row in c.execute(sql, (rows.id_list(ids),))]


def comments(store: "Store", event_uids: Iterable[bytes]) -> list[Text]:
    """Comments by their event, those that count now."""
    listed = rows.text_list(uid.hex() for uid in event_uids)
    with store.read() as c:
        sql = f"{COMMENTS} WHERE e.uid IN (SELECT unhex(value) FROM json_each(?))"
        found = c.execute(sql, (listed,)).fetchall()
    return [Text("comment", *row) for row in found]

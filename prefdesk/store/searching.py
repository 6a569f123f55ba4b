"""Search in an open project: by the index where it can be used, else by reading the texts."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from prefdesk.errors import InputError
from prefdesk.events import Progress
from prefdesk.records import Prompt
from prefdesk.store import engine, prompts, rows, search, search_cache, search_index, search_scan
from prefdesk.store.engine import Connection
from prefdesk.store.search import Kind, SearchKey, SearchPage
from prefdesk.store.words import Query

if TYPE_CHECKING:
    from prefdesk.store.file import Store

T = TypeVar("T")

MOST_HITS = 1000
WALK_S = 1.0
WALK_ROWS = 200


@dataclass(frozen=True, slots=True)
class PromptHits:
    """A page of prompts with the words looked for in their text or in an answer, by id.

    `answers` is the number of answers to each that have them, as many as `prompts`. `total`
    counts the prompts of all pages, and `total_answers` the answers; None where there are too
    many to know. The next page comes after the id `next`; None ends them.
    """

    prompts: tuple[Prompt, ...]
    answers: tuple[int, ...]
    total: int | None
    total_answers: int | None
    next: int | None


class Index:
    """The index of one project; `folder` is where indexes lie, None if there is no place."""

    def __init__(self, store: "Store", folder: Path | None, uid: str) -> None:
        self.store = store
        self._path = search_cache.file_of(folder, uid, store.path) if folder else None
        self._uid = uid
        self._verified = False
        self._reader = search_cache.Reader(self._path, uid) if self._path else None

    def close(self) -> None:
        """Let go of the file; another search opens it again."""
        if self._reader is not None:
            self._reader.close()

    def update(self, *, verify: bool = False) -> Iterator[Progress]:
        """See `search_index.update`; what is indexed is compared at least once per opening."""
        if self._path is not None:
            self.close()
            verify = verify or not self._verified
            steps = search_index.update(self.store, self._path, self._uid, verify=verify)
            done = yield from steps
            self._verified = self._verified or (verify and done)

    def page(self, text: str, kind: str, after: SearchKey | None, limit: int) -> SearchPage:
        """A page of hits; `InputError` for a kind or a limit that there is not."""
        query, kinds = Query.of(text), search.kinds_of(kind)
        if not 1 <= limit <= MOST_HITS:
            raise InputError(f"A page has 1 to {MOST_HITS} hits, not {limit}.")

        if after is not None and after.kind not in kinds:
            raise InputError(f"A page of {kind} hits cannot go on from a {after.kind}.")

        def ask(cache: Connection, current: bool) -> SearchPage:
            return search.page(self.store, cache, query, kinds, after, limit, complete=current)

        found = self._asked(ask)
        return found or search_scan.page(self.store, query, kinds, after, limit)

    def count(self, text: str, kind: str) -> dict[Kind, int] | None:
        """The number of all hits of each kind; None where there is no index."""
        query, kinds = Query.of(text), search.kinds_of(kind)
        return self._asked(lambda cache, _: search.count(cache, query, kinds))

    def prompts(
        self, text: str, *, after: int, limit: int, split: str | None, task: str | None
    ) -> PromptHits | None:
        """A page of prompts that have the words, or whose answers do; None without an index."""
        query, most = Query.of(text), min(limit, MOST_HITS)

        def ask(cache: Connection, _: bool) -> list[list[int] | None]:
            return [search.ids(cache, kind, query) for kind in ("prompt", "completion")]

        found = self._asked(ask)
        if found is None:
            return None
        of_prompts, of_answers = found
        if of_prompts is None or of_answers is None:
            return self._walk(query, after, most, split, task)
        return self._listed(query, of_prompts, of_answers, after, most, split, task)

    def _asked(self, ask: Callable[[Connection, bool], T]) -> T | None:
        """What the index answers; `ask` is told whether it has everything. None without one."""
        if self._path is None or self._reader is None:
            return None
        try:
            for fresh in (False, True):
                with self._reader.opened() as cache:
                    if cache is None or not search_cache.is_ready(cache):
                        return None
                    if not self._verified and not search_index.seems_of(self.store, cache):
                        return None
                    behind, far = search_index.is_behind(self.store, cache)
                    if fresh or far or not behind:
                        return ask(cache, not behind)
                # What little is missing is added first.
                for _ in search_index.update(self.store, self._path, self._uid, verify=False):
                    pass
        except engine.dbapi.Error as error:
            self.close()
            if search_cache.is_damaged(error):
                search_cache.discard(self._path)
        return None

    def _listed(
        self, query: Query, of_prompts: list[int], of_answers: list[int],
        after: int, limit: int, split: str | None, task: str | None,
    ) -> PromptHits:  # fmt: skip
        with self.store.read() as c:
            answered = c.execute(
                "SELECT DISTINCT prompt_id FROM completion"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (rows.id_list(of_answers),),
            ).fetchall()
            ids = {*of_prompts, *(id for (id,) in answered)}
            kept = _kept(c, ids, split, task)
            page = [id for id in kept if id > after][: limit + 1]
            found = prompts.by_ids(c, page[:limit])
        answers = self._answers(query, found)
        more = page[limit - 1] if len(page) > limit else None
        return PromptHits(
            tuple(found.values()),
            tuple(answers[id] for id in found),
            len(kept),
            len(of_answers) if split is None and task is None else None,
            more,
        )

    def _walk(
        self, query: Query, after: int, limit: int, split: str | None, task: str | None
    ) -> PromptHits:
        """The prompts one after the other, where nearly all of them have the words."""
        ends = time.monotonic() + WALK_S
        found: list[tuple[Prompt, int]] = []
        while len(found) < limit and time.monotonic() < ends:
            with self.store.read() as c:
                some = prompts.page(c, after=after, limit=WALK_ROWS, split=split, task=task)
            answers = self._answers(query, {one.id: one for one in some})
            for one in some:
                if answers[one.id] or query.matches(f"{one.text}\n\n{one.source}"):
                    found.append((one, answers[one.id]))
                after = one.id
                if len(found) == limit:
                    break
            if len(some) < WALK_ROWS and len(found) < limit:
                return _hits(found, None)
        return _hits(found, after)

    def _answers(self, query: Query, ids: Iterable[int]) -> dict[int, int]:
        counts = dict.fromkeys(ids, 0)
        with self.store.read() as c:
            found = c.execute(
                "SELECT prompt_id, text FROM completion"
                " WHERE prompt_id IN (SELECT value FROM json_each(?))",
                (rows.id_list(counts),),
            ).fetchall()
        for prompt_id, text in found:
            counts[prompt_id] += query.matches(text)
        return counts


def _hits(found: list[tuple[Prompt, int]], more: int | None) -> PromptHits:
    return PromptHits(tuple(p for p, _ in found), tuple(n for _, n in found), None, None, more)


def _kept(c: Connection, ids: Iterable[int], split: str | None, task: str | None) -> list[int]:
    given: dict[str, Any] = {"split": split, "task": task}
    chosen = {name: value for name, value in given.items() if value is not None}
    conditions = ["id IN (SELECT value FROM json_each(?))", *(f"{name} = ?" for name in chosen)]
    sql = f"SELECT id FROM prompt{rows.where(conditions)} ORDER BY id"
    return [id for (id,) in c.execute(sql, (rows.id_list(ids), *chosen.values()))]


def finish(steps: Iterator[Progress], budget_s: float) -> bool:
    """Take steps for about this long; True if there are more, False once all are taken."""
    ends = time.monotonic() + budget_s
    return any(time.monotonic() > ends for _ in steps)

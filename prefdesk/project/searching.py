"""Search in the texts of a project, and the index behind it, which lies in the cache folder."""

import threading
from collections.abc import Iterator

from prefdesk import paths, store
from prefdesk.events import Progress
from prefdesk.project.core import Core
from prefdesk.records import Split
from prefdesk.store.search import Hit, Kind, SearchKey, SearchPage
from prefdesk.store.searching import PromptHits
from prefdesk.store.words import Query, Span

__all__ = ["Hit", "PromptHits", "Search", "SearchKey", "SearchPage"]


class Search:
    """`project.search`: call it to search.

    What is typed is words, of which all must be there, and phrases in double quotes; case and
    accents do not matter. The last word also finds longer words that begin with it, unless it
    has more than 10,000 hits itself or, in more than 50,000 texts, fewer than three letters.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._guard = threading.Lock()
        self._steps: Iterator[Progress] | None = None
        self._made: store.searching.Index | None = None

    def __call__(
        self, text: str, *, kind: str = "all", after: SearchKey | None = None, limit: int = 50
    ) -> SearchPage:
        """A page of hits; `kind` is all, prompt, completion or comment.

        `after` is the `next` of the page before. Without an index the newest texts are searched
        for about two seconds. `InputError` for a kind that there is not.
        """
        return self._index().page(text, kind, after, limit)

    def count(self, text: str, *, kind: str = "all") -> dict[Kind, int] | None:
        """The number of all hits of each kind, however many; None where there is no index."""
        return self._index().count(text, kind)

    def prompts(
        self,
        text: str,
        *,
        after: int = 0,
        limit: int = 200,
        split: Split | None = None,
        task: str | None = None,
    ) -> PromptHits | None:
        """Prompts that have the words in their text or in an answer, by id; None without an
        index."""
        return self._index().prompts(text, after=after, limit=limit, split=split, task=task)

    def spans(self, text: str, words: str) -> list[Span]:
        """Where `words`, typed as for a search, stand in a text: (start, end) of each."""
        return Query.of(words).spans(text)

    def matches(self, text: str, words: str) -> bool:
        """True if a text has all of `words`, typed as for a search."""
        return Query.of(words).matches(text)

    def update(self) -> Iterator[Progress]:
        """Bring the index up to date; stop asking for more to stop, what is done is kept.

        Where it cannot be kept (a full disk, no folder, another process at it) this ends early.
        """
        self.close()
        return self._index().update(verify=True)

    def step(self, budget_s: float = 0.2) -> bool:
        """Go on bringing the index up to date for about this long; True if there is more to do."""
        with self._guard:
            if self._steps is None:
                self._steps = self._index().update()
            try:
                more = store.searching.finish(self._steps, budget_s)
            except BaseException:
                self._steps = None
                raise
            if not more:
                self._steps = None
            return more

    def close(self) -> None:
        """Let go of an index that is not finished."""
        with self._guard:
            if self._steps is not None:
                self._steps.close()  # type: ignore[attr-defined]
            self._steps = None
        if self._made is not None:
            self._made.close()

    def _index(self) -> store.searching.Index:
        if self._made is None or self._made.store is not self._core.store:
            uid = self._core.query(lambda c: store.meta.get(c, "uid"))
            try:
                folder = paths.cache_dir() / "search"
            except OSError:
                folder = None
            self._made = store.searching.Index(self._core.store, folder, uid)
        return self._made

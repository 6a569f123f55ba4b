"""Long tables of judgements of several kinds about the same items, with shared codes."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from prefdesk.errors import InputError
from prefdesk.ratings.table import Bools, Floats, Ints

N_LABELS = 3
"""Labels of the desk: bad, medium, good."""


class Scores(NamedTuple):
    """One score a row, in points of the scale."""

    rater: Ints
    item: Ints
    value: Floats


class Labels(NamedTuple):
    """One label a row: a whole number from 0 (worst)."""

    rater: Ints
    item: Ints
    value: Ints


class Pairs(NamedTuple):
    """One comparison a row: `outcome` is 1 if the first is better, 0 if the second, 0.5: a tie."""

    rater: Ints
    first: Ints
    second: Ints
    outcome: Floats


class Rankings(NamedTuple):
    """All rankings of one length `m`: `items` and `ranks` are (rankings x m), best first."""

    rater: Ints
    items: Ints
    ranks: Floats


class Judgements:
    """Scores, labels, pairs and rankings of items by raters; codes follow first appearance.

    `item_prompt` gives each item's prompt; `rankings` holds one block per length.
    """

    def __init__(self, prompts: Mapping[Hashable, Hashable] | None, n_labels: int) -> None:
        if n_labels < 2:
            raise InputError("Labels need at least two classes.")
        self.n_labels = n_labels
        self._prompt_of = prompts
        self._raters: dict[Hashable, int] = {}
        self._items: dict[Hashable, int] = {}

    @classmethod
    def of(
        cls,
        *,
        scores: Iterable[tuple[Hashable, Hashable, float]] = (),
        labels: Iterable[tuple[Hashable, Hashable, int]] = (),
        pairs: Iterable[tuple[Hashable, Hashable, Hashable, float]] = (),
        rankings: Iterable[tuple[Hashable, Sequence[Hashable], Sequence[float]]] = (),
        prompts: Mapping[Hashable, Hashable] | None = None,
        n_labels: int = N_LABELS,
    ) -> "Judgements":
        """Build a table from rows (rater, item, value), (rater, a, b, outcome), (rater, items,

        ranks); rank 1 is best and equal ranks are ties. `prompts` maps items to prompts; without
        it there are no groups. Raises InputError for a score that is not finite, a label outside
        its classes, an item compared with itself, ranked twice or without a prompt.
        """
        table = cls(prompts, n_labels)
        table.scores = table._score_columns(scores)
        table.labels = table._label_columns(labels)
        table.pairs = table._pair_columns(pairs)
        table.rankings = table._ranking_blocks(rankings)
        table.raters, table.items = tuple(table._raters), tuple(table._items)
        table.item_prompt, table.n_prompts = table._owners()
        return table

    @classmethod
    def from_pairs(
        cls,
        raters: Sequence[Hashable],
        firsts: Sequence[Hashable],
        seconds: Sequence[Hashable],
        outcomes: Sequence[float],
        prompts: Mapping[Hashable, Hashable] | None = None,
    ) -> "Judgements":
        """Comparisons only, from columns of one length: 1 first is better, 0 second, 0.5 tie."""
        _same_length(raters, firsts, seconds, outcomes)
        return cls.of(pairs=zip(raters, firsts, seconds, outcomes, strict=True), prompts=prompts)

    @classmethod
    def from_rankings(
        cls,
        raters: Sequence[Hashable],
        rankings: Sequence[Hashable],
        items: Sequence[Hashable],
        ranks: Sequence[float],
        prompts: Mapping[Hashable, Hashable] | None = None,
    ) -> "Judgements":
        """Rankings only: one row per ranked item; `rankings` names the ranking of the row."""
        _same_length(raters, rankings, items, ranks)
        held: dict[tuple[Hashable, Hashable], tuple[list[Hashable], list[float]]] = {}
        for rater, ranking, item, rank in zip(raters, rankings, items, ranks, strict=True):
            names, places = held.setdefault((rater, ranking), ([], []))
            names.append(item)
            places.append(rank)
        rows = [(rater, names, places) for (rater, _), (names, places) in held.items()]
        return cls.of(rankings=rows, prompts=prompts)

    scores: Scores
    labels: Labels
    pairs: Pairs
    rankings: tuple[Rankings, ...]
    raters: tuple[Hashable, ...]
    items: tuple[Hashable, ...]
    item_prompt: Ints
    n_prompts: int

    @property
    def n(self) -> int:
        """The number of judgements; a ranking is one."""
        return int(self.rater_n.sum())

    @property
    def absolute(self) -> bool:
        """True if some judgement says how good an item is, not only which of two is better."""
        return bool(len(self.scores.value) or len(self.labels.value))

    @property
    def rater_n(self) -> Ints:
        """Judgements per rater."""
        columns = [self.scores.rater, self.labels.rater, self.pairs.rater]
        columns += [block.rater for block in self.rankings]
        return np.bincount(np.concatenate(columns), minlength=len(self.raters))

    @property
    def item_n(self) -> Ints:
        """Judgements per item: every comparison and ranking it took part in counts."""
        return np.bincount(self.judged_by[1], minlength=len(self.items))

    @property
    def judged_by(self) -> tuple[Ints, Ints]:
        """Rater and item codes, one row per judgement and item in it."""
        parts = [(self.scores.rater, self.scores.item), (self.labels.rater, self.labels.item)]
        parts += [(self.pairs.rater, self.pairs.first), (self.pairs.rater, self.pairs.second)]
        for block in self.rankings:
            parts.append((np.repeat(block.rater, block.items.shape[1]), block.items.ravel()))
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    @property
    def grouped(self) -> bool:
        """True if prompts form groups: at least two, and one of them with two items."""
        sizes = np.bincount(self.item_prompt, minlength=self.n_prompts)
        return bool(len(sizes) >= 2 and (sizes >= 2).any())

    def rows(self, keep: Bools) -> "Judgements":
        """The same table with the judgements of the raters where `keep` (per rater) is true."""
        out = object.__new__(Judgements)
        out.__dict__.update(self.__dict__)
        out.scores = Scores._make(c[keep[self.scores.rater]] for c in self.scores)
        out.labels = Labels._make(c[keep[self.labels.rater]] for c in self.labels)
        out.pairs = Pairs._make(c[keep[self.pairs.rater]] for c in self.pairs)
        out.rankings = tuple(
            Rankings._make(c[keep[block.rater]] for c in block) for block in self.rankings
        )
        return out

    def _rater(self, key: Hashable) -> int:
        return self._raters.setdefault(key, len(self._raters))

    def _item(self, key: Hashable) -> int:
        return self._items.setdefault(key, len(self._items))

    def _score_columns(self, rows: Iterable[tuple[Hashable, Hashable, float]]) -> Scores:
        coded = [(self._rater(r), self._item(i), float(v)) for r, i, v in rows]
        if not all(np.isfinite(v) for _, _, v in coded):
            raise InputError("A score is not a finite number.")
        return Scores(_ints(coded, 0), _ints(coded, 1), _floats(coded, 2))

    def _label_columns(self, rows: Iterable[tuple[Hashable, Hashable, int]]) -> Labels:
        coded = [(self._rater(r), self._item(i), v) for r, i, v in rows]
        if not all(v in range(self.n_labels) for _, _, v in coded):
            raise InputError(f"A label is not a whole number from 0 to {self.n_labels - 1}.")
        return Labels(_ints(coded, 0), _ints(coded, 1), _ints(coded, 2))

    def _pair_columns(self, rows: Iterable[tuple[Hashable, Hashable, Hashable, float]]) -> Pairs:
        coded = []
        for rater, first, second, outcome in rows:
            if first == second:
                raise InputError(f"The item {first!r} is compared with itself.")
            if outcome not in (0, 0.5, 1):
                raise InputError("The outcome of a comparison is neither 0, 0.5 nor 1.")
            coded.append((self._rater(rater), self._item(first), self._item(second), outcome))
        return Pairs(_ints(coded, 0), _ints(coded, 1), _ints(coded, 2), _floats(coded, 3))

    def _ranking_blocks(
        self, rows: Iterable[tuple[Hashable, Sequence[Hashable], Sequence[float]]]
    ) -> tuple[Rankings, ...]:
        blocks: dict[int, list[tuple[int, list[int], list[float]]]] = {}
        for rater, items, ranks in rows:
            _check_ranking(items, ranks)
            order = np.argsort(np.asarray(ranks, dtype=np.float64), kind="stable").tolist()
            codes = [self._item(i) for i in items]
            row = (self._rater(rater), [codes[k] for k in order], [float(ranks[k]) for k in order])
            if len(items) > 1:  # a ranking of one item says nothing
                blocks.setdefault(len(items), []).append(row)
        return tuple(
            Rankings(_ints(b, 0), np.array([r[1] for r in b]), np.array([r[2] for r in b]))
            for _, b in sorted(blocks.items())
        )

    def _owners(self) -> tuple[Ints, int]:
        if self._prompt_of is None:
            return np.arange(len(self.items)), len(self.items)
        seen: dict[Hashable, int] = {}
        owner = np.empty(len(self.items), dtype=np.int64)
        for code, item in enumerate(self.items):
            if item not in self._prompt_of:
                raise InputError(f"The item {item!r} has no prompt.")
            owner[code] = seen.setdefault(self._prompt_of[item], len(seen))
        return owner, len(seen)


def _check_ranking(items: Sequence[Hashable], ranks: Sequence[float]) -> None:
    if len(items) != len(ranks):
        raise InputError("A ranking has another number of ranks than of items.")
    if len(set(items)) != len(items):
        raise InputError("An item appears twice in one ranking.")
    if not all(np.isfinite(r) for r in ranks):
        raise InputError("A rank is not a finite number.")


def _same_length(*columns: Sequence[object]) -> None:
    if len({len(c) for c in columns}) != 1:
        raise InputError("The columns of a table of comparisons must be of the same length.")


def _ints(rows: Sequence[Sequence[object]], k: int) -> Ints:
    return np.array([r[k] for r in rows], dtype=np.int64)


def _floats(rows: Sequence[Sequence[object]], k: int) -> Floats:
    return np.array([r[k] for r in rows], dtype=np.float64)

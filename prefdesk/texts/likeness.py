"""Texts that are nearly the same, found among very many: MinHash and locality-sensitive hashing.

A text is the set of its pieces of `SHINGLE` characters; likeness is the Jaccard index of two such
sets. One pass over a text's pieces fills a sketch of 64 places (one permutation hashing, Li, Owen
& Zhang 2012), places that stay empty borrow from others in a fixed order (after Shrivastava 2017),
and texts that agree in all four places of one of 16 bands are looked at as a pair. Everything is
decided by fixed numbers: the same texts give the same pairs on every machine.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

SHINGLE = 5
PLACES, BANDS = 64, 16
ROWS = PLACES // BANDS

_U64 = npt.NDArray[np.uint64]
_EMPTY = np.uint64(2**64 - 1)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_CROWD = 4
"""How many of the first texts of a crowded bucket the others are compared with."""
_MOST = 16
"""With how many earlier texts a text is compared at most."""


def likeness(one: str, other: str) -> float:
    """The Jaccard index of the two texts' pieces, between 0 and 1."""
    a, b = _pieces(one), _pieces(other)
    return len(a & b) / len(a | b)


def _pieces(text: str) -> set[str]:
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}


class Sketches:
    """The sketches of texts, batch by batch; 256 bytes for each text.

    64 places of 16 bits (for estimates) and 16 band keys of 64 bits.
    """

    def __init__(self) -> None:
        self._keys: list[_U64] = []
        self._short: list[npt.NDArray[np.uint16]] = []

    def add(self, texts: Sequence[str]) -> None:
        """Sketch more texts, in the order in which pairs will name them."""
        if texts:
            places = sketch(texts)
            self._keys.append(_band_keys(places))
            self._short.append((places & np.uint64(0xFFFF)).astype(np.uint16))

    def pairs(self, least: float) -> npt.NDArray[np.int64]:
        """Pairs (earlier, later) of texts that may be alike by `least` or more; [n, 2].

        In order of the later text, for each of them the most promising first and `_MOST` at most.
        Every pair has to be measured; those estimated clearly below `least` are not among them.
        """
        if not self._keys:
            return np.empty((0, 2), dtype=np.int64)
        keys, short = np.concatenate(self._keys), np.concatenate(self._short)
        codes = np.empty(0, dtype=np.int64)
        for band in range(BANDS):
            codes = np.union1d(codes, _of_band(keys[:, band]))
        earlier, later = codes % len(keys), codes // len(keys)
        alike = np.empty(len(codes))
        for part in np.array_split(np.arange(len(codes)), max(1, len(codes) // 50_000)):
            alike[part] = (short[earlier[part]] == short[later[part]]).mean(axis=1)
        # Two standard errors of an estimate from 64 places.
        kept = np.flatnonzero(alike >= least - 2 * np.sqrt(least * (1 - least) / PLACES))
        kept = kept[np.lexsort((earlier[kept], -alike[kept], later[kept]))]
        n_before = np.arange(len(kept)) - np.searchsorted(later[kept], later[kept])
        kept = kept[n_before < _MOST]
        return np.stack([earlier[kept], later[kept]], axis=1)


def near_pairs(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Pairs of positions of texts that are alike by `least` or more, with their likeness."""
    sketches = Sketches()
    sketches.add(texts)
    for i, j in sketches.pairs(least).tolist():
        alike = likeness(texts[i], texts[j])
        if alike >= least:
            yield i, j, alike


def sketch(texts: Sequence[str]) -> _U64:
    """The smallest hash in each place, of every text; [texts, 64] of 64 bits."""
    padded = [t if len(t) >= SHINGLE else t.ljust(SHINGLE, "\0") for t in texts]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
    hashes = _mixed(_rolled(letters))
    owner = np.repeat(np.arange(len(padded)), lengths)
    # A piece must not reach into the next text.
    inside = np.concatenate([owner[SHINGLE - 1 :], []]) == owner[: len(hashes)]
    hashes, owner = hashes[inside], owner[: len(inside)][inside]
    flat = np.full(len(padded) * PLACES, _EMPTY, dtype=np.uint64)
    place = (hashes % np.uint64(PLACES)).astype(np.int64)
    np.minimum.at(flat, owner * PLACES + place, hashes // np.uint64(PLACES))
    return _filled(flat.reshape(len(padded), PLACES))


def _rolled(letters: npt.NDArray[np.uint32]) -> _U64:
    """One number for each piece of `SHINGLE` letters, by Horner's rule modulo 2^64."""
    n = len(letters) - SHINGLE + 1
    total = np.zeros(max(0, n), dtype=np.uint64)
    for step in range(SHINGLE):
        total = total * _BASE + letters[step : step + n].astype(np.uint64)
    return total


def _mixed(x: _U64) -> _U64:
    """Every bit of the result depends on every bit of `x` (the finaliser of splitmix64)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _filled(places: _U64) -> _U64:
    """Let every empty place take the value of a full one, tried in an order fixed for the place."""
    empty = places == _EMPTY
    filled = places.copy()
    attempt = 0
    while empty.any():
        attempt += 1
        at = np.arange(PLACES, dtype=np.uint64) * np.uint64(1_000_003) + np.uint64(attempt)
        donor = (_mixed(at * _BASE) % np.uint64(PLACES)).astype(np.int64)
        given = places[:, donor]
        takes = empty & (given != _EMPTY)
        filled[takes] = _mixed(given[takes] + np.uint64(attempt))
        empty &= ~takes
    return filled


def _band_keys(places: _U64) -> _U64:
    rows = places.reshape(len(places), BANDS, ROWS)
    key = np.zeros(rows.shape[:2], dtype=np.uint64)
    for row in range(ROWS):
        key = _mixed(key * _BASE + rows[:, :, row])
    return key


def _of_band(keys: _U64) -> npt.NDArray[np.int64]:
    """Pairs of texts with one key: each with the first ones of its bucket and with the one before.

    As one number each: the later text times the number of texts, plus the earlier one. A bucket
    of n texts gives at most 5 n pairs, not n²/2: a crowd that shares its beginning costs little,
    and each of them still meets the first.
    """
    n = len(keys)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    is_first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    at = np.arange(n)
    since = at - np.maximum.accumulate(np.where(is_first, at, 0))
    found = []
    for step in range(_CROWD):
        later = np.flatnonzero(since > step)
        found.append(order[later] * n + order[later - since[later] + step])
    later = np.flatnonzero(since > 0)
    found.append(order[later] * n + order[later - 1])
    return np.concatenate(found).astype(np.int64)

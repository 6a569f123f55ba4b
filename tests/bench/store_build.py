"""A project of a million answers and three million ratings, made once and kept.

It is made the way `prefdesk salvage` makes one: rows into a plain file without a log, then the
event log folded as a whole. A hundredth of it is enough for a quick look. Every completion has
about `WORDS` words and three ratings of six raters; each rater has half of them before them.
"""

import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from prefdesk import store
from prefdesk.project import Project
from prefdesk.records import Event, NewPrompt
from prefdesk.store import engine, eventlog, schema

COMPLETIONS, QUICK_COMPLETIONS = 1_000_000, 10_000
RATERS, PER_COMPLETION, ANSWERS = 6, 3, 4
WORDS = 100
START_MS = 1_700_000_000_000
VERSION = 1
"""Raise it when what is built here changes; files of another number are not used again."""

_AT_ONCE = 20_000
_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ne",
    "ru",
    "sa",
    "ti",
    "vo",
    "he",
    "ban",
    "der",
    "lin",
    "mor",
    "pal",
    "ste",
    "wi",
    "zun",
    "gra",
    "fel",
    "ost",
]


def project(folder: Path, *, quick: bool, n: int = 0) -> tuple[Path, dict[str, Any]]:
    """A fresh copy of the project in `folder`, and how it came about; `n` completions if given."""
    n = n or (QUICK_COMPLETIONS if quick else COMPLETIONS)
    kept, row = cache() / f"{_key(n)}.prefdesk", {"run": "build", "kept": True}
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = kept.with_name(f"{kept.stem}.{os.getpid()}.prefdesk")
        row = _build(made, n) | {"kept": False}
        made.rename(kept)
    path = folder / "large.prefdesk"
    shutil.copyfile(kept, path)
    # The copy must be on disk, or the first saves wait for it.
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path, row | {"file_mb": round(path.stat().st_size / 1e6)}


def cache() -> Path:
    """Where built projects are kept: PREFDESK_BENCH_CACHE, or a folder for temporary files."""
    named = os.environ.get("PREFDESK_BENCH_CACHE")
    return Path(named) if named else Path(tempfile.gettempdir()) / "prefdesk-bench"


def _key(n: int) -> str:
    tables = "\n".join(schema.TABLES)
    digest = hashlib.blake2b(f"{VERSION} {n} {WORDS}\n{tables}".encode(), digest_size=6)
    return f"{n}-{digest.hexdigest()}"


def _build(path: Path, n: int) -> dict[str, Any]:
    started = time.perf_counter()
    with Project.create(path) as made:
        base = made.core.mutate(lambda c: store.checkpoints.add_base(c, "base", "{}")).id
        raters = [made.raters.add(f"Rater {i}") for i in range(RATERS)]
    with closing(engine.connect(path, read_only=False)) as c:
        c.execute("PRAGMA journal_mode=OFF").fetchall()
        c.execute("PRAGMA synchronous=OFF")
        c.execute("PRAGMA cache_size=-400000")
        c.execute("BEGIN")
        for rows in _parts(_items(n)):
            store.merging.add_items(c, base, rows)
        values = ", ".join("?" * 14)
        uids = [rater.uid.hex() for rater in raters]
        for rows in _parts(_events(n, uids)):
            c.executemany(f"INSERT INTO event({eventlog.COLUMNS}) VALUES({values})", rows)
        eventlog.rebuild(c)
        c.execute("COMMIT")
    return {
        "run": "build",
        "completions": n,
        "words": WORDS,
        "ratings": n * PER_COMPLETION,
        "seconds": round(time.perf_counter() - started, 1),
    }


def _parts(rows: Iterator[Any]) -> Iterator[list[Any]]:
    from itertools import islice

    while some := list(islice(rows, _AT_ONCE)):
        yield some


def uid(i: int) -> bytes:
    """The uid of the completion with the number `i`, whose id is one more."""
    return store.merging.content_uid(["completion", i])


def _items(n: int) -> Iterator[tuple[bytes, NewPrompt, str]]:
    chance = random.Random(0)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(4000)]
    common = [1 / (rank + 10) for rank in range(len(words))]
    lines = [
        " ".join(chance.choices(words, common, k=WORDS // 10)).capitalize() + "."
        for _ in range(20_000)
    ]
    for i in range(n):
        text = f"Answer {i}: " + " ".join(chance.choices(lines, k=10))
        yield uid(i), NewPrompt(f"Question {i // ANSWERS}, asked in a sentence or two?"), text


def _events(n: int, raters: list[str]) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(1)
    for i in range(n):
        quality, completion = chance.gauss(5.5, 2), uid(i).hex()
        for k in range(PER_COMPLETION):
            number = (2 * k + i // ANSWERS) % RATERS
            now_ms = START_MS + 3000 * i + k
            score = min(10.0, max(0.0, float(round(quality + chance.gauss(0, 1.5)))))
            act = now_ms.to_bytes(6, "big") + chance.randbytes(10)
            event = Event(
                b"", act, "rate", i + 1, number + 1, "score", "overall", 0, now_ms << 16, now_ms,
                value=score, seconds=4.25,
            )  # fmt: skip
            name = store.merging.uid_of(event, completion, raters[number])
            yield (name, *eventlog.as_row(event)[1:])

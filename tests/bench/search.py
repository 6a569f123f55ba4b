"""Full-text search: how long the first page takes, how fast the index is built, how large it is.

The completions have 100 words each out of a vocabulary with the frequencies of a language
(Zipf), and three words whose number of hits is known: one in a handful of texts, one in about
0.7 % of them, one in all.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from prefdesk import store
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from tests.bench.report import Report, since

COMPLETIONS, QUICK_COMPLETIONS = 1_000_000, 20_000
WORDS, VOCABULARY, PER_PROMPT, BATCH, ROUNDS = 100, 30_000, 4, 5000, 15
RARE_EVERY, SOME_EVERY = 90_001, 143
PAGE_BAR_MS = 20.0
QUERIES = {
    "a rare word": "quokka",
    "a word with 0.7 % hits": "walrus",
    "a word of every text": "answer",
    "a word of every text, and a rare one": "answer quokka",
    "no such word": "zebrafish",
}


def measure(*, quick: bool) -> Report:
    """Fill a project, index it and search in it."""
    report = Report("search")
    n = QUICK_COMPLETIONS if quick else COMPLETIONS
    with tempfile.TemporaryDirectory(dir=os.environ.get("PREFDESK_BENCH_FOLDER")) as name:
        os.environ.update(XDG_CACHE_HOME=f"{name}/cache", PREFDESK_BACKUPS="off")
        path = Path(name) / "bench.prefdesk"
        started = time.perf_counter()
        make(path, n)
        report.runs.append({"run": "make", "completions": n, "seconds": since(started)})
        report.runs += measure_project(path)
    for run in report.runs:
        if "first_page_ms" in run:
            report.at_most(f"first page, {run['run']}", run["first_page_ms"], PAGE_BAR_MS, "ms")
    return report


def measure_project(path: Path) -> list[dict[str, Any]]:
    """The figures for a project that lies there: its index is built anew, then searched in."""
    rows: list[dict[str, Any]] = []
    with Project.open(path) as project:
        steps, started = [], time.perf_counter()
        before = time.process_time()
        n = 0
        for event in project.search_index():
            steps.append(time.perf_counter())
            n = event.total
        gaps = [b - a for a, b in zip([started, *steps], steps)]
        seconds = max(since(started), 1e-3)
        file = max((paths_search()).glob("*.db"), key=lambda p: p.stat().st_mtime)
        rows.append(
            {
                "run": "build",
                "rows": n,
                "seconds": seconds,
                "cpu_s": round(time.process_time() - before, 2),
                "rows_per_s": round(n / seconds),
                "longest_step_s": round(max(gaps), 2),
                "index_mb": round(file.stat().st_size / 1e6, 1),
                "project_mb": round(path.stat().st_size / 1e6, 1),
            }
        )
        started = time.perf_counter()
        for _ in project.search_index():
            pass
        rows.append({"run": "nothing new", "seconds": since(started)})
        for what, words in QUERIES.items():
            rows.append(_searched(project, what, words))
    return rows


def paths_search() -> Path:
    """Where the indexes lie."""
    from prefdesk.paths import cache_dir

    return cache_dir() / "search"


def _searched(project: Project, what: str, words: str) -> dict[str, Any]:
    first, _ = _timed(lambda: project.search(words, limit=50))
    times = []
    for _ in range(ROUNDS):
        ms, page = _timed(lambda: project.search(words, limit=50))
        times.append(ms)
    after, _ = _timed(lambda: project.search(words, limit=50, after=page.next))
    prompts, _ = _timed(lambda: project.search.prompts(words))
    counted, exact = _timed(lambda: project.search.count(words))
    return {
        "run": what,
        "hits": page.total,
        "ranked": page.ranked,
        "cold_ms": first,
        "first_page_ms": round(statistics.median(times), 2),
        "next_page_ms": after,
        "prompts_ms": prompts,
        "count_ms": counted,
        "count": sum((exact or {}).values()),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return round((time.perf_counter() - started) * 1e3, 2), result


def make(path: Path, n: int) -> None:
    """A project with `n` completions, four to a prompt."""
    with Project.create(path) as project:
        base = project.core.mutate(lambda c: store.checkpoints.add_base(c, "base", "{}")).id
        texts = _texts(n)
        for first in range(0, n, BATCH):
            rows = [_item(i, next(texts)) for i in range(first, min(n, first + BATCH))]
            project.core.mutate(lambda c, r=rows: store.merging.add_items(c, base, r))  # type: ignore[misc]


def _item(i: int, answer: str) -> tuple[bytes, NewPrompt, str]:
    uid = store.merging.content_uid(["completion", i])
    return uid, NewPrompt(f"Question {i // PER_PROMPT}, in a sentence or two?"), answer


def _texts(n: int) -> Iterator[str]:
    chance = random.Random(1)
    names = [_name(chance) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 2.7) for rank in range(VOCABULARY)]
    drawn = chance.choices(names, weights, k=2_000_000)
    for i in range(n):
        at = chance.randrange(len(drawn) - WORDS)
        words = drawn[at : at + WORDS]
        words[3] = "answer"
        if i % SOME_EVERY == 7:
            words[-4] = "walrus"
        if i % RARE_EVERY == 11:
            words[-2] = "quokka"
        yield " ".join(words).capitalize() + "."


def _name(chance: random.Random) -> str:
    return "".join(chance.choices("etaoinshrdlucmfwypvbgk", k=chance.randint(2, 9)))

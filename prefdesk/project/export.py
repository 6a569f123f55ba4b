"""What leaves a project as a table: ratings, rewards, completions, prompts."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from prefdesk import formats, store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.project.fitting import Excluded
from prefdesk.project.judgement import Judgement
from prefdesk.records import LABELS, Prompt, Rater, Rating

Table = Literal["ratings", "rewards", "completions", "prompts"]
Row = dict[str, Any]


class Export:
    """`project.export`."""

    def __init__(self, core: Core, judgement: Judgement) -> None:
        self._core = core
        self._judgement = judgement

    def write(self, what: Table, path: str | Path, *, overwrite: bool = False) -> int:
        """Write a table as .csv or .jsonl; how many rows. The file appears whole or not at all."""
        if what not in get_args(Table):
            raise InputError(f"There is no table called {what!r}.")
        path = Path(path)
        # A JSON line has just the keys of its row; a header needs those of all rows.
        columns = COLUMNS[what] if path.suffix.lower() == ".csv" else None
        return formats.write_table(path, self.rows(what), columns=columns, overwrite=overwrite)

    def rows(self, what: Table) -> Iterator[Row]:
        """The rows of a table as plain dicts."""
        return iter(getattr(self, f"_{what}")())

    def _ratings(self) -> Iterator[Row]:
        with self._core.read() as c:
            names = {r.id: r for r in store.raters.all(c)}
            excluded = self._judgement.excluded()
            yield from self._rated(store.events.walk(c), names, excluded)

    def _rated(
        self, ratings: Iterable[Rating], names: Mapping[int, Rater], excluded: Excluded
    ) -> Iterator[Row]:
        for r in ratings:
            yield {
                "rater": names[r.rater_id].name,
                "simulated": names[r.rater_id].simulated,
                "completion": r.completion_id,
                "prompt": r.prompt_id,
                "criterion": r.criterion,
                "occasion": r.occasion,
                "score": r.value if r.kind == "score" else None,
                "label": LABELS[int(r.value)] if r.kind == "label" else None,
                "seconds": r.seconds,
                "comment": r.comment,
                "excluded": excluded.reason(r),
                "time": _utc(r.hlc >> 16),
            }

    def _rewards(self) -> Iterator[Row]:
        for r in self._judgement.rewards():
            yield {
                "completion": r.completion_id,
                "prompt": r.prompt_id,
                "n_ratings": r.n_ratings,
                "quality": r.quality,
                "se": r.se,
                "reliability": r.reliability,
                "reward": r.reward,
            }

    def _completions(self) -> Iterator[Row]:
        with self._core.read() as c:
            prompts = {p.id: p for p in store.prompts.page(c, limit=-1)}
            checkpoints = {k.id: k.name for k in store.checkpoints.all(c)}
            for one in store.completions.walk(c):
                yield {
                    "completion": one.id,
                    "prompt": one.prompt_id,
                    "split": prompts[one.prompt_id].split,
                    "checkpoint": checkpoints.get(one.checkpoint_id, ""),
                    "multiplicity": one.multiplicity,
                    "tokens": one.n_tokens,
                    "finished": one.finished,
                    "prompt_text": prompts[one.prompt_id].text,
                    "text": one.text,
                }

    def _prompts(self) -> Iterator[Row]:
        with self._core.read() as c:
            for p in store.prompts.page(c, limit=-1):
                yield {"id": p.id, **_content(p)} | {
                    "task": p.task,
                    "split": p.split,
                    "source": p.source,
                    "references": list(p.references),
                    "tags": list(p.tags),
                    "columns": dict(p.columns),
                }


def _content(prompt: Prompt) -> Row:
    if isinstance(prompt.content, str):
        return {"prompt": prompt.content}
    return {"messages": [{"role": m.role, "content": m.content} for m in prompt.content]}


COLUMNS: dict[str, tuple[str, ...]] = {
    "ratings": (
        *("rater", "simulated", "completion", "prompt", "criterion", "occasion", "score"),
        *("label", "seconds", "comment", "excluded", "time"),
    ),
    "rewards": ("completion", "prompt", "n_ratings", "quality", "se", "reliability", "reward"),
    "completions": (
        *("completion", "prompt", "split", "checkpoint", "multiplicity", "tokens", "finished"),
        *("prompt_text", "text"),
    ),
    "prompts": (
        *("id", "prompt", "messages", "task", "split", "source", "references", "tags", "columns"),
    ),
}


def _utc(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).isoformat(timespec="seconds")

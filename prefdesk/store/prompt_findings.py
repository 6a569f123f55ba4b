"""What preprocessing found about prompts. A run's findings count once its report is there."""

import json
from collections.abc import Iterable
from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import PROMPT_FINDINGS, PromptFinding
from prefdesk.store import rows
from prefdesk.store.engine import Connection
from prefdesk.store.faults import reading

REPORT = "report/preprocess"
RUN = "preprocess_run"
"""The key in `meta` of the run whose findings count."""

_NOW = f"(SELECT CAST(value AS INTEGER) FROM meta WHERE key = '{RUN}')"
_CHOICE = (
    "coalesce((SELECT d.choice FROM prompt_decision d WHERE d.prompt_id = f.prompt_id"
    " AND d.kind = f.kind ORDER BY d.id DESC LIMIT 1), 'open')"
)
_COLUMNS = f"f.kind, f.prompt_id, f.other_id, f.value, f.detail, {_CHOICE}"


def add(c: Connection, run: int, findings: Iterable[PromptFinding]) -> None:
    """Store findings of a run that is under way; prompts that are gone meanwhile are skipped."""
    c.executemany(
        "INSERT OR REPLACE INTO prompt_finding(run, kind, prompt_id, other_id, value, detail)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM prompt WHERE id = ?3)"
        " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM prompt WHERE id = ?4))",
        (
            (run, f.kind, f.prompt_id, f.other_id, f.value, json.dumps(dict(f.detail)))
            for f in findings
        ),
    )


def complete(c: Connection, run: int) -> None:
    """Let the findings of this run count, and those of no other."""
    c.execute("INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)", (RUN, str(run)))
    sweep(c)


def sweep(c: Connection) -> None:
    """Remove the findings of runs that do not count: older ones, and those that were cut off."""
    c.execute(f"DELETE FROM prompt_finding WHERE run IS NOT {_NOW}")


def page(
    c: Connection,
    kind: str | None = None,
    *,
    choice: str | None = None,
    after: tuple[str, int] = ("", 0),
    limit: int = 200,
) -> list[PromptFinding]:
    """Findings behind (kind, prompt id), in that order; of one kind or of one choice only."""
    if kind is not None and kind not in PROMPT_FINDINGS:
        raise InputError(f"There is no finding called {kind!r}.", ", ".join(PROMPT_FINDINGS))
    conditions = [f"f.run = {_NOW}", "(f.kind, f.prompt_id) > (?, ?)"]
    values: list[Any] = [*after]
    for column, wanted in (("f.kind", kind), (_CHOICE, choice)):
        if wanted is not None:
            conditions.append(f"{column} = ?")
            values.append(wanted)
    found = c.execute(
        f"SELECT {_COLUMNS} FROM prompt_finding f{rows.where(conditions)}"
        " ORDER BY f.kind, f.prompt_id LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [_finding(row) for row in found]


def of_prompt(c: Connection, prompt_id: int) -> list[PromptFinding]:
    """What was found about one prompt."""
    found = c.execute(
        f"SELECT {_COLUMNS} FROM prompt_finding f WHERE f.prompt_id = ? AND f.run = {_NOW}"
        " ORDER BY f.kind",
        (prompt_id,),
    ).fetchall()
    return [_finding(row) for row in found]


def counts(c: Connection) -> dict[str, dict[str, int]]:
    """How many findings there are, by kind and by what was decided."""
    found = c.execute(
        f"SELECT f.kind, {_CHOICE} AS choice, count(*) FROM prompt_finding f"
        f" WHERE f.run = {_NOW} GROUP BY f.kind, choice ORDER BY f.kind, choice"
    ).fetchall()
    told: dict[str, dict[str, int]] = {}
    for kind, choice, n in found:
        told.setdefault(kind, {})[choice] = n
    return told


def _finding(row: tuple[Any, ...]) -> PromptFinding:
    kind, prompt_id, other_id, value, detail, choice = row
    with reading(f"what was found about prompt {prompt_id}"):
        parsed = json.loads(detail)
        if not isinstance(parsed, dict):
            raise ValueError("not an object")
        return PromptFinding(kind, prompt_id, other_id, value, parsed, choice)

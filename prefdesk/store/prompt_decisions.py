"""What people decided about findings: appended, never changed; undo appends what was before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from prefdesk.errors import InputError
from prefdesk.records import (
    PROMPT_FINDINGS,
    Message,
    NewPrompt,
    Prompt,
    PromptDecision,
    PromptFinding,
)
from prefdesk.store import prompt_findings, prompts, rows
from prefdesk.store.clock import given_or_now
from prefdesk.store.engine import Connection

CHOICES = ("open", "keep", "leave-out", "shorten")
_COLUMNS = "id, act, undoes, prompt_id, kind, choice, made_id, author, note, utc_ms"
# The newest decision about each prompt and kind is the one in force.
_IN_FORCE = (
    f"SELECT {_COLUMNS} FROM prompt_decision WHERE id IN"
    " (SELECT max(id) FROM prompt_decision GROUP BY prompt_id, kind)"
)
Wish = tuple[int, str, str]
"""Prompt id, kind of the finding, choice."""


def decide(
    c: Connection,
    wishes: Iterable[Wish],
    *,
    author: str = "",
    note: str = "",
    now_ms: int | None = None,
) -> int:
    """Write decisions down as one act; returns its number, 0 where nothing would change.

    `InputError` for a choice that a finding does not offer; nothing is written then.
    """
    changed = [w for w in wishes if _choice(c, w[0], w[1]) != w[2]]
    return _append(c, changed, None, author, note, now_ms)


def undo(c: Connection, *, author: str = "", now_ms: int | None = None) -> int:
    """Take the newest act back that is in force; returns the number of the new act, or 0."""
    done, _ = _stacks(c)
    if not done:
        return 0
    before = [(d.prompt_id, d.kind, _before(c, d)) for d in _rows_of(c, done[-1])]
    return _append(c, before, done[-1], author, "", now_ms)


def redo(c: Connection, *, author: str = "", now_ms: int | None = None) -> int:
    """Decide again what was undone last; returns the number of the new act, or 0."""
    _, undone = _stacks(c)
    if not undone:
        return 0
    act, undoing = undone[-1]
    again: list[Wish] = [(d.prompt_id, d.kind, d.choice) for d in _rows_of(c, act)]
    return _append(c, again, undoing, author, "", now_ms)


def can_undo(c: Connection) -> tuple[bool, bool]:
    """Whether there is something to undo, and something to redo."""
    done, undone = _stacks(c)
    return bool(done), bool(undone)


def log(c: Connection, limit: int = 1000) -> list[PromptDecision]:
    """Every decision, newest first."""
    found = c.execute(
        f"SELECT {_COLUMNS} FROM prompt_decision ORDER BY id DESC LIMIT ?", (limit,)
    ).fetchall()
    return [PromptDecision(*row) for row in found]


def in_force(c: Connection, *choices: str) -> list[PromptDecision]:
    """The decisions that count now, with one of these choices if any are named; by prompt."""
    found = [PromptDecision(*r) for r in c.execute(f"{_IN_FORCE} ORDER BY prompt_id, kind")]
    return [d for d in found if not choices or d.choice in choices]


def left_out(c: Connection) -> set[int]:
    """The prompts that are neither sampled nor trained on, by decision.

    A prompt in whose place a shorter one stands is among them, and a shorter one whose making was
    undone after the model had answered it.
    """
    out = {d.prompt_id for d in in_force(c, "leave-out", "shorten")}
    made = c.execute(
        "SELECT DISTINCT made_id FROM prompt_decision WHERE made_id IS NOT NULL"
    ).fetchall()
    standing = {d.made_id for d in in_force(c, "shorten")}
    return out | {id for (id,) in made if id not in standing}


def left_out_otherwise(c: Connection) -> set[int]:
    """The prompts that are left out for another reason than that they repeat one."""
    repeats = ("duplicate", "near")
    out = in_force(c, "leave-out", "shorten")
    only_repeats = {d.prompt_id for d in out} - {d.prompt_id for d in out if d.kind not in repeats}
    return left_out(c) - only_repeats


def kept_long(c: Connection) -> set[int]:
    """The prompts that are wanted although they are too long."""
    return {d.prompt_id for d in in_force(c, "keep") if d.kind == "too-long"}


def _append(
    c: Connection,
    wishes: Sequence[Wish],
    undoes: int | None,
    author: str,
    note: str,
    now_ms: int | None,
) -> int:
    if not wishes:
        return 0
    for kind, choice in {(kind, choice) for _, kind, choice in wishes}:
        _check(kind, choice)
    _check_prompts(c, [prompt_id for prompt_id, _, _ in wishes])
    now = given_or_now(now_ms)
    act = int(c.execute("SELECT coalesce(max(id), 0) + 1 FROM prompt_decision").fetchone()[0])
    shortened_before = {(d.prompt_id, d.kind) for d in in_force(c, "shorten")}
    for prompt_id, kind, choice in wishes:
        if (prompt_id, kind) in shortened_before:
            _unmake(c, prompt_id, kind)
        made = _make(c, prompt_id, kind) if choice == "shorten" else None
        c.execute(
            "INSERT INTO prompt_decision(act, undoes, prompt_id, kind, choice, made_id, author,"
            " note, utc_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (act, undoes, prompt_id, kind, choice, made, author, note.strip(), now),
        )
    return act


def _check_prompts(c: Connection, ids: Sequence[int]) -> None:
    row = c.execute(
        "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM prompt) LIMIT 1",
        (rows.id_list(ids),),
    ).fetchone()
    if row is not None:
        raise InputError(f"There is no prompt {row[0]}.")


def _check(kind: str, choice: str) -> None:
    if kind not in PROMPT_FINDINGS:
        raise InputError(f"There is no finding called {kind!r}.", ", ".join(PROMPT_FINDINGS))
    if choice not in CHOICES:
        raise InputError(f"There is no choice {choice!r}.", ", ".join(CHOICES))


def _choice(c: Connection, prompt_id: int, kind: str, before: int = 2**62) -> str:
    row = c.execute(
        "SELECT choice FROM prompt_decision WHERE prompt_id = ? AND kind = ? AND id < ?"
        " ORDER BY id DESC LIMIT 1",
        (prompt_id, kind, before),
    ).fetchone()
    return "open" if row is None else str(row[0])


def _before(c: Connection, one: PromptDecision) -> str:
    return _choice(c, one.prompt_id, one.kind, one.act)


def _rows_of(c: Connection, act: int) -> list[PromptDecision]:
    # An act's number is the id of its first row.
    found = c.execute(
        f"SELECT {_COLUMNS} FROM prompt_decision WHERE id >= ? AND act = ? ORDER BY id", (act, act)
    ).fetchall()
    return [PromptDecision(*row) for row in found]


def _stacks(c: Connection) -> tuple[list[int], list[tuple[int, int]]]:
    """The acts in force, and those undone with the act that undid each; newest last."""
    done: list[int] = []
    undone: list[tuple[int, int]] = []
    for act, undoes in c.execute("SELECT DISTINCT act, undoes FROM prompt_decision ORDER BY act"):
        if undoes is None:
            done.append(act)
            undone.clear()
        elif done and done[-1] == undoes:
            undone.append((done.pop(), act))
        elif undone and undone[-1][1] == undoes:
            done.append(undone.pop()[0])
    return done, undone


def _make(c: Connection, prompt_id: int, kind: str) -> int | None:
    """Put a shorter prompt into the place of a prompt; its id, None if people brought it."""
    finding = next((f for f in prompt_findings.of_prompt(c, prompt_id) if f.kind == kind), None)
    if finding is None or not finding.can_shorten:
        raise InputError(
            f"Prompt {prompt_id} cannot be shortened.",
            "Only a prompt whose last turn is too long can; leave it out or keep it.",
        )
    short = shortened(prompts.get(c, prompt_id), finding)
    new, _ = prompts.add(c, [short])
    if new:
        return new[0]
    row = c.execute(
        "SELECT made_id FROM prompt_decision WHERE made_id = ?",
        tuple(prompts.ids_of(c, [short.content])),
    ).fetchone()
    return None if row is None else int(row[0])


def shortened(prompt: Prompt, finding: PromptFinding) -> NewPrompt:
    """The prompt with its last turn cut to what fits."""
    keep = int(finding.detail["keep"])
    content: str | tuple[Message, ...]
    if isinstance(prompt.content, str):
        content = prompt.content[:keep]
    else:
        last = prompt.content[-1]
        content = (*prompt.content[:-1], replace(last, content=last.content[:keep]))
    return NewPrompt(
        content, task=prompt.task, split=prompt.split, references=prompt.references,
        source=prompt.source, tags=prompt.tags, columns=prompt.columns,
    )  # fmt: skip


def _unmake(c: Connection, prompt_id: int, kind: str) -> None:
    """Take the shorter prompt away again, unless the model answered it already."""
    c.execute(
        "DELETE FROM prompt WHERE id = (SELECT made_id FROM prompt_decision WHERE prompt_id = ?"
        " AND kind = ? ORDER BY id DESC LIMIT 1)"
        " AND NOT EXISTS (SELECT 1 FROM completion WHERE prompt_id = prompt.id)",
        (prompt_id, kind),
    )


def of_prompts(c: Connection, ids: Iterable[int]) -> list[PromptDecision]:
    """The decisions in force about these prompts."""
    found = c.execute(
        f"{_IN_FORCE} AND prompt_id IN (SELECT value FROM json_each(?)) ORDER BY prompt_id, kind",
        (rows.id_list(ids),),
    ).fetchall()
    return [PromptDecision(*row) for row in found]

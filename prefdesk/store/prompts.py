"""Prompts in the project file."""

import json
from collections.abc import Iterable
from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import Message, NewPrompt, Prompt
from prefdesk.store import rows
from prefdesk.store.clock import content_uid
from prefdesk.store.engine import Connection
from prefdesk.store.faults import reading

_COLUMNS = "id, uid, text, messages, task, split, source, reference_texts, tags, columns"
_INSERT = (
    "INSERT INTO prompt(uid, text, messages, task, split, source, reference_texts, tags, columns)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(uid) DO NOTHING"
)


def uid_of(content: str | tuple[Message, ...]) -> bytes:
    """The identity of a prompt: what the model is asked, whatever its task or split."""
    if isinstance(content, str):
        return content_uid(["text", content])
    return content_uid(["messages", [[m.role, m.content] for m in content]])


def add(c: Connection, prompts: Iterable[NewPrompt]) -> tuple[list[int], list[int]]:
    """Store prompts; returns the new ids and the positions (from 0) of duplicates, left out."""
    new_ids: list[int] = []
    duplicates: list[int] = []
    for position, prompt in enumerate(prompts):
        cursor = c.execute(_INSERT, _values(prompt))
        if cursor.rowcount and cursor.lastrowid is not None:
            new_ids.append(cursor.lastrowid)
        else:
            duplicates.append(position)
    return new_ids, duplicates


def ids_of(c: Connection, contents: Iterable[str | tuple[Message, ...]]) -> list[int | None]:
    """The ids of prompts by what they ask, in that order; None for one that is not there."""
    found: list[int | None] = []
    for content in contents:
        row = c.execute("SELECT id FROM prompt WHERE uid = ?", (uid_of(content),)).fetchone()
        found.append(None if row is None else int(row[0]))
    return found


def get(c: Connection, id: int) -> Prompt:
    """One prompt; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_COLUMNS} FROM prompt WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no prompt {id}.")
    return _prompt(row)


def by_ids(c: Connection, ids: Iterable[int]) -> dict[int, Prompt]:
    """Prompts by id, in order of the ids; unknown ids are left out."""
    found = c.execute(
        f"SELECT {_COLUMNS} FROM prompt WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (rows.id_list(ids),),
    ).fetchall()
    return {row[0]: _prompt(row) for row in found}


def page(
    c: Connection,
    *,
    after: int = 0,
    limit: int = 200,
    split: str | None = None,
    task: str | None = None,
    search: str = "",
) -> list[Prompt]:
    """The next prompts with an id above `after`, in order of the ids.

    `search` finds text in the prompt or its source, without regard to the case of A to Z.
    """
    conditions, values = _filter(split, task)
    conditions.append("id > ?")
    values.append(after)
    if search:
        conditions.append("(text LIKE ? ESCAPE '\\' OR source LIKE ? ESCAPE '\\')")
        values += [rows.contains(search)] * 2
    found = c.execute(
        f"SELECT {_COLUMNS} FROM prompt{rows.where(conditions)} ORDER BY id LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [_prompt(row) for row in found]


def count(c: Connection, split: str | None = None) -> int:
    """How many prompts there are, of one split or of all."""
    conditions, values = _filter(split, None)
    sql = f"SELECT count(*) FROM prompt{rows.where(conditions)}"
    return int(c.execute(sql, values).fetchone()[0])


def split_mark(c: Connection) -> str:
    """A short text that changes whenever a prompt moves between the splits."""
    found = c.execute(
        "SELECT count(*), total(id), total((id % 9973) * (id % 9967)) FROM prompt"
        " WHERE split = 'evaluation'"
    ).fetchone()
    return " ".join(f"{number:.0f}" for number in found)


def ids(c: Connection, split: str | None = None) -> list[int]:
    """All ids in order, of one split or of all."""
    conditions, values = _filter(split, None)
    sql = f"SELECT id FROM prompt{rows.where(conditions)} ORDER BY id"
    return [row[0] for row in c.execute(sql, values).fetchall()]


def tasks(c: Connection) -> list[str]:
    """The names of tasks in alphabetical order, without the empty one."""
    found = c.execute("SELECT DISTINCT task FROM prompt WHERE task <> '' ORDER BY task").fetchall()
    return [row[0] for row in found]


def set_split(c: Connection, ids: Iterable[int], split: str) -> None:
    """Put prompts into a split."""
    if split not in ("train", "evaluation"):
        raise InputError(f"There is no split {split!r}.", "Use train or evaluation.")
    c.execute(
        "UPDATE prompt SET split = ? WHERE id IN (SELECT value FROM json_each(?))",
        (split, rows.id_list(ids)),
    )


def delete(c: Connection, ids: Iterable[int]) -> None:
    """Remove prompts that nobody answered; `InputError` if one of them has completions."""
    listed = rows.id_list(ids)
    answered = c.execute(
        "SELECT count(DISTINCT prompt_id) FROM completion"
        " WHERE prompt_id IN (SELECT value FROM json_each(?))",
        (listed,),
    ).fetchone()[0]
    if answered:
        raise InputError(
            f"{answered} of these prompts have completions and stay.",
            "Only prompts without completions can be removed.",
        )
    c.execute("DELETE FROM prompt WHERE id IN (SELECT value FROM json_each(?))", (listed,))


def _filter(split: str | None, task: str | None) -> tuple[list[str], list[Any]]:
    given = {"split": split, "task": task}
    chosen = {name: value for name, value in given.items() if value is not None}
    return [f"{name} = ?" for name in chosen], list(chosen.values())


def _values(prompt: NewPrompt) -> tuple[Any, ...]:
    messages = None
    if isinstance(prompt.content, str):
        text = prompt.content
    else:
        text = "\n\n".join(m.content for m in prompt.content)
        messages = _json([[m.role, m.content] for m in prompt.content])
    return (
        uid_of(prompt.content),
        text,
        messages,
        prompt.task,
        prompt.split,
        prompt.source,
        _json(list(prompt.references)),
        _json(list(prompt.tags)),
        _json(dict(prompt.columns)),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _prompt(row: tuple[Any, ...]) -> Prompt:
    id, uid, text, messages, task, split, source, references, tags, columns = row
    with reading(f"prompt {id}"):
        return Prompt(
            id,
            uid,
            text if messages is None else tuple(map(_message, json.loads(messages))),
            task,
            split,
            rows.texts(references),
            source,
            rows.texts(tags),
            rows.mapping(columns),
        )


def _message(pair: object) -> Message:
    role, content = pair if isinstance(pair, list) else (None, None)
    if not isinstance(role, str) or not isinstance(content, str):
        raise ValueError("not a message")
    return Message(role, content)

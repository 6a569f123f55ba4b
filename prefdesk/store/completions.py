"""Completions, the draws behind them, the samplings they came from, and encoded prompts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from prefdesk.errors import InputError
from prefdesk.records import Completion, Draw, DrawSize, Sampling
from prefdesk.store import rows
from prefdesk.store.clock import content_uid, given_or_now
from prefdesk.store.engine import Connection
from prefdesk.store.faults import reading

_SAMPLING = "id, checkpoint_id, split, settings, created_ms"
_COMPLETION = (
    "c.id, c.uid, c.prompt_id, c.checkpoint_id, c.text, c.multiplicity, c.n_tokens, c.finished"
)
_DRAW = (
    "d.prompt_id, d.draw_index, d.seed, d.token_ids, d.logprobs, c.text, d.finished, d.layout,"
    " d.id, d.completion_id, d.sampling_id"
)

# Below so many prompts of a split, their answers are looked up by prompt and put in order.
_FEW = 5000
# By the checkpoint, every answer would be looked at for every prompt.
_BY_PROMPT = "prompt p CROSS JOIN completion c INDEXED BY completion_prompt"


def create_sampling(
    c: Connection,
    checkpoint_id: int,
    split: str,
    settings_json: str,
    *,
    now_ms: int | None = None,
) -> int:
    """The id of a sampling; the same checkpoint, split and settings continue the existing one.

    Call it in the transaction that stores the first draw, so that no sampling stands empty.
    """
    found = find_sampling(c, checkpoint_id, split, settings_json)
    if found is not None:
        return found
    cursor = c.execute(
        "INSERT INTO sampling(checkpoint_id, split, settings, created_ms) VALUES(?, ?, ?, ?)",
        (checkpoint_id, split, settings_json, given_or_now(now_ms)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def find_sampling(c: Connection, checkpoint_id: int, split: str, settings_json: str) -> int | None:
    """The id of the sampling with this checkpoint, split and settings; None without one."""
    row = c.execute(
        "SELECT id FROM sampling WHERE checkpoint_id = ? AND split = ? AND settings = ?",
        (checkpoint_id, split, settings_json),
    ).fetchone()
    return None if row is None else int(row[0])


def sampling(c: Connection, id: int) -> Sampling:
    """One sampling; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_SAMPLING} FROM sampling WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no sampling {id}.")
    return Sampling(*row)


def samplings(c: Connection) -> list[Sampling]:
    """All samplings, oldest first."""
    return [Sampling(*r) for r in c.execute(f"SELECT {_SAMPLING} FROM sampling ORDER BY id")]


def samplings_behind(
    c: Connection, checkpoint_id: int, prompt_ids: Iterable[int]
) -> list[Sampling]:
    """The samplings that a checkpoint's answers to these prompts were drawn in, oldest first."""
    found = c.execute(
        f"SELECT {_SAMPLING} FROM sampling WHERE checkpoint_id = ? AND id IN (SELECT sampling_id"
        " FROM draw WHERE prompt_id IN (SELECT value FROM json_each(?))) ORDER BY id",
        (checkpoint_id, rows.id_list(prompt_ids)),
    )
    return [Sampling(*row) for row in found]


def missing(
    c: Connection, sampling_id: int | None, prompt_ids: Iterable[int], per_prompt: int
) -> list[tuple[int, int]]:
    """The (prompt id, index) pairs that a sampling still lacks, prompt by prompt.

    `None` stands for a sampling of which nothing was drawn yet.
    """
    present = set(
        c.execute(
            "SELECT prompt_id, draw_index FROM draw WHERE sampling_id = ?", (sampling_id,)
        ).fetchall()
    )
    return [
        (prompt_id, index)
        for prompt_id in prompt_ids
        for index in range(per_prompt)
        if (prompt_id, index) not in present
    ]


def add_draws(c: Connection, sampling_id: int, draws: Iterable[Draw]) -> int:
    """Store what was drawn; returns how many draws were new.

    A draw that is already there is left alone. A text that the same checkpoint already gave to
    the prompt raises the multiplicity of its completion; another text makes a completion.
    """
    checkpoint_id = sampling(c, sampling_id).checkpoint_id
    checkpoint_uid = c.execute(
        "SELECT uid FROM checkpoint WHERE id = ?", (checkpoint_id,)
    ).fetchone()[0]
    return sum(_add_draw(c, sampling_id, checkpoint_id, checkpoint_uid, d) for d in draws)


def _add_draw(
    c: Connection, sampling_id: int, checkpoint_id: int, checkpoint_uid: bytes, draw: Draw
) -> int:
    if len(draw.token_ids) != len(draw.logprobs):
        raise InputError(
            f"A draw has {len(draw.token_ids)} tokens and {len(draw.logprobs)} log-probabilities."
        )
    there = c.execute(
        "SELECT 1 FROM draw WHERE sampling_id = ? AND prompt_id = ? AND draw_index = ?",
        (sampling_id, draw.prompt_id, draw.index),
    ).fetchone()
    if there:
        return 0
    completion_id = _completion_for(c, checkpoint_id, checkpoint_uid, draw)
    c.execute(
        "INSERT INTO draw(sampling_id, prompt_id, draw_index, completion_id, seed, token_ids,"
        " logprobs, finished, layout) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            sampling_id,
            draw.prompt_id,
            draw.index,
            completion_id,
            draw.seed,
            rows.pack_ints(draw.token_ids),
            rows.pack_floats(draw.logprobs),
            int(draw.finished),
            draw.layout,
        ),
    )
    return 1


def _completion_for(c: Connection, checkpoint_id: int, checkpoint_uid: bytes, draw: Draw) -> int:
    prompt = c.execute("SELECT uid FROM prompt WHERE id = ?", (draw.prompt_id,)).fetchone()
    if prompt is None:
        raise InputError(f"There is no prompt {draw.prompt_id}.")
    uid = content_uid([prompt[0].hex(), checkpoint_uid.hex(), draw.text])
    row = c.execute(
        "INSERT INTO completion(uid, prompt_id, checkpoint_id, text, multiplicity, n_tokens,"
        " finished) VALUES(?, ?, ?, ?, 1, ?, ?)"
        " ON CONFLICT(uid) DO UPDATE SET multiplicity = multiplicity + 1 RETURNING id",
        (
            uid,
            draw.prompt_id,
            checkpoint_id,
            draw.text,
            len(draw.token_ids),
            int(draw.finished),
        ),
    ).fetchone()
    return int(row[0])


def keep_draw(c: Connection, sampling_id: int, draw: Draw) -> int:
    """Store one draw behind those its prompt has in the sampling already; its completion's id.

    Its `index` is not looked at. One with the same seed and tokens is there already.
    """
    there = c.execute(
        "SELECT completion_id FROM draw"
        " WHERE sampling_id = ? AND prompt_id = ? AND seed = ? AND token_ids = ?",
        (sampling_id, draw.prompt_id, draw.seed, rows.pack_ints(draw.token_ids)),
    ).fetchone()
    if there is not None:
        return int(there[0])
    index = _next_index(c, sampling_id, draw.prompt_id)
    add_draws(c, sampling_id, [replace(draw, index=index)])
    return _completion_at(c, sampling_id, draw.prompt_id, index)


def _next_index(c: Connection, sampling_id: int, prompt_id: int) -> int:
    (index,) = c.execute(
        "SELECT coalesce(max(draw_index) + 1, 0) FROM draw WHERE sampling_id = ? AND prompt_id = ?",
        (sampling_id, prompt_id),
    ).fetchone()
    return int(index)


def _completion_at(c: Connection, sampling_id: int, prompt_id: int, index: int) -> int:
    (id,) = c.execute(
        "SELECT completion_id FROM draw WHERE sampling_id = ? AND prompt_id = ? AND draw_index = ?",
        (sampling_id, prompt_id, index),
    ).fetchone()
    return int(id)


def add_text(c: Connection, sampling_id: int, prompt_id: int, text: str) -> tuple[int, bool]:
    """Store an answer that no sampler drew: it has no tokens and no log-probabilities.

    Returns its completion and whether it is new; a text that the same checkpoint already gave to
    the prompt is left as it is.
    """
    one = sampling(c, sampling_id)
    uids = c.execute(
        "SELECT p.uid, k.uid FROM prompt p, checkpoint k WHERE p.id = ? AND k.id = ?",
        (prompt_id, one.checkpoint_id),
    ).fetchone()
    if uids is None:
        raise InputError(f"There is no prompt {prompt_id}.")
    there = c.execute(
        "SELECT id FROM completion WHERE uid = ?",
        (content_uid([uids[0].hex(), uids[1].hex(), text]),),
    ).fetchone()
    if there is not None:
        return int(there[0]), False
    index = _next_index(c, sampling_id, prompt_id)
    drawn = Draw(prompt_id, index, 0, (), (), text, True, "")
    _add_draw(c, sampling_id, one.checkpoint_id, uids[1], drawn)
    return _completion_at(c, sampling_id, prompt_id, index), True


def get(c: Connection, id: int) -> Completion:
    """One completion; `InputError` if there is none with this id."""
    row = c.execute(f"SELECT {_COMPLETION} FROM completion c WHERE c.id = ?", (id,)).fetchone()
    if row is None:
        raise InputError(f"There is no completion {id}.")
    return _completion(row)


def by_ids(c: Connection, ids: Iterable[int]) -> dict[int, Completion]:
    """Completions by id, in order of the ids; unknown ids are left out."""
    found = c.execute(
        f"SELECT {_COMPLETION} FROM completion c"
        " WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id",
        (rows.id_list(ids),),
    ).fetchall()
    return {row[0]: _completion(row) for row in found}


def of_prompt(c: Connection, prompt_id: int) -> list[Completion]:
    """All completions of a prompt, oldest first."""
    found = c.execute(
        f"SELECT {_COMPLETION} FROM completion c WHERE c.prompt_id = ? ORDER BY c.id", (prompt_id,)
    ).fetchall()
    return [_completion(row) for row in found]


def page(
    c: Connection,
    after: int = 0,
    limit: int = 200,
    split: str | None = None,
    checkpoint_id: int | None = None,
) -> list[Completion]:
    """The next completions with an id above `after`, in order of the ids."""
    tables, conditions, values = _filter(c, split, checkpoint_id)
    conditions.append("c.id > ?")
    found = c.execute(
        f"SELECT {_COMPLETION} FROM {tables}{rows.where(conditions)} ORDER BY c.id LIMIT ?",
        (*values, after, limit),
    ).fetchall()
    return [_completion(row) for row in found]


def walk(c: Connection) -> Iterator[Completion]:
    """All completions in order of their ids, each read when it is asked for."""
    cursor = c.execute(f"SELECT {_COMPLETION} FROM completion c ORDER BY c.id")
    return (_completion(row) for row in cursor)


def characters(c: Connection, ids: Iterable[int]) -> dict[int, int]:
    """How many characters each of these completions has; unknown ids are left out."""
    found = c.execute(
        "SELECT c.id, length(c.text) FROM completion c"
        " WHERE c.id IN (SELECT value FROM json_each(?))",
        (rows.id_list(ids),),
    )
    return dict(found.fetchall())


def in_split(c: Connection, split: str) -> set[int]:
    """The ids of all completions to prompts of a split."""
    sql = "SELECT c.id FROM completion c JOIN prompt p ON p.id = c.prompt_id WHERE p.split = ?"
    return {id for (id,) in c.execute(sql, (split,)).fetchall()}


def count(c: Connection, split: str | None = None, checkpoint_id: int | None = None) -> int:
    """How many completions there are, of a split or a checkpoint or of all."""
    if split == "train":
        # Most of them, as a rule: they are what the few others leave of an index.
        return count(c, None, checkpoint_id) - count(c, "evaluation", checkpoint_id)
    tables, conditions, values = _filter(c, split, checkpoint_id)
    sql = f"SELECT count(*) FROM {tables}{rows.where(conditions)}"
    return int(c.execute(sql, values).fetchone()[0])


def any_of(c: Connection, split: str, checkpoint_id: int) -> bool:
    """True if a checkpoint answered a prompt of the split."""
    sql = "SELECT 1 FROM completion c WHERE c.checkpoint_id = ? LIMIT 1"
    if c.execute(sql, (checkpoint_id,)).fetchone() is None:
        return False
    return bool(page(c, 0, 1, split, checkpoint_id))


def _filter(
    c: Connection, split: str | None, checkpoint_id: int | None
) -> tuple[str, list[str], list[Any]]:
    given = {"p.split": split, "c.checkpoint_id": checkpoint_id}
    chosen = {name: value for name, value in given.items() if value is not None}
    conditions = [f"{name} = ?" for name in chosen]
    values: list[Any] = list(chosen.values())
    if split is None:
        return "completion c", conditions, values
    conditions.append("p.id = c.prompt_id")
    # A cross join is carried out in the order in which it stands here.
    few = c.execute(
        "SELECT count(*) FROM (SELECT 1 FROM prompt WHERE split = ? LIMIT ?)", (split, _FEW)
    ).fetchone()[0]
    if few < _FEW:
        return _BY_PROMPT, conditions, values
    return "completion c CROSS JOIN prompt p", conditions, values


def draws(
    c: Connection,
    *,
    checkpoint_ids: Sequence[int] | None = None,
    split: str | None = "train",
    completion_ids: Sequence[int] | None = None,
) -> list[Draw]:
    """Draws in the order in which they were stored; `split=None` takes both splits."""
    conditions: list[str] = []
    values: list[Any] = []
    if split is not None:
        conditions.append("p.split = ?")
        values.append(split)
    for column, chosen in (("c.checkpoint_id", checkpoint_ids), ("c.id", completion_ids)):
        if chosen is not None:
            conditions.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(rows.id_list(chosen))
    found = c.execute(
        f"SELECT {_DRAW} FROM draw d JOIN completion c ON c.id = d.completion_id"
        f" JOIN prompt p ON p.id = d.prompt_id{rows.where(conditions)} ORDER BY d.id",
        values,
    ).fetchall()
    return [_draw(row) for row in found]


def draw_sizes(c: Connection, checkpoint_ids: Sequence[int] | None, split: str) -> list[DrawSize]:
    """What is known of the draws of a split without reading their tokens; in order of storing."""
    conditions, values = ["p.split = ?"], [split]
    if checkpoint_ids is not None:
        conditions.append("c.checkpoint_id IN (SELECT value FROM json_each(?))")
        values.append(rows.id_list(checkpoint_ids))
    found = c.execute(
        "SELECT d.completion_id, d.prompt_id, d.sampling_id, length(d.token_ids) / 4, d.finished"
        " FROM draw d JOIN completion c ON c.id = d.completion_id"
        f" JOIN prompt p ON p.id = d.prompt_id{rows.where(conditions)} ORDER BY d.id",
        values,
    ).fetchall()
    return [DrawSize(of, p, s, n, bool(finished)) for of, p, s, n, finished in found]


def drawn_by(c: Connection, checkpoint_ids: Sequence[int] | None, split: str) -> set[int]:
    """The ids of the completions that checkpoints (None: all) drew for prompts of a split."""
    conditions, values = ["p.split = ?"], [split]
    if checkpoint_ids is not None:
        conditions.append("c.checkpoint_id IN (SELECT value FROM json_each(?))")
        values.append(rows.id_list(checkpoint_ids))
    found = c.execute(
        "SELECT c.id FROM completion c JOIN prompt p ON p.id = c.prompt_id"
        f"{rows.where([*conditions, 'EXISTS (SELECT 1 FROM draw WHERE completion_id = c.id)'])}",
        values,
    ).fetchall()
    return {id for (id,) in found}


def answers_to(
    c: Connection, prompt_ids: Iterable[int], checkpoint_id: int, split: str
) -> tuple[int, int]:
    """How many completions of a checkpoint answer these prompts of a split, and how many prompts
    they answer."""
    found = c.execute(
        "SELECT count(*), count(DISTINCT c.prompt_id) FROM completion c"
        " JOIN prompt p ON p.id = c.prompt_id WHERE c.checkpoint_id = ? AND p.split = ?"
        " AND p.id IN (SELECT value FROM json_each(?))",
        (checkpoint_id, split, rows.id_list(prompt_ids)),
    ).fetchone()
    return int(found[0]), int(found[1])


def draw(c: Connection, id: int) -> Draw:
    """One draw; `InputError` if there is none with this id."""
    row = c.execute(
        f"SELECT {_DRAW} FROM draw d JOIN completion c ON c.id = d.completion_id WHERE d.id = ?",
        (id,),
    ).fetchone()
    if row is None:
        raise InputError(f"There is no draw {id}.")
    return _draw(row)


def put_encoded(
    c: Connection, fingerprint: str, encoded_rows: Iterable[tuple[int, Sequence[int]]]
) -> None:
    """Keep the token ids of prompts under one tokenizer and template; rows are (prompt id, ids)."""
    c.executemany(
        "INSERT OR REPLACE INTO encoded_prompt(fingerprint, prompt_id, token_ids) VALUES(?, ?, ?)",
        ((fingerprint, prompt_id, rows.pack_ints(ids)) for prompt_id, ids in encoded_rows),
    )


def encoded(
    c: Connection, fingerprint: str, prompt_ids: Iterable[int]
) -> dict[int, tuple[int, ...]]:
    """Token ids of prompts that are encoded already, by prompt id."""
    found = c.execute(
        "SELECT prompt_id, token_ids FROM encoded_prompt WHERE fingerprint = ?"
        " AND prompt_id IN (SELECT value FROM json_each(?)) ORDER BY prompt_id",
        (fingerprint, rows.id_list(prompt_ids)),
    ).fetchall()
    with reading("the token ids of a prompt"):
        return {prompt_id: rows.unpack_ints(data) for prompt_id, data in found}


def encoded_sizes(c: Connection, fingerprint: str, prompt_ids: Iterable[int]) -> dict[int, int]:
    """How many tokens prompts have that are encoded already, by prompt id."""
    found = c.execute(
        "SELECT prompt_id, length(token_ids) / 4 FROM encoded_prompt WHERE fingerprint = ?"
        " AND prompt_id IN (SELECT value FROM json_each(?))",
        (fingerprint, rows.id_list(prompt_ids)),
    ).fetchall()
    return dict(found)


def _completion(row: tuple[Any, ...]) -> Completion:
    id, uid, prompt_id, checkpoint_id, text, multiplicity, n_tokens, finished = row
    return Completion(
        id, uid, prompt_id, checkpoint_id, text, multiplicity, n_tokens, bool(finished)
    )


def _draw(row: tuple[Any, ...]) -> Draw:
    (
        prompt_id,
        index,
        seed,
        ids,
        logprobs,
        text,
        finished,
        layout,
        id,
        completion_id,
        sampling_id,
    ) = row
    with reading(f"draw {id}"):
        token_ids = rows.unpack_ints(ids)
        numbers = rows.unpack_floats(logprobs, len(token_ids))
    return Draw(
        prompt_id,
        index,
        seed,
        token_ids,
        numbers,
        text,
        bool(finished),
        layout,
        id,
        completion_id,
        sampling_id,
    )

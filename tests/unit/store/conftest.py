"""Projects for the store's tests: an empty one, one with answers in it, one in memory."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prefdesk import store
from prefdesk.records import Draw, Event, NewPrompt
from prefdesk.store import engine, schema

N_PROMPTS = 4
PER_PROMPT = 3


@dataclass(frozen=True)
class Filled:
    """An open project with answers: its store and the ids of what is in it."""

    store: store.Store
    base: int
    sampling: int
    prompts: list[int]
    completions: list[int]
    raters: list[int]


def fill(c: store.Connection) -> tuple[int, int, list[int], list[int], list[int]]:
    """Four prompts with three different answers each, and two raters."""
    base = store.checkpoints.add_base(c, "base", '{"path": "model"}').id
    prompts, _ = store.prompts.add(c, [NewPrompt(f"prompt {i}") for i in range(N_PROMPTS)])
    sampling = store.completions.create_sampling(c, base, "train", "{}")
    draws = [
        Draw(p, i, i, (p, i), (-0.5, -0.25), f"answer {i} to {p}", True, "1x1")
        for p in prompts
        for i in range(PER_PROMPT)
    ]
    store.completions.add_draws(c, sampling, draws)
    completions = [k.id for k in store.completions.page(c)]
    raters = [store.raters.add(c, name).id for name in ("Ana", "Ben")]
    return base, sampling, prompts, completions, raters


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty and a filled project, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("projects")
    store.create(folder / "empty.prefdesk", meta={"uid": "1"}).close()
    with store.create(folder / "filled.prefdesk", meta={"uid": "2"}) as opened:
        opened.write(fill).result()
    return folder


@pytest.fixture
def empty_path(templates: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(templates / "empty.prefdesk", tmp_path / "p.prefdesk"))


@pytest.fixture
def filled_path(templates: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(templates / "filled.prefdesk", tmp_path / "p.prefdesk"))


@pytest.fixture
def opened(empty_path: Path) -> Iterator[store.Store]:
    with store.open(empty_path) as found:
        yield found


@pytest.fixture
def filled(filled_path: Path) -> Iterator[Filled]:
    with store.open(filled_path) as found:
        with found.read() as c:
            ids = Filled(
                found,
                store.checkpoints.all(c)[0].id,
                store.completions.samplings(c)[0].id,
                store.prompts.ids(c),
                [k.id for k in store.completions.page(c)],
                [r.id for r in store.raters.all(c)],
            )
        yield ids


def in_memory() -> store.Connection:
    """The tables of a project without a file, for tests that need many of them."""
    c: store.Connection = engine.dbapi.connect(":memory:", isolation_level=None)
    c.execute("PRAGMA foreign_keys=ON")
    for sql in schema.TABLES:
        c.execute(sql)
    return c


def save_prompt(opened: store.Store, text: str) -> None:
    """Save a prompt, as urgent as a rating."""
    opened.write(lambda c: store.prompts.add(c, [NewPrompt(text)]), urgent=True).result()


def score(c: store.Connection, completion: int, value: float, rater: int = 1, **more: Any) -> Event:
    """An event in which a rater scores a completion."""
    return store.events.append(
        c, rater_id=rater, completion_id=completion, kind="score", value=value, **more
    )


def engine_error(code: int) -> Exception:
    """An error as SQLite raises it, with its extended code."""
    error: Exception = engine.dbapi.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    return error


@pytest.fixture
def c() -> Iterator[store.Connection]:
    """A filled project in memory."""
    connection = in_memory()
    fill(connection)
    yield connection
    connection.close()

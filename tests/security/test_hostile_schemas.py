"""S5: nothing inside a foreign file runs, whatever its schema says."""

import time
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import ProjectError
from prefdesk.project import Project
from prefdesk.store import engine, looking

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n"


def replaced(name: str, sql: str) -> str:
    """Write another definition over that of one of our tables or indexes."""
    quoted = sql.replace("'", "''")
    return f"UPDATE sqlite_schema SET sql = '{quoted}' WHERE name = '{name}'"


def altered(name: str, old: str, new: str) -> str:
    return f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE name = '{name}'"


SCHEMAS: dict[str, list[str]] = {
    "a view": ["CREATE VIEW trap AS SELECT canary(1)"],
    "a view in place of completion": [
        "DROP TABLE completion",
        "CREATE VIEW completion AS SELECT canary(1) AS id",
    ],
    "a view in place of meta": [
        "DROP TABLE meta",
        "CREATE VIEW meta AS SELECT 'uid' AS key, canary(1) AS value",
    ],
    "an endless view in place of prompt": [
        "DROP TABLE prompt",
        f"CREATE VIEW prompt AS {ENDLESS}",
    ],
    "a trigger on event": [
        "CREATE TRIGGER t AFTER INSERT ON event BEGIN SELECT canary(1); END",
    ],
    "a trigger on meta": ["CREATE TRIGGER t BEFORE UPDATE ON meta BEGIN SELECT canary(1); END"],
    "a trigger instead of a view": [
        "CREATE VIEW v AS SELECT 1 AS x",
        "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT canary(1); END",
    ],
    "a trigger that deletes": [
        "CREATE TRIGGER t AFTER INSERT ON rater BEGIN DELETE FROM event; END",
    ],
    "a generated column": [
        altered("prompt", "columns TEXT NOT NULL", "columns TEXT NOT NULL, g TEXT AS (canary(1))")
    ],
    "a stored generated column": [
        altered("job", "crashed INTEGER NOT NULL", "crashed INTEGER AS (canary(1)) STORED")
    ],
    "a partial index": ["CREATE INDEX i ON prompt(task) WHERE canary(task)"],
    "a partial index in place of ours": [
        replaced("prompt_task", "CREATE INDEX prompt_task ON prompt(task) WHERE canary(task)"),
    ],
    "an expression index": ["CREATE INDEX i ON prompt(canary(task))"],
    "an expression index in place of ours": [
        replaced("prompt_task", "CREATE INDEX prompt_task ON prompt(canary(task))"),
    ],
    "a default that is computed": [
        altered("rater", "DEFAULT 0", "DEFAULT (abs(-1))"),
    ],
    "a default that calls": [
        altered("rater", "queue_seed INTEGER,", "queue_seed INTEGER DEFAULT (canary(1)),")
    ],
    "a check that calls": [altered("prompt", "text TEXT NOT NULL", "text TEXT CHECK(canary(1))")],
    "a full-text table": ["CREATE VIRTUAL TABLE f USING fts5(x)"],
    "a full-text table in place of prompt": [
        "DROP TABLE prompt",
        "CREATE VIRTUAL TABLE prompt USING fts5(text)",
    ],
    "the shadow of a full-text table": ["CREATE TABLE f_data(id INTEGER PRIMARY KEY, block BLOB)"],
    "a tree of rectangles": ["CREATE VIRTUAL TABLE r USING rtree(id, a, b)"],
    "a table by a module nobody has": [
        "INSERT INTO sqlite_schema VALUES "
        "('table', 'ext', 'ext', 0, 'CREATE VIRTUAL TABLE ext USING nobody(x)')",
    ],
    "a counter of rows": ["CREATE TABLE c(id INTEGER PRIMARY KEY AUTOINCREMENT)"],
    "a collation nobody has": [
        altered("prompt", "task TEXT NOT NULL", "task TEXT NOT NULL COLLATE nobody")
    ],
    "a collation that hides": [
        altered("rater", "folded_name TEXT NOT NULL", "folded_name TEXT NOT NULL COLLATE NOCASE")
    ],
    "a table of statistics": ["ANALYZE"],
    "a table with our name twice": [
        "INSERT INTO sqlite_schema SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema"
        " WHERE name = 'rater'",
    ],
    "a table on another's pages": [
        "INSERT INTO sqlite_schema SELECT 'table', 'twin', 'twin', rootpage,"
        " 'CREATE TABLE twin(a)' FROM sqlite_schema WHERE name = 'event'",
    ],
    "an index on another table": [
        replaced("prompt_task", "CREATE INDEX prompt_task ON rater(canary(name))"),
    ],
    "a loose table": [altered("event", ") STRICT, WITHOUT ROWID", ") WITHOUT ROWID")],
    "a definition that is none": [replaced("prompt_task", "ATTACH 'x' AS prompt_task")],
    "a definition of a megabyte": [replaced("prompt_task", f"CREATE INDEX /*{'x' * 10**6}*/ a")],
    "another key": [altered("meta", "key TEXT PRIMARY KEY", "key TEXT PRIMARY KEY DESC")],
    "a name that is an order": ['CREATE TABLE "x\'); DROP TABLE event; --"(a)'],
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection of the program knows a function that a file could call."""
    called: list[object] = []
    connect = engine.connect

    def with_canary(path: Path, **how: bool) -> engine.Connection:
        made = connect(path, **how)
        made.create_function("canary", 1, lambda x: called.append(x) or 1, deterministic=True)
        return made

    monkeypatch.setattr(engine, "connect", with_canary)
    return called


def spoil(path: Path, statements: list[str]) -> None:
    c = engine.dbapi.connect(str(path), isolation_level=None)
    c.create_function("canary", 1, lambda x: 1, deterministic=True)
    c.execute("PRAGMA trusted_schema=ON")
    c.execute("PRAGMA foreign_keys=OFF")
    c.execute("PRAGMA writable_schema=ON")
    for statement in statements:
        c.execute(statement)
    c.close()


def test_that_the_list_is_long_enough() -> None:
    assert len(SCHEMAS) >= 30


@pytest.mark.parametrize("mode", ["w", "r"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_that_a_hostile_schema_is_refused_and_nothing_runs(
    study: Path, calls: list[object], name: str, mode: store.Mode
) -> None:
    spoil(study, SCHEMAS[name])
    before = study.read_bytes()
    started = time.monotonic()
    with pytest.raises(ProjectError) as caught:
        Project.open(study, mode)
    assert time.monotonic() - started < 1
    assert "study.prefdesk" in caught.value.message and "\n" not in str(caught.value)
    assert calls == []
    assert study.read_bytes() == before
    assert [p.name for p in study.parent.iterdir()] == ["study.prefdesk"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_that_the_look_at_a_hostile_schema_runs_nothing_either(
    study: Path, calls: list[object], name: str
) -> None:
    spoil(study, SCHEMAS[name])
    try:
        looking.look(study)
        looked = "passed"
    except looking.Refused as why:
        looked = str(why)
    # What SQLite itself cannot read is told by the opening.
    assert looked in (looking.OTHER_TABLES, "passed") or "SQLite says" in looked
    assert calls == []


def test_that_the_canary_sings_where_the_schema_is_trusted(study: Path) -> None:
    spoil(study, SCHEMAS["a view in place of meta"])
    called: list[object] = []
    c = engine.dbapi.connect(str(study))
    c.create_function("canary", 1, lambda x: called.append(x) or 1)
    c.execute("PRAGMA trusted_schema=ON")
    c.execute("SELECT value FROM meta").fetchall()
    c.close()
    assert called == [1]


@pytest.mark.usefixtures("looks")
def test_that_a_hundred_thousand_tables_are_refused_quickly(study: Path) -> None:
    # All on one page: the file stays small, and reading the list is the whole work.
    spoil(
        study,
        [
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {10**5})"
            " INSERT INTO sqlite_schema SELECT 'table', 't' || i, 't' || i,"
            " (SELECT rootpage FROM sqlite_schema WHERE name = 'job'),"
            " 'CREATE TABLE t' || i || '(a)' FROM n",
        ],
    )
    started = time.monotonic()
    with pytest.raises(ProjectError) as caught:
        Project.open(study)
    assert "study.prefdesk" in caught.value.message
    assert time.monotonic() - started < 5

"""Older files: migrated on a copy, the old one kept, all of it or nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import NewerFormat, ProjectError
from prefdesk.records import NewPrompt
from prefdesk.store import engine, migrations, schema

REPOSITORY = Path(__file__).parents[3]
NOTES = "CREATE TABLE note(\n  id INTEGER PRIMARY KEY,\n  text TEXT NOT NULL\n) STRICT"


def add_notes(connection: store.Connection) -> None:
    connection.execute(NOTES)
    connection.execute("INSERT INTO note(text) SELECT text FROM prompt")


def add_half_the_notes(connection: store.Connection) -> None:
    connection.execute(NOTES)
    raise RuntimeError("half way")


@pytest.fixture
def next_format(monkeypatch: pytest.MonkeyPatch) -> migrations.Step:
    """The next format, which keeps a note for each prompt, as if it were the current one."""
    step = migrations.Step(schema.FORMAT + 1, "notes", "People write notes.", add_notes)
    monkeypatch.setattr(schema, "FORMAT", step.number)
    monkeypatch.setattr("prefdesk.store.header.FORMAT", step.number)
    monkeypatch.setattr(schema, "TABLES", (*schema.TABLES, NOTES))
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, step])
    return step


def names(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir())


def test_that_steps_are_numbered_without_a_gap_and_say_why() -> None:
    assert [step.number for step in migrations.STEPS] == list(range(1, schema.FORMAT + 1))
    assert all(len(step.why) > 20 and step.name.isidentifier() for step in migrations.STEPS)


def test_that_each_step_is_recorded(empty_path: Path) -> None:
    with store.open(empty_path, "r") as opened, opened.read() as c:
        found = c.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    assert [name for name, _ in found] == ["prefdesk"] * 3
    assert [name for _, name in found] == [
        "0001_first_tables",
        "0002_weighing",
        "0003_preprocessing",
    ]


def test_that_an_older_file_is_migrated_and_kept(
    filled_path: Path, next_format: migrations.Step
) -> None:
    before = filled_path.read_bytes()
    with store.open(filled_path) as opened:
        with opened.read() as c:
            assert c.execute("SELECT count(*) FROM note").fetchone() == (4,)
            assert c.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)
        assert opened.check() == []
    kept = Path(f"{filled_path}.v3.bak")
    assert kept.read_bytes() == before
    assert names(filled_path) == ["p.prefdesk", "p.prefdesk.v3.bak"]
    store.open(filled_path).close()
    assert names(filled_path) == ["p.prefdesk", "p.prefdesk.v3.bak"]


def test_that_a_kept_file_is_never_written_over(
    filled_path: Path, next_format: migrations.Step
) -> None:
    Path(f"{filled_path}.v3.bak").write_text("something of mine")
    store.open(filled_path).close()
    assert Path(f"{filled_path}.v3.bak").read_text() == "something of mine"
    assert Path(f"{filled_path}.v3.2.bak").exists()


def test_that_a_failed_migration_changes_nothing(
    filled_path: Path, next_format: migrations.Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = migrations.Step(
        next_format.number, "notes", "People write notes.", add_half_the_notes
    )
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS[:-1], failing])
    before = filled_path.read_bytes()
    with pytest.raises(RuntimeError, match="half way"):
        store.open(filled_path)
    assert filled_path.read_bytes() == before
    assert names(filled_path) == ["p.prefdesk"]


def test_that_a_migration_must_give_the_tables_of_the_format(
    filled_path: Path, next_format: migrations.Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "TABLES", schema.TABLES[:-1])
    before = filled_path.read_bytes()
    with pytest.raises(ProjectError, match="not those of its format"):
        store.open(filled_path)
    assert filled_path.read_bytes() == before


def test_that_a_new_file_goes_through_all_steps(
    tmp_path: Path, next_format: migrations.Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_tables(connection: store.Connection) -> None:
        for sql in schema.TABLES[:-1]:
            connection.execute(sql)

    first_only = migrations.Step(3, "first_tables", "As it was.", first_tables)
    monkeypatch.setattr(migrations, "STEPS", [first_only, next_format])
    with store.create(tmp_path / "a.prefdesk", meta={}) as opened, opened.read() as c:
        assert c.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)
        assert c.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (2,)


def test_that_an_older_file_is_not_opened_for_reading_only(
    filled_path: Path, next_format: migrations.Step
) -> None:
    with pytest.raises(ProjectError, match="older format"):
        store.open(filled_path, "r")
    assert names(filled_path) == ["p.prefdesk"]


def test_that_the_log_of_a_crash_is_migrated_too(
    filled_path: Path, tmp_path: Path, next_format: migrations.Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with store.open(filled_path) as opened:
        opened.write(
            lambda c: store.prompts.add(c, [NewPrompt("in the log")]), urgent=True
        ).result()
        for end in ("", "-wal"):
            shutil.copy(f"{filled_path}{end}", f"{crashed}/p.prefdesk{end}")
    for name, value in (("FORMAT", next_format.number), ("TABLES", (*schema.TABLES, NOTES))):
        monkeypatch.setattr(schema, name, value)
    monkeypatch.setattr("prefdesk.store.header.FORMAT", next_format.number)
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, next_format])
    with store.open(crashed / "p.prefdesk") as again, again.read() as c:
        assert c.execute("SELECT count(*) FROM note").fetchone() == (5,)
    old = engine.connect(crashed / "p.prefdesk.v3.bak", read_only=True)
    assert old.execute("SELECT count(*) FROM prompt").fetchone() == (5,)
    old.close()


def test_that_a_program_of_the_older_format_refuses_the_newer_file(
    filled_path: Path, next_format: migrations.Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.open(filled_path).close()
    monkeypatch.undo()
    before = filled_path.read_bytes()
    for mode in ("w", "r"):
        with pytest.raises(NewerFormat, match=r"format 4, this one reads 3"):
            store.open(filled_path, mode)
    assert filled_path.read_bytes() == before


def test_that_creating_is_what_loads_sqlite_utils(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom prefdesk import store\n"
        "assert 'sqlite_utils' not in sys.modules\n"
        "store.create(sys.argv[1], meta={}).close()\n"
        "assert 'sqlite_utils' in sys.modules\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.prefdesk")],
        check=True, timeout=60, cwd=REPOSITORY,
    )  # fmt: skip

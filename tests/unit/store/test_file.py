"""Making, opening, refusing, locking and leaving a project file."""

import gc
import importlib
import json
import multiprocessing
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prefdesk import store
from prefdesk.errors import NewerFormat, NotAProject, ProjectError, ProjectInUse
from prefdesk.records import NewPrompt
from prefdesk.store import engine, lock, schema
from prefdesk.store.writer import _Job

REPOSITORY = Path(__file__).parents[3]


def add_prompt(text: str) -> "Callable[[store.Connection], Any]":
    return lambda c: store.prompts.add(c, [NewPrompt(text)])


def run_python(code: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=REPOSITORY,
        check=False,
    )


def patch_bytes(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def test_that_a_new_project_has_the_marks_of_its_format(tmp_path: Path) -> None:
    path = tmp_path / "new.prefdesk"
    store.create(path, meta={"title": "one"}).close()
    head = path.read_bytes()[:100]
    assert head.startswith(b"SQLite format 3\x00")
    assert head[68:72] == b"PFDS"
    assert int.from_bytes(head[60:64], "big") == schema.FORMAT
    assert int.from_bytes(head[16:18], "big") == 16384
    assert head[18:20] == b"\x01\x01", "at rest the file is not in log mode"
    with store.open(path, "r") as opened, opened.read() as c:
        assert store.meta.all(c) == {"title": "one"}
        assert c.execute("PRAGMA auto_vacuum").fetchone()[0] == 2


def test_that_the_schema_list_is_what_sqlite_keeps_word_for_word(empty_path: Path) -> None:
    with store.open(empty_path) as opened, opened.read() as c:
        rows = c.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL").fetchall()
    assert set(rows) == schema.expected()
    assert {kind for kind, _, _ in rows} == {"table", "index"}


def test_that_every_table_is_strict_and_none_has_generated_columns(c: store.Connection) -> None:
    for name, strict in c.execute(
        "SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%'"
    ).fetchall():
        assert strict, name
        hidden = c.execute("SELECT sum(hidden) FROM pragma_table_xinfo(?)", (name,)).fetchone()
        assert hidden == (0,), name


def test_that_at_rest_there_is_one_plain_file(empty_path: Path) -> None:
    with store.open(empty_path) as opened:
        opened.write(add_prompt("a")).result()
        assert Path(f"{empty_path}-wal").exists()
        assert Path(f"{empty_path}.lock").exists()
    assert [p.name for p in empty_path.parent.iterdir()] == ["p.prefdesk"]


def test_that_the_writer_is_set_up_for_durability(opened: store.Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "wal_autocheckpoint": 0,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 2,
    }
    found = opened.write(
        lambda c: {name: c.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    ).result()
    assert found == wanted


def test_that_creating_refuses_an_existing_file(empty_path: Path) -> None:
    before = empty_path.read_bytes()
    with pytest.raises(ProjectError, match="already a file"):
        store.create(empty_path, meta={})
    assert empty_path.read_bytes() == before
    assert [p.name for p in empty_path.parent.iterdir()] == ["p.prefdesk"]


def test_that_a_failed_creation_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "TABLES", (*schema.TABLES, "CREATE TABLE meta(x) STRICT"))
    with pytest.raises(sqlite_error()):
        store.create(tmp_path / "a.prefdesk", meta={})
    assert list(tmp_path.iterdir()) == []


def sqlite_error() -> type[Exception]:
    found: type[Exception] = engine.dbapi.Error
    return found


def test_that_creating_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no folder"):
        store.create(tmp_path / "nowhere" / "a.prefdesk", meta={})


def test_that_a_missing_file_is_named(tmp_path: Path) -> None:
    for mode in ("w", "r"):
        with pytest.raises(ProjectError, match=r"no file .*gone\.prefdesk"):
            store.open(tmp_path / "gone.prefdesk", mode)
    assert list(tmp_path.iterdir()) == []


def zero_bytes(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("not a database at all, but long enough to hold a header " * 5)


def other_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as c:
        c.execute("CREATE TABLE notes(x)")
    c.close()


def cut_off(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def cut_in_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def newer_format(path: Path) -> None:
    patch_bytes(path, 60, (schema.FORMAT + 1).to_bytes(4, "big"))


def with_view(path: Path) -> None:
    changed_by(path, "CREATE VIEW trap AS SELECT * FROM rater")


def with_trigger(path: Path) -> None:
    changed_by(path, "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END")


def with_another_table(path: Path) -> None:
    changed_by(path, "CREATE TABLE more(x)")


def without_a_table(path: Path) -> None:
    changed_by(path, "DROP TABLE job")


def with_schema_page_zeroed(path: Path) -> None:
    patch_bytes(path, 100, b"\x00" * 16000)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to("real")


def changed_by(path: Path, sql: str) -> None:
    c = engine.dbapi.connect(str(path))
    c.execute(sql)
    c.commit()
    c.close()


FOREIGN: list[tuple[Callable[[Path], None], type[ProjectError], str]] = [
    (zero_bytes, NotAProject, "is empty"),
    (text, NotAProject, "is not a prefdesk project"),
    (other_database, NotAProject, "another program"),
    (cut_off, NotAProject, "cut off"),
    (cut_in_header, NotAProject, "is not a prefdesk project"),
    (newer_format, NewerFormat, "newer prefdesk"),
    (with_view, NotAProject, "other tables"),
    (with_trigger, NotAProject, "other tables"),
    (with_another_table, NotAProject, "other tables"),
    (without_a_table, NotAProject, "other tables"),
    (with_schema_page_zeroed, ProjectError, "damaged|other tables"),
    (folder, NotAProject, "is not a file"),
    (link, NotAProject, "is a link"),
]


@pytest.mark.parametrize("mode", ["w", "r"])
@pytest.mark.parametrize("spoil, error, words", FOREIGN, ids=lambda v: getattr(v, "__name__", ""))
def test_that_what_is_no_project_is_refused_and_left_alone(
    filled_path: Path,
    spoil: Callable[[Path], None],
    error: type[ProjectError],
    words: str,
    mode: store.Mode,
) -> None:
    spoil(filled_path)
    before = filled_path.read_bytes() if filled_path.is_file() else b""
    listed = sorted(p.name for p in filled_path.parent.iterdir())
    with pytest.raises(error, match=words) as caught:
        store.open(filled_path, mode)
    assert filled_path.name in caught.value.message
    assert "\n" not in str(caught.value)
    assert (filled_path.read_bytes() if filled_path.is_file() else b"") == before
    assert sorted(p.name for p in filled_path.parent.iterdir()) == listed


def test_that_a_second_writer_hears_who_has_the_file(empty_path: Path) -> None:
    with store.open(empty_path) as first:
        with pytest.raises(ProjectInUse) as caught:
            store.open(empty_path)
        for word in (socket.gethostname(), f"process {os.getpid()}", empty_path.name):
            assert word in caught.value.message
        first.write(add_prompt("a")).result()
        assert first.check() == []
    store.open(empty_path).close()


def test_that_a_writer_in_another_process_is_kept_out(empty_path: Path) -> None:
    code = (
        "import sys\nfrom prefdesk import store\nfrom prefdesk.errors import ProjectInUse\n"
        "try: store.open(sys.argv[1])\n"
        "except ProjectInUse as error: print(error.message)\n"
    )
    with store.open(empty_path):
        told = run_python(code, empty_path)
    assert f"process {os.getpid()}" in told.stdout, told.stderr


def test_that_a_lock_file_without_a_holder_locks_nobody_out(empty_path: Path) -> None:
    Path(f"{empty_path}.lock").write_text('{"user": "gone"')
    store.open(empty_path).close()
    assert not Path(f"{empty_path}.lock").exists()


def test_that_a_refused_file_leaves_no_lock(empty_path: Path) -> None:
    with_view(empty_path)
    with pytest.raises(NotAProject):
        store.open(empty_path)
    assert not Path(f"{empty_path}.lock").exists()


def test_that_a_reader_sees_what_a_writer_in_another_process_saved(empty_path: Path) -> None:
    code = (
        "import sys\nfrom prefdesk import store\n"
        "with store.open(sys.argv[1], 'r') as s:\n"
        "    for line in sys.stdin:\n"
        "        with s.read() as c: print(store.prompts.count(c), flush=True)\n"
    )
    with store.open(empty_path) as writer:
        writer.write(add_prompt("one")).result()
        with subprocess.Popen(
            [sys.executable, "-c", code, str(empty_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        ) as reader:
            assert reader.stdin and reader.stdout
            counts = []
            for number in range(3):
                writer.write(add_prompt(f"more {number}")).result()
                print("count", file=reader.stdin, flush=True)
                counts.append(int(reader.stdout.readline()))
            reader.stdin.close()
        assert counts == [2, 3, 4]
        assert reader.returncode == 0


def test_that_a_reader_writes_nothing_and_takes_no_lock(filled_path: Path) -> None:
    before = filled_path.read_bytes()
    filled_path.chmod(0o444)
    with store.open(filled_path, "r") as reader:
        with reader.read() as c:
            assert store.prompts.count(c) == 4
            with pytest.raises(sqlite_error(), match="readonly"):
                c.execute("DELETE FROM meta")
        assert sorted(p.name for p in filled_path.parent.iterdir()) == ["p.prefdesk"]
        with pytest.raises(ProjectError, match="reading only"):
            reader.write(add_prompt("a"))
        assert reader.pending == 0
        with store.open(filled_path) as writer:
            writer.write(add_prompt("while a reader is there")).result()
            with reader.read() as c:
                assert store.prompts.count(c) == 5
        assert sorted(p.name for p in filled_path.parent.iterdir()) == ["p.prefdesk"]
        with reader.read() as c:
            assert store.prompts.count(c) == 5
    assert filled_path.read_bytes() != before


def test_that_a_read_block_sees_one_state_and_the_next_block_the_new_one(
    opened: store.Store,
) -> None:
    with opened.read() as c:
        assert store.prompts.count(c) == 0
        opened.write(add_prompt("a")).result()
        assert store.prompts.count(c) == 0
        with opened.read() as nested:
            assert nested is c
    with opened.read() as c:
        assert store.prompts.count(c) == 1
        assert c.in_transaction
    assert not c.in_transaction


def test_that_a_half_read_cursor_does_not_hold_the_log(opened: store.Store) -> None:
    opened.write(
        lambda c: store.prompts.add(c, [NewPrompt(f"{i}" * 500) for i in range(300)])
    ).result()
    with opened.read() as c:
        cursor = c.execute("SELECT * FROM prompt")
        assert cursor.fetchone()
    assert opened._parts.writer is not None
    busy: list[int] = []
    # On the writer's thread, which may still be at its own checkpoint.
    look = _Job(
        0,
        -1,
        lambda c: busy.append(c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]),
        is_look=True,
    )
    opened._parts.writer._jobs.put(look)
    look.future.result()
    assert busy == [0]


def test_that_threads_read_side_by_side(filled_path: Path) -> None:
    together = threading.Barrier(4, timeout=20)
    found: list[int] = []

    def look(opened: store.Store) -> None:
        with opened.read() as c:
            together.wait()
            found.append(store.prompts.count(c))

    with store.open(filled_path) as opened:
        threads = [threading.Thread(target=look, args=(opened,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [4] * 4


def test_that_a_closed_store_refuses_reads_and_writes(empty_path: Path) -> None:
    opened = store.open(empty_path)
    opened.close()
    opened.close()
    assert opened.closed
    with pytest.raises(ProjectError, match="closed"):
        opened.write(add_prompt("a"))
    with pytest.raises(ProjectError, match="closed"), opened.read():
        pass


def test_that_a_forgotten_store_is_closed(empty_path: Path) -> None:
    opened = store.open(empty_path)
    opened.write(add_prompt("a"))
    del opened
    gc.collect()
    with store.open(empty_path) as again, again.read() as c:
        assert store.prompts.count(c) == 1


def test_that_an_interpreter_that_ends_without_closing_saves_and_does_not_hang(
    empty_path: Path,
) -> None:
    code = (
        "import sys\nfrom prefdesk import store\nfrom prefdesk.records import NewPrompt\n"
        "s = store.open(sys.argv[1])\n"
        "for i in range(50): s.write(lambda c, i=i: store.prompts.add(c, [NewPrompt(str(i))]))\n"
        "keep = [s]; keep.append(keep)\n"
    )
    ended = run_python(code, empty_path)
    assert ended.returncode == 0 and ended.stderr == ""
    assert [p.name for p in empty_path.parent.iterdir()] == ["p.prefdesk"]
    with store.open(empty_path, "r") as opened, opened.read() as c:
        assert store.prompts.count(c) == 50


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_that_a_forked_child_leaves_the_file_to_its_parent(empty_path: Path) -> None:
    with store.open(empty_path) as opened:
        child = multiprocessing.get_context("fork").Process(target=opened.close)
        child.start()
        child.join(20)
        assert child.exitcode == 0
        assert Path(f"{empty_path}.lock").exists()
        opened.write(add_prompt("a")).result()
        assert opened.check() == []


def test_that_opening_a_current_file_does_not_load_sqlite_utils(filled_path: Path) -> None:
    code = (
        "import sys\nfrom prefdesk import store\n"
        "with store.open(sys.argv[1]) as s: pass\n"
        "print([m for m in sys.modules if m.startswith(('sqlite_utils', 'torch', 'PySide6'))])\n"
    )
    assert run_python(code, filled_path).stdout.strip() == "[]"


def test_that_the_engine_is_the_one_sqlite_utils_uses(opened: store.Store) -> None:
    chosen: Any = importlib.import_module("sqlite_utils.utils").sqlite3

    assert chosen.sqlite_version == opened.engine_version
    assert chosen.connect is engine.dbapi.connect


@pytest.mark.parametrize(
    "version, faulty",
    [("3.40.1", True), ("3.44.5", True), ("3.44.6", False), ("3.45.9", True), ("3.50.6", True),
     ("3.50.7", False), ("3.51.2", True), ("3.51.3", False), ("3.53.4", False), ("4.0.0", False)],
)  # fmt: skip
def test_that_an_sqlite_with_the_log_fault_is_refused(
    version: str, faulty: bool, empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "version", lambda: version)
    if not faulty:
        store.open(empty_path, "r").close()
        return
    with pytest.raises(ProjectError, match=f"SQLite {version}.*pysqlite3"):
        store.open(empty_path, "r")


@pytest.mark.parametrize("change", ["replaced", "deleted", "renamed"])
def test_that_a_file_that_is_no_longer_under_its_name_is_noticed(
    filled_path: Path, change: str
) -> None:
    opened = store.open(filled_path)
    if change == "replaced":
        other = filled_path.with_name("other")
        shutil.copy(filled_path, other)
        before = other.read_bytes()
        other.replace(filled_path)
    elif change == "deleted":
        filled_path.unlink()
    else:
        filled_path.rename(filled_path.with_name("elsewhere"))
    with pytest.raises(ProjectError, match="no longer the one"):
        opened.write(add_prompt("a"), urgent=True).result()
    opened.close()
    if change == "replaced":
        assert filled_path.read_bytes() == before


def test_that_what_was_saved_goes_with_a_file_that_is_renamed(filled_path: Path) -> None:
    opened = store.open(filled_path)
    opened.write(add_prompt("saved"), urgent=True).result()
    filled_path.rename(filled_path.with_name("elsewhere.prefdesk"))
    opened.close()
    with store.open(filled_path.with_name("elsewhere.prefdesk")) as again, again.read() as c:
        assert store.prompts.count(c) == 5


def test_that_the_lock_text_is_readable_json(empty_path: Path) -> None:
    with store.open(empty_path):
        who = json.loads(Path(f"{empty_path}.lock").read_text())
    assert who["pid"] == os.getpid() and who["host"] == socket.gethostname()


def test_that_one_of_many_has_the_lock_at_any_moment(tmp_path: Path) -> None:
    """Releasing removes the lock file, which must never let two in at once."""
    inside, most, entered = 0, 0, 0
    guard = threading.Lock()

    def enter() -> None:
        nonlocal inside, most, entered
        for _ in range(150):
            try:
                held = lock.acquire(tmp_path / "p.prefdesk")
            except ProjectInUse:
                continue
            with guard:
                inside, entered = inside + 1, entered + 1
                most = max(most, inside)
            os.sched_yield()
            with guard:
                inside -= 1
            held.release()

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1 and entered > 10


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
def test_that_a_second_opening_in_this_process_does_not_drop_sqlites_locks(
    empty_path: Path,
) -> None:
    code = (
        "import fcntl, sys\nf = open(sys.argv[1], 'r+b')\n"
        "try: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002); print('free')\n"
        "except OSError: print('held')\n"
    )
    with store.open(empty_path) as opened:
        opened.write(add_prompt("a")).result()
        with store.open(empty_path, "r"):
            pass
        with pytest.raises(ProjectInUse):
            store.open(empty_path)
        assert run_python(code, empty_path).stdout.strip() == "held"
    assert run_python(code, empty_path).stdout.strip() == "free"

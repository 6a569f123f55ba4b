"""After a crash: the log is taken in if it fits, and unfinished work is put in order."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import InputError, ProjectError
from prefdesk.records import NewPrompt
from prefdesk.store.jobs import CRASHED

from .conftest import Filled


def crash(opened: store.Store, to: Path) -> Path:
    """Copy an open project with its log, as a crash would leave it."""
    to.mkdir()
    path = to / opened.path.name
    for end in ("", "-wal"):
        shutil.copy(f"{opened.path}{end}", f"{path}{end}")
    return path


def add(opened: store.Store, *texts: str, urgent: bool = True) -> None:
    opened.write(
        lambda c: store.prompts.add(c, [NewPrompt(t) for t in texts]), urgent=urgent
    ).result()


def test_that_the_log_of_a_crash_is_taken_in(filled: Filled, tmp_path: Path) -> None:
    add(filled.store, "saved")
    path = crash(filled.store, tmp_path / "crashed")
    with store.open(path) as again:
        with again.read() as c:
            assert store.prompts.count(c) == 5
        assert again.check() == []
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_that_a_reader_sees_what_a_crash_left_in_the_log(filled: Filled, tmp_path: Path) -> None:
    add(filled.store, "saved")
    path = crash(filled.store, tmp_path / "crashed")
    with store.open(path, "r") as reader, reader.read() as c:
        assert store.prompts.count(c) == 5


def test_that_a_torn_end_of_the_log_loses_only_what_was_not_acknowledged(
    filled: Filled, tmp_path: Path
) -> None:
    add(filled.store, "one")
    whole = Path(f"{filled.store.path}-wal").stat().st_size
    add(filled.store, "two")
    path = crash(filled.store, tmp_path / "crashed")
    with Path(f"{path}-wal").open("r+b") as log:
        log.truncate(whole + 1000)
    with store.open(path) as again:
        with again.read() as c:
            assert [p.text for p in store.prompts.page(c, after=4)] == ["one"]
        assert again.check() == []


def test_that_a_log_beside_another_version_of_the_file_is_set_aside(
    filled: Filled, tmp_path: Path
) -> None:
    """An older copy is put back beside a log that was written for a newer one."""
    older = tmp_path / "older"
    filled.store.close()
    shutil.copy(filled.store.path, older)
    with store.open(filled.store.path) as opened:
        for number in range(40):
            add(opened, *(f"{number} {i} " * 300 for i in range(20)), urgent=False)
        opened.write(
            lambda c: store.prompts.delete(
                c, [p for p in store.prompts.ids(c) if p % 3 == 0 and p > 4]
            ),
        ).result()
        opened.write(
            lambda c: store.prompts.set_split(c, store.prompts.ids(c), "evaluation")
        ).result()
        add(opened, *(f"last {i} " * 300 for i in range(20)))
        path = crash(opened, tmp_path / "crashed")
    shutil.copy(older, path)
    before = path.read_bytes()
    with store.open(path) as again:
        with again.read() as c:
            assert store.prompts.count(c) == 4
        assert again.check() == []
    left = sorted(p.name for p in path.parent.iterdir())
    assert left[0] == path.name and len(left) == 2
    assert left[1].startswith(f"{path.name}-wal.") and left[1].endswith(".set-aside")
    store.open(path, "r").close()
    assert path.read_bytes()[100:] == before[100:]


def test_that_a_damaged_file_with_a_log_is_left_as_it_was(filled: Filled, tmp_path: Path) -> None:
    add(filled.store, "x" * 100_000, urgent=False)
    add(filled.store, "saved")
    path = crash(filled.store, tmp_path / "crashed")
    Path(f"{path}-wal").write_bytes(Path(f"{path}-wal").read_bytes()[:40])
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 16384):
            file.seek(page * 16384)
            file.write(b"\xff" * 64)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    with pytest.raises(ProjectError, match="cannot be restored"):
        store.open(path)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def unfinished(filled: Filled) -> int:
    def start(c: store.Connection) -> int:
        job = store.jobs.start(c, "round", "{}")
        store.jobs.end(c, store.jobs.start(c, "sample", "{}"), "done", "Good.")
        store.rounds.create(c, "{}", filled.base, [])
        half = store.checkpoints.begin(c, "lora", "half", filled.base, 1, "{}", 5, 2)
        store.checkpoints.add_chunk(c, half, 0, b"half")
        return job

    return filled.store.write(start).result()


def test_that_work_a_crash_cut_off_is_put_in_order(filled: Filled, tmp_path: Path) -> None:
    job = unfinished(filled)
    path = crash(filled.store, tmp_path / "crashed")
    with store.open(path) as again:
        with again.read() as c:
            assert [j.id for j in store.jobs.crashed(c)] == [job]
            assert store.jobs.get(c, job).status == "failed"
            assert "ratings are safe" in store.jobs.get(c, job).message
            assert [r.message for r in store.rounds.all(c)] == [CRASHED]
            assert [k.id for k in store.checkpoints.all(c)] == [filled.base]
            assert c.execute("SELECT count(*) FROM chunk").fetchone() == (0,)
        again.write(lambda c: store.jobs.dismiss(c, job)).result()
        with again.read() as c:
            assert store.jobs.crashed(c) == []
            assert [j.status for j in store.jobs.all(c)] == ["failed", "done"]


def test_that_a_reader_leaves_running_work_alone(filled: Filled) -> None:
    job = unfinished(filled)
    with store.open(filled.store.path, "r") as reader, reader.read() as c:
        assert store.jobs.get(c, job).status == "running"
        assert store.rounds.all(c)[0].status == "running"


DAMAGE: list[tuple[str, str]] = [
    ("UPDATE event SET value = 9 WHERE kind = 'score'", "changed after it was written"),
    ("UPDATE rating SET value = 9", "not what the events say"),
    ("DELETE FROM rating", "not what the events say"),
    ("INSERT INTO rating SELECT 2, rater_id, criterion, occasion, kind, value, body, seconds, hlc,"
     " event_uid FROM rating", "count without an event"),
    ("UPDATE completion SET multiplicity = 5 WHERE id = 1", "drawn 5 times, and 1 draws"),
    ("DELETE FROM draw WHERE completion_id = 2", "drawn 1 times, and 0 draws"),
    ("PRAGMA foreign_keys=OFF", ""),
    ("INSERT INTO chunk(hash, codec, raw_size, data) VALUES(zeroblob(32), 0, 1, x'00')",
     "belong to no checkpoint"),
]  # fmt: skip


@pytest.mark.parametrize("sql, words", DAMAGE)
def test_that_a_check_finds_what_was_changed_behind_its_back(
    filled: Filled, sql: str, words: str
) -> None:
    filled.store.write(
        lambda c: store.events.append(c, rater_id=1, completion_id=1, kind="score", value=3)
    ).result()
    assert filled.store.check() == []
    filled.store.write(lambda c: c.execute(sql)).result()
    found = filled.store.check()
    assert bool(found) == bool(words)
    assert not words or any(words in sentence for sentence in found)


def test_that_a_check_finds_references_to_nothing(filled: Filled) -> None:
    path = filled.store.path
    filled.store.close()
    from prefdesk.store import engine

    c = engine.dbapi.connect(str(path), isolation_level=None)
    c.execute("DELETE FROM rater WHERE id = 2")
    c.execute("INSERT INTO queue VALUES(2, 0, 1, 1)")
    c.close()
    with store.open(path) as again:
        (sentence,) = again.check()
    assert sentence == "A row of queue speaks of rater 2, which is not there."


def zero_a_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(5 * 16384)
        file.write(b"\x00" * 16384)


def flip_a_page_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(7 * 16384)
        file.write(b"\xa5\x5a\xff")


@pytest.mark.parametrize("spoil", [zero_a_page, flip_a_page_header])
def test_that_a_damaged_page_is_said_in_words(
    filled_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(filled_path)
    before = filled_path.read_bytes()
    with store.open(filled_path, "r") as opened:
        found = opened.check()
    assert found and all(s.endswith((".", "!")) for s in found)
    assert filled_path.read_bytes() == before


def test_that_reading_a_damaged_page_is_a_known_error(filled_path: Path) -> None:
    with filled_path.open("r+b") as file:
        for page in range(1, filled_path.stat().st_size // 16384):
            file.seek(page * 16384)
            file.write(b"\x99" * 16384)
    with pytest.raises(ProjectError, match="damaged"), store.open(filled_path, "r") as opened:
        with opened.read() as c:
            store.prompts.page(c)
            store.events.current(c)
            store.completions.page(c)
        raise InputError("nothing was read")

"""Which log belongs to which state of the file: no honest log is refused, no stale one taken in."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, InputError, ProjectError
from prefdesk.records import Draw
from prefdesk.store import engine, generation, header, recovery

from .conftest import Filled, engine_error, save_prompt
from .test_recovery import add, crash

PAGE = engine.PAGE_SIZE


def rate(opened: store.Store, n: int, seed: int = 0) -> set[bytes]:
    """Rate n times, one acknowledged event after the other; returns their uids."""
    return {
        opened.write(
            lambda c, i=i: store.events.append(  # type: ignore[misc]
                c, rater_id=1 + i % 2, completion_id=1 + (i + seed) % 12, kind="score", value=i % 11
            ),
            urgent=True,
        )
        .result()
        .uid
        for i in range(n)
    }


def answer(opened: store.Store, n: int, word: str) -> None:
    """Store n new completions of the first prompt, in one go."""
    draws = [Draw(1, i, i, (i,), (-0.5,), f"{word} {i} " * 20, True, "1x1") for i in range(n)]

    def write(c: store.Connection) -> None:
        checkpoint = store.checkpoints.all(c)[0].id
        sampling = store.completions.create_sampling(
            c, checkpoint, "train", f'{{"word": "{word}"}}'
        )
        store.completions.add_draws(c, sampling, draws)

    opened.write(write).result()


def event_uids(opened: store.Store) -> set[bytes]:
    with opened.read() as c:
        return {e.uid for e in store.events.history(c, limit=10**6)}


def listed(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir())


def verdict(path: Path) -> str:
    return recovery.look(path, held_here=False).verdict


def mixed(path: Path, older: Path, to: Path) -> Path:
    """An older copy beside the log that a crash left of a newer state."""
    to.mkdir()
    shutil.copy(older, to / path.name)
    shutil.copy(f"{path}-wal", to / f"{path.name}-wal")
    return to / path.name


@pytest.fixture
def stale(filled_path: Path, tmp_path: Path) -> tuple[Path, bytes]:
    """A copy at rest, put back beside the log of much later work; and its bytes."""
    older = tmp_path / "older"
    shutil.copy(filled_path, older)
    with store.open(filled_path) as opened:
        answer(opened, 150, "bulk")
        rate(opened, 120)
        answer(opened, 3, "late")
        rate(opened, 60, seed=5)
        path = crash(opened, tmp_path / "crashed")
    return mixed(path, older, tmp_path / "stale"), older.read_bytes()


def test_that_an_older_copy_is_not_mixed_with_the_log_of_later_work(
    stale: tuple[Path, bytes],
) -> None:
    path, before = stale
    log = Path(f"{path}-wal").read_bytes()
    with store.open(path) as again:
        (notice,) = again.notices
        with again.read() as c:
            assert store.completions.count(c) == 12
            assert store.events.count(c) == 0
        assert again.check() == []
    assert path.read_bytes()[100:] == before[100:]
    kept, aside = listed(path)
    assert kept == path.name
    assert aside in notice and "another version" in notice
    assert path.with_name(aside).read_bytes() == log


def test_that_the_log_that_was_put_aside_goes_with_the_newer_file(
    filled_path: Path, tmp_path: Path
) -> None:
    """What the notice tells a person to do brings everything back."""
    older = tmp_path / "older"
    shutil.copy(filled_path, older)
    with store.open(filled_path) as opened:
        answer(opened, 20, "brought in")
        acknowledged = rate(opened, 30)
        path = crash(opened, tmp_path / "crashed")
    newer = path.read_bytes()
    shutil.copy(older, path)
    store.open(path).close()
    path.write_bytes(newer)
    path.with_name(listed(path)[1]).rename(f"{path}-wal")
    with store.open(path) as again:
        assert again.notices == ()
        assert event_uids(again) == acknowledged


def test_that_a_reader_refuses_an_older_copy_beside_a_later_log_and_changes_nothing(
    stale: tuple[Path, bytes],
) -> None:
    path, _ = stale
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    with pytest.raises(ProjectError, match="does not belong") as caught:
        store.open(path, "r")
    assert "for writing once" in caught.value.hint
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_that_a_reader_beside_a_writer_at_work_is_let_in(filled: Filled) -> None:
    rate(filled.store, 5)
    with store.open(filled.store.path, "r") as reader:
        assert len(event_uids(reader)) == 5


def test_that_a_reader_in_the_way_of_a_checkpoint_is_not_taken_for_another_program(
    filled: Filled,
) -> None:
    path = filled.store.path

    def put(letter: str, *, urgent: bool = False) -> None:
        long = letter * 40 * engine.PAGE_SIZE
        filled.store.write(lambda c: store.meta.put(c, "long", long), urgent=urgent).result()

    put("x", urgent=True)  # adds pages; no checkpoint yet
    with filled.store.read() as c:
        store.meta.get(c, "long")  # from here on this state is looked at
        put("y")  # changes the same pages, and a checkpoint follows that cannot bring these in
        assert field_of_pages(path) * engine.PAGE_SIZE > path.stat().st_size
        rate(filled.store, 1)
    put("z")


def field_of_pages(path: Path) -> int:
    """How many pages the first page of the bare file counts."""
    script = "import sys; print(int.from_bytes(open(sys.argv[1], 'rb').read(32)[28:], 'big'))"
    # In a process of its own: closing the file here would drop the locks of this one.
    return int(subprocess.check_output([sys.executable, "-c", script, str(path)]))


@pytest.mark.parametrize("seed", range(3))
def test_that_every_honest_log_is_taken_in_and_every_copy_at_rest_is_told_apart(
    filled_path: Path, tmp_path: Path, seed: int
) -> None:
    """Sessions with ratings, bulk writes, checkpoints and readers in their way; crash anywhere."""
    chance = random.Random(seed)
    acknowledged: set[bytes] = set()
    at_rest: list[Path] = []
    for session in range(4):
        copy = tmp_path / f"rest{session}"
        shutil.copy(filled_path, copy)
        at_rest.append(copy)
        with store.open(filled_path) as opened, store.open(filled_path, "r") as reader:
            for step in range(6):
                with reader.read() as c:
                    if chance.random() < 0.5:
                        store.prompts.count(c)
                    acknowledged |= rate(opened, chance.randint(1, 4), seed=step)
                    if chance.random() < 0.5:
                        answer(opened, chance.randint(1, 40), f"{session}/{step}")
                    if chance.random() < 0.3:
                        acknowledged |= rate(opened, 1)
                    path = crash(opened, tmp_path / f"crash{session}-{step}")
                assert verdict(path) == "belongs"
                for older in at_rest[:-1]:
                    stale = mixed(path, older, tmp_path / f"{older.name}-{session}-{step}")
                    assert verdict(stale) == "foreign"
                if step == 5:
                    with store.open(path) as again:
                        assert again.notices == ()
                        assert event_uids(again) == acknowledged
                        assert again.check() == []


def test_that_a_copy_of_the_bare_open_file_is_told_apart_from_later_logs(
    filled: Filled, tmp_path: Path
) -> None:
    rate(filled.store, 3)
    copy = Path(shutil.copy(filled.store.path, tmp_path / "copy"))
    for word in ("one", "two"):
        answer(filled.store, 5, word)
    rate(filled.store, 3)
    path = crash(filled.store, tmp_path / "crashed")
    assert verdict(path) == "belongs"
    assert verdict(mixed(path, copy, tmp_path / "stale")) == "foreign"


def test_that_a_checkpoint_cut_off_anywhere_keeps_everything(
    filled: Filled, tmp_path: Path
) -> None:
    """The pages of the log reach the file in any order and any part before the kill."""
    answer(filled.store, 60, "first")
    with store.open(filled.store.path, "r") as reader, reader.read() as c:
        store.prompts.count(c)
        acknowledged = rate(filled.store, 20)
        answer(filled.store, 60, "second")
    acknowledged |= rate(filled.store, 5)
    path = crash(filled.store, tmp_path / "crashed")
    before, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    filled.store._parts.writer.marker.checkpoint()  # type: ignore[union-attr]
    after = filled.store.path.read_bytes()
    assert after != before
    pages = range(len(after) // PAGE)
    chance = random.Random(1)
    cuts = [set(range(n)) for n in (1, 2, 5, len(pages) - 1)]
    cuts += [{p for p in pages if chance.random() < 0.5} for _ in range(12)]
    for written in cuts:
        file = bytearray(after if len(pages) - 1 in written else after[: len(before)])
        for page in pages:
            if page not in written:
                old = before[page * PAGE : (page + 1) * PAGE]
                file[page * PAGE : page * PAGE + len(old)] = old
        path.write_bytes(file)
        Path(f"{path}-wal").write_bytes(log)
        with store.open(path, "r") as reader:
            assert event_uids(reader) == acknowledged
        with store.open(path) as again:
            assert again.notices == ()
            assert event_uids(again) == acknowledged
            assert again.check() == []


@pytest.mark.parametrize("partly", [False, True])
def test_that_a_crash_between_the_last_mark_and_the_last_checkpoint_keeps_everything(
    filled: Filled, tmp_path: Path, partly: bool
) -> None:
    answer(filled.store, 20, "before")
    acknowledged = rate(filled.store, 3)
    writer = filled.store._parts.writer
    assert writer
    with store.open(filled.store.path, "r") as reader, reader.read() as c:
        store.prompts.count(c)
        acknowledged |= rate(filled.store, 3)
        if partly:
            writer.marker.checkpoint()
        writer.marker.end()
        path = crash(filled.store, tmp_path / "crashed")
    with store.open(path) as again:
        assert again.notices == ()
        assert event_uids(again) == acknowledged


def test_that_a_session_changes_the_generation_and_a_look_does_not(filled_path: Path) -> None:
    first = header.generation(filled_path)
    store.open(filled_path).close()
    assert header.generation(filled_path) == first
    with store.open(filled_path) as opened:
        rate(opened, 1)
        rate(opened, 1)
        assert header.generation(filled_path) == first
    assert header.generation(filled_path) != first


def test_that_a_failed_transaction_does_not_use_the_mark_up(filled: Filled, tmp_path: Path) -> None:
    older = Path(shutil.copy(filled.store.path, tmp_path / "older"))
    answer(filled.store, 2, "a")
    with pytest.raises(InputError):
        filled.store.write(
            lambda c: store.events.append(c, rater_id=1, completion_id=1, kind="score", value=99),
            urgent=True,
        ).result()
    rate(filled.store, 1)
    path = crash(filled.store, tmp_path / "crashed")
    assert verdict(path) == "belongs"
    assert verdict(mixed(path, older, tmp_path / "stale")) == "foreign"


def without_generations(path: Path) -> None:
    """As an older prefdesk left the file."""
    c = engine.dbapi.connect(str(path), isolation_level=None)
    c.execute("DELETE FROM meta WHERE key = ?", (generation.KEY,))
    c.close()


@pytest.fixture
def unmarked(filled_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of an older prefdesk, and sessions that put no marks into it."""
    without_generations(filled_path)
    monkeypatch.setattr(generation.Marker, "_renew", lambda *_: None)
    return filled_path


def test_that_a_log_without_a_mark_is_taken_in_if_all_fits(unmarked: Path, tmp_path: Path) -> None:
    with store.open(unmarked) as opened:
        acknowledged = rate(opened, 20)
        path = crash(opened, tmp_path / "crashed")
    assert verdict(path) == "unknown"
    with store.open(path, "r") as reader:
        assert event_uids(reader) == acknowledged
    with store.open(path) as again:
        assert again.notices == ()
        assert event_uids(again) == acknowledged


def test_that_a_log_without_a_mark_that_breaks_references_is_put_aside(
    unmarked: Path, tmp_path: Path
) -> None:
    """The pages are whole, and only the rows tell that the two do not belong together."""
    with store.open(unmarked) as opened:
        opened.write(break_references, urgent=True).result()
        path = crash(opened, tmp_path / "crashed")
    assert recovery.look(path, held_here=False).pages
    with pytest.raises(ProjectError, match="does not belong"):
        store.open(path, "r")
    with store.open(path) as again:
        assert len(again.notices) == 1
        assert again.check() == []


def break_references(c: store.Connection) -> None:
    c.execute("PRAGMA defer_foreign_keys=ON")
    c.execute(
        "INSERT INTO rating SELECT 1, 1, 'x', 0, 'score', 1, '', 1, 1, zeroblob(16)"
        " WHERE (SELECT count(*) FROM event) = 0"
    )
    c.execute("INSERT INTO event SELECT zeroblob(16), zeroblob(16), 'rate', 1, 1, 'score', 'x', 0,"
              " 1, 1, 2, '', NULL, NULL")  # fmt: skip


def test_that_rows_that_never_fitted_do_not_cost_the_log(unmarked: Path, tmp_path: Path) -> None:
    with store.open(unmarked) as opened:
        opened.write(break_references).result()
    with store.open(unmarked) as opened:
        save_prompt(opened, "saved")
        path = crash(opened, tmp_path / "crashed")
    with store.open(path) as again, again.read() as c:
        assert again.notices == ()
        assert store.prompts.count(c) == 5


@pytest.mark.parametrize("mode", ["w", "r"])
@pytest.mark.parametrize(
    "code, error, words",
    [
        (13, DiskFull, "no space left"),
        (10 | 2 << 8, ProjectError, "reports an error"),
        (5, ProjectError, "keeps .* locked"),
        (14, ProjectError, "cannot be opened"),
        (7, ProjectError, "not enough memory"),
    ],
)
def test_that_a_fault_of_the_machine_is_not_taken_for_damage(
    filled: Filled,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    error: type[Exception],
    words: str,
    mode: store.Mode,
) -> None:
    add(filled.store, "saved")
    path = crash(filled.store, tmp_path / "crashed")
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}

    def fail(*_: object) -> str:
        raise engine_error(code)

    with monkeypatch.context() as patched:
        patched.setattr(generation, "judge", fail)
        with pytest.raises(error, match=words):
            store.open(path, mode)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before
    with store.open(path) as again, again.read() as c:
        assert store.prompts.count(c) == 5


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // PAGE):
            file.seek(page * PAGE)
            file.write(b"\xff" * 64)


@pytest.mark.parametrize("spoil", [truncate, overwrite])
def test_that_a_log_is_never_parted_from_the_damaged_file_it_belongs_to(
    filled: Filled, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    rate(filled.store, 3)
    path = crash(filled.store, tmp_path / "crashed")
    spoil(path)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    with pytest.raises(ProjectError, match="cannot be restored"):
        store.open(path)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


@pytest.mark.parametrize("said", [False, engine_error(11)])
def test_that_a_log_that_belongs_is_not_left_out_even_if_the_bare_file_looks_better(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bool | Exception
) -> None:
    rate(filled.store, 3)
    path = crash(filled.store, tmp_path / "crashed")
    answers = iter([said, True])

    def look(_: store.Connection) -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(recovery, "_pages_are_sound", look)
    with pytest.raises(ProjectError, match="cannot be restored"):
        store.open(path)
    assert listed(path) == [path.name, f"{path.name}-wal"]

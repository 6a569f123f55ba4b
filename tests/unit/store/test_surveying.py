"""A look at a damaged file: what is whole, what is not, and not a byte of it changed."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import Cancelled, NotAProject
from prefdesk.store import chunks, engine, salvaging, surveying

from .conftest import fill
from .test_salvage import grow, owners, rate_all

PAGE = engine.PAGE_SIZE
WHOLE = dict.fromkeys(surveying.TABLES, 0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.prefdesk"
    with store.create(path, meta={"uid": "1", "settings": "{}"}) as opened:
        opened.write(grow).result()
        opened.write(
            lambda c: [chunks.put(c, bytes([n]) * (40_000 + n)) for n in range(12)]
        ).result()
    return path


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def lost(found: surveying.Survey) -> dict[str, int | None]:
    return {one.name: one.lost for one in found.tables}


def spoil(path: Path, page: int, data: bytes = bytes(PAGE), at: int = 0) -> bytes:
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * PAGE + at : (page - 1) * PAGE + at + len(data)] = data
    path.write_bytes(raw)
    return bytes(raw)


def pages_of(path: Path, name: str) -> list[int]:
    """Leaf pages of a table, found by what SQLite says of its statistics."""
    root = next(page for page, owner in owners(path).items() if owner == name)
    data = path.read_bytes()
    n = len(data) // PAGE
    here = data[(root - 1) * PAGE : root * PAGE]
    if here[0] in (0x0D, 0x0A):
        return [root]
    cells = int.from_bytes(here[3:5], "big")
    where = [int.from_bytes(here[12 + 2 * i : 14 + 2 * i], "big") for i in range(cells)]
    found = [int.from_bytes(here[at : at + 4], "big") for at in where]
    return [page for page in found if 0 < page <= n]


def test_that_a_whole_file_has_lost_nothing(file: Path, scratch: Path) -> None:
    found = surveying.survey(file, scratch)
    assert lost(found) == WHOLE
    with store.open(file, "r") as opened, opened.read() as c:
        n = c.execute("SELECT count(*) FROM event").fetchone()[0]
    assert found.table("event").recovered == n and found.table("chunk").recovered == 12


def test_that_one_damaged_piece_of_weights_is_one_piece(file: Path, scratch: Path) -> None:
    data = file.read_bytes()
    at = data.index(bytes([7]) * 64) if bytes([7]) * 64 in data else None
    with closing(engine.connect(file, read_only=False)) as c:
        c.execute("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 5")
    assert at is None or at > 0
    found = surveying.survey(file, scratch)
    assert (found.table("chunk").recovered, found.table("chunk").lost) == (11, 1)
    assert {name: n for name, n in lost(found).items() if n} == {"chunk": 1}


def test_that_lost_pages_of_answers_leave_the_ratings_whole(file: Path, scratch: Path) -> None:
    spoilt = spoil(file, pages_of(file, "completion")[1])
    found = surveying.survey(file, scratch)
    assert found.table("event").lost == 0 and found.table("prompt").lost == 0
    answers = found.table("completion")
    assert answers.lost and answers.recovered
    assert file.read_bytes() == spoilt, "the file is never touched"
    saved = salvaging.salvage(file, file.with_name("new.prefdesk"), {"uid": "2", "settings": "{}"})
    assert saved.table("completion").recovered == answers.recovered


def test_that_a_changed_rating_is_no_whole_rating(file: Path, scratch: Path) -> None:
    with closing(engine.connect(file, read_only=False)) as c:
        c.execute("UPDATE event SET value = 10.0 WHERE uid = (SELECT uid FROM event LIMIT 1)")
    assert surveying.survey(file, scratch).table("event").lost == 1


def test_that_ratings_on_pages_that_no_table_leads_to_are_counted(
    file: Path, scratch: Path
) -> None:
    root = next(page for page, owner in owners(file).items() if owner == "event")
    spoilt = spoil(file, root)
    found = surveying.survey(file, scratch).table("event")
    saved = salvaging.salvage(file, file.with_name("new.prefdesk"), {"uid": "2", "settings": "{}"})
    assert found.recovered == saved.table("event").recovered > 100
    assert file.read_bytes() == spoilt


@pytest.mark.parametrize("size", [100, PAGE])
def test_that_a_file_without_its_beginning_is_looked_at_in_a_copy(
    file: Path, scratch: Path, size: int
) -> None:
    spoilt = spoil(file, 1, bytes(size))
    found = surveying.survey(file, scratch)
    assert lost(found) == WHOLE
    assert file.read_bytes() == spoilt


def test_that_a_file_that_is_cut_off_is_looked_at(file: Path, scratch: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    found = surveying.survey(file, scratch)
    assert any(one.recovered for one in found.tables)
    assert any(one.lost != 0 for one in found.tables)


def test_that_a_file_that_is_open_is_seen_with_its_log(file: Path, scratch: Path) -> None:
    with store.open(file) as opened:
        before = surveying.survey(file, scratch).table("event").recovered
        opened.write(rate_all).result()
        after = surveying.survey(file, scratch).table("event").recovered
    assert after > before


# Looks from another process at the bytes that SQLite locks while it has a file open.
LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        print("locked")
"""


def test_that_a_look_leaves_the_locks_of_this_process_alone(file: Path, scratch: Path) -> None:
    spoil(file, pages_of(file, "event")[0])
    with store.open(file):
        assert surveying.survey(file, scratch).table("event").lost
        done = subprocess.run([sys.executable, "-c", LOCKED, str(file)], capture_output=True)
        assert done.stdout == b"locked\n"


def test_that_what_is_no_project_is_refused(tmp_path: Path, scratch: Path) -> None:
    for content in (b"", b"holiday" * 9000):
        path = tmp_path / "x.prefdesk"
        path.write_bytes(content)
        with pytest.raises(NotAProject):
            surveying.survey(path, scratch)
        assert path.read_bytes() == content


def test_that_a_look_can_be_broken_off(file: Path, scratch: Path) -> None:
    told: list[str] = []

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)
        if what == "event":
            raise Cancelled

    with pytest.raises(Cancelled):
        surveying.survey(file, scratch, tell)
    assert told == ["prompt", "completion", "rater", "event"]


def test_that_salvaging_tells_how_far_it_is_and_leaves_nothing_when_it_is_stopped(
    file: Path,
) -> None:
    told: list[str] = []
    new = file.with_name("new.prefdesk")

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)
        if what == "weights":
            raise Cancelled

    with pytest.raises(Cancelled):
        salvaging.salvage(file, new, {"uid": "2", "settings": "{}"}, tell)
    assert told[0] == "copy" and "event" in told
    assert not new.exists() and not list(file.parent.glob(".salvage-*"))


def test_that_a_small_project_is_looked_at_in_a_moment(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "b.prefdesk"
    with store.create(path, meta={"uid": "1", "settings": "{}"}) as opened:
        opened.write(fill).result()
    begun = time.perf_counter()
    surveying.survey(path, scratch)
    assert time.perf_counter() - begun < 5

"""Damaged files: what their pages still hold comes out, and they are never touched."""

import hashlib
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, NotAProject, PrefdeskError, ProjectError, ProjectInUse
from prefdesk.records import Draw, NewPrompt
from prefdesk.store import backup, compacting, engine, salvaging
from prefdesk.store.eventlog import Appender, Draft

from .conftest import fill
from .test_full_disk import small_disk

PAGE = engine.PAGE_SIZE
FRESH = {"uid": "fresh", "settings": "{}"}
Events = set[tuple[object, ...]]


def rate_all(c: store.Connection, times: int = 1) -> None:
    appender = Appender(c, None)
    raters = [r.id for r in store.raters.all(c)]
    completions = [id for (id,) in c.execute("SELECT id FROM completion").fetchall()]
    for _ in range(times):
        for completion in completions:
            for rater in raters:
                draft = Draft(completion, rater, "score", float(completion % 11))
                appender.act("rate", [draft])
    appender.finish()


def grow(c: store.Connection) -> None:
    """Enough rows that every important table has several pages."""
    _, sampling, *_ = fill(c)
    prompts, _ = store.prompts.add(c, [NewPrompt(f"question {i} " * 20) for i in range(200)])
    draws = [
        Draw(p, i, i, (p, i), (-0.5, -0.25), f"answer {i} to {p} " * 6, True, "1x1")
        for p in prompts
        for i in range(2)
    ]
    store.completions.add_draws(c, sampling, draws)
    rate_all(c)


def build(path: Path, write) -> Path:
    with store.create(path, meta={"uid": "1", "settings": "{}"}) as opened:
        opened.write(write).result()
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "small.prefdesk"
    return build(path, lambda c: (fill(c), rate_all(c)))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("large") / "large.prefdesk", grow)


def events(path: Path) -> Events:
    with store.open(path, "r") as opened, opened.read() as c:
        return set(c.execute("SELECT * FROM event").fetchall())


def owners(path: Path) -> dict[int, str]:
    """Which table or index each root page belongs to."""
    with closing(engine.connect(path, read_only=True)) as c:
        return dict(c.execute("SELECT rootpage, name FROM sqlite_schema").fetchall())


def event_pages(path: Path, whole: Events) -> dict[int, Events]:
    """The events of each page, found by their uids in the bytes."""
    data = path.read_bytes()
    found: dict[int, Events] = {}
    for number in range(1, len(data) // PAGE):
        page = data[number * PAGE : (number + 1) * PAGE]
        held = {e for e in whole if e[0] in page and e[1] in page}
        if held:
            found[number + 1] = held
    return found


def salvaged(path: Path, new: Path) -> Events | None:
    """What comes out of a file; None where it is refused. The file itself must stay as it is."""
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    try:
        done = salvaging.salvage(path, new, FRESH)
    except PrefdeskError as error:
        assert str(error).endswith(".") and not new.exists()
        found = None
    else:
        with store.open(new) as opened, opened.read() as c:
            assert compacting.is_whole(c)
        assert done.table("event").recovered == len(events(new))
        found = events(new)
        new.unlink()
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == beside
    return found


def test_that_a_whole_project_comes_out_as_it_is(large: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.prefdesk"
    done = salvaging.salvage(large, new, FRESH)
    assert done.notes == () and all(one.lost == 0 for one in done.tables)
    with store.open(large, "r") as a, store.open(new, "r") as b, a.read() as x, b.read() as y:
        for table in (
            "prompt",
            "completion",
            "draw",
            "rater",
            "event",
            "rating",
            "item_stat",
            "queue",
        ):
            sql = f"SELECT * FROM {table}"
            assert set(x.execute(sql).fetchall()) == set(y.execute(sql).fetchall()), table
        assert store.meta.get(y, "uid") == "1"
        assert b.check() == []


def test_that_each_page_of_a_small_project_may_be_lost(small: Path, tmp_path: Path) -> None:
    """Ratings come back whenever their own page is there, whatever else is gone."""
    whole, data, names = events(small), small.read_bytes(), owners(small)
    assert len(whole) == 24
    outcome: Counter[str] = Counter()
    path = tmp_path / "p" / "damaged.prefdesk"
    path.parent.mkdir()
    for number in range(len(data) // PAGE):
        torn = bytearray(data)
        torn[number * PAGE : (number + 1) * PAGE] = bytes(PAGE)
        path.write_bytes(torn)
        found = salvaged(path, tmp_path / "new.prefdesk")
        if names.get(number + 1) == "event":
            assert found == set()
            outcome["the ratings themselves"] += 1
        else:
            assert found == whole, names.get(number + 1, number + 1)
            outcome["all ratings"] += 1
    assert outcome["the ratings themselves"] == 1
    assert outcome["all ratings"] == len(data) // PAGE - 1


def test_that_a_page_of_a_large_project_takes_only_its_own_ratings(
    large: Path, tmp_path: Path
) -> None:
    whole, data, names = events(large), bytearray(large.read_bytes()), owners(large)
    root = next(page for page, name in names.items() if name == "event")
    [first] = [page for page, name in names.items() if name == "completion"]
    pages = event_pages(large, whole)
    leaves = [page for page, held in pages.items() if len(held) > 20][:4]
    path = tmp_path / "p" / "damaged.prefdesk"
    path.parent.mkdir()
    for page in (root, first, *leaves):
        torn = bytearray(data)
        torn[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
        path.write_bytes(torn)
        found = salvaged(path, tmp_path / "new.prefdesk")
        assert found is not None and found <= whole
        assert whole - found <= pages.get(page, set()), names.get(page, page)


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.heavy)])
@pytest.mark.parametrize("compacted", [False, True])
def test_that_every_byte_of_the_header_may_be_wrong(
    small: Path, tmp_path: Path, compacted: bool, step: int
) -> None:
    path = tmp_path / "p" / "damaged.prefdesk"
    path.parent.mkdir()
    shutil.copy(small, path)
    if compacted:
        compacting.compact(path)
    whole, data = events(path), path.read_bytes()
    for place in range(0, 100, step):
        torn = bytearray(data)
        torn[place] ^= 0xFF
        path.write_bytes(torn)
        assert salvaged(path, tmp_path / "new.prefdesk") == whole, place
    path.write_bytes(bytes(PAGE) + data[PAGE:])
    assert salvaged(path, tmp_path / "new.prefdesk") == whole


@pytest.mark.parametrize("sizes", [6, pytest.param(20, marks=pytest.mark.heavy)])
def test_that_a_file_cut_off_anywhere_gives_what_is_left(
    large: Path, tmp_path: Path, sizes: int
) -> None:
    whole, data = events(large), large.read_bytes()
    pages = event_pages(large, whole)
    path = tmp_path / "p" / "damaged.prefdesk"
    path.parent.mkdir()
    for n in range(sizes):
        size = len(data) * n // sizes
        path.write_bytes(data[:size])
        found = salvaged(path, tmp_path / "new.prefdesk") or set()
        intact = {e for page, held in pages.items() if page * PAGE <= size for e in held}
        gone = {e for page, held in pages.items() if page * PAGE > size for e in held}
        assert intact - gone <= found <= whole, n


@pytest.mark.parametrize("seeds", [12, pytest.param(40, marks=pytest.mark.heavy)])
def test_that_noise_in_a_file_is_never_more_than_a_known_error(
    small: Path, tmp_path: Path, seeds: int
) -> None:
    whole, data = events(small), small.read_bytes()
    path = tmp_path / "p" / "damaged.prefdesk"
    path.parent.mkdir()
    for seed in range(seeds):
        torn = bytearray(data)
        for n in range(len(data) * 8 // 10**5):
            digest = hashlib.blake2b(f"{seed} {n}".encode(), digest_size=8).digest()
            place = int.from_bytes(digest[:6], "big") % len(data)
            torn[place] ^= 1 << (digest[7] % 8)
        path.write_bytes(torn)
        found = salvaged(path, tmp_path / "new.prefdesk")
        assert found is None or found <= whole


def test_that_ratings_without_their_answers_get_a_stand_in(small: Path, tmp_path: Path) -> None:
    root = next(page for page, name in owners(small).items() if name == "completion")
    data = bytearray(small.read_bytes())
    data[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    path = tmp_path / "damaged.prefdesk"
    path.write_bytes(data)
    new = tmp_path / "new.prefdesk"
    done = salvaging.salvage(path, new, FRESH)
    assert done.table("completion").recovered == 0
    assert done.table("completion").lost == 12
    assert done.notes == (
        "12 completions behind saved rows could not be read and have a stand-in.",
    )
    with store.open(new) as opened:
        with opened.read() as c:
            assert {k.text for k in store.completions.page(c)} == {"(lost)"}
            # The indexes still tell which prompt each belonged to.
            assert len({k.prompt_id for k in store.completions.page(c)}) == 4
            assert store.summary(c).ratings == 24
        assert opened.check() == []


def test_that_weights_that_are_not_whole_are_marked_as_deleted(tmp_path: Path) -> None:
    path, plain = tmp_path / "w.prefdesk", tmp_path / "weights"
    with store.create(path, meta={"uid": "1", "settings": "{}"}) as opened:
        base = opened.write(lambda c: fill(c)[0]).result()
        for name in ("one", "two"):
            plain.write_bytes(hashlib.shake_256(name.encode()).digest(3 << 20))
            store.checkpoints.ingest(
                opened, plain, kind="full", name=name, parent_id=base, round_id=None, header="{}"
            )
    data = bytearray(path.read_bytes())
    place = data.index(hashlib.shake_256(b"two").digest(64))
    data[place] ^= 1
    path.write_bytes(data)
    done = salvaging.salvage(path, tmp_path / "new.prefdesk", FRESH)
    assert done.notes == ("The weights of two are lost.",)
    with store.open(tmp_path / "new.prefdesk") as opened:
        with opened.read() as c:
            kept = {k.name: k.id for k in store.checkpoints.all(c)}
        assert set(kept) == {"base", "one"}
        store.checkpoints.export_to(opened, kept["one"], tmp_path / "one")
        assert opened.check() == []
    assert (tmp_path / "one").read_bytes() == hashlib.shake_256(b"one").digest(3 << 20)


def test_that_a_log_beside_the_file_is_taken_in(small: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(small, tmp_path / "p.prefdesk"))
    folder = tmp_path / "crashed"
    folder.mkdir()
    with store.open(path) as opened, opened.read():
        # The reader keeps the log from being brought in.
        opened.write(rate_all).result()
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", folder / f"p.prefdesk{end}")
    found = salvaged(folder / "p.prefdesk", tmp_path / "new.prefdesk")
    assert found is not None and len(found) == 48


def test_that_what_is_no_project_is_refused(small: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.prefdesk"
    other = tmp_path / "other.db"
    c = engine.dbapi.connect(str(other))
    c.execute("CREATE TABLE t(a)")
    c.executemany("INSERT INTO t VALUES(?)", [("x" * 100,)] * 5000)
    c.commit()
    c.close()
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("Dear diary, " * 9999)
    (tmp_path / "link").symlink_to(small)
    for name in ("other.db", "empty", "text", "link", "."):
        with pytest.raises(NotAProject):
            salvaging.salvage(tmp_path / name, new, FRESH)
    with pytest.raises(ProjectError, match="There is no file"):
        salvaging.salvage(tmp_path / "nothing", new, FRESH)
    with pytest.raises(ProjectError, match="already a file"):
        salvaging.salvage(small, other, FRESH)
    open_one = Path(shutil.copy(small, tmp_path / "open.prefdesk"))
    with store.open(open_one), pytest.raises(ProjectInUse):
        salvaging.salvage(open_one, new, FRESH)
    assert not new.exists()


def test_that_a_full_disk_is_said_and_leaves_nothing(small: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2000) as disk:
        with pytest.raises(DiskFull):
            salvaging.salvage(small, disk / "new.prefdesk", FRESH)
        assert list(disk.iterdir()) == []


def test_that_a_backup_lies_on_the_disk_like_a_new_project(small: Path, tmp_path: Path) -> None:
    """So that the first page of one can be put in the place of that of the other."""
    made = backup.make(small, tmp_path / "b.prefdesk")
    assert owners(made.path) == owners(small)

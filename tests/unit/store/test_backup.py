"""A backup holds everything but the weights, and counts only once it was checked."""

import errno
import os
import time
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, PrefdeskError, ProjectError
from prefdesk.store import backup, engine, header

from .conftest import Filled
from .test_full_disk import small_disk

DAY_MS = 24 * 3600 * 1000
NOW_MS = 1_800_000_000_000
COMPARED = ("prompt", "rater", "completion", "draw", "sampling", "event", "rating", "exclusion")
COMPARED += ("item_stat", "coverage_stat", "queue", "job", "metric")


def rows(path: Path, tables: tuple[str, ...] = COMPARED) -> dict[str, list[tuple[object, ...]]]:
    with store.open(path, "r") as opened, opened.read() as c:
        return {t: sorted(c.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for t in tables}


def rate(filled: Filled) -> None:
    def write(c: store.Connection) -> None:
        for n, completion in enumerate(filled.completions):
            for rater in filled.raters:
                store.events.append(
                    c, rater_id=rater, completion_id=completion, kind="score", value=n % 10
                )
        event = store.events.history(c)[0]
        store.exclusions.add(
            c, scope="rating", rater_id=event.rater_id, event_uid=event.uid, reason="slip"
        )

    filled.store.write(write).result()


def add_weights(filled: Filled, tmp_path: Path) -> int:
    plain = tmp_path / "weights"
    plain.write_bytes(os.urandom(3 << 20))
    return store.checkpoints.ingest(
        filled.store,
        plain,
        kind="full",
        name="round 1",
        parent_id=filled.base,
        round_id=None,
        header="{}",
    )


def test_that_a_backup_of_an_open_project_has_every_row_but_the_weights(
    filled: Filled, tmp_path: Path
) -> None:
    rate(filled)
    trained = add_weights(filled, tmp_path)
    made = backup.make(filled.store.path, tmp_path / "b.prefdesk")
    assert rows(made.path) == rows(filled.store.path)
    assert made.size_bytes == made.path.stat().st_size < 2 << 20
    assert (made.events, made.ratings, made.raters) == (24, 24, 2)
    with store.open(made.path) as opened:
        assert opened.check() == []
        with opened.read() as c:
            assert [k.id for k in store.checkpoints.all(c)] == [filled.base]
            assert backup.NO_WEIGHTS in store.checkpoints.get(c, trained).note
    with filled.store.read() as c:
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base, trained]


def test_that_a_backup_says_when_and_of_what_it_was_made(filled: Filled, tmp_path: Path) -> None:
    made = backup.make_in(tmp_path / "backups", filled.store.path, NOW_MS)
    assert made.path.name == time.strftime("%Y%m%d-%H%M%S.prefdesk", time.gmtime(NOW_MS / 1000))
    assert (made.made_ms, made.of) == (NOW_MS, str(filled.store.path))
    again = backup.make_in(tmp_path / "backups", filled.store.path, NOW_MS)
    assert backup.listed(tmp_path / "backups") == [again, made]


def test_that_a_backup_does_not_wait_for_the_writer_nor_the_writer_for_it(
    filled: Filled, tmp_path: Path
) -> None:
    with filled.store.read():
        made = backup.make(filled.store.path, tmp_path / "b.prefdesk")
        rate(filled)
    assert made.events == 0
    assert backup.make(filled.store.path, tmp_path / "c.prefdesk").events == 24


def test_that_the_newest_ten_and_one_of_each_of_fourteen_days_are_kept(tmp_path: Path) -> None:
    times = [NOW_MS - day * DAY_MS - part * DAY_MS // 20 for day in range(30) for part in range(3)]
    for moment in times:
        name = time.strftime("%Y%m%d-%H%M%S", time.gmtime(moment / 1000))
        (tmp_path / f"{name}.prefdesk").touch()
    (tmp_path / "mine.prefdesk").touch()
    backup.prune(tmp_path, NOW_MS)
    left = sorted((p.name for p in tmp_path.iterdir() if p.name != "mine.prefdesk"), reverse=True)
    assert (tmp_path / "mine.prefdesk").exists()
    days = [name[:8] for name in left]
    assert len(set(days)) == 14
    assert len(left) == 10 + 14 - len(set(days[:10]))
    every = sorted(
        (time.strftime("%Y%m%d-%H%M%S", time.gmtime(m / 1000)) for m in times), reverse=True
    )
    assert [name[:15] for name in left[:10]] == every[:10]
    for day in set(days):
        assert max(n for n in every if n[:8] == day) in {name[:15] for name in left}
    assert backup.prune(tmp_path, NOW_MS) == []


def test_that_a_damaged_project_makes_no_backup_and_pushes_none_out(
    filled: Filled, tmp_path: Path
) -> None:
    rate(filled)
    path, folder = filled.store.path, tmp_path / "backups"
    good = backup.make_in(folder, path)
    filled.store.close()
    data = bytearray(path.read_bytes())
    c = engine.dbapi.connect(path)
    page = c.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
    c.close()
    data[(page - 1) * engine.PAGE_SIZE : page * engine.PAGE_SIZE] = bytes(engine.PAGE_SIZE)
    path.write_bytes(data)
    with pytest.raises(ProjectError, match="damaged"):
        backup.make_in(folder, path)
    assert [p.name for p in folder.iterdir()] == [good.path.name]


def test_that_a_copy_that_is_not_the_same_does_not_count(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(filled)
    real = backup._copy

    def lossy(c: store.Connection, *rest: object) -> object:
        made = real(c, *rest)  # type: ignore[arg-type]
        c.execute("DELETE FROM main.event WHERE hlc = (SELECT max(hlc) FROM main.event)")
        return made

    monkeypatch.setattr(backup, "_copy", lossy)
    (tmp_path / "backups").mkdir()
    with pytest.raises(ProjectError, match="not the same"):
        backup.make_in(tmp_path / "backups", filled.store.path)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_that_a_refusal_of_the_disk_leaves_nothing(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    out = tmp_path / "out"
    out.mkdir()
    for place in ("fsync", "rename"):
        with monkeypatch.context() as patched:
            patched.setattr(Path if place == "rename" else os, place, refuse)
            with pytest.raises(DiskFull if number == errno.ENOSPC else ProjectError):
                backup.make(filled.store.path, out / "b.prefdesk")
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == []


def test_that_a_full_disk_is_said_and_the_older_backups_stay(
    filled: Filled, tmp_path: Path
) -> None:
    rate(filled)
    outcomes = []
    for size_kib in (4, 100, 500, 900, 1000, 2000, 8000):
        with small_disk(tmp_path / "small", size_kib) as disk:
            try:
                backup.make_in(disk / "b", filled.store.path)
            except PrefdeskError as error:
                assert isinstance(error, DiskFull), error
                assert not list(disk.glob("b/*")) and not list(disk.glob("b/.*"))
                outcomes.append("refused")
            else:
                assert len(backup.listed(disk / "b")) == 1
                outcomes.append("made")
    assert outcomes[0] == "refused" and outcomes[-1] == "made"


def test_that_nothing_is_overwritten(filled: Filled, tmp_path: Path) -> None:
    out = tmp_path / "b.prefdesk"
    out.write_text("mine")
    with pytest.raises(ProjectError, match="already a file"):
        backup.make(filled.store.path, out)
    assert out.read_text() == "mine"


def test_that_a_file_says_whose_project_it_is_or_nothing(filled: Filled, tmp_path: Path) -> None:
    path = filled.store.path
    filled.store.write(lambda c: store.meta.put(c, "uid", "3")).result()
    assert backup.uid_of(path) == "3"
    filled.store.write(lambda c: store.meta.put(c, "uid", "../..")).result()
    assert backup.uid_of(path) == ""
    (tmp_path / "text").write_text("no project" * 99)
    assert backup.uid_of(tmp_path / "text") == backup.uid_of(tmp_path / "nothing") == ""


def test_that_no_log_seems_to_belong_to_two_restored_files(filled: Filled, tmp_path: Path) -> None:
    files = [backup.make(filled.store.path, tmp_path / f"{n}.prefdesk").path for n in range(2)]
    generations = [header.generation(path) for path in files]
    for path in files:
        backup.make_project(path)
        generations.append(header.generation(path))
    assert len(set(generations)) == 4

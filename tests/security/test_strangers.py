"""S6, S7: a project from elsewhere is first read by a process that may die of it."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import NotAProject, ProjectError
from prefdesk.project import Project, rescue
from prefdesk.store import backup, engine, header, looking, migrations, schema, stranger

# Taken into the child by PYTHONPATH, so that it does what a crafted file could make SQLite do.
CRASHING = "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"
HANGING = "import time\ntime.sleep(60)\n"
TALKING = "import os, sys\nif '--look' in sys.argv:\n    os.write(1, b'[1, 2')\n    os._exit(0)\n"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were looked at; the look itself is left out."""
    seen: list[Path] = []

    def answer(path: Path) -> "subprocess.CompletedProcess[bytes]":
        seen.append(path)
        return subprocess.CompletedProcess([], 0, b'{"fine": true}', b"")

    monkeypatch.setattr(stranger, "_answer", answer)
    return seen


def child_that(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.usefixtures("looks")
@pytest.mark.parametrize("mode", ["w", "r"])
def test_that_an_honest_project_from_elsewhere_opens(study: Path, mode: store.Mode) -> None:
    with Project.open(study, mode) as project:
        assert project.prompts.count() == 50
    assert sorted(p.name for p in study.parent.iterdir()) == ["study.prefdesk"]


@pytest.mark.usefixtures("looks")
@pytest.mark.parametrize("mode", ["w", "r"])
@pytest.mark.parametrize("code, words", [(CRASHING, r"crashed \(signal 11\)"), (TALKING, "exit 0")])
def test_that_a_file_that_crashes_sqlite_kills_only_the_child(
    study: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    mode: store.Mode,
    code: str,
    words: str,
) -> None:
    before = study.read_bytes()
    child_that(code, tmp_path_factory.mktemp("site"), monkeypatch)
    with pytest.raises(ProjectError, match=words) as caught:
        Project.open(study, mode)
    assert "study.prefdesk" in caught.value.message
    assert caught.value.hint
    assert study.read_bytes() == before
    assert sorted(p.name for p in study.parent.iterdir()) == ["study.prefdesk"]


@pytest.mark.usefixtures("looks")
def test_that_a_file_that_hangs_is_given_up(
    study: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_that(HANGING, tmp_path_factory.mktemp("site"), monkeypatch)
    monkeypatch.setattr(stranger, "LEAST_S", 0.5)
    started = time.monotonic()
    with pytest.raises(ProjectError, match="longer than"):
        Project.open(study)
    assert time.monotonic() - started < 5


@pytest.mark.usefixtures("looks")
def test_that_a_child_that_cannot_start_is_a_sentence_with_a_way_out(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(study.parent / "no-such-python"))
    with pytest.raises(ProjectError, match="cannot start") as caught:
        Project.open(study)
    assert stranger.SWITCH in caught.value.hint


@pytest.mark.usefixtures("looks")
def test_that_modules_beside_the_file_are_not_imported(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "prefdesk", "platformdirs"):
        (study.parent / f"{name}.py").write_text("open('trap', 'w'); raise SystemExit(3)")
    monkeypatch.chdir(study.parent)
    Project.open(study).close()
    assert not (study.parent / "trap").exists()


@pytest.mark.usefixtures("looks")
def test_that_a_project_made_here_is_not_looked_at(tmp_path: Path, counted: list[Path]) -> None:
    path = tmp_path / "own.prefdesk"
    with Project.create(path) as project:
        project.raters.add("Ana")
    for mode in ("w", "r", "w"):
        Project.open(path, mode).close()
    assert counted == []


@pytest.mark.usefixtures("looks")
def test_that_a_file_is_looked_at_once_and_again_after_any_change(
    study: Path, counted: list[Path]
) -> None:
    for _ in range(2):
        Project.open(study, "r").close()
        Project.open(study).close()
    assert counted == [study]
    data = study.read_bytes()
    study.write_bytes(data)
    Project.open(study).close()
    assert counted == [study, study]
    replaced = study.with_name("other")
    shutil.copy(study, replaced)
    replaced.replace(study)
    Project.open(study).close()
    assert counted == [study] * 3


@pytest.mark.usefixtures("looks")
def test_that_putting_the_time_back_does_not_hide_a_change(
    study: Path, counted: list[Path]
) -> None:
    Project.open(study).close()
    known = study.stat()
    data = bytearray(study.read_bytes())
    data[-1] ^= 1
    study.write_bytes(data)
    os.utime(study, ns=(known.st_atime_ns, known.st_mtime_ns))
    Project.open(study).close()
    assert counted == [study, study]


@pytest.mark.usefixtures("looks")
def test_that_a_compacted_project_stays_known(study: Path, counted: list[Path]) -> None:
    with Project.open(study) as project:
        project.file.compact()
    Project.open(study).close()
    assert counted == [study]


@pytest.mark.usefixtures("looks")
def test_that_what_is_made_of_a_known_project_is_known(
    study: Path, counted: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFDESK_BACKUPS")
    copy = study.with_name("copy.prefdesk")
    with Project.open(study) as project:
        project.file.save_copy(copy)
        project.raters.add("Ben")
    Project.open(copy).close()
    assert rescue.backups(study)
    rescue.restore(study)
    Project.open(study).close()
    assert counted == [study]


@pytest.mark.usefixtures("looks")
def test_that_a_project_stays_known_under_the_name_it_is_followed_to(
    study: Path, counted: list[Path]
) -> None:
    with Project.open(study) as project:
        study.rename(study.with_name("other.prefdesk"))
        project.file.go_on_renamed()
        project.raters.add("Ben")
    assert counted == [study]


@pytest.mark.usefixtures("looks")
def test_that_a_file_of_an_older_format_is_looked_at_before_it_is_migrated(
    study: Path, counted: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrate(path: Path, version: int) -> Path:
        assert counted == [study] and version == schema.FORMAT - 1
        raise ProjectError("It would be migrated now.")

    newer = schema.FORMAT + 1
    monkeypatch.setattr(schema, "FORMAT", newer)
    monkeypatch.setattr(header, "FORMAT", newer)
    monkeypatch.setattr(migrations, "migrate", migrate)
    with pytest.raises(ProjectError, match="migrated now"):
        store.open(study)


@pytest.mark.usefixtures("looks")
@pytest.mark.parametrize("lock", ["link", "circle", "pipe"])
def test_that_a_lock_that_came_with_the_file_feigns_no_writer(
    study: Path, counted: list[Path], tmp_path: Path, lock: str
) -> None:
    feigned = Path(f"{study}.lock")
    with store.create(tmp_path / "own.prefdesk", meta={}) as own:
        if lock == "pipe":
            os.mkfifo(feigned)
        else:
            feigned.symlink_to(feigned if lock == "circle" else f"{own.path}.lock")
        Project.open(study, "r").close()
    assert counted == [study]


@pytest.mark.usefixtures("looks")
@pytest.mark.parametrize("mode", ["w", "r"])
def test_that_a_long_look_holds_nobody_up(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: store.Mode
) -> None:
    begun, over = threading.Event(), threading.Event()

    def answer(path: Path) -> "subprocess.CompletedProcess[bytes]":
        begun.set()
        assert over.wait(30)
        return subprocess.CompletedProcess([], 0, b'{"fine": true}', b"")

    monkeypatch.setattr(stranger, "_answer", answer)
    own = store.create(tmp_path / "own.prefdesk", meta={})
    looking_on = threading.Thread(target=lambda: store.open(study, mode).close())
    closing = threading.Thread(target=own.close)
    looking_on.start()
    assert begun.wait(30)
    closing.start()
    closing.join(10)
    held_up = closing.is_alive()
    over.set()
    looking_on.join()
    closing.join()
    assert not held_up


@pytest.mark.usefixtures("looks")
def test_that_a_refused_file_is_looked_at_again(study: Path) -> None:
    with engine.dbapi.connect(str(study)) as c:
        c.execute("CREATE TABLE more(x)")
    for _ in range(2):
        with pytest.raises(NotAProject, match="other tables"):
            Project.open(study)
    assert not stranger.is_known(study)


@pytest.mark.usefixtures("looks")
def test_that_a_reader_beside_a_writer_needs_no_look(study: Path, counted: list[Path]) -> None:
    code = "import sys; from prefdesk.project import Project; Project.open(sys.argv[1], 'r')"
    with Project.open(study) as project:
        project.raters.add("Ben")
        Project.open(study, "r").close()
        subprocess.run(
            [sys.executable, "-c", f"import prefdesk.store.stranger as s; s._answer = None\n{code}",
             str(study)], check=True, timeout=60,
        )  # fmt: skip
    assert counted == [study]


@pytest.mark.usefixtures("looks")
def test_that_a_log_from_elsewhere_is_looked_at_with_its_file(
    study: Path, counted: list[Path]
) -> None:
    Project.open(study).close()
    crash = (
        "import os, sys\nfrom prefdesk.project import Project\n"
        "Project.open(sys.argv[1]).raters.add('Cleo')\nos._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", crash, str(study)], check=True, timeout=60)
    assert header.log_size_bytes(study)
    with Project.open(study) as project:
        assert len(project.raters.all()) == 2
    assert counted == [study, study]


def test_that_the_bare_file_is_looked_at_only_below_a_log_of_another(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(looking, "_read", lambda _path, _size, bare: seen.append(bare))
    log, early = Path(f"{study}-wal"), study.with_name("early")
    crashed, mixed = study.with_name("crashed"), study.with_name("mixed")
    with store.open(study) as opened:
        opened.write(lambda c: store.raters.add(c, "Ben"), urgent=True).result()
        shutil.copy(log, early)
        for name in ("Cleo", "Dan", "Eve"):  # each is brought into the file before the next
            opened.write(lambda c, name=name: store.raters.add(c, name)).result()  # type: ignore[misc]
        for copy, beside in ((crashed, log), (mixed, early)):
            shutil.copy(study, copy)
            shutil.copy(beside, f"{copy}-wal")
    looking.look(crashed)
    assert seen == [False]
    looking.look(mixed)
    assert seen == [False, True, False]


def test_that_marks_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stranger, "MOST_MARKS", 5)
    for i in range(9):
        (tmp_path / f"{i}").touch()
        stranger.remember(tmp_path / f"{i}")
    assert len(list(stranger._mark(tmp_path / "8").parent.iterdir())) == 5
    assert stranger.is_known(tmp_path / "8")


def test_that_the_mark_of_a_backup_goes_with_it(study: Path, tmp_path: Path) -> None:
    folder, day_ms = tmp_path / "backups", 24 * 3600 * 1000
    made = [backup.make_in(folder, study, (i + 1) * day_ms).path for i in range(20)]
    left = [path for path in made if path.exists()]
    assert 0 < len(left) < 20 and all(map(stranger.is_known, left))
    marks = stranger._mark(left[0]).parent
    assert len(list(marks.iterdir())) == len(left)


def test_that_marks_that_cannot_be_kept_stop_nobody(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> Path:
        raise PermissionError(path)

    monkeypatch.setattr(stranger, "_mark", refuse)
    Project.open(study).close()
    assert not stranger.is_known(study)


def test_that_every_index_and_table_is_walked(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    connect = engine.connect

    def traced(path: Path, **how: bool) -> engine.Connection:
        made = connect(path, **how)
        made.set_trace_callback(said.append)
        return made

    monkeypatch.setattr(engine, "connect", traced)
    looking.look(study)
    for _, name, _ in store.file.schema.expected():
        assert any(f"FROM {name} NOT INDEXED" in s or f"INDEXED BY {name}" in s for s in said), name

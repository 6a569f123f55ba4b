"""Where a project lies, from texts: no test needs a mount."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, NotWritable, ProjectError
from prefdesk.records import NewPrompt
from prefdesk.store import engine, faults, places

MOUNTS = """\
22 27 0:20 / /proc rw,nosuid - proc proc rw
27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 27 0:41 / /home/ana/lab rw shared:3 - nfs4 server:/lab rw,vers=4.2
41 40 0:42 / /home/ana/lab/local rw - xfs /dev/sdb1 rw
42 27 0:43 / /mnt/my\\040share rw - cifs //server/share rw
43 27 8:17 / /media/stick rw - vfat /dev/sdc1 rw
44 27 0:44 / /mnt/covered rw - nfs server:/old rw
45 27 0:45 / /mnt/covered rw - tmpfs tmpfs rw
46 27 0:46 / /mnt/ssh ro master:1 propagate_from:2 - fuse.sshfs ana@host: rw
a line that is none
""".splitlines()


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/home/ana/p.prefdesk", "ext4"),
        ("/home/ana/lab/p.prefdesk", "nfs4"),
        ("/home/ana/laboratory/p.prefdesk", "ext4"),
        ("/home/ana/lab/local/p.prefdesk", "xfs"),
        ("/mnt/my share/p.prefdesk", "cifs"),
        ("/media/stick/p.prefdesk", "vfat"),
        ("/mnt/covered/p.prefdesk", "tmpfs"),
        ("/mnt/ssh/a/b/p.prefdesk", "fuse.sshfs"),
        ("/mnt/covered", "tmpfs"),
    ],
)
def test_that_the_innermost_and_latest_mount_counts(path: str, kind: str) -> None:
    assert places.parse(MOUNTS, path) == kind


def test_that_an_empty_or_odd_list_says_nothing() -> None:
    assert places.parse([], "/a") == ""
    assert places.parse(["", " - ", "1 2 - ext4"], "/a") == ""


@pytest.mark.parametrize("folder, mark, service", [
    ("Dropbox", "", "Dropbox"),
    ("Dropbox (Acme)", "", "Dropbox"),
    ("OneDrive - Acme", "", "OneDrive"),
    ("Mobile Documents/com~apple~Pages", "", "iCloud"),
    ("GoogleDrive-ana@example.org/My Drive", "", "Google Drive"),
    ("anything", ".stfolder", "Syncthing"),
    ("anything", ".owncloudsync.log", "ownCloud"),
    ("My Dropbox notes", "", ""),
    ("Drive", "", ""),
])  # fmt: skip
def test_that_synced_folders_are_known_anywhere_up_the_path(
    tmp_path: Path, folder: str, mark: str, service: str
) -> None:
    inner = tmp_path / folder / "deep" / "deeper"
    inner.mkdir(parents=True)
    if mark:
        (tmp_path / folder / mark).mkdir()
    assert places.service(inner / "p.prefdesk") == service


def test_that_a_link_into_a_synced_folder_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "work").symlink_to(tmp_path / "Dropbox", target_is_directory=True)
    assert places.service(tmp_path / "work" / "p.prefdesk") == "Dropbox"


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_that_a_network_disk_is_read_and_not_written(
    filled_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(places, "file_system", lambda _: kind)
    before = {p.name: p.read_bytes() for p in filled_path.parent.iterdir()}
    with pytest.raises(NotWritable, match=f"network disk .{kind}."):
        store.open(filled_path)
    with pytest.raises(NotWritable):
        store.create(filled_path.with_name("new.prefdesk"), meta={"uid": "1"})
    assert {p.name: p.read_bytes() for p in filled_path.parent.iterdir()} == before
    with store.open(filled_path, "r") as opened:
        assert opened.place == places.Place(kind)
        assert opened.check() == []
    monkeypatch.setenv(places.RISK, "1")
    store.open(filled_path).close()


def test_that_fat_takes_small_projects_only(
    filled_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "file_system", lambda _: "vfat")
    with store.open(filled_path) as opened:
        assert opened.place.is_fat
    places.require_room(filled_path, 2**30)
    with pytest.raises(DiskFull, match="4 GiB"):
        places.require_room(filled_path, 4 * 2**30)
    with filled_path.open("r+b") as file:
        file.truncate(2 * 2**30 + 16384)
    with pytest.raises(NotWritable, match="2 GiB"):
        places.require_writable(filled_path)


@pytest.fixture
def open_to_all(templates: Path) -> Iterator[Path]:
    """A project that any user of the computer can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        made = Path(shutil.copy(templates / "filled.prefdesk", folder / "p.prefdesk"))
        Path(name).chmod(0o755)
        made.chmod(0o444)
        folder.chmod(0o555)
        yield made
        folder.chmod(0o755)


READER = """
import os, sys
from pathlib import Path
from prefdesk import store
from prefdesk.store import checking
if os.getuid() == 0:  # after the imports: Python itself may lie where others cannot look
    os.setgid(65534), os.setuid(65534)
path = Path(sys.argv[1])
try:
    store.open(path)
except Exception as error:
    print(type(error).__name__, error)
with store.open(path, "r") as opened, opened.read() as c:
    print(store.prompts.count(c), opened.check(), sorted(os.listdir(path.parent)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_that_a_write_protected_project_is_read_without_a_trace(open_to_all: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER, str(open_to_all)], capture_output=True, text=True, check=True
    )
    refused, read = done.stdout.splitlines()
    assert refused.startswith("NotWritable p.prefdesk cannot be changed: the file is write-protec")
    assert read == "4 [] ['p.prefdesk']"


def test_that_a_read_only_disk_is_named(filled_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled_path.parent
    monkeypatch.setattr(os, "access", lambda path, _: path != folder)
    with pytest.raises(NotWritable, match="its folder is write-protected"):
        store.open(filled_path)


CUT_OFF = """
import os, sys
from pathlib import Path
from prefdesk.store import engine
c = engine.connect(Path(sys.argv[1]), read_only=False)
c.execute("PRAGMA cache_size=1")
c.execute("BEGIN IMMEDIATE")
c.execute("CREATE TABLE x(a)")
c.execute("INSERT INTO x SELECT randomblob(900000)")
os._exit(0)
"""


def test_that_a_journal_left_behind_is_said_and_not_the_rights(empty_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CUT_OFF, str(empty_path)], check=True)
    names = {p.name for p in empty_path.parent.iterdir()}
    assert names == {"p.prefdesk", "p.prefdesk-journal"}
    with pytest.raises(ProjectError, match=r"cut off.*for writing once"):
        store.open(empty_path, "r")
    assert {p.name for p in empty_path.parent.iterdir()} == names
    with store.open(empty_path) as opened:
        assert opened.check() == []
        opened.write(lambda c: store.prompts.add(c, [NewPrompt("one")])).result()


def test_that_a_rollback_that_only_a_writer_may_do_is_not_a_matter_of_rights() -> None:
    error = engine.dbapi.OperationalError("as SQLite says it")
    error.sqlite_errorcode = 8 | 3 << 8
    assert "cut off" in str(faults.translate(error, Path("p.prefdesk")))

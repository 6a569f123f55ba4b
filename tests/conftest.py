"""Shared by all tests: the user's folders are temporary, and nothing reaches the network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Nearly every test closes a project; those about backups switch them on. Set here because fixtures
# of a module are made before the user's folders are redirected.
os.environ["PREFDESK_BACKUPS"] = "off"
# A file that a test made by hand is a stranger's, and each would cost a look by a process of its
# own; the tests in security/ switch the look on.
os.environ["PREFDESK_LOOK"] = "off"

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirect data, config, cache and state, so that a test never meets the user's files."""
    root = tmp_path_factory.mktemp("home")
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(root / name.lower()))


@pytest.fixture
def backups_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Backups are switched on, and lie in this folder."""
    folder = tmp_path / "backups"
    monkeypatch.setenv("PREFDESK_BACKUPS", str(folder))
    return folder


@pytest.fixture
def real_data() -> Iterator[Path]:
    """The folder with real ratings and texts; the test is skipped where it is absent."""
    named = os.environ.get("PREFDESK_TEST_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder with real ratings; name one in PREFDESK_TEST_DATA")
    yield folder

"""A small project, and the look at strangers' projects switched on where a test asks for it."""

import shutil
from pathlib import Path

import pytest

from prefdesk.project import Project
from prefdesk.records import NewPrompt


@pytest.fixture(scope="session")
def _original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "study.prefdesk"
    with Project.create(path, title="Study") as project:
        project.prompts.add([NewPrompt(f"Question {i}?") for i in range(50)])
        project.raters.add("Ana")
    return path


@pytest.fixture
def study(_original: Path, tmp_path: Path) -> Path:
    """A project from elsewhere: this computer has not seen the file."""
    return Path(shutil.copy(_original, tmp_path / "study.prefdesk"))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files from elsewhere are looked at first, as outside of tests."""
    monkeypatch.delenv("PREFDESK_LOOK")

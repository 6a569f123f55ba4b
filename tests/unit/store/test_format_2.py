"""What format 2 brought is kept by migration, salvage and backup."""

import shutil
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.project import Project, salvage
from tests.projects import make


@pytest.fixture(params=[1, 2, 3])
def sample(request, tmp_path: Path) -> Path:
    path = tmp_path / "p.prefdesk"
    shutil.copyfile(make.HERE / f"format-{request.param}.prefdesk", path)
    return path


def decisions(path: Path):
    with Project.open(path, "r") as project:
        return project.exclusions.log(), project.credibility.log()


def test_that_salvage_keeps_decisions_of_either_format(sample: Path, tmp_path: Path) -> None:
    saved = salvage(sample, tmp_path / "new.prefdesk")
    assert all(one.lost == 0 for one in saved.tables)
    Project.open(sample).close()
    assert decisions(tmp_path / "new.prefdesk") == decisions(sample)


def test_that_a_backup_keeps_decisions(sample: Path, tmp_path: Path) -> None:
    Project.open(sample).close()
    store.backup.make(sample, tmp_path / "b.prefdesk")
    assert decisions(tmp_path / "b.prefdesk") == decisions(sample)


def test_that_credibilities_of_one_file_are_in_force_by_time(c: store.Connection) -> None:
    first = store.credibility.add(c, 1, 2.0, "an expert", now_ms=1)
    second = store.credibility.add(c, 1, 0.0, "asleep", now_ms=2)
    assert store.credibility.active(c) == [second]
    store.credibility.restore(c, second.uid, "me", now_ms=3)
    assert store.credibility.active(c) == [first]
    assert [(w.value, w.utc_ms, w.restored) for w in store.credibility.log(c)] == [
        (2.0, 1, False),
        (0.0, 2, False),
        (0.0, 3, True),
    ]

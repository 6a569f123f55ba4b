"""What format 3 brought is kept by salvage and backup, and what was lost is told."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from prefdesk import store
from prefdesk.project import Project, salvage
from prefdesk.store import mending
from tests.projects import make


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "p.prefdesk"
    shutil.copyfile(make.HERE / "format-3.prefdesk", path)
    return path


def decided(path: Path) -> Any:
    with Project.open(path, "r") as project:
        preprocessing = project.preprocessing
        return preprocessing.findings(), preprocessing.log(), preprocessing.left_out()


def test_that_salvage_and_backup_keep_findings_and_decisions(sample: Path, tmp_path: Path) -> None:
    findings, log, left_out = decided(sample)
    assert findings and log and left_out
    assert all(one.lost == 0 for one in salvage(sample, tmp_path / "new.prefdesk").tables)
    store.backup.make(sample, tmp_path / "b.prefdesk")
    for made in ("new", "b"):
        assert decided(tmp_path / f"{made}.prefdesk") == (findings, log, left_out)


def test_that_decisions_about_lost_prompts_go_with_them(c: store.Connection) -> None:
    for prompt_id in (1, 2):
        store.prompt_decisions.decide(c, [(prompt_id, "empty", "leave-out")])
    c.execute("UPDATE prompt_decision SET made_id = 3 WHERE prompt_id = 2")
    c.execute("PRAGMA foreign_keys=OFF")
    c.execute("DELETE FROM completion")
    c.execute("DELETE FROM draw")
    c.execute("DELETE FROM prompt WHERE id IN (1, 3)")
    made = mending.references(c, {}, {})
    assert made["prompt"] == 0
    assert [(d.prompt_id, d.made_id) for d in store.prompt_decisions.log(c)] == [(2, None)]

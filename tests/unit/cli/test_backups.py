"""backup, restore and salvage at the command line."""

import pytest

from prefdesk.project import Project
from tests.worlds import make_project, rate_by_panel


@pytest.fixture
def path(tmp_path, backups_folder):
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=2) as project:
        rate_by_panel(project)
    return file


def test_that_a_backup_is_made_listed_and_gone_back_to(path, run, report, tmp_path):
    [first] = report("backup", path, "--list")
    status, _, err = run("backup", path)
    assert status == 0
    assert err.startswith("Saved 2 prompts, 8 completions and 56 ratings by 7 raters, without")
    assert len(report("backup", path, "--list")) == 2
    out = run("backup", path, "--list")[1]
    assert first["path"] in out
    with Project.open(path) as project:
        project.raters.add("Zoe")
    status, _, err = run("restore", path, "--from", first["path"])
    assert status == 0
    assert "a.prefdesk is as it was on 2" in err
    assert "The file that was there before is a.before-restore-" in err
    with Project.open(path, "r") as project:
        assert "Zoe" not in {r.name for r in project.raters.all()}


def test_that_a_backup_goes_to_a_file_of_ones_own_but_over_none(path, run, report, tmp_path):
    made = report("backup", path, "--to", tmp_path / "mine")
    assert made["path"] == str(tmp_path / "mine.prefdesk")
    status, _, err = run("backup", path, "--to", tmp_path / "mine")
    assert status == 1 and "already a file" in err
    assert run("restore", path, "--from", made["path"], "--to", tmp_path / "b")[0] == 0
    assert report("status", tmp_path / "b.prefdesk")["ratings"] == 56


def test_that_backups_that_are_off_are_said(path, run, monkeypatch):
    monkeypatch.setenv("PREFDESK_BACKUPS", "off")
    assert run("backup", path)[::2] == (
        1,
        "prefdesk: Backups are switched off (PREFDESK_BACKUPS). Name a file with --to.\n",
    )
    assert "There is no backup of" in run("backup", path, "--list")[2]


def test_that_damage_is_named_with_the_ways_out_and_salvaged(path, run, report, tmp_path):
    data = bytearray(path.read_bytes())
    place = data.index(b"Yes, 1.")
    data[place] ^= 0xFF
    path.write_bytes(data)
    status, out, err = run("check", path)
    assert status == 1
    assert "The text of completion 1 is no text" in out
    assert "prefdesk restore FILE" in err and "prefdesk salvage FILE NEW" in err
    torn = path.read_bytes()
    status, out, err = run("salvage", path, tmp_path / "new.prefdesk")
    assert status == 0
    assert "event" in out and "56" in out
    assert err.endswith(f"Saved in {tmp_path / 'new.prefdesk'}. a.prefdesk is as it was.\n")
    assert path.read_bytes() == torn
    assert report("status", tmp_path / "new.prefdesk")["ratings"] == 56
    assert run("salvage", path, tmp_path / "new.prefdesk")[0] == 1


def test_that_a_failed_backup_at_the_end_of_a_command_is_said(path, run, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PREFDESK_BACKUPS", str(tmp_path / "file" / "below"))
    status, _, err = run("import", path, "starter")
    assert status == 0
    assert "No backup was made: " in err

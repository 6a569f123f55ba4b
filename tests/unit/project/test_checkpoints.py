"""Checkpoints through the project: taken in, loaded, deleted, compacted."""

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from prefdesk.cli import main
from prefdesk.errors import ModelError, ProjectError
from prefdesk.models import load_policy, weights
from prefdesk.project import Project
from tests.tiny import make_model


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "a.prefdesk") as made:
        made.checkpoints.use_model(make_model(tmp_path / "tiny"))
        yield made


def take_in(project, path, kind="full"):
    return project.checkpoints.take_in(
        path, kind=kind, name="one", parent_id=1, round_id=None, header="{}"
    )


def noise(path, size):
    bits = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8)
    save_file({"w": bits}, path)
    return path


def test_that_full_weights_come_back_without_a_file(project, tmp_path, monkeypatch):
    policy = load_policy(tmp_path / "tiny", device="cpu", threads=1)
    with torch.no_grad():
        policy.model.model.embed_tokens.weight.mul_(1.5)
    weights.save(policy, tmp_path / "w.safetensors")
    id = take_in(project, tmp_path / "w.safetensors")
    monkeypatch.setattr(project.checkpoints, "write_weights", None)
    again = project.checkpoints.load(id)
    state = policy.model.state_dict()
    assert all(torch.equal(v, state[k]) for k, v in again.model.state_dict().items())


def test_that_damaged_weights_are_never_loaded(project, tmp_path):
    policy = load_policy(tmp_path / "tiny", device="cpu", threads=1)
    weights.save(policy, tmp_path / "w.safetensors")
    id = take_in(project, tmp_path / "w.safetensors")
    project.core.mutate(lambda c: c.execute("UPDATE checkpoint SET sha256 = zeroblob(32)"))
    with pytest.raises(ProjectError, match="damaged"):
        project.checkpoints.load(id)


def test_that_a_compacted_project_is_open_again_and_smaller(project, tmp_path):
    kept = take_in(project, noise(tmp_path / "w", 300_000))
    project.checkpoints.delete(take_in(project, noise(tmp_path / "w", 5_000_000)))
    done = project.file.compact()
    assert done.after_bytes < 1_500_000 < done.before_bytes
    project.raters.add("Ana")
    assert [c.id for c in project.checkpoints.all()] == [1, kept]
    assert project.check() == [] and project.file.give_back() is False


def test_that_a_project_that_cannot_be_compacted_stays_open(project, monkeypatch):
    def fail(*_):
        raise OSError(5, "the disk")

    monkeypatch.setattr("prefdesk.store.durable.sync", fail)
    with pytest.raises(OSError, match="the disk"):
        project.file.compact()
    project.raters.add("Ana")
    project.close()
    with Project.open(project.path, "r") as reading:
        with pytest.raises(ProjectError, match="read-only"):
            reading.file.compact()
        assert reading.file.give_back() is False
        assert reading.check() == []


def test_that_the_command_says_what_it_gave_back(project, tmp_path, capsys):
    project.checkpoints.delete(take_in(project, noise(tmp_path / "w", 5_000_000)))
    project.close()
    assert main(["compact", str(project.path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["after_bytes"] == project.path.stat().st_size < said["before_bytes"] - 4_000_000
    assert main(["compact", str(project.path)]) == 0
    assert "had 1.1 MB and has 1.1 MB" in capsys.readouterr().err
    assert main(["compact", str(tmp_path / "nowhere.prefdesk")]) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_that_weights_that_are_no_numbers_are_never_stored(project, tmp_path, value):
    policy = load_policy(tmp_path / "tiny", device="cpu", threads=1)
    with torch.no_grad():
        policy.model.model.layers[1].mlp.up_proj.weight[-1, -1] = value
    weights.save(policy, tmp_path / "w.safetensors")
    with pytest.raises(ModelError, match=r"not finite .in model.layers.1.mlp.up_proj.weight"):
        take_in(project, tmp_path / "w.safetensors")
    assert len(project.checkpoints.all()) == 1 and project.check() == []


def test_that_an_older_checkpoint_is_current_until_a_newer_one_is_made(project, tmp_path):
    first = take_in(project, noise(tmp_path / "w", 1000))
    second = take_in(project, noise(tmp_path / "w", 2000))
    assert project.checkpoints.current().id == second
    assert project.checkpoints.promote(first).id == second
    assert project.checkpoints.current().id == project.checkpoints.chosen(None).id == first
    assert project.checkpoints.latest().id == second
    third = take_in(project, noise(tmp_path / "w", 3000))
    assert project.checkpoints.current().id == third


def test_that_a_promoted_checkpoint_that_is_deleted_gives_way_to_the_newest(project, tmp_path):
    first = take_in(project, noise(tmp_path / "w", 1000))
    second = take_in(project, noise(tmp_path / "w", 2000))
    project.checkpoints.promote(first)
    project.checkpoints.delete(first)
    assert project.checkpoints.current().id == second
    with pytest.raises(ProjectError, match="promoted"):
        project.core.mutate(
            lambda c: c.execute(
                "INSERT OR REPLACE INTO meta VALUES('promoted_checkpoint', 'not JSON')"
            )
        )
        project.checkpoints.current()


def test_that_the_command_promotes_names_and_deletes(project, tmp_path, capsys):
    first = take_in(project, noise(tmp_path / "w", 1000))
    take_in(project, noise(tmp_path / "w", 2000))
    project.close()
    named = ["--rename", str(first), "Mine", "--note", str(first), "best so far"]
    assert main(["checkpoints", str(project.path), "--promote", str(first), *named]) == 0
    told = capsys.readouterr()
    assert "Mine is current now" in told.err
    assert [line for line in told.out.splitlines() if "current" in line and "best so far" in line]
    assert main(["checkpoints", str(project.path), "--delete", "1"]) == 1
    assert "The base checkpoint stays" in capsys.readouterr().err
    assert main(["checkpoints", str(project.path), "--note", "one", "x"]) == 1
    assert "named by its number" in capsys.readouterr().err

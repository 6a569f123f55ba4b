"""`new`: a whole project, or nothing at all."""

import pytest

from prefdesk.errors import InputError, ModelError
from prefdesk.project import Project
from prefdesk.project.checkpoints import Checkpoints
from tests.tiny import make_model


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "dir").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["", " ", ".prefdesk", "dir/.prefdesk"])
def test_that_a_project_without_a_name_is_refused(here, run, name):
    status, _, err = run("new", name)
    assert (status, err.strip()) == (
        1,
        "prefdesk: A project needs a name. Such as haiku.prefdesk.",
    )
    assert names(here) == ["dir"]


@pytest.mark.parametrize("name", ["/", ".", "..", "dir/", "dir/..", "x.prefdesk/"])
def test_that_a_folder_is_no_project_name(here, run, name):
    status, _, err = run("new", name)
    assert status == 1
    assert f"{name} names a folder, not a project file. Name a file in it, such as" in err
    assert names(here) == ["dir"]


def test_that_the_engine_refuses_such_names_too(here):
    with pytest.raises(InputError, match="names a folder"):
        Project.create("dir/")


@pytest.mark.parametrize(
    ("name", "made"), [("a", "a.prefdesk"), ("a.b", "a.b.prefdesk"), ("A.PREFDESK", "A.PREFDESK")]
)
def test_that_the_suffix_is_added_where_it_is_missing(here, run, name, made):
    assert run("new", name)[0] == 0
    assert names(here) == [made, "dir"]


def test_that_a_bad_model_folder_leaves_no_project_behind(here, run):
    status, _, err = run("new", "x.prefdesk", "--model", "dir")
    assert status == 1
    assert "dir has no config.json, so it is not a model folder." in err
    assert names(here) == ["dir"]


def test_that_a_model_which_fails_later_leaves_no_project_behind(here, run, monkeypatch):
    make_model(here / "tiny")
    before = names(here)

    def fail(self, folder):
        raise ModelError("The model went away.")

    monkeypatch.setattr(Checkpoints, "use_model", fail)
    status, _, err = run("new", "x.prefdesk", "--model", "tiny")
    assert (status, err) == (1, "prefdesk: The model went away.\n")
    assert names(here) == before


def test_that_a_file_which_is_there_already_is_left_alone(here, run):
    (here / "x.prefdesk").write_text("mine")
    status, _, err = run("new", "x", "--model", "dir")
    assert status == 1
    assert "x.prefdesk is there already." in err
    assert (here / "x.prefdesk").read_text() == "mine"

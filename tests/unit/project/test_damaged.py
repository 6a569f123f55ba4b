"""A project whose stored settings, headers or reports were spoiled: sentences, no tracebacks."""

import pytest

from prefdesk import store
from prefdesk.errors import ProjectError
from prefdesk.project import Project
from prefdesk.project.checkpoints import header_of
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.settings import ProjectSettings
from prefdesk.records import Checkpoint


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p") as made:
        yield made


def put(project: Project, key: str, value: str) -> None:
    project.core.mutate(lambda c: store.meta.put(c, key, value))


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "7", '{"criteria": 7}', '{"criteria": [{"x": 1}]}', '{"criteria": ["a"]}',
     '{"target_ratings": "a"}', '{"fdr": null}', '{"title": 5}', '{"question": "taste"}',
     '{"criteria": [{"name": 5}]}', '{"criteria": [{"weight": "a"}]}'],
)  # fmt: skip
def test_that_spoiled_settings_are_said_to_be_damaged(project, text):
    put(project, "settings", text)
    for ask in (lambda: project.settings, project.status, project.rewards):
        with pytest.raises(ProjectError, match="settings cannot be read"):
            ask()


def test_that_settings_of_later_versions_are_passed_over():
    assert ProjectSettings.from_json('{"later": 1, "title": "a"}').title == "a"
    assert ProjectSettings.from_json("") == ProjectSettings()


def base(header: str) -> Checkpoint:
    return Checkpoint(1, b"", "base", "base", None, None, header, 0, 0, "")


@pytest.mark.parametrize("text", ["", "{", "7", "[[]]", "{}", '{"path": 7, "fingerprint": "a"}'])
def test_that_a_spoiled_header_is_said_to_be_damaged(text):
    with pytest.raises(ProjectError, match="header of base cannot be read"):
        header_of(base(text))


@pytest.mark.parametrize("text", ["", "{", "7", "[[]]", '{"config": 7}'])
def test_that_the_spoiled_settings_of_a_sampling_are_said_to_be_damaged(text):
    with pytest.raises(ProjectError, match="settings of a sampling cannot be read"):
        SamplingKey.from_json(text)


@pytest.mark.parametrize("text", ["{", "7", '{"key": 1}', "[]"])
def test_that_a_spoiled_report_is_said_to_be_damaged(project, text):
    put(project, "report/agreement", text)
    with pytest.raises(ProjectError, match="report of agreement cannot be read"):
        project.judgement.stored()


def test_that_a_check_names_settings_and_headers_that_the_program_cannot_use(project):
    assert project.check() == []
    put(project, "settings", '{"criteria": 7}')
    project.core.mutate(lambda c: store.checkpoints.add_base(c, "tiny", '{"path": 7}'))
    found = " ".join(project.check())
    assert "list of settings cannot be read" in found
    assert "header of tiny cannot be read" in found

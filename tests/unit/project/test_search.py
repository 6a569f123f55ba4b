"""`project.search`, as a notebook or the window calls it."""

from pathlib import Path

import pytest

from prefdesk.events import Progress
from prefdesk.project import Project, rescue
from prefdesk.records import NewPrompt
from prefdesk.store import search_index
from tests.worlds import make_project


@pytest.fixture
def project(tmp_path: Path):
    with make_project(tmp_path / "a.prefdesk", prompts=5) as made:
        yield made


def caches(project: Project) -> list[Path]:
    from prefdesk.paths import cache_dir

    return sorted((cache_dir() / "search").glob("*"))


def test_that_search_works_before_and_after_the_index_is_made(project):
    before = project.search("thought", limit=2)
    assert (before.ranked, len(before.hits)) == (False, 2)
    events = list(project.search_index())
    assert all(isinstance(event, Progress) for event in events)
    assert (events[-1].done, events[-1].total) == (25, 25)
    page = project.search("thought", limit=2)
    assert (page.total, page.exact, page.ranked) == (5, True, True)
    rest = project.search("thought", after=page.next)
    assert len({hit.id for hit in (*page.hits, *rest.hits)}) == 5
    assert project.search.count("thought", kind="completion") == {"completion": 5}


def test_that_what_is_new_is_found_at_once(project):
    list(project.search_index())
    project.prompts.add([NewPrompt("Where is the walrus?")])
    rater = project.raters.add("Ana")
    project.ratings.session(rater).comment(2, "no walruses").result()
    assert project.search("walrus").totals == {"prompt": 1, "completion": 0, "comment": 1}


def test_that_an_index_is_made_step_by_step(project, monkeypatch):
    monkeypatch.setattr(search_index, "ROWS", 2)
    steps = 1
    while project.search.step(0.0):
        steps += 1
    assert steps > 5
    assert project.search("thought").ranked


def test_that_a_project_closes_in_the_middle_of_a_step(tmp_path, monkeypatch):
    monkeypatch.setattr(search_index, "ROWS", 2)
    project = make_project(tmp_path / "b.prefdesk", prompts=5)
    assert project.search.step(0.0)
    project.close()
    assert [path.suffix for path in caches(project)] == [".db"]
    assert [path.name for path in tmp_path.glob("b*")] == ["b.prefdesk"]
    with Project.open(tmp_path / "b.prefdesk", "r") as again:
        list(again.search_index())
        assert again.search("thought").total == 5


def test_that_a_reader_searches_while_another_writes(project):
    list(project.search_index())
    with Project.open(project.path, "r") as reader:
        project.prompts.add([NewPrompt("Where is the walrus?")])
        assert reader.search("walrus").total == 1
        assert project.search("walrus").total == 1


def test_that_search_goes_on_after_the_file_was_rewritten(project):
    list(project.search_index())
    project.file.compact()
    assert project.search("thought").ranked
    assert not project.search.step(5.0)


def test_that_two_copies_of_a_project_have_an_index_each(project, tmp_path):
    project.file.backup(tmp_path / "copy.prefdesk")
    list(project.search_index())
    with Project.open(tmp_path / "copy.prefdesk") as copy:
        assert copy.uid == project.uid
        copy.prompts.add([NewPrompt("Where is the walrus?")])
        list(copy.search_index())
        assert (copy.search("walrus").total, project.search("walrus").total) == (1, 0)
    assert len(caches(project)) == 2


def test_that_the_place_of_words_is_that_in_the_true_text(project):
    text = "Ein Café, zwei CAFES"
    assert [text[a:b] for a, b in project.search.spans(text, "cafe")] == ["Café", "CAFES"]
    assert project.search.matches(text, "zwei cafes")
    assert not project.search.matches(text, "drei")


def test_that_the_index_of_what_was_there_before_a_restore_is_not_believed(tmp_path):
    path, backup = tmp_path / "a.prefdesk", tmp_path / "backup.prefdesk"
    with Project.create(path) as project:
        project.prompts.add([NewPrompt("zebra")])
        project.file.backup(backup)
        project.prompts.delete([1])
        project.prompts.add([NewPrompt("giraffe")])
        assert list(project.search_index())
    rescue.restore(path, backup)
    with Project.open(path) as project:
        assert project.search.prompts("giraffe") is None, "until the texts were compared"
        assert [hit.id for hit in project.search("zebra").hits] == [1]
        assert list(project.search_index())
        found = project.search.prompts("zebra")
        assert found is not None and [one.id for one in found.prompts] == [1]

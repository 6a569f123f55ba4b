"""`prefdesk search`: hits in a table or one document, whatever is typed."""

import pytest

from prefdesk.project import Project
from prefdesk.records import NewPrompt
from tests.worlds import make_project


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=4) as project:
        project.prompts.add([NewPrompt("Where does the Walrüs live?\nIn the sea? \x1b[31m")])
        rater = project.raters.add("Ana")
        project.ratings.session(rater).comment(3, "too few walruses").result()
    return file


def test_that_hits_are_listed_with_their_number(path, run):
    status, out, err = run("search", path, "walrus")
    assert status == 0
    assert "1 prompt, 1 comment." in err
    lines = out.splitlines()
    assert lines[0].split() == ["kind", "id", "rater", "text"]
    assert lines[2].split()[:2] == ["prompt", "5"]
    assert "Walrüs live? In the sea?" in lines[2] and "\x1b" not in out
    assert lines[3].split()[:3] == ["comment", "3", "Ana"]


def test_that_json_has_the_whole_page(path, report):
    found = report("search", path, "walruses", "--kind", "comment")
    assert (found["total"], found["exact"], found["ranked"]) == (1, True, True)
    [hit] = found["hits"]
    start, end = hit["spans"][0]
    assert (hit["kind"], hit["id"], hit["excerpt"][start:end]) == ("comment", 3, "walruses")


def test_that_a_limit_says_what_is_left_out(path, run):
    status, out, err = run("search", path, "answer", "--limit", 2)
    assert (status, len(out.splitlines())) == (0, 4)
    assert "12 completions; 2 are shown, the best first." in err


@pytest.mark.parametrize("words", ["nowhere", "", '"', "* NEAR(", "-x"])
def test_that_nothing_found_is_no_error(path, run, words):
    status, out, err = run("search", path, "--", words)
    assert (status, out) == (0, "")
    assert "Nothing was found." in err


def test_that_it_works_where_somebody_else_writes_and_no_cache_can_be_kept(
    path, run, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with Project.open(path):
        status, out, _ = run("search", path, "walrus")
    assert (status, len(out.splitlines())) == (0, 4)


def test_that_a_large_limit_is_refused_in_a_sentence(path, run):
    status, _, err = run("search", path, "a", "--limit", 5000)
    assert status == 1
    assert "1 to 1000 hits" in err

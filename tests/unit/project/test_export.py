"""What leaves a project comes back as it was."""

import json

import pytest

from prefdesk.errors import InputError
from prefdesk.project import Project
from prefdesk.records import Message, NewPrompt
from tests.worlds import make_project, rate_by_panel

PROMPTS = (
    NewPrompt("=1+1 is a formula\nwith two lines", task="maths", references=("2", "two, or so")),
    NewPrompt('["looks", "like JSON"]', split="evaluation", references=("[1]",)),
    NewPrompt(
        (Message("system", "Be brief."), Message("user", 'Why, "though"?')),
        source="A passage; with\ttabs",
        tags=("one", "two, with a comma"),
        columns={"question": "why", "id": "their own id", "prompt": "an older prompt"},
    ),
    NewPrompt("'quoted", columns={"answer": "not a reference", "messages": ""}),
)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".CSV"])
def test_that_exported_prompts_come_back_with_all_they_carry(tmp_path, suffix):
    out = tmp_path / f"prompts{suffix}"
    with Project.create(tmp_path / "a.prefdesk") as project:
        project.prompts.add(PROMPTS)
        assert project.export.write("prompts", out) == len(PROMPTS)
        before = project.prompts.page()
    with Project.create(tmp_path / "b.prefdesk") as again:
        assert again.prompts.import_file(out).added == len(PROMPTS)
        assert again.prompts.page() == before


def test_that_a_json_line_holds_lists_and_not_text_that_looks_like_them(tmp_path):
    out = tmp_path / "p.jsonl"
    with Project.create(tmp_path / "a.prefdesk") as project:
        project.prompts.add(PROMPTS)
        project.export.write("prompts", out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert lines[0]["references"] == ["2", "two, or so"]
    assert lines[2]["messages"][0] == {"role": "system", "content": "Be brief."}


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_that_exported_ratings_come_back_with_comments_seconds_and_who_is_simulated(
    tmp_path, suffix
):
    out = tmp_path / f"ratings{suffix}"
    with make_project(tmp_path / "a.prefdesk", prompts=3) as project:
        rate_by_panel(project)
        session = project.ratings.session(project.raters.add("=Ana"))
        session.score(1, 7.25, seconds=3.5).result()
        session.comment(1, "two\nlines, and a comma").result()
        project.export.write("ratings", out)
        before = judged(project)
    with make_project(tmp_path / "b.prefdesk", prompts=3) as again:
        again.ratings.import_file(out, new_raters=True)
        assert judged(again) == before
        again.ratings.import_file(out)
        assert judged(again) == before


def judged(project):
    names = {r.id: (r.name, r.simulated) for r in project.raters.all()}
    return {
        (*names[r.rater_id], r.completion_id, r.criterion, r.kind, r.value, r.seconds, r.comment)
        for r in project.ratings.current()
    }


def test_that_another_suffix_is_refused_and_no_file_is_made(tmp_path):
    with Project.create(tmp_path / "a.prefdesk") as project, pytest.raises(InputError):
        project.export.write("prompts", tmp_path / "p.xlsx")
    assert not (tmp_path / "p.xlsx").exists()

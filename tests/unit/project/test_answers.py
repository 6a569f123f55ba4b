"""Answers written elsewhere: taken with their prompts, judged like any other, never trained on."""

import json

import pytest

from prefdesk.config import RoundConfig
from prefdesk.errors import InputError, RowErrors
from prefdesk.project import Project

ROWS = (
    {"question": "Why?", "outputs": {"bart": "Because.", "ana": "Why not?"}, "id": 7},
    {"question": "How?", "outputs": {"bart": "Like this.", "ana": " "}, "id": 8},
)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "a.prefdesk") as made:
        yield made


def written(folder, rows=ROWS):
    path = folder / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_that_an_object_of_answers_gives_each_writer_his_own(project, tmp_path):
    found = project.completions.import_file(written(tmp_path))
    assert (found.prompts, found.added, found.there) == (2, 3, 0)
    assert found.writers == ("bart", "ana")
    names = {c.id: c.name for c in project.checkpoints.all()}
    taken = [(names[c.checkpoint_id], c.text) for c in project.completions.each()]
    assert sorted(taken) == [("ana", "Why not?"), ("bart", "Because."), ("bart", "Like this.")]
    assert [p.text for p in project.prompts.page()] == ["Why?", "How?"]


def test_that_a_table_names_the_writer_of_each_row(project, tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("prompt,response,model\nWhy?,So.,bart\nWhy?,No.,\n", encoding="utf-8")
    found = project.completions.import_file(path, writer="somebody")
    assert found.writers == ("bart", "somebody")
    assert project.prompts.count() == 1
    assert len(project.completions.of_prompt(1)) == 2


def test_that_answers_are_numbered_with_their_rows_other_columns(project, tmp_path):
    found = project.completions.import_file(written(tmp_path))
    one = found.answers[-1]
    assert project.completions.get(one.completion_id).text == "Like this."
    assert (one.writer, dict(one.columns)) == ("bart", {"id": "8"})


def test_that_a_second_import_adds_nothing_and_counts_nothing_twice(project, tmp_path):
    path = written(tmp_path)
    first = project.completions.import_file(path)
    again = project.completions.import_file(path)
    assert (again.prompts, again.added, again.there) == (0, 0, 3)
    assert again.answers == first.answers
    assert {c.multiplicity for c in project.completions.each()} == {1}


def test_that_imported_answers_are_rated_and_rewarded(project, tmp_path):
    project.completions.import_file(written(tmp_path))
    assert project.status().next_step.action == "rate"
    for name, scores in (("Ana", (8, 2, 5)), ("Ben", (9, 3, 5))):
        session = project.ratings.session(project.raters.add(name))
        for one, score in zip(project.completions.each(), scores, strict=True):
            session.score(one.id, float(score)).result()
    assert len(project.rewards()) == 3


def test_that_no_model_stands_behind_imported_answers(project, tmp_path):
    project.completions.import_file(written(tmp_path))
    assert project.checkpoints.base() is None and project.checkpoints.models() == []
    with pytest.raises(InputError, match="no model yet"):
        project.checkpoints.latest()
    with pytest.raises(InputError, match="were imported"):
        project.completions.sampling_job(checkpoint_id=project.checkpoints.all()[0].id)


def test_that_a_round_never_takes_imported_answers(tmp_path):
    from tests.worlds import make_project, rate_by_panel

    with make_project(tmp_path / "b.prefdesk", prompts=4) as project:
        own = {c.id for c in project.completions.each()}
        project.completions.import_file(written(tmp_path))
        rate_by_panel(project)
        used = project.rounds.usable(RoundConfig(take_older=True, min_reliability=0.0))
        assert {r.completion_id for r in used} == own


def test_that_a_file_without_answers_is_refused_with_its_columns(project, tmp_path):
    path = written(tmp_path, [{"prompt": "Why?", "note": "x"}])
    with pytest.raises(InputError, match="no column of answers"):
        project.completions.import_file(path)
    with pytest.raises(InputError, match="no column 'reply'"):
        project.completions.import_file(path, mapping={"completion": "reply"})
    assert project.prompts.count() == 0


def test_that_a_bad_row_stops_the_import_unless_it_is_left_out(project, tmp_path):
    path = written(tmp_path, [*ROWS, {"question": "", "outputs": "x"}])
    with pytest.raises(RowErrors):
        project.completions.import_file(path)
    assert project.completions.count() == 0
    found = project.completions.import_file(path, skip_bad=True)
    assert (found.added, len(found.bad)) == (3, 1)

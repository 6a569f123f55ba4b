"""Prompts come in whole or not at all."""

import pytest

from prefdesk.errors import InputError, RowErrors
from prefdesk.project import Project


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "a.prefdesk") as made:
        yield made


def test_that_a_file_with_one_bad_row_is_refused_with_its_line_and_nothing_is_taken(
    project, tmp_path
):
    file = tmp_path / "p.jsonl"
    file.write_text('{"prompt": "One?"}\n{"promt": "Two?"}\n{"prompt": "Three?"}\n')
    with pytest.raises(RowErrors) as caught:
        project.prompts.import_file(file)
    assert [(row.file, row.line) for row in caught.value.rows] == [("p.jsonl", 2)]
    assert project.prompts.count() == 0


def test_that_the_good_rows_are_taken_when_that_is_wished(project, tmp_path):
    file = tmp_path / "p.jsonl"
    file.write_text('{"prompt": "One?"}\n{"promt": "Two?"}\n{"prompt": "Three?"}\n')
    report = project.prompts.import_file(file, skip_bad=True)
    assert (report.added, len(report.bad)) == (2, 1)


def test_that_the_same_prompt_twice_is_counted_and_kept_once(project, tmp_path):
    file = tmp_path / "p.txt"
    file.write_text("One?\nTwo?\nOne?\n")
    assert project.prompts.import_file(file).added == 2
    again = project.prompts.import_file(file)
    assert (again.added, again.duplicates) == (0, 3)


def test_that_a_template_fills_the_imported_columns(project, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("word,reference\nHund,dog\n")
    project.prompts.import_file(file, template="What does {word} mean?")
    (prompt,) = project.prompts.page()
    assert prompt.text == "What does Hund mean?"
    assert prompt.references == ("dog",)


def test_that_an_empty_file_is_said_to_be_empty(project, tmp_path):
    file = tmp_path / "p.jsonl"
    file.write_text("")
    with pytest.raises(InputError, match=r"empty|no prompts"):
        project.prompts.import_file(file)


def test_that_the_starter_set_has_every_task_in_both_splits(project):
    assert project.prompts.add_starter().added >= 60
    tasks = project.prompts.tasks()
    assert len(tasks) >= 6
    for task in tasks:
        for split in ("train", "evaluation"):
            assert project.prompts.page(task=task, split=split), (task, split)

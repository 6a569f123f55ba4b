"""Ratings from a file: all or none, and each of them once."""

from pathlib import Path

import pytest

from prefdesk.errors import RowErrors
from tests.worlds import make_project


@pytest.fixture
def project(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=3) as made:
        made.raters.add("Ana Maria")
        yield made


def take(project, tmp_path, text, name="r.csv", **how):
    (tmp_path / name).write_text(text)
    return project.ratings.import_file(tmp_path / name, **how)


def test_that_the_same_file_twice_writes_nothing_the_second_time(project, tmp_path):
    text = "rater,completion,score,comment,seconds\nAna Maria,1,7,fine,3.5\nAna Maria,2,4,,\n"
    first = take(project, tmp_path, text)
    events = project.ratings.count_events()
    again = take(project, tmp_path, text)
    assert (first.added, first.unchanged) == (2, 0)
    assert (again.added, again.unchanged) == (0, 2)
    assert project.ratings.count_events() == events


def test_that_only_the_rows_that_changed_are_written(project, tmp_path):
    take(project, tmp_path, "rater,completion,score\nAna Maria,1,7\nAna Maria,2,4\n")
    again = take(project, tmp_path, "rater,completion,score\nAna Maria,1,7\nAna Maria,2,5\n")
    assert (again.added, again.unchanged) == (1, 1)
    assert [r.value for r in project.ratings.current()] == [7.0, 5.0]


def test_that_one_undo_takes_a_whole_file_back_for_its_rater_alone(project, tmp_path):
    ben = project.raters.add("Ben")
    take(project, tmp_path, "rater,completion,score\nBen,1,7\nAna Maria,2,4\nBen,3,5\n")
    project.ratings.undo(ben)
    assert [(r.completion_id, r.value) for r in project.ratings.current()] == [(2, 4.0)]


def test_that_a_name_with_other_blanks_and_case_is_the_same_rater(project, tmp_path):
    take(project, tmp_path, 'rater,completion,score\n" ana   MARIA ",1,7\n')
    assert [r.name for r in project.raters.all()] == ["Ana Maria"]
    text = "rater,completion,score\nBo  Li,1,7\nbo li,2,5\n"
    report = take(project, tmp_path, text, new_raters=True)
    assert report.new_raters == ("Bo Li",)
    with pytest.raises(RowErrors) as caught:
        take(project, tmp_path, "rater,completion,score\nBo Li,1,7\nbo  li,1,5\n")
    assert [row.line for row in caught.value.rows] == [3]


def test_that_a_simulated_rater_stays_simulated_on_the_way_through_a_file(project, tmp_path):
    text = "rater,completion,score,simulated\nRobot,1,7,true\nBen,1,7,false\n"
    take(project, tmp_path, text, new_raters=True)
    assert {r.name: r.simulated for r in project.raters.all()} == {
        "Ana Maria": False,
        "Robot": True,
        "Ben": False,
    }


def test_that_a_simulated_rater_cannot_pass_for_a_person(project, tmp_path):
    text = "rater,completion,score,simulated\nAna Maria,1,7,true\nBo,1,7,true\nBo,2,7,false\n"
    with pytest.raises(RowErrors) as caught:
        take(project, tmp_path, text, new_raters=True)
    assert [(row.line, row.reason) for row in caught.value.rows] == [
        (2, "Ana Maria is a person, and simulated in this row"),
        (4, "Bo is simulated, and a person in this row"),
    ]


def test_that_ratings_marked_as_left_out_are_counted_and_said_to_be_taken(project, tmp_path):
    text = "rater,completion,score,excluded\nAna Maria,1,7,too fast\nAna Maria,2,7,\n"
    assert take(project, tmp_path, text).excluded == 1
    assert project.exclusions.active() == []


def test_that_new_raters_are_hinted_at_only_where_a_rater_is_unknown(project, tmp_path):
    with pytest.raises(RowErrors) as unknown:
        take(project, tmp_path, "rater,completion,score\nZoe,1,7\n")
    assert "--new-raters" in str(unknown.value)
    with pytest.raises(RowErrors) as other:
        take(project, tmp_path, "rater,completion,score\nAna Maria,999,7\n")
    assert "--new-raters" not in str(other.value)


def test_that_a_preview_writes_nothing_and_an_import_is_taken_back_as_a_whole(
    tmp_path: Path,
) -> None:
    file = tmp_path / "r.csv"
    file.write_text("rater,completion,score\nAna,1,4\nBen,1,5\nBen,2,6\nBen,99,6\n")
    with make_project(tmp_path / "a.prefdesk", prompts=2) as project:
        project.raters.add("Ana")
        found = project.ratings.preview_file(file)
        assert [row.line for row in found.bad] == [5] and found.unchanged == 0
        assert found.raters == (("Ana", 1, False), ("Ben", 2, True))
        assert project.ratings.count_events() == 0
        report = project.ratings.import_rows(found.rows)
        assert (report.added, len(report.acts)) == (3, 2)
        assert project.ratings.preview_file(file).unchanged == 3
        undone = project.ratings.take_back(report.acts)
        assert project.ratings.current() == []
        again = project.ratings.bring_back(undone)
        assert len(project.ratings.current()) == 3
        project.ratings.take_back(again)
        assert project.ratings.current() == [] and project.check() == []


def test_that_scores_on_another_scale_are_taken_in_proportion(tmp_path):
    with make_project(tmp_path / "scale.prefdesk", prompts=1) as project:
        path = tmp_path / "hundred.csv"
        path.write_text("rater,completion,score\nAna,1,0\nAna,2,35\nAna,3,100\n", encoding="utf-8")
        project.ratings.import_file(path, new_raters=True, scale=(0, 100))
        assert [r.value for r in project.ratings.current()] == [0.0, 3.5, 10.0]
        path.write_text("rater,completion,score\nBen,1,101\n", encoding="utf-8")
        with pytest.raises(RowErrors) as refused:
            project.ratings.import_file(path, new_raters=True, scale=(0, 100))
        assert "not within 0 to 100" in str(refused.value.rows[0])

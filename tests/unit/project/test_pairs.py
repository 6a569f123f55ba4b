"""Two raters side by side, from the same ratings that the report of agreement speaks of."""

import pytest

from prefdesk.errors import InputError
from tests.worlds import make_project, rate_by_panel


@pytest.fixture
def project(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=8) as made:
        rate_by_panel(made)
        yield made


def scored(project, name, scores):
    session = project.ratings.session(project.raters.add(name))
    for id, value in scores.items():
        session.score(id, value).result()
    return project.raters.by_name(name).id


def test_that_a_pair_says_the_figure_of_the_report_with_an_interval_around_it(project):
    for known in project.agreement().pairs:
        found = project.judgement.pair(known.first, known.second)
        assert found.r.value == pytest.approx(known.r, abs=1e-9)
        assert found.r.low < found.r.value < found.r.high
        assert len(found.answers) == known.n


def test_that_scores_stand_side_by_side_in_the_order_asked_for(project):
    ana = scored(project, "Ana", {1: 3.0, 2: 5.0, 3: 7.0})
    ben = scored(project, "Ben", {2: 5.0, 3: 4.0, 4: 1.0})
    found = project.judgement.pair(ana, ben)
    assert [(a.completion_id, a.first, a.second) for a in found.answers] == [
        (2, 5.0, 5.0),
        (3, 7.0, 4.0),
    ]
    assert found.difference.value == pytest.approx(1.5)
    assert found.same == 0.5
    assert found.r.value is None  # two answers say nothing about order
    turned = project.judgement.pair(ben, ana)
    assert turned.difference.value == pytest.approx(-1.5)


def test_that_what_is_excluded_is_not_compared(project):
    ana = scored(project, "Ana", {1: 3.0, 2: 5.0})
    ben = scored(project, "Ben", {1: 5.0, 2: 4.0})
    out = project.judgement.pair(ana, ben).answers[0]
    project.exclusions.exclude_rating(ben, out.second_uid, "A slip.")
    assert [a.completion_id for a in project.judgement.pair(ana, ben).answers] == [2]


def test_that_two_raters_without_a_shared_answer_have_no_figures(project):
    ana, ben = scored(project, "Ana", {1: 3.0}), scored(project, "Ben", {2: 4.0})
    found = project.judgement.pair(ana, ben)
    assert (found.answers, found.same, found.difference.value) == ((), None, None)


def test_that_a_rater_who_is_not_there_is_refused(project):
    with pytest.raises(InputError):
        project.judgement.pair(1, 99)

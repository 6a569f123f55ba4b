"""From ratings to rewards, in a real project file."""

import random
from pathlib import Path

import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.events import JobEnded, JobSpec, Progress, ReportReady
from prefdesk.project import AgreementReport, Project
from prefdesk.project.settings import Criterion
from prefdesk.project.work import Context, run
from tests.worlds import make_project, rate_by_panel

BAD = {"Simulated 6 (at random)", "Simulated 7 (inverted)"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("judged") / "a.prefdesk"
    with make_project(path, prompts=20) as project:
        rate_by_panel(project)
        project.agreement()
    return path


@pytest.fixture
def project(judged):
    with Project.open(judged, "r") as opened:
        yield opened


@pytest.fixture
def own_copy(judged, tmp_path):
    copy = tmp_path / "copy.prefdesk"
    copy.write_bytes(judged.read_bytes())
    with Project.open(copy) as opened:
        yield opened


def test_that_the_random_and_the_inverted_rater_are_flagged_and_no_honest_one_is(project):
    report = project.agreement()
    assert {r.name for r in report.raters if r.flags} == BAD
    assert all(r.simulated for r in report.raters)
    assert all(f.sentence for r in report.raters for f in r.flags)


def test_that_a_report_is_the_same_after_json(project):
    report = project.agreement()
    assert AgreementReport.from_document(report.to_document()) == report


def test_that_a_report_stays_current_until_a_rating_changes(own_copy):
    report = own_copy.judgement.stored()
    assert own_copy.judgement.is_current(report)
    rater = own_copy.raters.all()[0]
    own_copy.ratings.session(rater).undo().result()
    assert not own_copy.judgement.is_current(report)


def test_that_every_reward_opens_into_its_ratings_whose_weights_add_up_to_one(project):
    rewards = project.rewards()
    assert len(rewards) == project.completions.count()
    for reward in rewards:
        parts = project.reward_parts(reward.completion_id)
        assert len(parts) == reward.n_ratings == 7
        assert sum(p.weight for p in parts if p.kept) == pytest.approx(1)


def test_that_an_excluded_rater_leaves_the_rewards_but_stays_in_sight(own_copy):
    rater = own_copy.raters.by_name("Simulated 7 (inverted)")
    before = {r.completion_id: r.quality for r in own_copy.rewards()}
    excluded = own_copy.exclusions.exclude_rater(rater.id, "answers upside down")
    after = {r.completion_id: r.quality for r in own_copy.rewards()}
    assert before != after
    parts = {p.rater: p for p in own_copy.reward_parts(1)}
    assert not parts[rater.name].kept
    assert parts[rater.name].rule == "answers upside down"
    mine = next(r for r in own_copy.agreement().raters if r.name == rater.name)
    assert mine.excluded
    assert mine.flags
    own_copy.exclusions.restore(excluded.uid)
    restored = {r.completion_id: r.quality for r in own_copy.rewards()}
    assert restored == pytest.approx(before)


def test_that_an_exclusion_needs_a_reason(own_copy):
    with pytest.raises(InputError, match="reason"):
        own_copy.exclusions.exclude_rater(1, "  ")


def test_that_one_excluded_rating_leaves_only_its_own_reward_smaller(own_copy):
    part = own_copy.reward_parts(3)[0]
    own_copy.exclusions.exclude_rating(part.rater_id, part.event_uid, "slip of the finger")
    counts = {r.completion_id: r.n_ratings for r in own_copy.rewards()}
    assert counts[3] == 6
    assert {n for i, n in counts.items() if i != 3} == {7}


def test_that_one_rater_alone_is_told_that_agreement_cannot_be_known(tmp_path):
    with make_project(tmp_path / "one.prefdesk") as project:
        session = project.ratings.session(project.raters.add("Ana"))
        for item in session.upcoming(12):
            session.score(item.completion_id, 3.0 + item.completion_id % 5).result()
        report = project.agreement()
        assert report.verdict.word == "not_estimable"
        assert project.rewards()


def test_that_a_project_without_ratings_has_an_empty_report(tmp_path):
    with make_project(tmp_path / "none.prefdesk") as project:
        report = project.agreement()
        assert report.n_ratings == 0
        assert report.verdict.word == "not_estimable"
        assert project.rewards() == []


def test_that_a_person_who_judges_twice_is_one_opinion_and_the_later_one_counts(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=3) as project:
        ana, ben = (project.raters.add(name) for name in ("Ana", "Ben"))
        for rater, score in ((ana, 2.0), (ben, 5.0)):
            project.ratings.session(rater).score(1, score).result()
        before = project.rewards()
        project.change_settings(question="label")
        project.ratings.session(ana).label(1, "good").result()
        (reward,) = project.rewards()
        parts = project.reward_parts(1)
    assert [r.n_ratings for r in before] == [reward.n_ratings] == [2]
    assert sorted((p.rater, p.score, p.kept) for p in parts) == [
        ("Ana", 2.0, False),
        ("Ana", 10.0, True),
        ("Ben", 5.0, True),
    ]


def test_that_a_criterion_hardly_judged_does_not_hide_one_that_is_noise(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=60) as project:
        project.change_settings(criteria=(Criterion("overall"), Criterion("style")))
        rng = random.Random(0)
        completions = list(project.completions.each())
        for name in ("Ana", "Ben", "Cleo", "Dora"):
            session = project.ratings.session(project.raters.add(name))
            for c in completions:
                session.score(c.id, rng.randint(0, 10), criterion="overall")
        session.score(completions[0].id, 5, criterion="style").result()
        assert project.judgement.verdict([c.id for c in completions]).word == "no_signal"


def test_that_moving_a_prompt_between_the_splits_changes_rewards_and_ages_the_report(own_copy):
    report, before = own_copy.agreement(), len(own_copy.rewards())
    own_copy.prompts.set_split(own_copy.prompts.ids()[:5], "evaluation")
    assert not own_copy.judgement.is_current(report)
    assert len(own_copy.rewards()) == before * 15 // 20
    own_copy.prompts.set_split(own_copy.prompts.ids(), "train")
    assert len(own_copy.rewards()) == before


def test_that_first_figures_need_no_report_and_are_those_of_the_ratings(tmp_path: Path) -> None:
    with make_project(tmp_path / "first.prefdesk", prompts=6) as project:
        assert project.judgement.first().n_ratings == 0
        assert project.judgement.first_of_raters() == ()
        rate_by_panel(project)
        rows = project.ratings.current()
        first, people = project.judgement.first(), project.judgement.first_of_raters()
        names = {r.name: r.id for r in project.raters.all()}
    assert first.n_ratings == len(rows) == sum(n * items for n, items in first.coverage)
    assert first.n_items == len({r.completion_id for r in rows})
    assert len(people) == len({r.rater_id for r in rows})
    for one in people:
        scores = [r.value for r in rows if r.rater_id == names[one.name]]
        assert (one.n, one.mean) == (len(scores), pytest.approx(np.mean(scores)))
        assert one.spread == pytest.approx(np.std(scores, ddof=1))


def test_that_the_job_says_how_far_it_is_and_gives_figures_before_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prefdesk.project.work.agreement.EARLY_FROM", 10)
    with make_project(tmp_path / "job.prefdesk", prompts=6) as project:
        rate_by_panel(project)
        context = Context(tmp_path)
        told = list(run(project, JobSpec("agreement"), context))
        early, last = (AgreementReport.from_document(e.document) for e in told
                       if isinstance(e, ReportReady))  # fmt: skip
        refused = Context(tmp_path, control=lambda: "cancel")
        stopped = list(run(project, JobSpec("agreement"), refused))
    shares = [e.done for e in told if isinstance(e, Progress)]
    assert shares == sorted(shares) and len(shares) > 5
    assert isinstance(told[-1], JobEnded) and told[-1].status == "done"
    assert early.coefficients == last.coefficients and early.verdict == last.verdict
    assert not any(r.flags for r in early.raters) and any(r.flags for r in last.raters)
    assert [r.bias for r in early.raters] == [r.bias for r in last.raters]
    assert isinstance(stopped[-1], JobEnded) and stopped[-1].status == "cancelled"


def test_that_an_early_report_is_not_kept(tmp_path: Path) -> None:
    with make_project(tmp_path / "early.prefdesk", prompts=2) as project:
        rate_by_panel(project)
        document = project.judgement.compute().to_document()
        intake = project.intake(JobSpec("agreement"))
        intake.take(ReportReady("agreement", document, final=False))
        assert project.judgement.stored() is None
        intake.take(ReportReady("agreement", document))
        assert project.judgement.stored() is not None

"""Scores and labels of one criterion: where labels lie, and what rewards are made of."""

import numpy as np
import pytest

from prefdesk.project import AgreementReport, Project
from prefdesk.project.labels import OVERLAP, STATED, labels_of
from prefdesk.records import LABEL_POINTS, LABELS, Rating
from prefdesk.store.columns import Columns
from tests.unit.ratings.kinds.desks import covered
from tests.worlds import make_project

LIMITS = (3.5, 7.0)


def mixed(path, *, prompts=30, raters=6, scored=3, seed=1) -> np.ndarray:
    """A project whose first `scored` raters give scores and whose others give labels."""
    rng = np.random.default_rng(seed)
    with make_project(path, prompts=prompts) as project:
        n = project.completions.count()
        quality = 5.5 + rng.standard_normal(prompts).repeat(4) + 1.3 * rng.standard_normal(n)
        for r in range(raters):
            kind = "score" if r < scored else "label"
            project.change_settings(question=kind)
            session = project.ratings.session(project.raters.add(f"{kind} {r}"))
            seen = quality + 0.5 * rng.standard_normal() + rng.standard_normal(n)
            for i, value in enumerate(seen.tolist(), start=1):
                if kind == "score":
                    session.score(i, float(np.clip(value, 0, 10))).result()
                else:
                    session.label(i, LABELS[int(np.searchsorted(LIMITS, value))]).result()
    return quality


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("mixed") / "a.prefdesk"
    return path, mixed(path)


@pytest.fixture
def project(judged):
    with Project.open(judged[0], "r") as opened:
        yield opened


def test_that_labels_stand_where_the_scores_of_the_same_answers_do_and_the_report_says_so(project):
    report = project.judgement.compute()
    low, middle, high = report.labels.points
    assert 1.5 < low < 3.5 < middle < 7.0 < high < 9.0
    assert (report.labels.fitted, report.labels.joint, report.labels.n_both) == (True, True, 120)
    assert f"{low:.1f}" in report.labels.sentence
    assert "link of its own" in project.judgement.methods()
    assert AgreementReport.from_document(report.to_document()) == report


def test_that_rewards_and_verdict_come_from_both_kinds_through_their_links(project):
    fitted = project.judgement._fits("train")[0]
    joint = fitted.labels.joint
    assert joint is not None
    rewards = {r.completion_id: r for r in project.rewards()}
    for code, item in enumerate(joint.items):
        assert rewards[item].quality == pytest.approx(joint.quality[code])
        assert rewards[item].se == pytest.approx(joint.se[code])
        assert rewards[item].reward == pytest.approx(joint.reward[code])
    assert project.judgement.compute().verdict.reliability.value == pytest.approx(
        joint.verdict.reliability.value
    )


def test_that_intervals_from_both_kinds_hold_the_true_differences(judged, project):
    joint = project.judgement._fits("train")[0].labels.joint
    quality = judged[1][np.array(joint.items) - 1]
    assert 0.82 < covered(joint, quality) < 0.97


def test_that_a_ledger_and_the_ratings_show_labels_at_the_points_that_counted(project):
    report = project.judgement.compute()
    scores = {p.score for p in project.reward_parts(1) if p.rater.startswith("label")}
    assert scores <= set(report.labels.points)
    assert not scores & {0.0, 10.0}
    assert {r.score for r in report.ratings if r.completion_id == 1} >= scores


def test_that_a_weight_set_by_hand_holds_for_labels_too(judged, tmp_path):
    copy = tmp_path / "copy.prefdesk"
    copy.write_bytes(judged[0].read_bytes())
    with Project.open(copy) as project:
        rater = project.raters.by_name("label 3")
        project.credibility.set(rater.id, 0.25, "in a hurry")
        joint = project.judgement._fits("train")[0].labels.joint
    noise, code = joint.inconsistency**2, joint.raters.index(rater.id)
    panel = np.mean(1 / np.delete(noise, code))
    assert 1 / noise[code] == pytest.approx(0.25 * panel, rel=0.02)


def test_that_labels_keep_their_stated_points_where_too_few_answers_were_judged_both_ways(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=5) as project:
        for kind, first in (("score", 1), ("label", 1)):
            project.change_settings(question=kind)
            session = project.ratings.session(project.raters.add(kind))
            for i in range(first, first + OVERLAP - 1):
                give = session.score if kind == "score" else session.label
                give(i, 4.0 if kind == "score" else LABELS[i % 3]).result()
        report = project.judgement.compute()
    assert report.labels.points == LABEL_POINTS
    assert not report.labels.fitted
    assert "a stated choice" in report.labels.sentence


def test_that_a_project_without_labels_says_nothing_of_them(tmp_path):
    with make_project(tmp_path / "a.prefdesk", prompts=3) as project:
        session = project.ratings.session(project.raters.add("Ana"))
        for i in range(1, 10):
            session.score(i, i % 5).result()
        assert project.judgement.compute().labels.sentence == ""
        assert "Labels" not in project.judgement.methods()


def test_that_of_very_many_ratings_a_part_tells_the_points(monkeypatch):
    monkeypatch.setattr("prefdesk.project.labels.MOST", 200)
    rng, rows = np.random.default_rng(0), []
    for item in range(200):
        quality = 5.5 + 2 * rng.standard_normal()
        for rater in range(4):
            seen = quality + rng.standard_normal()
            kind = "score" if rater < 2 else "label"
            value = seen if kind == "score" else float(np.searchsorted(LIMITS, seen))
            uid = bytes([rater, item])
            rows.append(Rating(item, item // 4, rater, kind, "c", 0, value, None, 0, uid))
    found = labels_of(Columns.of(rows), {})
    assert found.fitted
    assert found.joint is None
    assert found.points != LABEL_POINTS
    assert labels_of(Columns.of(rows[:8]), {}) == STATED
